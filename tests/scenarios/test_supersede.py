"""``/tdd supersede`` links both documents, by one commit or one patch; the gate judges the old one."""

import re
import subprocess
from pathlib import Path

import pytest

from bot.ports import UnavailableError
from bot.sandbox import Failure
from tests.builders import design
from tests.scenarios.deeds import DESIGN, Play, approves, comments, fails_next, opens
from tests.scenarios.stage import PATH, Stage

OLD = "docs/tdd/0003-old-cache.md"


def at_head(play: Play, path: str) -> str:
    """Return a document as it stands on the branch."""
    git = play.it.repository.git
    return git.blobs[git.files(play.it.head_sha)[path].oid].decode()


@pytest.fixture
def play(stage: Stage) -> Play:
    """An approved design on main, and a pull request of alice's that replaces it."""
    there = {OLD: design("Approved"), "docs/tdd/0004-draft.md": design("Draft")}
    stage.scene.person("erin").commit(stage.scene.repository, "main", there)
    play = Play(stage)
    opens(DESIGN)(play)
    return play


async def test_both_documents_name_each_other_and_the_old_one_is_judged(play: Play) -> None:
    play.stage.scene.installation.permissions["contents"] = "write"
    before = play.it.head_sha
    comments("alice", f"/tdd supersede {OLD}")(play)
    await play.stage.run()

    made = play.it.repository.git.commits[play.it.head_sha]
    assert made.parents == (before,)
    assert made.message == f"Supersede {OLD} by {PATH}"

    assert "**Status:** Superseded\n**Superseded-By:** [0007-price-cache](0007-price-cache.md)" in at_head(
        play, OLD
    )
    assert "**Supersedes:** 0003-old-cache.md" in at_head(play, PATH)
    said = play.stage.comment(play.it)
    assert "0003-old-cache.md` · Superseded" in said
    assert play.stage.check(play.it).title == "Waiting for acme/eng-lead and 2 more (and 1 more design)"
    given = next(one for one in play.it.comments if one.author.login == "alice")
    assert {one.content for one in given.reactions} == {"eyes", "+1"}

    head = play.it.head_sha
    comments("alice", "/tdd supersede 0003-old-cache.md in 0007-price-cache.md")(play)
    await play.stage.run()
    assert play.it.head_sha == head

    approves("bob")(play)
    await play.stage.run()
    assert "✔ **Superseded and signed by bob**" in play.stage.comment(play.it)


async def test_without_the_permission_one_patch_changes_both(play: Play, tmp_path: Path) -> None:
    comments("alice", "/tdd supersede 0003-old-cache.md")(play)
    await play.stage.run()

    (reply,) = play.stage.replies(play.it)
    patch = re.search(r"```diff\n(.*)```", reply, flags=re.DOTALL)
    assert patch is not None
    apply(tmp_path, {path: at_head(play, path) for path in (OLD, PATH)}, patch[1])
    assert "Superseded-By" in (tmp_path / OLD).read_text()
    assert "**Supersedes:** 0003-old-cache.md" in (tmp_path / PATH).read_text()


def apply(folder: Path, files: dict[str, str], patch: str) -> None:
    """Let ``git apply`` take a patch."""
    (folder / OLD).parent.mkdir(parents=True)
    for path, text in files.items():
        (folder / path).write_text(text)
    for arguments, said in ((["init", "-q"], ""), (["apply", "-"], patch)):
        subprocess.run(["git", *arguments], cwd=folder, input=said, text=True, check=True)


@pytest.mark.parametrize(
    ("argument", "reason"),
    [
        ("", "name the design that this one supersedes"),
        ("docs/tdd/0099-lost.md", "docs/tdd/0099-lost.md is no design on this branch"),
        ("../../../etc/passwd", "is no design on this branch"),
        ("0007-price-cache.md", "a design cannot take its own place"),
        ("0004-draft.md", "A Draft document cannot become Superseded"),
    ],
)
async def test_what_cannot_be_superseded_is_refused_with_the_reason(
    play: Play, argument: str, reason: str
) -> None:
    play.stage.scene.installation.permissions["contents"] = "write"
    comments("alice", f"/tdd supersede {argument} in 0007-price-cache.md")(play)
    head = play.it.head_sha
    await play.stage.run()

    assert play.it.head_sha == head
    (reply,) = play.stage.replies(play.it)
    assert reason in reply


async def test_two_acts_of_one_comment_are_both_done(stage: Stage) -> None:
    stage.scene.installation.permissions["contents"] = "write"
    play = Play(stage)
    opens(design("Draft", without=("4.2",)))(play)
    comments("alice", "/tdd fix\n/tdd submit")(play)
    await stage.run()

    assert "How is data encrypted" in at_head(play, PATH)
    assert "**Status:** In-Review" in at_head(play, PATH)


async def test_a_successor_that_the_same_pull_request_takes_away_is_none(play: Play) -> None:
    scene = play.stage.scene
    successor = "docs/tdd/0005-next.md"
    scene.person("erin").commit(scene.repository, "main", {successor: design("Draft")})
    retired = design("Superseded", header="**Superseded-By:** 0005-next.md")
    play.pull = scene.open_pull({OLD: retired, successor: None}, branch="retire")
    approves("bob")(play)
    await play.stage.run()

    assert "the design that supersedes it is missing" in (play.stage.check(play.it).title or "")


async def test_a_push_in_between_is_never_half_written_over(play: Play) -> None:
    play.stage.scene.installation.permissions["contents"] = "write"
    comments("alice", f"/tdd supersede {OLD}")(play)
    stale = {"type": "STALE_DATA", "path": ["createCommitOnBranch"], "message": "Pull and try again."}
    body: dict[str, object] = {"data": {"createCommitOnBranch": None}, "errors": [stale]}
    fails_next(Failure(status=200, path="Commit", body=body))(play)
    before = play.it.head_sha

    with pytest.raises(UnavailableError):
        await play.stage.run()
    assert play.it.head_sha == before
    assert play.stage.replies(play.it) == []

    comments("alice", "/tdd check")(play)
    await play.stage.run()
    assert "Superseded-By" in at_head(play, OLD)
    assert "**Supersedes:**" in at_head(play, PATH)
