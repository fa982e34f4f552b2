"""Accepted means durable, for the whole group or for nobody."""

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.core.model import (
    EndSessions,
    ForgetTeams,
    ForgetToken,
    Login,
    Pressed,
    PullRequestRef,
    Reconcile,
    ReconcileCommit,
    Sha,
)
from bot.ports import StoreUnavailableError
from bot.store import tables
from bot.store.appender import Row
from bot.store.database import Database
from bot.store.inbox import DatabaseInbox
from tests.store.databases import new_sqlite_database


class Counted(Database):
    """Notes how many rows each commit has; the rows are stored as ever."""

    groups: list[int]

    async def append(self, table: sa.Table, rows: Sequence[Row]) -> None:
        self.groups.append(len(rows))
        await super().append(table, rows)


@pytest.fixture
async def counted(tmp_path: Path) -> AsyncIterator[Counted]:
    database = await Counted.open(new_sqlite_database(tmp_path))
    database.groups = []
    yield database
    await database.close()


def _job(number: int) -> Reconcile:
    return Reconcile(PullRequestRef(1, 2, "acme", "shop", number))


async def _accept_later(inbox: DatabaseInbox, number: int, turns: int) -> None:
    """Accept a webhook that arrives some turns of the event loop from now."""
    for _ in range(turns):
        await asyncio.sleep(0)
    await inbox.accept([_job(number)], f"guid-{number}")


async def _count(database: Database) -> int:
    count = sa.select(sa.func.count()).select_from(tables.inbox)
    return await database.read(lambda connection: connection.execute(count).scalar_one())


async def test_an_accepted_job_is_there_for_another_process(
    database: Database, second: Database, ref: PullRequestRef
) -> None:
    jobs = (
        Reconcile(ref),
        ReconcileCommit(11, 22, Sha("a" * 40)),
        ForgetTeams("acme"),
        ForgetToken(11),
        EndSessions(7),
        Pressed(ref, "submit", 3, Login("bob")),
    )

    await DatabaseInbox(database).accept(jobs, "guid-1")

    waiting = await DatabaseInbox(second).waiting(10)
    assert {row.job for row in waiting} == set(jobs)
    assert {row.delivery for row in waiting} == {"guid-1"}


async def test_jobs_stay_until_they_are_done_oldest_first(database: Database) -> None:
    inbox = DatabaseInbox(database)
    await inbox.accept([_job(1), _job(2)], "guid-1")
    await inbox.accept([_job(3)], "guid-2")

    first, again = await inbox.waiting(2), await inbox.waiting(2)
    await inbox.done([row.id for row in first])

    assert first == again
    assert [row.job for row in first] == [_job(1), _job(2)]
    assert [row.job for row in await inbox.waiting(2)] == [_job(3)]


async def test_installations_take_turns_and_some_can_be_left_out(database: Database) -> None:
    inbox = DatabaseInbox(database)
    flood = [_job(number) for number in range(20)]
    other = Reconcile(replace(_job(1).pull_request, installation_id=77))
    await inbox.accept(flood, "guid-1")
    await inbox.accept([other], "guid-2")

    assert [row.job for row in await inbox.waiting(3)] == [flood[0], other, flood[1]]
    assert [row.job for row in await inbox.waiting(3, but={1})] == [other]


async def test_a_row_of_an_older_release_is_read_like_any_other(database: Database) -> None:
    inbox = DatabaseInbox(database)
    await inbox.accept([_job(1)], "guid")
    older = sa.text("INSERT INTO inbox (kind, body, delivery, at) SELECT kind, body, delivery, at FROM inbox")
    await database.write(lambda connection: connection.execute(older))

    assert [row.job for row in await inbox.waiting(9)] == [_job(1), _job(1)]


async def test_webhooks_that_arrive_during_a_commit_share_the_next_one(database_url: str) -> None:
    database = await Database.open(database_url)
    commits: list[int] = []
    inbox = DatabaseInbox(database, on_accepted=lambda: commits.append(1))

    await asyncio.gather(*(inbox.accept([_job(number)], f"guid-{number}") for number in range(50)))

    # All fifty were under way before the writer's first turn: one transaction.
    assert len(commits) == 1
    assert await _count(database) == 50
    await database.close()


async def test_a_group_stays_open_while_each_turn_brings_another(counted: Counted) -> None:
    inbox = DatabaseInbox(counted)

    await asyncio.gather(*(_accept_later(inbox, number, number) for number in range(20)))

    assert counted.groups == [20]
    assert await _count(counted) == 20


async def test_the_next_one_alone_after_a_large_group_waits_for_nobody(counted: Counted) -> None:
    inbox = DatabaseInbox(counted)
    await asyncio.gather(*(_accept_later(inbox, number, number) for number in range(20)))

    alone = asyncio.create_task(_accept_later(inbox, 20, 0))
    turns = 0
    while len(counted.groups) == 1:
        await asyncio.sleep(0)
        turns += 1
    await alone

    assert counted.groups == [20, 1]
    # Its own turn, the writer's, and as many as show that nobody else is at hand: no clock was asked.
    assert turns < 8


