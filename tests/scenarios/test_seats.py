"""Seats and sign-offs, sentence by sentence: who has to sign, who can, what counts, what is asked."""

import pytest

from bot.sandbox import Role
from tests.builders import design
from tests.scenarios.configured import configure
from tests.scenarios.deeds import (
    Deed,
    Play,
    approves,
    comments,
    dismisses,
    joins,
    objects,
    on_main,
    opens,
    pushes,
    reviews,
)
from tests.scenarios.stage import Stage

LEAD = design("Approved", reviewers="@eng-lead")
NOBODY = design("Approved", reviewers="")
ANYONE = "Waiting for anyone with write access"
ALICE_TOO = LEAD.replace("(@alice)", "(@alice), Carol (@carol)")


def in_turn(*deeds: Deed) -> Deed:
    """Return these deeds as one, so that nothing is judged between them."""

    def all_of_them(play: Play) -> None:
        for deed in deeds:
            deed(play)

    return all_of_them


def cast(stage: Stage) -> Play:
    """Add two writers who hold no seat, and carol to eng-lead, to the standard scene."""
    world = stage.scene.world
    for login in ("wendy", "walter"):
        world.add_member(stage.scene.organization, world.add_user(login))
        stage.scene.repository.collaborators[world.user(login).id] = Role.WRITE
    play = Play(stage)
    joins("carol", "eng-lead")(play)
    return play


@pytest.fixture
def play(stage: Stage) -> Play:
    """The standard scene with those of this table."""
    return cast(stage)


