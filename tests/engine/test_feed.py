"""Bulk work is handed over a few at a time, and never takes more than a quarter of the slots."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.model import PullRequestRef
from bot.engine.feed import Feeder
from bot.ports import StoreUnavailableError
from bot.store.bulk import DatabaseBulk
from bot.store.database import Database
from bot.store.runs import DatabaseGenerations
from tests.engine.stage import PATIENCE, pull_request
from tests.store.databases import new_sqlite_database


@dataclass
class Engine:
    """Takes what is submitted; runs begin when a test says so."""

    generations: DatabaseGenerations
    running: int = 0
    failures: int = 0
    submitted: list[tuple[int, bool]] = field(default_factory=list)

    async def submit(self, ref: PullRequestRef, *, checks_only: bool = False) -> None:
        if self.failures:
            self.failures -= 1
            raise StoreUnavailableError("The database does not answer.")
        await self.generations.current(ref)
        self.submitted.append((ref.number, checks_only))

    async def begin(self, number: int) -> None:
        await self.generations.begin(pull_request(number).key, 0)


@dataclass
class Line:
    bulk: DatabaseBulk
    engine: Engine
    feeder: Feeder


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Line]:
    database = await Database.open(new_sqlite_database(tmp_path))
    bulk, engine = DatabaseBulk(database), Engine(DatabaseGenerations(database))
    feeder = Feeder(bulk, engine.submit, lambda: engine.running, 8, timedelta(seconds=0.01))
    yield Line(bulk, engine, feeder)
    await feeder.stop()
    await database.close()


async def test_a_quarter_of_the_slots_waits_or_runs_and_no_more(line: Line) -> None:
    await line.bulk.add([pull_request(number) for number in range(1, 6)], "backfill", checks_only=True)

    assert await line.feeder.feed() == 2
    assert await line.feeder.feed() == 0
    assert line.engine.submitted == [(1, True), (2, True)]

    await line.engine.begin(1)
    line.engine.running = 1
    assert await line.feeder.feed() == 0
    line.engine.running = 0
    assert await line.feeder.feed() == 1
    assert [level.number for level in await line.bulk.left()] == [4]


async def test_one_slot_is_always_for_bulk_work(line: Line) -> None:
    feeder = Feeder(line.bulk, line.engine.submit, lambda: 0, 1)
    await line.bulk.add([pull_request(1), pull_request(2)], "backfill")

    assert await feeder.feed() == 1


async def test_after_a_failure_it_goes_on_by_itself_with_the_same_work(line: Line) -> None:
    await line.bulk.add([pull_request(number) for number in range(1, 4)], "backfill")
    line.engine.failures = 1
    line.feeder.start()

    async with asyncio.timeout(PATIENCE):
        while len(line.engine.submitted) < 2:  # noqa: ASYNC110 - only the store tells
            await asyncio.sleep(0.01)

    assert line.engine.submitted == [(1, False), (2, False)]