async def test_senders_that_never_pause_do_not_keep_a_group_open(counted: Counted) -> None:
    inbox = DatabaseInbox(counted)

    await asyncio.gather(*(_accept_later(inbox, number, number) for number in range(200)))

    assert sum(counted.groups) == await _count(counted) == 200
    assert counted.groups[0] == 64


async def test_nobody_of_an_open_group_is_told_it_is_stored_when_the_database_closes(
    counted: Counted,
) -> None:
    inbox = DatabaseInbox(counted)
    waiters = [asyncio.create_task(inbox.accept([_job(number)], "guid")) for number in range(3)]
    await asyncio.sleep(0)

    await counted.close()
    results = await asyncio.gather(*waiters, return_exceptions=True)

    again = await Database.open(str(counted.url))
    stored = await _count(again)
    await again.close()
    told = [result for result in results if result is None]
    failed = [result for result in results if isinstance(result, StoreUnavailableError)]
    assert len(told) + len(failed) == 3
    assert len(told) <= stored


async def test_a_writer_that_is_cancelled_tells_each_waiter_of_the_open_group(counted: Counted) -> None:
    inbox = DatabaseInbox(counted)
    before = asyncio.all_tasks()
    waiters = [asyncio.create_task(inbox.accept([_job(number)], "guid")) for number in range(3)]
    await asyncio.sleep(0)
    (writer,) = asyncio.all_tasks() - before - set(waiters)
    await asyncio.sleep(0)

    writer.cancel()
    results = await asyncio.gather(*waiters, return_exceptions=True)
    await inbox.accept([_job(9)], "guid")

    assert [type(result) for result in results] == [StoreUnavailableError] * 3
    assert [row.job for row in await inbox.waiting(9)] == [_job(9)]


async def test_a_group_that_fails_fails_for_every_waiter_and_leaves_nothing(database: Database) -> None:
    inbox = DatabaseInbox(database)
    renamed = sa.text("ALTER TABLE inbox RENAME TO elsewhere")
    back = sa.text("ALTER TABLE elsewhere RENAME TO inbox")
    await database.write(lambda connection: connection.execute(renamed))

    results = await asyncio.gather(
        *(inbox.accept([_job(number)], "guid") for number in range(3)), return_exceptions=True
    )

    await database.write(lambda connection: connection.execute(back))
    assert [type(result) for result in results] == [StoreUnavailableError] * 3
    assert len({id(result) for result in results}) == 3
    assert await _count(database) == 0
    await inbox.accept([_job(9)], "guid")
    assert await _count(database) == 1


async def test_more_waiters_than_it_takes_are_sent_away_with_a_time_to_come_back(database: Database) -> None:
    inbox = DatabaseInbox(database, most_waiting=2)
    entered, leave = threading.Event(), threading.Event()

    def hold(_: sa.Connection) -> None:
        entered.set()
        leave.wait(10)

    holding = asyncio.create_task(database.write(hold))
    await asyncio.to_thread(entered.wait, 10)
    patient = [asyncio.create_task(inbox.accept([_job(number)], "guid")) for number in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(StoreUnavailableError) as caught:
        await inbox.accept([_job(3)], "guid")
    leave.set()
    await asyncio.gather(holding, *patient)

    assert caught.value.retry_after is not None
    assert [row.job for row in await inbox.waiting(9)] == [_job(0), _job(1)]


async def test_a_sender_that_hangs_up_takes_nobody_with_it(database: Database) -> None:
    inbox = DatabaseInbox(database)
    gone = asyncio.create_task(inbox.accept([_job(1)], "guid"))
    stays = asyncio.create_task(inbox.accept([_job(2)], "guid"))
    await asyncio.sleep(0)
    gone.cancel()
    await stays

    assert [row.job for row in await inbox.waiting(9)] == [_job(1), _job(2)]


async def test_a_row_of_an_unknown_kind_is_taken_out_and_hides_nothing(database: Database) -> None:
    inbox = DatabaseInbox(database)
    rows = [
        {"kind": "from-the-future", "body": "{}", "delivery": "guid", "at": 0.0, "installation": 1},
        {
            "kind": "reconcile",
            "body": "[3]",
            "delivery": "guid",
            "at": 0.0,
            "installation": 1,
        },
    ]
    await database.write(lambda connection: connection.execute(sa.insert(tables.inbox), rows))
    await inbox.accept([_job(1)], "guid")

    assert [row.job for row in await inbox.waiting(2)] == [_job(1)]
    assert await _count(database) == 1


async def test_no_jobs_are_accepted_without_a_row(database: Database) -> None:
    await DatabaseInbox(database).accept([], "guid")

    assert await _count(database) == 0
