"""A review that nobody gives is asked for again, on GitHub."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import sqlalchemy as sa

from bot.core.model import PullRequestRef
from bot.core.model import Reconcile as ReconcileJob
from bot.engine.reconcile import Reconcile
from bot.engine.schedule import Turn
from bot.engine.waking import Waking
from bot.ports import UnavailableError
from bot.sandbox import Failure, PullRequest
from bot.store import tables
from bot.store.bulk import DatabaseBulk
from bot.store.wakes import DatabaseWakes
from tests.engine.chores import OneChore
from tests.scenarios.deeds import DESIGN, Play, approves, fails_next
from tests.scenarios.stage import PATH, Stage

SETTINGS = """reminders:
  after: 3
  again: 5
  most: 2
  escalate: '@acme/security-team'
away:
  carol: 2099-01-01
"""
TUESDAY = datetime(2026, 11, 24, 12, tzinfo=UTC)


def reminders(stage: Stage, pull: PullRequest) -> list[str]:
    """Return the bot's reminders."""
    return [
        one.body
        for one in pull.comments
        if one.author is stage.scene.app.bot and "tdd-bot:reminder" in one.body
    ]


async def woken(stage: Stage) -> int:
    """Let the schedule look, and judge what it finds; return how many pull requests that were."""
    present = stage.clock.present.timestamp
    bulk = DatabaseBulk(stage.database, present)
    # What runs before have put there is another story.
    await stage.database.write(partial(_emptied, tables.bulk))
    await Waking(DatabaseWakes(stage.database, present), bulk)(Turn(OneChore(), "waking", "here", ""))
    jobs = await bulk.take(10)
    # What a run settles as it begins.
    await stage.database.write(partial(_emptied, tables.bulk))
    for job in jobs:
        assert (job.reason, job.checks_only) == ("reminder", False)
        await stage.reconciler(job.pull_request)
    await stage.sandbox.settled()
    assert not [job for job in stage.queue.jobs if isinstance(job, ReconcileJob)]
    return len(jobs)


@pytest.fixture
async def pull(stage: Stage) -> PullRequest:
    """A complete design, asked for on a Tuesday, in a repository that wants reminders."""
    stage.clock.present = TUESDAY
    stage.reconciler = Reconcile(stage.adapter, stage.journal)
    stage.scene.person("erin").commit(
        stage.scene.repository, "main", {".github/tdd-bot.yml": SETTINGS}, message="Remind"
    )
    made = stage.scene.open_pull({PATH: DESIGN})
    await stage.run()
    return made


async def test_open_seats_are_reminded_once_then_again_then_never(stage: Stage, pull: PullRequest) -> None:
    approves("bob")(Play(stage, pull))
    await stage.run()
    stage.clock.present += timedelta(days=3, minutes=-5)
    assert (await woken(stage), reminders(stage, pull)) == (0, [])

    stage.clock.present += timedelta(minutes=6)
    assert await woken(stage) == 1
    (first,) = reminders(stage, pull)
    assert "- @acme/security-team, asked on 2026-11-24" in first
    assert (
        "- acme/infrastructure, asked on 2026-11-24, is away until 2099-01-01: @acme/security-team" in first
    )
    assert "eng-lead" not in first

    stage.clock.present += timedelta(days=7, minutes=2)
    assert await woken(stage) == 1
    assert len(reminders(stage, pull)) == 2
    assert reminders(stage, pull)[1].endswith("this is the last reminder, and it is still open.")

    stage.clock.present += timedelta(days=60)
    assert await woken(stage) == 0
    assert len(reminders(stage, pull)) == 2


async def test_a_lost_answer_doubles_no_reminder(stage: Stage, pull: PullRequest) -> None:
    stage.clock.present += timedelta(days=3, minutes=1)
    fails_next(Failure(status=None, after=True, method="POST", path="/comments"))(Play(stage, pull))
    with pytest.raises(UnavailableError):
        await woken(stage)
    stage.clock.present += timedelta(hours=7)

    assert await woken(stage) == 1

    assert len(reminders(stage, pull)) == 1


async def test_a_backfill_sets_no_time_for_a_reminder(stage: Stage, pull: PullRequest) -> None:
    """Its reviewers were never asked: that waits for the pull request's next event."""
    for table in (tables.wake, tables.fact):
        await stage.database.write(partial(_emptied, table))
    pull.requests.clear()
    pull.timeline.clear()
    ref = PullRequestRef(stage.scene.installation.id, stage.scene.repository.id, "acme", "shop", pull.number)

    await stage.reconciler(ref, checks_only=True)

    stage.clock.present += timedelta(days=30)
    assert await woken(stage) == 0


def _emptied(table: sa.Table, connection: sa.Connection) -> None:
    connection.execute(sa.delete(table))


async def test_a_closed_pull_request_wakes_nobody(stage: Stage, pull: PullRequest) -> None:
    stage.scene.person("alice").close(pull)
    await stage.run()
    stage.clock.present += timedelta(days=30)

    assert await woken(stage) == 0