STORIES: dict[str, tuple[str, tuple[tuple[Deed, str], ...]]] = {
    "another member's approval does not lift an objection": (
        "",
        (
            (opens(LEAD), "Waiting for acme/eng-lead"),
            (objects("bob"), "bob of acme/eng-lead asked for changes"),
            (approves("carol"), "bob of acme/eng-lead asked for changes"),
            (reviews("bob", "COMMENT", "Hm."), "bob of acme/eng-lead asked for changes"),
            (approves("bob"), "Approved and signed by bob and carol"),
        ),
    ),
    "an objection is lifted by a comment of its author's too": (
        "",
        (
            (opens(LEAD), "Waiting for acme/eng-lead"),
            (objects("bob"), "bob of acme/eng-lead asked for changes"),
            (comments("bob", "/tdd approve"), "Approved and signed by bob"),
        ),
    ),
    "the author cannot dismiss an objection, a holder of the seat can": (
        "",
        (
            (opens(LEAD), "Waiting for acme/eng-lead"),
            (objects("bob"), "bob of acme/eng-lead asked for changes"),
            (dismisses("alice", "bob"), "bob of acme/eng-lead asked for changes"),
            (objects("bob"), "bob of acme/eng-lead asked for changes"),
            (dismisses("carol", "bob"), "Waiting for acme/eng-lead"),
        ),
    ),
    "a dismissed approval is gone, and nothing older comes back": (
        "",
        (
            (opens(LEAD), "Waiting for acme/eng-lead"),
            (approves("bob"), "Approved and signed by bob"),
            (objects("bob"), "bob of acme/eng-lead asked for changes"),
            (dismisses("erin", "bob"), "Waiting for acme/eng-lead"),
        ),
    ),
    "where nobody is named a writer signs, and a writer lifts": (
        "",
        (
            (opens(NOBODY), ANYONE),
            (objects("wendy"), "wendy asked for changes"),
            (dismisses("alice", "wendy"), "wendy asked for changes"),
            (objects("wendy"), "wendy asked for changes"),
            (dismisses("walter", "wendy"), ANYONE),
            (approves("mallory"), ANYONE),
            (approves("walter"), "Approved and signed by walter"),
        ),
    ),
    "where all who were named have left a writer signs, by a comment too": (
        "",
        (
            (opens(design("Approved", reviewers="@dana")), "Waiting for dana"),
            (comments("dana", "/tdd release @dana"), ANYONE),
            (comments("walter", "/tdd approve"), "Approved and signed by walter"),
        ),
    ),
    "where none who is named is there any more a writer signs, by a comment too": (
        "rules: {TDD401: note}\n",
        (
            (opens(design("Approved", reviewers="@gone-team")), ANYONE),
            (comments("walter", "/tdd approve"), "Approved and signed by walter"),
        ),
    ),
    "what is brought in a writer signs, by a comment too": (
        "import: ['docs/tdd/*.md']\n",
        (
            (opens(LEAD), f"Brought in from elsewhere as Approved: w{ANYONE[1:]}"),
            (comments("mallory", "/tdd approve"), f"Brought in from elsewhere as Approved: w{ANYONE[1:]}"),
            (
                comments("walter", "/tdd approve"),
                "Brought in from elsewhere as Approved and signed by walter",
            ),
        ),
    ),
    "minimum counts people": (
        "minimum: 2\n",
        (
            (opens(NOBODY), ANYONE),
            (approves("walter"), ANYONE),
            (approves("wendy"), "Approved and signed by walter and wendy"),
        ),
    ),
    "approvals counts people of a team": (
        "approvals: 2\n",
        (
            (opens(LEAD), "Waiting for acme/eng-lead"),
            (approves("bob"), "Waiting for acme/eng-lead"),
            (approves("carol"), "Approved and signed by bob and carol"),
        ),
    ),
    "one person signs every seat held": (
        "",
        (
            (
                opens(design("Approved", reviewers="@eng-lead, @infrastructure")),
                "Waiting for acme/eng-lead and acme/infrastructure",
            ),
            (approves("carol"), "Approved and signed by carol"),
        ),
    ),
    "distinct wants different people, however they are to be dealt out": (
        "distinct: true\n",
        (
            (
                opens(design("Approved", reviewers="@eng-lead, @infrastructure")),
                "Waiting for acme/eng-lead and acme/infrastructure",
            ),
            (approves("carol"), "Waiting for acme/infrastructure"),
            (approves("bob"), "Approved and signed by bob and carol"),
        ),
    ),
    "whoever the header names as an author signs nothing": (
        "",
        (
            (opens(ALICE_TOO), "Waiting for acme/eng-lead"),
            (approves("carol"), "Waiting for acme/eng-lead"),
            (approves("bob"), "Approved and signed by bob"),
        ),
    ),
    "whoever pushed the text signs nothing": (
        "",
        (
            (opens(LEAD), "Waiting for acme/eng-lead"),
            (approves("bob"), "Approved and signed by bob"),
            (
                pushes(LEAD + "\nMore.\n", "carol"),
                "acme/eng-lead to sign again: 7 Risks & Unknowns changed after bob signed",
            ),
            (approves("carol"), "acme/eng-lead to sign again: 7 Risks & Unknowns changed after bob signed"),
            (approves("bob"), "Approved and signed by bob"),
        ),
    ),
    "who leaves the team has signed for nobody": (
        "",
        (
            (opens(LEAD), "Waiting for acme/eng-lead"),
            (approves("bob"), "Approved and signed by bob"),
            (
                lambda play: play.stage.scene.person("erin").remove_from_team(
                    play.stage.scene.team("eng-lead"), "bob"
                ),
                "Waiting for acme/eng-lead",
            ),
        ),
    ),
    "a reviewer who objects is not edited away before anything is judged": (
        "",
        (
            (
                in_turn(
                    opens(design("Approved", reviewers="@dana, @eng-lead")),
                    objects("dana"),
                    pushes(LEAD),
                    approves("bob"),
                ),
                "dana asked for changes",
            ),
            (approves("dana"), "Approved and signed by bob and dana"),
        ),
    ),
    "a reviewer whom the base names is not edited away": (
        "",
        (
            (opens(design("Approved", reviewers="@dana, @eng-lead")), "Waiting for dana and acme/eng-lead"),
            (pushes(LEAD), "Waiting for acme/eng-lead and dana"),
            (comments("dana", "/tdd release @dana"), "Waiting for acme/eng-lead"),
        ),
    ),
}


@pytest.mark.parametrize("name", STORIES)
async def test_story(name: str, play: Play) -> None:
    settings, steps = STORIES[name]
    if settings:
        configure(play.stage, settings)
    if name == "a reviewer whom the base names is not edited away":
        on_main(design("Draft", reviewers="@dana"))(play)
    for number, (deed, title) in enumerate(steps, start=1):
        deed(play)
        await play.stage.run()
        assert play.stage.check(play.it).title == title, f"step {number}"
