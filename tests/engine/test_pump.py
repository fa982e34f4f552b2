"""From the inbox to the queue: once each, and never out of the inbox before it is in the queue."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
import structlog

from bot.core.model import (
    ForgetTeams,
    ForgetToken,
    Login,
    Pressed,
    PullRequestRef,
    Reconcile,
    ReconcileCommit,
    ReconcileLeaning,
    Sha,
    Verdict,
)
from bot.core.model.topics import file_topic, team_topic
from bot.engine.pump import Outlet, Pump
from bot.engine.shares import Load
from bot.ports import BulkLevel, StoreUnavailableError
from bot.store.bulk import DatabaseBulk
from bot.store.cache import DatabaseCache
from bot.store.database import Database
from bot.store.inbox import DatabaseInbox
from bot.store.journal import DatabaseJournal
from tests.engine.stage import PATIENCE, pull_request
from tests.statements import written
from tests.store.databases import new_sqlite_database

HEAD = Sha("a" * 40)


@dataclass
class Queue:
    """Takes what is submitted; refuses what it is told to."""

    submitted: list[tuple[PullRequestRef, str]] = field(default_factory=list)
    refused: set[int] = field(default_factory=set)
    got: asyncio.Event = field(default_factory=asyncio.Event)

    async def submit(self, ref: PullRequestRef, *, checks_only: bool = False) -> None:
        assert not checks_only
        if ref.number in self.refused:
            raise StoreUnavailableError("The database does not answer.")
        self.submitted.append((ref, structlog.contextvars.get_contextvars().get("delivery", "")))
        self.got.set()

    @property
    def numbers(self) -> list[int]:
        return sorted(ref.number for ref, _ in self.submitted)


@dataclass
class Line:
    """A pump between a real inbox and a queue that only listens."""

    inbox: DatabaseInbox
    queue: Queue
    journal: DatabaseJournal
    cache: DatabaseCache
    forgotten: list[int]
    news: asyncio.Event
    pump: Pump
    bulk: DatabaseBulk


def _noted_in(forgotten: list[int]) -> Callable[[int], Awaitable[None]]:
    async def renew(installation_id: int) -> None:
        forgotten.append(installation_id)

    return renew


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Line]:
    database = await Database.open(new_sqlite_database(tmp_path))
    inbox, journal, cache = DatabaseInbox(database), DatabaseJournal(database), DatabaseCache(database)
    queue, forgotten, news = Queue(), list[int](), asyncio.Event()
    bulk = DatabaseBulk(database)
    outlet = Outlet(queue.submit, bulk=bulk)
    pump = Pump(inbox, outlet, journal, cache, _noted_in(forgotten), news, timedelta(hours=1))
    yield Line(inbox, queue, journal, cache, forgotten, news, pump, bulk)
    await pump.stop()
    await database.close()


async def test_a_pull_request_with_several_rows_is_submitted_once_with_its_newest_name(line: Line) -> None:
    ref = pull_request(1)
    renamed = replace(ref, name="store")
    await line.inbox.accept([Reconcile(ref), Reconcile(ref)], "guid-1")
    await line.inbox.accept([Reconcile(renamed)], "guid-2")

    assert await line.pump.move() == 3

    assert line.queue.submitted == [(renamed, "guid-2")]
    assert await line.inbox.waiting(9) == []


async def test_an_empty_inbox_moves_nothing(line: Line) -> None:
    assert await line.pump.move() == 0


async def test_a_commit_leads_to_every_pull_request_that_was_judged_on_it(line: Line) -> None:
    for number in (1, 2):
        await line.journal.settle(pull_request(number), HEAD, Verdict.PASS, [])
    await line.inbox.accept([ReconcileCommit(1, 2, HEAD), ReconcileCommit(1, 2, Sha("b" * 40))], "guid")

    await line.pump.move()

    assert line.queue.numbers == [1, 2]
    assert await line.inbox.waiting(9) == []


async def test_a_press_is_in_the_journal_before_its_run(line: Line) -> None:
    ref = pull_request(1)
    await line.inbox.accept([Pressed(ref, "submit", 3, Login("bob"))], "guid-9")
    line.queue.refused.add(1)
    with pytest.raises(StoreUnavailableError):
        await line.pump.move()
    line.queue.refused.clear()
    await line.pump.move()

    (press,) = (await line.journal.recall(ref)).pressed
    assert (press.id, press.command, press.actor_id, press.actor) == ("guid-9", "submit", 3, "bob")
    assert line.queue.numbers == [1]


async def test_what_leans_on_a_change_waits_in_the_bulk_queue_once_each(line: Line) -> None:
    design, team = file_topic("main", "docs/1.md"), team_topic(5)
    for number, topics in ((1, [design, team]), (2, [team]), (3, [])):
        await line.journal.settle(pull_request(number), HEAD, Verdict.PASS, [], leanings=topics)
    jobs = [ReconcileLeaning(1, 2, (design,), "base-push"), ReconcileLeaning(1, None, (team,), "people")]
    await line.inbox.accept(jobs, "guid")

    await line.pump.move()

    assert line.queue.numbers == []
    assert sum(level.number for level in await line.bulk.left()) == 2
    assert await line.inbox.waiting(9) == []


async def test_changes_of_one_place_are_asked_for_together(line: Line) -> None:
    """In a burst each new branch is such a change, and each question is a transaction that writes."""
    topics = [file_topic("main", f"docs/{number}.md") for number in range(700)]
    for number, topic in ((1, topics[0]), (2, topics[-1])):
        await line.journal.settle(pull_request(number), HEAD, Verdict.PASS, [], leanings={topic})
    jobs = [ReconcileLeaning(1, 2, (topic,), "base-push") for topic in topics]
    await line.inbox.accept([*jobs[:300], *jobs[-99:]], "guid")
    elsewhere = ReconcileLeaning(1, 3, (topics[0],), "base-push")
    await line.inbox.accept([elsewhere], "guid")

    with written() as transactions:
        await line.pump.move()

    assert await line.bulk.left() == [BulkLevel(1, "base-push", 2, 2)]
    # Both places' changes, what leans on them, and the rows that are done with.
    assert len(transactions) == 4


async def test_teams_and_tokens_are_forgotten_before_anything_is_submitted(line: Line) -> None:
    await line.cache.put({"team/acme/eng": b"1", "team/apex/eng": b"1"}, timedelta(hours=1))
    line.queue.refused.add(1)
    await line.inbox.accept([Reconcile(pull_request(1)), ForgetTeams("ACME"), ForgetToken(11)], "guid")

    with pytest.raises(StoreUnavailableError):
        await line.pump.move()

    assert set(await line.cache.get(["team/acme/eng", "team/apex/eng"])) == {"team/apex/eng"}
    assert line.forgotten == [11]


async def test_a_row_whose_submission_failed_stays_and_holds_nobody_up(line: Line) -> None:
    line.queue.refused.add(1)
    await line.inbox.accept([Reconcile(pull_request(1)), Reconcile(pull_request(2))], "guid")

    with pytest.raises(StoreUnavailableError):
        await line.pump.move()
    assert [row.job for row in await line.inbox.waiting(9)] == [Reconcile(pull_request(1))]

    line.queue.refused.clear()
    await line.pump.move()
    assert line.queue.numbers == [1, 2]
    assert await line.inbox.waiting(9) == []


async def test_a_pump_that_starts_moves_what_a_crash_has_left(line: Line) -> None:
    await line.inbox.accept([Reconcile(pull_request(1))], "guid")

    line.pump.start()

    async with asyncio.timeout(PATIENCE):
        await line.queue.got.wait()
    assert line.queue.numbers == [1]


async def test_a_pump_at_rest_is_woken_by_what_is_accepted(line: Line) -> None:
    line.pump.start()
    await asyncio.sleep(0)
    await line.inbox.accept([Reconcile(pull_request(1))], "guid")

    line.news.set()

    async with asyncio.timeout(PATIENCE):
        await line.queue.got.wait()
    assert line.queue.numbers == [1]


def _of(installation: int, number: int) -> PullRequestRef:
    return replace(pull_request(number), installation_id=installation)


async def test_an_installation_that_has_its_share_steps_back_and_its_rows_stay(line: Line) -> None:
    load = Load(slots=4, unfinished={1: 3})
    outlet = Outlet(line.queue.submit, _always(load))
    pump = Pump(line.inbox, outlet, line.journal, line.cache, _noted_in(line.forgotten), line.news)
    await line.inbox.accept([Reconcile(_of(1, number)) for number in range(1, 9)], "guid")
    await line.inbox.accept([Reconcile(_of(2, 20))], "guid")

    assert await pump.move() == 1

    assert line.queue.numbers == [20]
    assert len(await line.inbox.waiting(99)) == 8


async def test_an_installation_that_is_alone_fills_all_slots_twice(line: Line) -> None:
    outlet = Outlet(line.queue.submit, _always(Load(slots=4, unfinished={1: 3})))
    pump = Pump(line.inbox, outlet, line.journal, line.cache, _noted_in(line.forgotten), line.news)
    await line.inbox.accept([Reconcile(_of(1, number)) for number in range(1, 9)], "guid")

    assert await pump.move() == 5

    assert line.queue.numbers == [1, 2, 3, 4, 5]


async def test_of_an_installation_that_is_full_nothing_is_even_read(line: Line) -> None:
    outlet = Outlet(line.queue.submit, _always(Load(slots=2, unfinished={1: 4, 3: 1})))
    pump = Pump(line.inbox, outlet, line.journal, line.cache, _noted_in(line.forgotten), line.news)
    await line.inbox.accept([Reconcile(_of(1, number)) for number in range(1, 600)], "guid")
    await line.inbox.accept([Reconcile(_of(2, 700)), ForgetTeams("acme")], "guid")

    assert await pump.move() == 2

    assert line.queue.numbers == [700]


def _always(load: Load) -> Callable[[], Awaitable[Load]]:
    async def read() -> Load:
        return load

    return read
