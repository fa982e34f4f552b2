"""Seats that are released, left to others, handed on, added and taken back: what the gate and GitHub show."""

import pytest

from tests.builders import design
from tests.scenarios.deeds import (
    Deed,
    Play,
    approves,
    auto_assigns,
    comments,
    edits_comment,
    joins,
    opens,
    pushes,
)
from tests.scenarios.stage import Stage
from tests.scenarios.test_gate import rename

LEAD = design("Approved", reviewers="@eng-lead")
BOB = design("Approved", reviewers="@bob")
MOVED = "Waiting for frank"


def cast(stage: Stage) -> Play:
    """Add carol to eng-lead, and frank, a member who holds no seat, to the standard scene."""
    world = stage.scene.world
    world.add_member(stage.scene.organization, world.add_user("frank"))
    play = Play(stage)
    joins("carol", "eng-lead")(play)
    return play


@pytest.fixture
def play(stage: Stage) -> Play:
    """The standard scene with those of this table."""
    return cast(stage)


STORIES: dict[str, tuple[tuple[Deed, str], ...]] = {
    "who declines takes an approval back and leaves the seat to the others": (
        (opens(LEAD), "Waiting for acme/eng-lead"),
        (approves("bob"), "Approved and signed by bob"),
        (comments("bob", "/tdd decline"), "Waiting for acme/eng-lead"),
        (edits_comment("bob", "bob", "never mind"), "Waiting for acme/eng-lead"),
        (approves("carol"), "Approved and signed by carol"),
    ),
    "who declined may sign after all": (
        (opens(LEAD), "Waiting for acme/eng-lead"),
        (comments("bob", "/tdd decline @eng-lead"), "Waiting for acme/eng-lead"),
        (approves("bob"), "Approved and signed by bob"),
    ),
    "the last one who could sign cannot decline": (
        (opens(LEAD), "Waiting for acme/eng-lead"),
        (comments("bob", "/tdd decline"), "Waiting for acme/eng-lead"),
        (approves("carol"), "Approved and signed by carol"),
        (comments("carol", "/tdd decline"), "Approved and signed by carol"),
    ),
    "a person's seat moves": (
        (opens(BOB), "Waiting for bob"),
        (comments("bob", "/tdd delegate @frank"), MOVED),
        (approves("bob"), MOVED),
        (approves("frank"), "Approved and signed by frank"),
    ),
    "a seat moves on": (
        (opens(BOB), "Waiting for bob"),
        (comments("bob", "/tdd delegate @frank"), MOVED),
        (comments("frank", "/tdd delegate @carol"), "Waiting for carol"),
        (approves("carol"), "Approved and signed by carol"),
    ),
    "a seat whose delegation somebody edits is the first one's again": (
        (opens(BOB), "Waiting for bob"),
        (comments("bob", "/tdd delegate @frank"), MOVED),
        (edits_comment("alice", "bob", "/tdd delegate @carol"), "Waiting for bob and frank"),
    ),
    "a seat goes to nobody who wrote the design": (
        (opens(BOB), "Waiting for bob"),
        (comments("bob", "/tdd delegate @alice"), "Waiting for bob"),
        (comments("bob", "/tdd delegate @nobody-here"), "Waiting for bob"),
        (comments("bob", "/tdd delegate @eng-lead"), "Waiting for bob"),
    ),
    "a seat that the header named is not taken back by a command": (
        (opens(design("Approved", reviewers="@eng-lead, @dana")), "Waiting for acme/eng-lead and dana"),
        (pushes(LEAD), "Waiting for acme/eng-lead and dana"),
        (comments("alice", "/tdd unrequest @dana"), "Waiting for acme/eng-lead and dana"),
        (comments("alice", "/tdd request @dana"), "Waiting for acme/eng-lead and dana"),
        (comments("alice", "/tdd unrequest @dana"), "Waiting for acme/eng-lead and dana"),
    ),
}


@pytest.mark.parametrize("name", STORIES)
async def test_story(name: str, play: Play) -> None:
    for number, (deed, title) in enumerate(STORIES[name], start=1):
        deed(play)
        await play.stage.run()
        assert play.stage.check(play.it).title == title, f"step {number}"


async def test_requests_follow_the_seats(play: Play) -> None:
    opens(design("Approved", reviewers="@bob, @eng-lead"))(play)
    comments("alice", "/tdd request @dana")(play)
    await play.stage.run()
    assert play.stage.asked(play.it) == {"bob", "dana", "eng-lead"}

    comments("alice", "/tdd unrequest @dana")(play)
    comments("bob", "/tdd delegate @frank")(play)
    comments("carol", "/tdd release @eng-lead")(play)
    await play.stage.run()
    assert play.stage.asked(play.it) == {"frank"}

    comments("alice", "/tdd request @dana")(play)
    await play.stage.run()
    assert play.stage.asked(play.it) == {"frank", "dana"}


async def test_a_request_that_a_person_made_is_left_alone(play: Play) -> None:
    opens(BOB)(play)
    await play.stage.run()
    play.stage.scene.person("erin").unrequest(play.it, users=("bob",))
    play.stage.scene.person("erin").request(play.it, users=("bob",))
    comments("bob", "/tdd delegate @frank")(play)
    await play.stage.run()

    assert play.stage.asked(play.it) == {"bob", "frank"}


async def test_where_github_chose_the_one_who_declines_it_chooses_again(play: Play) -> None:
    auto_assigns("eng-lead")(play)
    opens(LEAD)(play)
    await play.stage.run()
    (chosen,) = play.stage.asked(play.it)

    comments(chosen, "/tdd decline")(play)
    await play.stage.run()

    assert play.stage.asked(play.it) == {"bob", "carol"} - {chosen}
    assert f"{chosen} leaves it to the others; asked on" in play.stage.comment(play.it)


@pytest.mark.parametrize("command", ["release @eng-lead", "decline", "resolve naming", "unhold"])
async def test_of_several_documents_one_has_to_be_named(play: Play, command: str) -> None:
    play.pull = play.stage.scene.open_pull({"docs/tdd/1.md": LEAD, "docs/tdd/2.md": LEAD})
    comments("bob", "/tdd concern naming It is wrong.\n/tdd hold")(play)
    await play.stage.run()
    comments("bob", f"/tdd {command}")(play)
    await play.stage.run()
    (reply,) = play.stage.replies(play.it)
    assert "say which document" in reply
    assert "docs/tdd/1.md, docs/tdd/2.md" in reply

    comments("bob", f"/tdd {command} in 2.md")(play)
    await play.stage.run()
    assert len(play.stage.replies(play.it)) == 1


async def test_whoever_takes_the_name_of_an_heir_does_not_get_the_seat(play: Play) -> None:
    opens(BOB)(play)
    comments("bob", "/tdd delegate @frank")(play)
    await play.stage.run()

    rename(play.stage, "frank", "frank-new")
    world = play.stage.scene.world
    world.add_member(play.stage.scene.organization, world.add_user("frank"))
    approves("frank")(play)
    await play.stage.run()
    assert play.stage.check(play.it).title == "Waiting for frank-new"

    approves("frank-new")(play)
    await play.stage.run()
    assert play.stage.check(play.it).title == "Approved and signed by frank-new"
