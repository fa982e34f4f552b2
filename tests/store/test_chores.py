"""One process at a time does a chore, whichever of them looks first."""

import asyncio
from datetime import timedelta

import sqlalchemy as sa

from bot.store import tables
from bot.store.chores import DatabaseChores
from bot.store.database import Database

PATIENCE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


async def test_a_new_chore_is_due_at_once(database: Database) -> None:
    chores = DatabaseChores(database)
    await chores.enroll(["sweep", "redelivery"])

    assert sorted(await chores.due()) == ["redelivery", "sweep"]


async def test_of_two_processes_one_gets_the_turn(database: Database, second: Database) -> None:
    both = DatabaseChores(database), DatabaseChores(second)
    await both[0].enroll(["sweep"])

    cursors = await asyncio.gather(
        both[0].claim("sweep", "here", PATIENCE), both[1].claim("sweep", "there", PATIENCE)
    )

    assert sorted(cursor is None for cursor in cursors) == [False, True]
    assert await both[0].due() == []


async def test_a_turn_leaves_its_cursor_to_the_next_one(database: Database, second: Database) -> None:
    chores = DatabaseChores(database)
    await chores.enroll(["sweep"])
    assert await chores.claim("sweep", "here", PATIENCE) == ""
    assert await chores.keep("sweep", "here", "page 7", "7 of 9 repositories", PATIENCE)
    await chores.finish("sweep", "here", timedelta(0))

    assert await DatabaseChores(second).claim("sweep", "there", PATIENCE) == "page 7"
    (state,) = await chores.states()
    assert (state.name, state.held, state.note) == ("sweep", True, "7 of 9 repositories")


async def test_a_turn_that_is_silent_is_somebody_elses(database: Database) -> None:
    chores = DatabaseChores(database)
    await chores.enroll(["sweep"])
    await chores.claim("sweep", "here", PATIENCE)
    expired = sa.update(tables.chore).values(until=tables.chore.c.until - 120)
    await database.write(lambda connection: connection.execute(expired))

    assert await chores.claim("sweep", "there", PATIENCE) == ""
    assert not await chores.keep("sweep", "here", "late", "late", PATIENCE)
    await chores.finish("sweep", "here", HOUR, "late")
    (state,) = await chores.states()
    assert (state.held, state.note) == (True, "")


async def test_a_turn_that_is_renewed_stays(database: Database) -> None:
    chores = DatabaseChores(database)
    await chores.enroll(["sweep"])
    await chores.claim("sweep", "here", timedelta(0))

    assert await chores.renew("sweep", "here", PATIENCE)
    assert not await chores.renew("sweep", "there", PATIENCE)
    assert await chores.claim("sweep", "there", PATIENCE) is None


async def test_a_finished_chore_waits_for_its_hour_or_to_be_hastened(database: Database) -> None:
    chores = DatabaseChores(database)
    await chores.enroll(["sweep"])
    await chores.claim("sweep", "here", PATIENCE)
    await chores.finish("sweep", "here", HOUR, "done")
    assert await chores.due() == []

    await chores.hasten("sweep")

    assert await chores.due() == ["sweep"]
    await chores.enroll(["sweep"])
    assert (await chores.states())[0].note == "done"


async def test_a_hastened_chore_is_done_once(database: Database) -> None:
    chores = DatabaseChores(database)
    await chores.enroll(["sweep"])
    await chores.hasten("sweep")
    await chores.claim("sweep", "here", PATIENCE)

    await chores.finish("sweep", "here", HOUR)

    assert await chores.due() == []


async def test_a_chore_hastened_during_its_turn_is_due_when_that_ends(database: Database) -> None:
    chores = DatabaseChores(database)
    await chores.enroll(["sweep"])
    await chores.claim("sweep", "here", PATIENCE)
    await chores.hasten("sweep")
    assert await chores.due() == []

    await chores.finish("sweep", "here", HOUR)

    assert await chores.due() == ["sweep"]
