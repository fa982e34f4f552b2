"""Every command by every kind of person, granted and refused, seen by what reaches the comment."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from bot.core.policy.commands import REGISTRY
from bot.sandbox import PullRequest, Role
from bot.sandbox.person import Person
from bot.sandbox.state.accounts import Kind
from bot.sandbox.state.pull import Said
from tests.builders import design
from tests.scenarios.deeds import APPROVED, DESIGN, Deed, Play, approves, comments, joins, opens
from tests.scenarios.stage import PATH, Stage

PEOPLE = {
    "author": "alice",
    "holder": "bob",
    "other holder": "dana",
    "writer": "wendy",
    "admin": "erin",
    "member": "frank",
    "stranger": "mallory",
    "bot": "helper[bot]",
}
"""On a design of alice's; bob holds eng-lead's seat, dana security-team's; the teams may write."""

PERSONS = frozenset(PEOPLE) - {"bot"}
WRITERS = frozenset({"author", "holder", "other holder", "writer", "admin"})
HOLDERS = frozenset({"holder", "other holder"})
NOBODY: frozenset[str] = frozenset()


OPENING: Deed = opens(DESIGN)


@dataclass(frozen=True)
class Row:
    """A command, who is granted it, and what has to be so before each of them gives it."""

    granted: frozenset[str]
    opening: Deed = OPENING
    before: tuple[Deed, ...] = ()
    renew: tuple[Deed, ...] = ()
    """Done again before everybody: what the one before may have used up."""


def replacing(play: Play) -> None:
    """Open a design that is to replace an approved one."""
    scene = play.stage.scene
    scene.person("erin").commit(scene.repository, "main", {"docs/tdd/0003-old.md": design("Approved")})
    opens(DESIGN)(play)


CONCERN = comments("dana", "/tdd concern naming It is wrong.")
HOLD = comments("dana", "/tdd hold for now")
LONE = design(reviewers="@bob, @security-team")

TABLE = {
    "help": Row(PERSONS),
    "status": Row(PERSONS),
    "check": Row(PERSONS),
    "nonsense": Row(NOBODY),
    "submit": Row(WRITERS, opens(design("Draft"))),
    "draft": Row(WRITERS),
    "fix": Row(WRITERS, opens(design("Draft", without=("4.2",)))),
    "finalize": Row(WRITERS, opens(design(reviewers="@infrastructure")), (approves("carol"),)),
    "supersede docs/tdd/0003-old.md": Row(WRITERS, replacing),
    "approve": Row(HOLDERS),
    "withdraw": Row(HOLDERS),
    "concern naming It is wrong.": Row(HOLDERS),
    "resolve naming": Row(frozenset({"other holder"}), renew=(CONCERN,)),
    "hold until tomorrow": Row(WRITERS),
    "unhold": Row(frozenset({"other holder", "admin"}), renew=(HOLD,)),
    "release @eng-lead": Row(frozenset({"holder"})),
    "decline": Row(frozenset({"holder"}), before=(joins("carol", "eng-lead"), approves("carol"))),
    "delegate @frank": Row(frozenset({"holder"}), opens(LONE)),
    "waive 7 not known yet": Row(WRITERS - {"author"}),
    "unwaive 7": Row(WRITERS - {"author"}),
    "request @wendy": Row(WRITERS),
    "unrequest @wendy": Row(WRITERS, renew=(comments("wendy", "/tdd request @wendy"),)),
    "override it is urgent": Row(frozenset({"admin"}), opens(APPROVED)),
}


def cast(stage: Stage) -> Play:
    """Add a writer, a plain member and a bot to the standard scene."""
    world = stage.scene.world
    for login in ("wendy", "frank"):
        world.add_member(stage.scene.organization, world.add_user(login))
    stage.scene.repository.collaborators[world.user("wendy").id] = Role.WRITE
    world.add_user("helper[bot]", kind=Kind.BOT)
    return Play(stage)


@pytest.fixture
def play(stage: Stage) -> Play:
    """The standard scene with a writer, a plain member and a bot more."""
    return cast(stage)


def test_no_command_is_left_out() -> None:
    assert {one.split(maxsplit=1)[0] for one in TABLE} >= set(REGISTRY)


async def begun(play: Play, row: Row) -> None:
    """Open the pull request of a row."""
    row.opening(play)
    for deed in row.before:
        deed(play)
    await play.stage.run()


Way = Callable[[Person, PullRequest, str], Said]
"""How a command is given; returns what was said, which takes the reactions."""

WAYS: dict[str, Way] = {
    "thread": lambda person, pull, body: person.comment(pull, body),
    "review": lambda person, pull, body: person.review(pull, "COMMENT", f"I have read it.\n\n{body}"),
    "line": lambda person, pull, body: person.line_comment(pull, PATH, body),
}
"""By the name that an answer calls it by."""


async def give(play: Play, kind: str, command: str, way: str) -> None:
    """Have one of the people give a command, and hold the reactions and the answer to the table."""
    row, world = TABLE[command], play.stage.scene.world
    for deed in row.renew:
        deed(play)
    await play.stage.run()
    given = WAYS[way](Person(world, world.user(PEOPLE[kind])), play.it, f"/tdd {command}")
    await play.stage.run()
    reactions = {one.content for one in given.reactions}
    answered = any(f"<!-- tdd-bot:reply {way} {given.id} -->" in one for one in play.stage.replies(play.it))
    if kind == "bot":
        assert (reactions, answered) == (set(), False)
    elif kind in row.granted:
        assert reactions == {"eyes", "+1"}, kind
    else:
        assert (reactions, answered) == ({"eyes", "confused"}, True), kind


@pytest.mark.parametrize("command", TABLE)
async def test_who_may(play: Play, command: str) -> None:
    await begun(play, TABLE[command])
    for kind in PEOPLE:
        await give(play, kind, command, "thread")


@pytest.mark.parametrize(("way", "at"), [("review", 0), ("line", -1)])
@pytest.mark.parametrize("command", TABLE)
async def test_it_is_the_same_in_a_review_and_on_a_line(play: Play, command: str, way: str, at: int) -> None:
    """Played by a bot, by one of those refused and by one of those granted, where there are any."""
    row = TABLE[command]
    await begun(play, row)
    refused = [kind for kind in PEOPLE if kind not in {*row.granted, "bot"}]
    granted = [kind for kind in PEOPLE if kind in row.granted]
    for kind in ("bot", *(those[at] for those in (refused, granted) if those)):
        await give(play, kind, command, way)
