"""Commands by every kind of person, granted and refused, and what they put in force."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

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
    objects,
    on_main,
    opens,
    pushes,
)
from tests.scenarios.stage import PATH, Stage

THREE = "Waiting for acme/eng-lead and 2 more"
TWO = "Waiting for acme/eng-lead and acme/infrastructure"


def cast(stage: Stage) -> Play:
    """Add a writer and a plain member to the standard scene."""
    for login in ("wendy", "frank"):
        account = stage.scene.world.add_user(login)
        stage.scene.world.add_member(stage.scene.organization, account)
    stage.scene.repository.collaborators[stage.scene.world.user("wendy").id] = Role.WRITE
    return Play(stage)


@pytest.fixture
def play(stage: Stage) -> Play:
    """The standard scene with a writer and a plain member more."""
    return cast(stage)


@pytest.mark.parametrize(
    "command", ["resolve naming", "unhold", "waive 7", "override", "release", "delegate", "unrequest @bob"]
)
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
    "an override lets nothing pass that came up after it": Story(
        (
            (opens(APPROVED), THREE),
            (
                comments("erin", "/tdd override the shop is down"),
                f"Passed by override of erin: the shop is down. Open: {THREE}",
            ),
            (
                approves("bob"),
                "Passed by override of erin: the shop is down. Open: "
                "Waiting for acme/security-team and acme/infrastructure",
            ),
            (objects("dana"), "dana of acme/security-team asked for changes"),
            (
                comments("erin", "/tdd override it is still down"),
                "Passed by override of erin: it is still down. Open: "
                "dana of acme/security-team asked for changes",
            ),
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


# --- commands that change the document ------------------------------------------------------------


def may_commit(play: Play) -> None:
    """Grant the app what `setup --commits` would."""
    play.stage.scene.installation.permissions["contents"] = "write"


def text_at_head(play: Play) -> str:
    """Return the design as it stands on the branch."""
    git = play.it.repository.git
    return git.blobs[git.files(play.it.head_sha)[PATH].oid].decode()


async def test_submit_draft_and_finalize_commit_where_the_app_may(play: Play) -> None:
    may_commit(play)
    opens(design("Draft"))(play)
    comments("alice", "/tdd submit")(play)
    await play.stage.run()
    assert play.stage.check(play.it).title == THREE
    assert "**Status:** In-Review" in text_at_head(play)

    comments("alice", "/tdd finalize")(play)
    await play.stage.run()
    assert "not everybody has signed" in play.stage.replies(play.it)[-1]

    for login in ("bob", "carol", "dana"):
        approves(login)(play)
    comments("alice", "/tdd finalize")(play)
    await play.stage.run()
    assert play.stage.check(play.it).title == "Approved and signed by bob, dana and carol"
    assert f"**Date:** {play.stage.clock.present:%Y-%m-%d}" in text_at_head(play)

    comments("erin", "/tdd draft")(play)
    await play.stage.run()
    assert play.stage.check(play.it).title == "Draft: all 16 sections written"


async def test_fix_adds_what_is_missing_with_its_prompts(play: Play) -> None:
    may_commit(play)
    opens(design("Draft", without=("4.2",)))(play)
    comments("alice", "/tdd fix")(play)
    await play.stage.run()

    assert "4.2" in text_at_head(play)
    assert "How is data encrypted" in text_at_head(play)
    assert play.stage.check(play.it).title == "Draft: 1 of 16 sections to write"


async def test_without_the_permission_a_patch_is_shown_that_git_applies(play: Play, tmp_path: Path) -> None:
    before = design("Draft", without=("4.2",))
    opens(before)(play)
    comments("alice", "/tdd fix")(play)
    await play.stage.run()

    (reply,) = play.stage.replies(play.it)
    patch = re.search(r"```diff\n(.*)```", reply, flags=re.DOTALL)
    assert patch is not None
    assert "How is data encrypted" in applied(tmp_path, before, patch[1])
    (comment,) = [one for one in play.it.comments if one.author.login == "alice"]
    assert {one.content for one in comment.reactions} == {"eyes", "+1"}


def applied(folder: Path, before: str, patch: str) -> str:
    """Return the design after ``git apply``."""
    (folder / PATH).parent.mkdir(parents=True)
    (folder / PATH).write_text(before)
    for arguments, said in ((["init", "-q"], ""), (["apply", "-"], patch)):
        subprocess.run(["git", *arguments], cwd=folder, input=said, text=True, check=True)
    return (folder / PATH).read_text()


async def test_a_strangers_act_is_refused(play: Play) -> None:
    may_commit(play)
    opens(design("Draft"))(play)
    comments("mallory", "/tdd submit")(play)
    await play.stage.run()

    assert "**Status:** Draft" in text_at_head(play)
    assert "only the author or somebody with write access can" in play.stage.replies(play.it)[0]


async def test_what_is_so_already_is_acknowledged_and_changes_nothing(play: Play) -> None:
    may_commit(play)
    opens(DESIGN)(play)
    await play.stage.run()
    head = play.it.head_sha
    comments("alice", "/tdd submit")(play)
    await play.stage.run()

    assert play.it.head_sha == head
    assert play.stage.replies(play.it) == []


@pytest.mark.parametrize(
    ("first", "second", "mover"),
    [
        ("hold the freeze", "concern keys Who rotates them?", "carol"),
        ("concern keys Who rotates them?", "hold the freeze", "@alice"),
    ],
)
async def test_the_move_is_about_what_the_first_line_names(
    stage: Stage, first: str, second: str, mover: str
) -> None:
    play = Play(stage)
    for deed in (opens(DESIGN), comments("carol", f"/tdd {first}"), comments("dana", f"/tdd {second}")):
        deed(play)
        await stage.run()
    assert f"**Next, {mover}:**" in stage.comment(play.it)
