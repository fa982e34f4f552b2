"""The bulk queue: one row a pull request, taken in turn, gone when a run begins."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.core.model import PullRequestRef
from bot.ports import BulkJob, BulkLevel, Turn
from bot.store.bulk import DatabaseBulk
from bot.store.database import Database
from bot.store.runs import DatabaseGenerations
from tests.store.clock import NOW, SetClock


@pytest.fixture
def bulk(database: Database, clock: SetClock) -> DatabaseBulk:
    return DatabaseBulk(database, clock)


def of(installation: int, number: int) -> PullRequestRef:
    return PullRequestRef(installation, 100 + installation, "acme", "shop", number)


async def taken(bulk: DatabaseBulk, limit: int = 99) -> list[PullRequestRef]:
    return sorted((one.pull_request for one in await bulk.take(limit)), key=lambda ref: ref.key)


async def test_what_is_added_twice_is_taken_once_under_its_newest_name(bulk: DatabaseBulk) -> None:
    renamed = replace(of(1, 7), name="store")
    await bulk.add([of(1, 7), of(1, 7)], "backfill")
    await bulk.add([renamed], "sweep")

    assert await bulk.take(9) == [BulkJob(renamed, "sweep", checks_only=False)]
    assert await bulk.take(9) == []


async def test_nothing_is_added_for_nothing(bulk: DatabaseBulk) -> None:
    await bulk.add([], "backfill")

    assert await bulk.left() == []


@pytest.mark.parametrize(("first", "second"), [(True, False), (False, True)])
async def test_who_wants_the_whole_gets_it(bulk: DatabaseBulk, first: bool, second: bool) -> None:
    await bulk.add([of(1, 7)], "one", checks_only=first)
    await bulk.add([of(1, 7)], "other", checks_only=second)

    [job] = await bulk.take(9)

    assert not job.checks_only


async def test_of_two_wishes_for_the_check_alone_the_earlier_time_counts(
    bulk: DatabaseBulk, clock: SetClock
) -> None:
    for seconds in (50, 100):
        due = datetime.fromtimestamp(NOW + seconds, UTC)
        await bulk.add([of(1, 7)], "later", checks_only=True, due=due)
    assert await bulk.take(9) == []
    assert await bulk.left() == [BulkLevel(1, "later", number=1, due=0)]

    clock.now += 51

    assert await bulk.left() == [BulkLevel(1, "later", number=1, due=1)]
    assert await bulk.take(9) == [BulkJob(of(1, 7), "later", checks_only=True)]


async def test_installations_take_turns(bulk: DatabaseBulk) -> None:
    await bulk.add([of(1, number) for number in range(1, 50)], "backfill")
    await bulk.add([of(2, 1), of(3, 1)], "backfill")

    assert await taken(bulk, 4) == [of(1, 1), of(1, 10), of(2, 1), of(3, 1)]


async def test_two_processes_never_take_the_same(
    bulk: DatabaseBulk, second: Database, clock: SetClock
) -> None:
    await bulk.add([of(1, number) for number in range(10)], "backfill")

    both = [*await taken(bulk, 5), *await taken(DatabaseBulk(second, clock), 99)]

    assert sorted(ref.number for ref in both) == list(range(10))


async def test_what_a_dead_process_took_is_taken_again_after_a_minute(
    bulk: DatabaseBulk, clock: SetClock
) -> None:
    await bulk.add([of(1, 7)], "backfill")
    await bulk.take(9)
    clock.now += 59
    assert await bulk.take(9) == []

    clock.now += 2

    assert await taken(bulk) == [of(1, 7)]


async def test_any_run_of_the_pull_request_settles_it(bulk: DatabaseBulk, database: Database) -> None:
    generations, ref = DatabaseGenerations(database), of(1, 7)
    await generations.current(ref)
    await bulk.add([ref, of(1, 8)], "backfill", checks_only=True)
    await bulk.take(1)
    assert await bulk.standing([ref.key, of(1, 8).key]) == {ref.key}

    assert await generations.begin(ref.key, 0) == Turn(ref, whole=False, bulk=True)

    assert await bulk.standing([ref.key]) == frozenset()
    assert [level.number for level in await bulk.left()] == [1]


async def test_a_run_that_settles_a_whole_job_is_a_whole_one(bulk: DatabaseBulk, database: Database) -> None:
    generations, ref = DatabaseGenerations(database), of(1, 7)
    await generations.current(ref)
    await bulk.add([ref], "sweep")

    assert await generations.begin(ref.key, 0) == Turn(ref, whole=True, bulk=False)


async def test_what_is_added_while_it_is_taken_is_taken_once_more(bulk: DatabaseBulk) -> None:
    await bulk.add([of(1, 7)], "backfill")
    await bulk.take(9)

    await bulk.add([of(1, 7)], "backfill")

    assert await taken(bulk) == [of(1, 7)]


async def test_an_installation_is_dropped_by_reason_or_whole(bulk: DatabaseBulk) -> None:
    await bulk.add([of(1, 1)], "backfill")
    await bulk.add([of(1, 2), of(2, 1)], "sweep")

    await bulk.drop(1, "backfill")
    assert await bulk.left() == [BulkLevel(1, "sweep", 1, 1), BulkLevel(2, "sweep", 1, 1)]

    await bulk.drop(1)
    assert await bulk.left() == [BulkLevel(2, "sweep", 1, 1)]


async def test_a_run_is_widened_only_until_it_begins(database: Database, ref: PullRequestRef) -> None:
    generations = DatabaseGenerations(database)
    await generations.current(ref)
    assert await generations.widen(ref.key, 0)

    assert await generations.begin(ref.key, 0) == Turn(ref, whole=True, bulk=False)
    assert not await generations.widen(ref.key, 0)
    assert await generations.begin(ref.key, 1) == Turn(ref, whole=False, bulk=False)


async def test_of_a_scarce_installation_only_what_is_not_patient_is_taken(bulk: DatabaseBulk) -> None:
    await bulk.add([of(1, 1), of(2, 1)], "backfill", checks_only=True)
    await bulk.add([of(1, 2)], "paced")

    first = await bulk.take(9, scarce={1}, patient={"backfill", "sweep"})

    assert {job.pull_request for job in first} == {of(1, 2), of(2, 1)}
    assert await bulk.take(9, scarce={1}, patient={"backfill", "sweep"}) == []
    assert [job.pull_request for job in await bulk.take(9)] == [of(1, 1)]
