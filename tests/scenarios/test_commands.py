"""Commands by every kind of person, granted and refused, and what they put in force."""

from dataclasses import dataclass

import pytest

from bot.sandbox import Role
from tests.builders import design
from tests.scenarios.deeds import (
    APPROVED,
    DESIGN,
    Deed,
    Play,
    approves,
    comments,
    deletes_comment,
    edits_comment,
    on_main,
    opens,
    pushes,
)
from tests.scenarios.stage import Stage

THREE = "Waiting for acme/eng-lead and 2 more"
TWO = "Waiting for acme/eng-lead and acme/infrastructure"

PEOPLE = {
    "author": "alice",
    "holder": "bob",
    "other holder": "dana",
    "writer": "wendy",
    "admin": "erin",
    "member": "frank",
    "stranger": "mallory",
}

# Command -> who is granted it, on a complete design of alice's in review.
GRANTED = {
    "help": set(PEOPLE),
    "status": set(PEOPLE),
    "check": set(PEOPLE),
    "approve": {"holder", "other holder"},
    "withdraw": {"holder", "other holder"},
    "concern naming It is wrong.": {"holder", "other holder"},
    "hold until tomorrow": {"author", "holder", "other holder", "writer", "admin"},
    "release @eng-lead": {"holder"},
    "waive 7 not known yet": {"holder", "other holder", "writer", "admin"},
    "request @wendy": {"author", "holder", "other holder", "writer", "admin"},
    "override it is urgent": {"admin"},
}


@pytest.fixture
def play(stage: Stage) -> Play:
    """The standard scene with a writer and a plain member more."""
    for login in ("wendy", "frank"):
        account = stage.scene.world.add_user(login)
        stage.scene.world.add_member(stage.scene.organization, account)
    stage.scene.repository.collaborators[stage.scene.world.user("wendy").id] = Role.WRITE
    return Play(stage)


@pytest.mark.parametrize("command", GRANTED)
async def test_who_may(play: Play, command: str) -> None:
    opens(DESIGN)(play)
    await play.stage.run()
    for kind, login in PEOPLE.items():
        comments(login, f"/tdd {command}")(play)
        await play.stage.run()
        comment = next(one for one in reversed(play.it.comments) if one.author.login == login)
        given = {one.content for one in comment.reactions}
        expected = {"eyes", "+1"} if kind in GRANTED[command] else {"eyes", "confused"}
        assert given == expected, kind


@pytest.mark.parametrize("command", ["resolve naming", "unhold", "waive 7", "override", "release"])
async def test_what_is_not_there_or_not_said_is_refused_with_the_reason(play: Play, command: str) -> None:
    opens(DESIGN)(play)
    comments("bob", f"/tdd {command}")(play)
    await play.stage.run()

    (reply,) = play.stage.replies(play.it)
    assert "is refused" in reply


@dataclass(frozen=True)
class Story:
    """Deeds, each with the title of the check after it."""

    steps: tuple[tuple[Deed, str], ...]
    before: tuple[Deed, ...] = ()


CONCERN = "dana raised the concern “naming”: The cache has two names."

