"""Attacks that use a second design, a second place or a second person to let a first one pass."""

from collections.abc import Mapping

import pytest

from bot.sandbox import Conclusion, PullRequest
from tests.builders import design
from tests.scenarios.configured import configure
from tests.scenarios.deeds import APPROVED, Deed, Play, approves, comments, merge_is_refused
from tests.scenarios.stage import PATH, Stage

OTHER = "docs/tdd/0008-other.md"
SECOND = APPROVED.replace("Price cache", "Stock cache")
KINDS = """
kinds:
  - {name: note, paths: ['notes/*.md'], mode: off}
  - {name: advice, paths: ['advice/*.md'], mode: advise}
  - {name: memo, paths: ['memos/*.md']}
"""


def opens_both(play: Play, first: str = APPROVED, second: str = SECOND) -> None:
    """Open a pull request with two designs."""
    play.pull = play.stage.scene.open_pull({PATH: first, OTHER: second}, branch="change")


def commits(play: Play, files: Mapping[str, str | None], login: str = "alice") -> None:
    """Push to the pull request's branch."""
    play.stage.scene.person(login).commit(play.it.repository, "change", dict(files))


async def say(play: Play, *deeds: Deed) -> None:
    """Do it, and let the bot deal with each by itself."""
    for deed in deeds:
        deed(play)
        await play.stage.run()


async def is_blocked(play: Play, title: str) -> None:
    """Let the bot deal with what happened: it ends with this title, and nothing merges."""
    await play.stage.run()
    run = play.stage.check(play.it)
    assert run.conclusion not in {Conclusion.SUCCESS, Conclusion.NEUTRAL}
    assert (run.title or "").startswith(title), run.title
    merge_is_refused()(play)


@pytest.mark.parametrize(
    ("granted", "title"),
    [
        ("/tdd approve in 0008-other.md", "Waiting for acme/security-team"),
        ("/tdd release @acme/security-team in 0008-other.md", "Waiting for acme/security-team"),
    ],
)
async def test_what_is_granted_for_one_design_lets_no_other_pass_once_that_one_is_dropped(
    stage: Stage, granted: str, title: str
) -> None:
    play = Play(stage)
    opens_both(play)
    await say(play, approves("bob"), approves("carol"), comments("dana", granted))

    commits(play, {OTHER: None})

    await is_blocked(play, title)


async def test_a_waiver_of_a_dropped_design_excuses_no_other(stage: Stage) -> None:
    play = Play(stage)
    first = design("Approved", without=("4.2",))
    opens_both(play, first, first.replace("Price cache", "Stock cache"))
    await say(play, comments("erin", "/tdd waive 4.2 It is small. in 0008-other.md"))

    commits(play, {OTHER: None})

    await is_blocked(play, "1 section to write before approval")


async def test_a_hold_on_a_dropped_design_stays(stage: Stage) -> None:
    play = Play(stage)
    opens_both(play)
    await say(
        play, approves("bob"), approves("carol"), comments("dana", "/tdd hold the freeze in 0008-other.md")
    )

    commits(play, {OTHER: None})
    approves("dana")(play)

    await is_blocked(play, "dana holds the merge: the freeze")


async def test_a_concern_lifted_before_its_design_was_renamed_stays_lifted(stage: Stage) -> None:
    play = Play(stage)
    play.pull = stage.scene.open_pull({PATH: APPROVED}, branch="change")
    await say(play, comments("dana", "/tdd concern keys Who?"), comments("dana", "/tdd resolve keys"))

    commits(play, {PATH: None, OTHER: APPROVED})
    for login in ("bob", "carol", "dana"):
        approves(login)(play)

    await stage.run()
    assert stage.check(play.it).conclusion is Conclusion.SUCCESS


async def test_resolving_it_for_one_design_does_not_lift_it_from_another_once_that_is_dropped(
    stage: Stage,
) -> None:
    play = Play(stage)
    opens_both(play)
    await say(
        play,
        comments("dana", "/tdd concern keys Who?"),
        comments("dana", "/tdd resolve keys in 0008-other.md"),
    )

    commits(play, {OTHER: None})
    for login in ("bob", "carol", "dana"):
        approves(login)(play)

    await is_blocked(play, "dana raised the concern “keys”: Who?")


async def test_a_concern_is_not_taken_over_under_its_name(stage: Stage) -> None:
    play = Play(stage)
    play.pull = stage.scene.open_pull({PATH: APPROVED}, branch="change")
    await say(
        play,
        comments("dana", "/tdd concern keys Who?"),
        comments("bob", "/tdd concern keys Mine now."),
        comments("bob", "/tdd resolve keys"),
        approves("bob"),
        approves("carol"),
        approves("dana"),
    )

    await is_blocked(play, "dana raised the concern “keys”: Who?")


@pytest.mark.parametrize("to", ["notes/0007.md", "advice/0007.md", "memos/0007.md"])
async def test_an_approved_design_does_not_leave_through_another_kind(stage: Stage, to: str) -> None:
    configure(
        stage, "reviewers: ['@acme/security-team']\n" + KINDS.replace("mode: off", "mode: off, reviewers: []")
    )
    text = design("Approved", "@eng-lead")
    stage.scene.person("erin").commit(stage.scene.repository, "main", {PATH: text})
    play = Play(stage, stage.scene.open_pull({PATH: None, to: text}, branch="change"))

    approves("bob")(play)
    await is_blocked(play, "Removing this design waits for acme/security-team")

    approves("dana")(play)
    await stage.run()
    assert stage.check(play.it).conclusion is Conclusion.SUCCESS


async def test_a_design_that_is_held_is_not_deleted_before_it_was_approved(stage: Stage) -> None:
    stage.scene.person("erin").commit(stage.scene.repository, "main", {PATH: design("Draft")})
    play = Play(stage, stage.scene.open_pull({PATH: None}, branch="change"))
    await say(play, comments("dana", "/tdd hold Let us talk first."))

    await is_blocked(play, "dana holds the merge: Let us talk first.")


async def test_code_moved_out_of_the_gate_needs_a_design_like_any_change_there(stage: Stage) -> None:
    configure(stage, "gate: ['src/billing/**']\n", **{"src/billing/a.py": "print()\n" * 40})

    pull: PullRequest = stage.scene.open_pull(
        {"src/billing/a.py": None, "src/a.py": "print()\n" * 40}, branch="change"
    )

    await is_blocked(Play(stage, pull), "src/billing/a.py needs an approved design")
