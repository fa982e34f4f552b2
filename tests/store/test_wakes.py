"""Pull requests that are to be looked at when a time has come."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.core.model import PullRequestRef
from bot.store.database import Database
from bot.store.wakes import DatabaseWakes

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def at(database: Database, moment: datetime) -> DatabaseWakes:
    return DatabaseWakes(database, moment.timestamp)


async def test_it_is_due_when_its_time_has_come_and_then_put_off(
    database: Database, ref: PullRequestRef
) -> None:
    await at(database, NOON).set(ref, NOON + HOUR)

    assert await at(database, NOON).due(10, HOUR) == []
    assert await at(database, NOON + HOUR).due(10, HOUR) == [ref]
    assert await at(database, NOON + HOUR).due(10, HOUR) == []
    assert await at(database, NOON + 2 * HOUR).due(10, HOUR) == [ref]


async def test_a_run_sets_another_time_or_none(database: Database, ref: PullRequestRef) -> None:
    wakes = at(database, NOON + 9 * HOUR)
    await wakes.set(ref, NOON)
    await wakes.set(replace(ref, owner="apex"), NOON + 10 * HOUR)
    assert await wakes.due(10, HOUR) == []
    assert await at(database, NOON + 10 * HOUR).due(10, HOUR) == [replace(ref, owner="apex")]

    await wakes.set(ref, None)
    await wakes.set(ref, None)

    assert await at(database, NOON + 99 * HOUR).due(10, HOUR) == []


async def test_the_longest_due_come_first_and_not_too_many(database: Database, ref: PullRequestRef) -> None:
    wakes = at(database, NOON)
    for number in range(1, 6):
        await wakes.set(replace(ref, number=number), NOON - number * HOUR)

    assert [one.number for one in await wakes.due(2, HOUR)] == [5, 4]
    assert [one.number for one in await wakes.due(9, HOUR)] == [3, 2, 1]
