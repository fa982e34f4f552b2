"""Values that expire, shared by all processes on one database."""

import asyncio
import threading
from dataclasses import dataclass
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.store import tables
from bot.store.cache import DatabaseCache
from bot.store.database import Database
from tests.store.databases import new_postgresql_database

HOUR = timedelta(hours=1)


@dataclass
class Watch:
    """A clock that a test sets."""

    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now


async def test_what_is_put_is_there_for_every_process(database: Database, second: Database) -> None:
    await DatabaseCache(database).put({"a": b"\x00\xff", "b": b""}, HOUR)

    assert await DatabaseCache(second).get(["a", "b", "c"]) == {"a": b"\x00\xff", "b": b""}


async def test_nothing_asked_or_put_is_no_trip_to_the_database(database: Database) -> None:
    cache = DatabaseCache(database)
    await database.close()

    await cache.put({}, HOUR)
    assert await cache.get([]) == {}


async def test_a_later_value_replaces_the_earlier_one_and_its_expiry(database: Database) -> None:
    watch = Watch()
    cache = DatabaseCache(database, watch)
    await cache.put({"a": b"1"}, timedelta(seconds=10))
    await cache.put({"a": b"2"}, HOUR)
    watch.now += 60

    assert await cache.get(["a"]) == {"a": b"2"}


async def test_an_expired_value_is_not_returned_and_is_swept_out_by_the_next_one(database: Database) -> None:
    watch = Watch()
    cache = DatabaseCache(database, watch)
    await cache.put({"old": b"1"}, timedelta(seconds=10))
    watch.now += 10

    assert await cache.get(["old"]) == {}
    await cache.put({"new": b"2"}, HOUR)
    keys = await database.read(
        lambda connection: connection.execute(sa.select(tables.cache.c.key)).scalars().all()
    )
    assert keys == ["new"]


async def test_dropping_a_prefix_takes_it_literally(database: Database) -> None:
    cache = DatabaseCache(database)
    names = ["team/acme/eng", "team/acme/ops", "team/acme_two/eng", "team/ACME/eng", "team/acm%/eng"]
    await cache.put(dict.fromkeys(names, b"1"), HOUR)

    await cache.drop("team/acme/")
    await cache.drop("team/acm_two/")

    assert sorted(await cache.get(names)) == ["team/ACME/eng", "team/acm%/eng", "team/acme_two/eng"]


async def test_dropping_everything_by_mistake_is_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="must name something"):
        await DatabaseCache(database).drop("")


async def test_more_keys_than_one_statement_takes_are_read_at_once(database: Database) -> None:
    cache = DatabaseCache(database)
    values = {f"blob/{number}": str(number).encode() for number in range(1_201)}
    await cache.put(values, HOUR)

    assert await cache.get(list(values)) == values


async def test_sweeping_out_waits_for_no_other_process(postgresql: str) -> None:
    url = new_postgresql_database(postgresql)
    first, other = await Database.open(url), await Database.open(url)
    watch, touched, done = Watch(), threading.Event(), threading.Event()
    cache = DatabaseCache(first, watch)
    await cache.put({"old": b"1", "older": b"1"}, timedelta(seconds=10))
    watch.now += 10

    def renewing(connection: sa.Connection) -> None:
        connection.execute(sa.update(tables.cache).where(tables.cache.c.key == "old").values(expires=9_999))
        touched.set()
        done.wait(120)

    renewal = asyncio.create_task(other.write(renewing))
    try:
        await asyncio.to_thread(touched.wait, 120)
        async with asyncio.timeout(60):
            await cache.put({"new": b"2"}, HOUR)
    finally:
        done.set()
        await renewal
    assert await cache.get(["new", "old", "older"]) == {"new": b"2", "old": b"1"}
    await first.close()
    await other.close()
