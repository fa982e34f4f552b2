"""What makes a signature stale, and whose: only what it covers, and only what it says."""

from dataclasses import dataclass

import pytest

from bot.sandbox import Happened, Team
from tests.builders import design
from tests.scenarios.configured import configure
from tests.scenarios.deeds import (
    APPROVED,
    DESIGN,
    Deed,
    Play,
    approves,
    comments,
    on_main,
    opens,
    pushes,
    squashes,
)
from tests.scenarios.stage import PATH, Stage

OWNED = "sections: {'4.2': {owners: ['@acme/security-team']}}\n"
SECURITY = "acme/security-team to sign again: 4.2 Security & Privacy changed after dana signed"
READY = "All three seats have signed: set Status to Approved"
EDIT = {"4.2": "Tokens are kept for thirty days."}


def asked(stage: Stage, play: Play) -> list[str]:
    """Return whom the bot has asked, each time anew, since the last look at the timeline."""
    return sorted(
        one.reviewer.slug if isinstance(one.reviewer, Team) else one.reviewer.login
        for one in play.it.timeline
        if one.kind is Happened.REVIEW_REQUESTED and one.actor is stage.scene.app.bot and one.reviewer
    )


async def signed(stage: Stage, text: str, configuration: str = OWNED) -> Play:
    """Return a design that bob, carol and dana have signed."""
    configure(stage, configuration)
    play = Play(stage)
    opens(text)(play)
    await stage.run()
    for login in ("bob", "carol", "dana"):
        approves(login)(play)
    await stage.run()
    return play


@dataclass(frozen=True)
class Edit:
    """A push, and what the check says then."""

    deed: Deed
    title: str


EDITS = {
    "the owned section": Edit(pushes(design(bodies=EDIT)), SECURITY),
    "another section": Edit(
        pushes(design(bodies={"1": "Otherwise."})),
        "acme/eng-lead to sign again: 1 Executive Summary changed after bob signed (and 2 more)",
    ),
    "both": Edit(
        pushes(design(bodies={**EDIT, "1": "Otherwise."})),
        "acme/eng-lead to sign again: 1 Executive Summary changed after bob signed (and 2 more)",
    ),
    "the owned section is taken out": Edit(
        pushes(design("In-Review", without=("4.2",))), "1 section to write before review"
    ),
    "wrapping and emphasis": Edit(pushes(DESIGN.replace("is written here.", "is\n*written* here.")), READY),
    "the numbers of headings": Edit(pushes(DESIGN.replace("## 4.2.", "## 4.2")), READY),
    "the date": Edit(pushes(DESIGN.replace("2026-11-20", "2026-11-21")), READY),
    "nothing, squashed": Edit(squashes(DESIGN), READY),
    "a comment in HTML": Edit(pushes(DESIGN + "\n<!-- for later -->\n"), READY),
    "the title": Edit(
        pushes(DESIGN.replace("Price cache", "Prices")),
        "acme/eng-lead to sign again: title or authors changed after bob signed (and 2 more)",
    ),
}


@pytest.mark.parametrize("name", EDITS)
async def test_exactly_the_seats_concerned_sign_again(name: str, stage: Stage) -> None:
    play = await signed(stage, DESIGN)
    assert stage.check(play.it).title == READY

    EDITS[name].deed(play)
    await stage.run()

    assert stage.check(play.it).title == EDITS[name].title


async def test_only_the_owner_is_asked_again_and_the_others_are_told_that_theirs_stand(stage: Stage) -> None:
    play = await signed(stage, DESIGN)
    before = asked(stage, play)
    pushes(design(bodies=EDIT))(play)
    await stage.run()

    assert sorted([*before, "security-team"]) == asked(stage, play)
    assert "What bob and carol signed stands" in stage.comment(play.it)
    assert "What changed in 4.2 Security &amp; Privacy since dana signed" in (stage.check(play.it).text or "")

    approves("dana")(play)
    await stage.run()
    assert stage.check(play.it).title == READY


async def test_an_owner_who_has_left_leaves_the_section_to_everybody(stage: Stage) -> None:
    play = await signed(stage, DESIGN)
    comments("dana", "/tdd release @security-team")(play)
    pushes(design(bodies=EDIT))(play)
    await stage.run()

    assert (stage.check(play.it).title or "").startswith(
        "acme/eng-lead to sign again: 4.2 Security & Privacy"
    )


@pytest.mark.parametrize(
    ("bodies", "title"),
    [
        (EDIT, "Waiting for acme/security-team"),
        ({"1": "Otherwise."}, "Waiting for acme/eng-lead and 2 more"),
        ({}, "Approved before; nothing that anybody signs has changed"),
    ],
)
async def test_an_edit_of_an_approved_design_needs_the_seats_whose_sections_changed(
    stage: Stage, bodies: dict[str, str], title: str
) -> None:
    configure(stage, OWNED)
    play = Play(stage)
    on_main(APPROVED)(play)
    opens(design("Approved", bodies=bodies).replace("2026-11-20", "2026-11-21"))(play)
    await stage.run()

    assert stage.check(play.it).title == title


async def test_who_takes_a_signature_back_after_an_edit_is_asked_again(stage: Stage) -> None:
    """GitHub has dropped the request with the review, and what stands there now was never asked about."""
    play = Play(stage)
    opens(DESIGN)(play)
    await stage.run()
    approves("bob")(play)
    pushes(design(bodies=EDIT))(play)
    comments("bob", "/tdd withdraw")(play)
    await stage.run()

    assert stage.asked(play.it) == {"eng-lead", "security-team", "infrastructure"}

    approves("bob")(play)
    comments("bob", "/tdd withdraw")(play)
    await stage.run()
    assert stage.asked(play.it) == {"security-team", "infrastructure"}


async def test_who_signs_other_words_is_asked_again_once_the_earlier_ones_are_back(stage: Stage) -> None:
    """The signature has used up the request, though those words were asked about before."""
    play = Play(stage)
    opens(DESIGN)(play)
    await stage.run()
    pushes(design(bodies=EDIT))(play)
    approves("bob")(play)
    await stage.run()
    assert stage.asked(play.it) == {"security-team", "infrastructure"}

    pushes(DESIGN)(play)
    for _ in range(2):
        await stage.run()
        assert stage.asked(play.it) == {"eng-lead", "security-team", "infrastructure"}


async def test_without_owners_every_seat_covers_everything(stage: Stage) -> None:
    play = await signed(stage, DESIGN, "mode: enforce\n")
    pushes(design(bodies=EDIT))(play)
    await stage.run()

    assert stage.check(play.it).title == (
        "acme/eng-lead to sign again: 4.2 Security & Privacy changed after bob signed (and 2 more)"
    )


async def test_the_author_cannot_make_a_section_somebodys_own(stage: Stage) -> None:
    """Owners in a template of the pull request itself are owners of nothing."""
    play = await signed(stage, DESIGN, "mode: enforce\n")
    own = design().replace("### 4.2", "<!-- owners: @acme/infrastructure -->\n### 4.2")
    files: dict[str, str | None] = {
        PATH: own.replace("part 4.2 is", "part 4.2 was"),
        "docs/tdd/TEMPLATE.md": own,
    }
    stage.scene.person("alice").commit(play.it.repository, "change", files)
    await stage.run()

    assert (stage.check(play.it).title or "").endswith("changed after bob signed (and 2 more)")
