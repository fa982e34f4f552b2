"""Buttons on the check: offered where they help, pressed over HTTP, with the presser's own authority."""

import pytest

from bot.core.model import PullRequestRef
from bot.core.policy.buttons import BUTTONS
from bot.sandbox import Role
from bot.sandbox.state.accounts import Kind
from tests.builders import design
from tests.scenarios.deeds import DESIGN, Deed, Play, approves, opens, presses
from tests.scenarios.stage import PATH, Stage

MISSING = design("Draft", without=("4.2",))
DRAFT = design("Draft")
CARE = design(reviewers="@infrastructure")


@pytest.fixture
def play(stage: Stage) -> Play:
    """The standard scene with a writer who holds no seat."""
    world = stage.scene.world
    world.add_member(stage.scene.organization, world.add_user("wendy"))
    stage.scene.repository.collaborators[world.user("wendy").id] = Role.WRITE
    return Play(stage)


def may_commit(play: Play) -> None:
    """Grant the app what `setup --commits` would."""
    play.stage.scene.installation.permissions["contents"] = "write"


def offered(play: Play) -> list[str]:
    """Return what the check's buttons give."""
    return [one["identifier"] for one in play.stage.check(play.it).actions]


def at_head(play: Play) -> str:
    """Return the design as it stands on the branch."""
    git = play.it.repository.git
    return git.blobs[git.files(play.it.head_sha)[PATH].oid].decode()


def test_github_takes_every_button() -> None:
    assert len(BUTTONS) <= 3
    assert all(len(one.label) <= 20 and len(one.description) <= 40 for one in BUTTONS.values())


@pytest.mark.parametrize(
    ("deeds", "buttons"),
    [
        ((opens(MISSING),), ["fix"]),
        ((opens(design("Draft", bodies={"7": "TBD"})),), []),
        ((opens(DRAFT),), ["submit"]),
        ((opens(DRAFT, draft=True),), []),
        ((opens(design(without=("4.2",))),), ["fix"]),
        ((opens(DESIGN),), []),
        ((opens(CARE), approves("carol")), ["finalize"]),
        ((opens(design("Approved", reviewers="@infrastructure")), approves("carol")), []),
        ((opens("# TDD: Price cache\n"),), []),
    ],
)
async def test_a_button_is_there_where_it_helps(
    play: Play, deeds: tuple[Deed, ...], buttons: list[str]
) -> None:
    for deed in deeds:
        deed(play)
    await play.stage.run()

    assert offered(play) == buttons


async def test_the_whole_way_by_buttons(play: Play) -> None:
    may_commit(play)
    opens(MISSING)(play)
    await play.stage.run()
    presses("alice", "fix")(play)
    await play.stage.run()
    assert "How is data encrypted" in at_head(play)
    assert offered(play) == []

    play.stage.scene.person("alice").commit(
        play.it.repository, "change", {PATH: design("Draft", "@eng-lead")}
    )
    await play.stage.run()
    presses("wendy", "submit")(play)
    await play.stage.run()
    assert "**Status:** In-Review" in at_head(play)
    assert play.stage.asked(play.it) == {"eng-lead"}

    approves("bob")(play)
    await play.stage.run()
    presses("alice", "finalize")(play)
    await play.stage.run()
    assert play.stage.check(play.it).title == "Approved and signed by bob"
    assert f"**Date:** {play.stage.clock.present:%Y-%m-%d}" in at_head(play)
    assert play.stage.replies(play.it) == []


@pytest.mark.parametrize("login", ["mallory", "carol"])
async def test_a_press_has_the_authority_of_whoever_pressed(play: Play, login: str) -> None:
    may_commit(play)
    play.stage.scene.team("infrastructure").repositories.clear()
    opens(DRAFT)(play)
    await play.stage.run()
    head = play.it.head_sha
    for _ in range(2):
        presses(login, "submit")(play)
        await play.stage.run()

    assert play.it.head_sha == head
    (reply,) = play.stage.replies(play.it)
    assert f"**Submit for review**, pressed by {login}, is refused: only the author or somebody" in reply
    presses("alice", "submit")(play)
    await play.stage.run()
    assert play.it.head_sha != head


async def test_what_may_not_be_committed_is_shown_as_a_patch(play: Play) -> None:
    opens(DRAFT)(play)
    await play.stage.run()
    presses("alice", "submit")(play)
    await play.stage.run()

    (reply,) = play.stage.replies(play.it)
    assert "**Submit for review**, pressed by alice. This app may not commit" in reply
    assert "+**Status:** In-Review" in reply
    assert "+**Status:** In-Review" not in at_head(play)


async def test_a_bots_press_does_nothing(play: Play) -> None:
    may_commit(play)
    world = play.stage.scene.world
    world.add_user("helper[bot]", kind=Kind.BOT)
    opens(DRAFT)(play)
    await play.stage.run()
    presses("helper[bot]", "submit")(play)
    await play.stage.run()

    assert "**Status:** Draft" in at_head(play)
    assert play.stage.replies(play.it) == []


async def test_a_press_told_twice_is_one(play: Play) -> None:
    may_commit(play)
    opens(DRAFT)(play)
    await play.stage.run()
    presses("alice", "submit")(play)
    await play.stage.run()
    play.stage.scene.person("alice").commit(play.it.repository, "change", {PATH: DRAFT})
    await play.stage.run()
    sent = next(one for one in play.stage.sandbox.hooks.deliveries if one.action == "requested_action")
    play.stage.sandbox.hooks.redeliver(sent)
    await play.stage.run()

    assert "**Status:** Draft" in at_head(play)


async def test_a_press_is_in_the_audit(play: Play) -> None:
    opens(DRAFT)(play)
    await play.stage.run()
    presses("mallory", "submit")(play)
    await play.stage.run()

    scene = play.stage.scene
    ref = PullRequestRef(scene.installation.id, scene.repository.id, "acme", "shop", play.it.number)
    (settled,) = (await play.stage.journal.recall(ref)).settled
    assert (settled.command, settled.actor, settled.granted) == ("submit", "mallory", False)
