"""An approved design that is edited: whose signature a change takes, and what counts as minor."""

import pytest

from tests.builders import design
from tests.scenarios.configured import configure
from tests.scenarios.deeds import Deed, Play, approves, comments, on_main, opens, pushes
from tests.scenarios.stage import Stage

HERE = "The decision for part 1 is written here."
MINOR = design("Approved", bodies={"1": HERE.replace("written", "recorded")})
MAJOR = design("Approved", bodies={"1": "Something else altogether is decided in this place now."})
ONE = "A minor edit: waiting for one of acme/eng-lead, acme/security-team or acme/infrastructure"
OWNED = "sections: {'1': {owners: ['@acme/infrastructure']}, '4.2': {owners: ['@acme/security-team']}}\n"

STORIES: dict[str, tuple[str, tuple[tuple[Deed, str], ...]]] = {
    "without the key every seat signs every edit": (
        "quiet: true\n",
        ((opens(MINOR), "Waiting for acme/eng-lead and 2 more"),),
    ),
    "few words take one holder of any seat": (
        "minor_edit: 3\n",
        ((opens(MINOR), ONE), (approves("carol"), "Approved and signed by carol")),
    ),
    "many words take all": (
        "minor_edit: 3\n",
        (
            (opens(MAJOR), "Waiting for acme/eng-lead and 2 more"),
            (approves("carol"), "Waiting for acme/eng-lead and acme/security-team"),
        ),
    ),
    "what grows beyond it on the way takes all": (
        "minor_edit: 3\n",
        (
            (opens(MINOR), ONE),
            (approves("carol"), "Approved and signed by carol"),
            (
                pushes(MAJOR),
                "acme/infrastructure to sign again: 1 Executive Summary changed after carol signed "
                "(and 2 more)",
            ),
        ),
    ),
    "one who objects stops a minor edit too": (
        "minor_edit: 3\n",
        (
            (opens(MINOR), ONE),
            (
                comments("dana", "/tdd concern words It is not the same."),
                "dana raised the concern “words”: It is not the same.",
            ),
        ),
    ),
    "a seat taken out of the header signs all the same": (
        "minor_edit: 9\n",
        (
            (
                opens(MINOR.replace("@security-team, ", "")),
                "Waiting for acme/eng-lead and 2 more",
            ),
            (approves("carol"), "Waiting for acme/eng-lead and acme/security-team"),
            (approves("dana"), "Approved and signed by carol and dana"),
        ),
    ),
    "a seat that the author adds is no substitute": (
        "minor_edit: 9\n",
        (
            (
                opens(MINOR.replace("@infrastructure", "@infrastructure, @erin")),
                ONE.replace(" or acme/infrastructure", ", acme/infrastructure or erin"),
            ),
            (
                approves("erin"),
                ONE,
            ),
            (approves("bob"), "Approved and signed by bob and erin"),
        ),
    ),
    "a section with an owner takes its owner": (
        OWNED,
        (
            (opens(MAJOR), "Waiting for acme/infrastructure"),
            (approves("carol"), "Approved and signed by carol"),
        ),
    ),
    "a section without one takes all": (
        OWNED,
        ((opens(design("Approved", bodies={"7": "Another risk."})), "Waiting for acme/eng-lead and 2 more"),),
    ),
    "who was asked on the way stays asked": (
        OWNED,
        (
            (
                opens(design("Approved", bodies={"7": "Another risk."})),
                "Waiting for acme/eng-lead and 2 more",
            ),
            (pushes(MAJOR), "Waiting for acme/eng-lead and 2 more"),
        ),
    ),
}


@pytest.mark.parametrize("name", STORIES)
async def test_story(name: str, stage: Stage) -> None:
    settings, steps = STORIES[name]
    play = Play(stage)
    configure(stage, settings)
    on_main(design("Approved"))(play)
    for number, (deed, title) in enumerate(steps, start=1):
        deed(play)
        await stage.run()
        assert stage.check(play.it).title == title, f"step {number}"