STORIES = {
    "a concern blocks until its raiser resolves it": Story(
        (
            (opens(DESIGN), THREE),
            (comments("dana", "/tdd concern naming The cache has two names."), CONCERN),
            (comments("alice", "/tdd resolve naming"), CONCERN),
            (comments("bob", "/tdd resolve naming"), CONCERN),
            (comments("dana", "/tdd resolve NAMING"), THREE),
        )
    ),
    "a concern outlives its comment": Story(
        (
            (opens(DESIGN), THREE),
            (comments("dana", "/tdd concern naming The cache has two names."), CONCERN),
            (deletes_comment("alice", "dana"), CONCERN),
        )
    ),
    "a resolution that somebody edited is none": Story(
        (
            (opens(DESIGN), THREE),
            (comments("dana", "/tdd concern naming The cache has two names."), CONCERN),
            (comments("dana", "/tdd resolve naming"), THREE),
            (edits_comment("alice", "dana", "/tdd resolve naming!"), CONCERN),
        )
    ),
    "the author lifts only a hold of the author's own": Story(
        (
            (opens(APPROVED), THREE),
            (comments("bob", "/tdd hold until Monday"), "bob holds the merge: until Monday"),
            (comments("alice", "/tdd unhold"), "bob holds the merge: until Monday"),
            (comments("erin", "/tdd unhold"), THREE),
            (comments("alice", "/tdd hold"), "alice holds the merge"),
            (comments("alice", "/tdd unhold"), THREE),
        )
    ),
    "a hold blocks a design that everybody has signed": Story(
        (
            (opens(APPROVED), THREE),
            (approves("bob"), "Waiting for acme/security-team and acme/infrastructure"),
            (approves("carol"), "Waiting for acme/security-team"),
            (comments("dana", "/tdd approve\n/tdd hold the freeze"), "dana holds the merge: the freeze"),
            (comments("dana", "/tdd unhold"), "Approved and signed by bob, dana and carol"),
        )
    ),
    "a seat leaves by its holder": Story(
        (
            (opens(DESIGN), THREE),
            (comments("dana", "/tdd release @security-team"), TWO),
            (comments("dana", "/tdd release @infrastructure"), TWO),
        )
    ),
    "a waiver excuses a section until it changes": Story(
        before=(on_main(design("Draft")),),
        steps=(
            (opens(design(bodies={"7": "TBD"})), "1 section to write before approval"),
            (comments("dana", '/tdd waive "Risks & Unknowns" nothing is known yet'), THREE),
            (pushes(design(bodies={"7": "TODO"})), "1 section to write before approval"),
        ),
    ),
    "a waiver is taken back": Story(
        before=(on_main(design("Draft")),),
        steps=(
            (opens(design(without=("7",))), "1 section to write before review"),
            (comments("dana", "/tdd waive 7 nothing is known yet"), THREE),
            (comments("bob", "/tdd unwaive 7"), "1 section to write before review"),
        ),
    ),
    "a requested seat is asked and can be taken back while it is silent": Story(
        (
            (opens(design(reviewers="@eng-lead")), "Waiting for acme/eng-lead"),
            (
                comments("alice", "/tdd request @security-team"),
                "Waiting for acme/eng-lead and acme/security-team",
            ),
            (comments("alice", "/tdd unrequest @security-team"), "Waiting for acme/eng-lead"),
            (
                comments("alice", "/tdd request @security-team"),
                "Waiting for acme/eng-lead and acme/security-team",
            ),
            (approves("dana"), "Waiting for acme/eng-lead"),
            (
                pushes(design(reviewers="@eng-lead", bodies={"1": "Otherwise."})),
                "acme/security-team to sign again: 1 Executive Summary changed after dana signed "
                "(and 1 more)",
            ),
        )
    ),
    "an override passes this head and is gone with the next push": Story(
        (
            (opens(APPROVED), THREE),
            (
                comments("erin", "/tdd override the shop is down"),
                f"Passed by override of erin: the shop is down. Open: {THREE}",
            ),
            (pushes(design("Approved", bodies={"1": "Otherwise."})), THREE),
        )
    ),
    "an override that its giver deletes is none": Story(
        (
            (opens(APPROVED), THREE),
            (
                comments("erin", "/tdd override the shop is down"),
                f"Passed by override of erin: the shop is down. Open: {THREE}",
            ),
            (deletes_comment("alice", "erin"), THREE),
        )
    ),
}


@pytest.mark.parametrize("name", STORIES)
async def test_story(name: str, play: Play) -> None:
    story = STORIES[name]
    for deed in story.before:
        deed(play)
    for number, (deed, title) in enumerate(story.steps, start=1):
        deed(play)
        await play.stage.run()
        assert play.stage.check(play.it).title == title, f"step {number}"


async def test_a_comment_with_five_hundred_commands_is_answered_once(play: Play) -> None:
    opens(DESIGN)(play)
    await play.stage.run()
    play.stage.count()
    comments("mallory", "/tdd approve\n" * 500)(play)

    await play.stage.run()

    cost = play.stage.count()
    assert (cost.reads, cost.writes) == (1, 3)
    assert len(play.stage.replies(play.it)) == 1


async def test_a_document_is_picked_by_the_tail_of_its_path(play: Play) -> None:
    files = {"docs/tdd/1.md": design(reviewers="@eng-lead"), "docs/tdd/2.md": design(reviewers="@eng-lead")}
    play.pull = play.stage.scene.open_pull(files)
    comments("bob", "/tdd approve in 2.md")(play)
    comments("bob", "/tdd approve in 3.md")(play)
    await play.stage.run()

    body = play.stage.comment(play.it)
    assert "All seats" in body or "The only seat has signed" in body
    assert "Waiting for acme/eng-lead" in body
    (reply,) = play.stage.replies(play.it)
    assert "names no single document" in reply
