"""What has had its time goes, and nothing else."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from bot.core.model import DocumentsSeen, PullRequestRef, Reconcile, Sha, Verdict
from bot.ports import Deed
from bot.store import tables
from bot.store.audit import DatabaseAudit
from bot.store.cache import DatabaseCache
from bot.store.database import Database
from bot.store.inbox import DatabaseInbox
from bot.store.journal import DatabaseJournal
from bot.store.removal import Removal, Removed

HEAD = Sha("1" * 40)
DAY = 86_400.0
SEEN = [DocumentsSeen(("docs/tdd/1.md",))]


async def test_journals_of_closed_pull_requests_end_after_400_days(
    database: Database, ref: PullRequestRef
) -> None:
    old, still_open, young = ref, replace(ref, number=8), replace(ref, number=9)
    journal = DatabaseJournal(database, lambda: 0.0)
    await journal.remember(old, SEEN)
    await journal.remember(still_open, SEEN)
    await journal.settle(still_open, HEAD, Verdict.WAITING, ())
    await DatabaseJournal(database, lambda: DAY).remember(young, SEEN)

    removed = await Removal(database, lambda: 400.5 * DAY).expired(timedelta(days=9_999))

    assert removed == Removed(facts=1)
    left = sa.select(tables.fact.c.number).order_by(tables.fact.c.number)
    assert await database.read(lambda connection: list(connection.execute(left).scalars())) == [8, 9]


async def test_audit_rows_end_after_their_days(database: Database, ref: PullRequestRef) -> None:
    await DatabaseJournal(database, lambda: 0.0).audit(ref, [Deed("first", "", "")])
    await DatabaseJournal(database, lambda: DAY).audit(ref, [Deed("second", "", "")])

    assert await Removal(database, lambda: 30.5 * DAY).expired(timedelta(days=30)) == Removed(audit=1)

    rows = [row async for row in DatabaseAudit(database).rows(datetime.fromtimestamp(0, UTC))]
    assert [row.deed.what for row in rows] == ["second"]


async def test_expired_answers_and_webhooks_that_never_moved_on_go(
    database: Database, ref: PullRequestRef
) -> None:
    await DatabaseCache(database, lambda: 0.0).put({"a": b"", "b": b""}, timedelta(hours=1))
    await DatabaseInbox(database, clock=lambda: 0.0).accept([Reconcile(ref)], "d1")

    assert await Removal(database, lambda: 60.0).expired(timedelta(days=1)) == Removed()
    assert await Removal(database, lambda: 8 * DAY).expired(timedelta(days=1)) == Removed(cached=2, inbox=1)


async def test_an_audit_of_many_pages_is_read_whole(database: Database, ref: PullRequestRef) -> None:
    await DatabaseJournal(database).audit(ref, [Deed(str(number), "", "") for number in range(2_100)])

    rows = [row async for row in DatabaseAudit(database).rows(datetime.fromtimestamp(0, UTC))]

    assert [row.deed.what for row in rows] == [str(number) for number in range(2_100)]


async def test_repositories_of_a_large_account_are_taken_out_in_several_steps(
    database: Database, ref: PullRequestRef
) -> None:
    """Neither database takes a statement with a value for each of any number of repositories."""
    journal, ids = DatabaseJournal(database), range(1_000, 2_100)
    kept = replace(ref, repository_id=2_100)
    for one in (*(replace(ref, repository_id=ids[at]) for at in (0, 499, 500, 1_000, -1)), kept):
        await journal.remember(one, SEEN)

    assert await Removal(database).repositories(ids) == Removed(facts=5)
    assert (await journal.recall(kept)).paths
