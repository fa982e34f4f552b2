"""The engine's own rows: generations and heartbeats."""

from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from bot.core.model import PullRequestRef
from bot.ports import Executor, Turn
from bot.store import tables
from bot.store.chores import DatabaseChores
from bot.store.database import Database
from bot.store.runs import DatabaseExecutors, DatabaseGenerations

LIMIT = timedelta(seconds=10)


def _executor(name: str, place: str = "here") -> Executor:
    return Executor(name, place, 1, "0")


async def _silence(database: Database, name: str) -> None:
    old = sa.update(tables.executor).where(tables.executor.c.id == name)
    long_ago = old.values(beat=tables.executor.c.beat - 60)
    await database.write(lambda connection: connection.execute(long_ago))


async def test_a_new_pull_request_begins_at_generation_zero(database: Database, ref: PullRequestRef) -> None:
    generations = DatabaseGenerations(database)

    assert await generations.current(ref) == 0
    assert await generations.current(ref) == 0


async def test_a_run_that_begins_moves_the_generation_on_for_every_process(
    database: Database, second: Database, ref: PullRequestRef
) -> None:
    generations = DatabaseGenerations(database)
    await generations.current(ref)

    assert await generations.begin(ref.key, 0) == Turn(ref, whole=False, bulk=False)
    assert await DatabaseGenerations(second).current(ref) == 1


async def test_the_generation_never_goes_back(database: Database, ref: PullRequestRef) -> None:
    generations = DatabaseGenerations(database)
    await generations.current(ref)
    await generations.begin(ref.key, 4)

    await generations.begin(ref.key, 2)

    assert await generations.current(ref) == 5


async def test_a_renamed_repository_is_the_same_pull_request_at_its_new_name(
    database: Database, ref: PullRequestRef
) -> None:
    generations = DatabaseGenerations(database)
    await generations.current(ref)
    await generations.begin(ref.key, 0)
    renamed = replace(ref, owner="apex", name="store", installation_id=12)

    assert await generations.current(renamed) == 1
    assert await generations.find([ref.key, "9/9"]) == {ref.key: renamed}


async def test_a_run_of_an_unknown_pull_request_is_told_so(database: Database) -> None:
    assert await DatabaseGenerations(database).begin("9/9", 0) is None


async def test_an_executor_that_beats_is_alive(database: Database) -> None:
    executors = DatabaseExecutors(database)
    await executors.enlist(_executor("a"))

    assert await executors.beat("a")
    assert await executors.condemned(LIMIT) == []


async def test_a_silent_executor_is_declared_dead_and_told_so_when_it_comes_back(database: Database) -> None:
    executors = DatabaseExecutors(database)
    await executors.enlist(_executor("a"))
    await executors.enlist(_executor("b"))
    await _silence(database, "a")

    assert await executors.condemned(LIMIT) == ["a"]
    assert not await executors.beat("a")
    assert await executors.beat("b")


async def test_a_dead_executor_is_named_until_its_jobs_are_taken_over(database: Database) -> None:
    executors = DatabaseExecutors(database)
    await executors.enlist(_executor("a"))
    await executors.condemn(["a"])

    assert await executors.condemned(LIMIT) == ["a"]
    assert await executors.condemned(LIMIT) == ["a"]
    await executors.remove(["a"])
    assert await executors.condemned(LIMIT) == []


async def test_the_turns_of_a_dead_executor_are_free_once_it_is_removed(database: Database) -> None:
    executors, chores = DatabaseExecutors(database), DatabaseChores(database)
    await chores.enroll(["redelivery", "sweep"])
    for one, name in (("a", "redelivery"), ("b", "sweep")):
        await executors.enlist(_executor(one))
        await chores.claim(name, one, timedelta(minutes=1))
    await chores.keep("redelivery", "a", "page 7", "", timedelta(minutes=1))
    assert await chores.due() == []

    await executors.condemn(["a"])
    await executors.remove(["a", "b"])

    assert await chores.due() == ["redelivery"]
    assert not await chores.renew("redelivery", "a", timedelta(minutes=1))
    assert await chores.claim("redelivery", "b", timedelta(minutes=1)) == "page 7"
    assert await chores.renew("sweep", "b", timedelta(minutes=1))


async def test_a_living_executor_cannot_be_removed(database: Database) -> None:
    executors = DatabaseExecutors(database)
    await executors.enlist(_executor("a"))

    await executors.remove(["a"])

    assert await executors.beat("a")


async def test_only_the_living_of_one_place_are_its_neighbours(database: Database) -> None:
    executors = DatabaseExecutors(database)
    for one in (_executor("a"), _executor("b"), _executor("c", place="there")):
        await executors.enlist(one)
    await executors.condemn(["b"])

    assert await executors.living("here") == [_executor("a")]


async def test_a_run_holds_while_its_executor_lives_and_no_newer_one_has_begun(
    database: Database, ref: PullRequestRef
) -> None:
    executors, generations = DatabaseExecutors(database), DatabaseGenerations(database)
    await executors.enlist(_executor("a"))
    await generations.current(ref)
    await generations.begin(ref.key, 3)

    assert await executors.holds("a", ref.key, 3)
    assert not await executors.holds("a", ref.key, 2)
    assert not await executors.holds("b", ref.key, 3)
    assert not await executors.holds("a", "9/9", 3)

    await generations.begin(ref.key, 4)
    assert not await executors.holds("a", ref.key, 3)


async def test_a_dead_executor_holds_nothing(database: Database, ref: PullRequestRef) -> None:
    executors, generations = DatabaseExecutors(database), DatabaseGenerations(database)
    await executors.enlist(_executor("a"))
    await generations.current(ref)
    await generations.begin(ref.key, 0)

    await executors.condemn(["a"])

    assert not await executors.holds("a", ref.key, 0)
