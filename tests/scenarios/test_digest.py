"""A repository that wants it has one issue that lists what waits, written every Monday."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from bot.engine.digest import WeeklyDigest, monday
from bot.engine.reconcile import Reconcile
from bot.engine.schedule import Turn
from bot.sandbox import Failure, PullRequest
from bot.sandbox.state.issue import Issue
from bot.store.digests import DatabaseDigests
from bot.store.journal import DatabaseJournal
from tests.engine.chores import OneChore
from tests.scenarios.deeds import DESIGN
from tests.scenarios.stage import PATH, Stage

TUESDAY = datetime(2026, 11, 24, 12, tzinfo=UTC)
SETTINGS = "reminders:\n  after: 3\n  digest: true\n"


@pytest.mark.parametrize(
    ("now", "begin"),
    [
        ("2026-11-24T12:00", "2026-11-23T06:00"),
        ("2026-11-30T05:59", "2026-11-23T06:00"),
        ("2026-11-30T06:00", "2026-11-30T06:00"),
    ],
)
def test_a_week_begins_on_monday_morning(now: str, begin: str) -> None:
    assert monday(datetime.fromisoformat(f"{now}+00:00")) == datetime.fromisoformat(f"{begin}+00:00")


async def written(stage: Stage) -> str:
    """Let the schedule write; return what people are told of it."""
    chores = OneChore()
    digests = DatabaseDigests(stage.database)
    await WeeklyDigest(digests, stage.adapter.boards, lambda: stage.clock.present)(
        Turn(chores, "digest", "here", "")
    )
    return chores.note


def _seconds(stage: Stage) -> float:
    return stage.clock.present.timestamp()


def issues(stage: Stage) -> list[Issue]:
    """Return the repository's issues."""
    return list(stage.scene.repository.issues.values())


@pytest.fixture
async def pull(stage: Stage) -> PullRequest:
    """A design that waits since a Tuesday."""
    stage.clock.present = TUESDAY
    stage.scene.installation.permissions["issues"] = "write"
    stage.journal = DatabaseJournal(stage.database, partial(_seconds, stage))
    stage.reconciler = Reconcile(stage.adapter, stage.journal)
    erin = stage.scene.person("erin")
    erin.commit(stage.scene.repository, "main", {".github/tdd-bot.yml": SETTINGS}, message="Digest")
    made = stage.scene.open_pull({PATH: DESIGN})
    await stage.run()
    return made


async def test_one_issue_is_opened_and_written_over_each_monday(stage: Stage, pull: PullRequest) -> None:
    stage.clock.present = TUESDAY + timedelta(days=6)
    assert await written(stage) == "1 written, 0 failed"
    (issue,) = issues(stage)
    assert issue.author is stage.scene.app.bot
    assert f"| #{pull.number} | " in (issue.body or "")
    assert "| 6 days |" in (issue.body or "")

    assert await written(stage) == ""
    stage.clock.present += timedelta(days=7)
    issue.open = False
    assert await written(stage) == "1 written, 0 failed"
    assert issues(stage) == [issue]
    assert issue.open
    assert "| 13 days |" in (issue.body or "")


async def test_nothing_is_opened_while_nothing_waits_long_enough(stage: Stage, pull: PullRequest) -> None:
    assert pull.open
    stage.clock.present += timedelta(days=1)

    assert await written(stage) == "1 written, 0 failed"
    assert issues(stage) == []


async def test_what_waits_no_more_leaves_the_list(stage: Stage, pull: PullRequest) -> None:
    stage.clock.present = TUESDAY + timedelta(days=6)
    await written(stage)
    stage.scene.person("alice").close(pull)
    await stage.run()
    stage.clock.present += timedelta(days=7)

    await written(stage)

    assert (issues(stage)[0].body or "").endswith("Nothing waits.")


async def test_a_lost_answer_opens_no_second_issue(stage: Stage, pull: PullRequest) -> None:
    assert pull.open
    stage.clock.present = TUESDAY + timedelta(days=6)
    stage.sandbox.faults.fail_next(Failure(status=None, after=True, method="POST", path="/issues"))
    assert await written(stage) == "0 written, 1 failed"
    stage.clock.present += timedelta(days=7)

    assert await written(stage) == "1 written, 0 failed"
    assert len(issues(stage)) == 1


async def test_without_the_permission_it_is_left_for_the_next_week(stage: Stage, pull: PullRequest) -> None:
    assert pull.open
    stage.scene.installation.permissions["issues"] = "read"
    stage.clock.present = TUESDAY + timedelta(days=6)

    assert await written(stage) == "0 written, 1 failed"
    assert await written(stage) == ""


async def test_switched_off_it_is_written_no_more(stage: Stage, pull: PullRequest) -> None:
    erin = stage.scene.person("erin")
    erin.commit(stage.scene.repository, "main", {".github/tdd-bot.yml": "reminders: off\n"}, message="No")
    erin.comment(pull, "Done?")
    await stage.run()
    stage.clock.present = TUESDAY + timedelta(days=6)

    assert await written(stage) == ""
