"""The database: its shape, its transactions, its faults."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.ports import StoreUnavailableError
from bot.store import tables
from bot.store.database import Database, one_at_a_time
from bot.store.migrations import LATEST


async def test_processes_that_start_together_migrate_once(database_url: str) -> None:
    databases = await asyncio.gather(*(Database.open(database_url) for _ in range(4)))

    steps = sa.text("SELECT count(*) FROM schema_step")
    counted = await databases[0].read(lambda connection: connection.execute(steps).scalar())
    for database in databases:
        await database.close()
    assert counted == LATEST


async def test_a_new_file_in_which_another_process_writes_is_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "new.db"
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")  # here SQLite refuses a change of the journal's mode without any wait
    released = threading.Timer(0.2, other.rollback)
    released.start()

    database = await Database.open(f"sqlite:///{file}")

    assert not released.is_alive()
    await database.close()
    other.close()


async def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    row = {"key": "k", "value": b"v", "expires": 1.0}

    def fail(connection: sa.Connection) -> None:
        connection.execute(sa.insert(tables.cache), row)
        raise RuntimeError("boom")

    with pytest.raises(RuntimeError, match="boom"):
        await database.write(fail)

    rows = await database.read(lambda connection: connection.execute(sa.select(tables.cache)).all())
    assert rows == []


async def test_the_embedded_database_is_opened_once_for_each_thread_and_closed_with_it(
    tmp_path: Path,
) -> None:
    file = tmp_path / "bot.sqlite"
    database = await Database.open(f"sqlite:///{file}")

    def held() -> int:
        return sum(one.readlink() == file for one in Path("/proc/self/fd").iterdir() if one.is_symlink())

    for _ in range(20):
        await asyncio.gather(
            *(database.read(lambda connection: connection.execute(sa.select(1)).all()) for _ in range(8))
        )
        await database.write(lambda connection: connection.execute(sa.delete(tables.cache)))
    # Four that read, one that writes, one that appends.
    assert 1 < held() <= 6

    await database.close()
    assert held() == 0


async def test_nobody_goes_on_with_a_connection_that_failed(database: Database) -> None:
    row = {"key": "k", "value": b"", "expires": 1.0}

    def leave(connection: sa.Connection) -> None:
        connection.execute(sa.insert(tables.cache), row)
        # The transaction is over, in a way of which SQLAlchemy knows nothing.
        connection.exec_driver_sql("ROLLBACK")
        raise RuntimeError("left")

    with pytest.raises(RuntimeError, match="left"):
        await database.write(leave)

    await database.write(lambda connection: connection.execute(sa.insert(tables.cache), row))
    keys = sa.select(tables.cache.c.key)
    assert await database.read(lambda connection: connection.execute(keys).scalars().all()) == ["k"]


async def test_writers_on_one_subject_wait_for_each_other(database_url: str) -> None:
    first, second = await Database.open(database_url), await Database.open(database_url)
    inside, leave = threading.Event(), threading.Event()
    order: list[str] = []

    def hold(connection: sa.Connection) -> None:
        one_at_a_time(connection, "subject")
        inside.set()
        leave.wait(120)
        order.append("first")

    def follow(connection: sa.Connection) -> None:
        one_at_a_time(connection, "subject")
        order.append("second")

    holding = asyncio.create_task(first.write(hold))
    await asyncio.to_thread(inside.wait, 120)
    following = asyncio.create_task(second.write(follow))
    await asyncio.wait([following], timeout=0.1)
    leave.set()
    await asyncio.gather(holding, following)

    await first.close()
    await second.close()
    assert order == ["first", "second"]


async def test_writers_that_wait_in_a_circle_both_come_through(database: Database, second: Database) -> None:
    rows = [{"key": key, "value": b"", "expires": 1.0} for key in "ab"]
    await database.write(lambda connection: connection.execute(sa.insert(tables.cache), rows))
    # SQLite never lets two write at a time, so none waits for the other there.
    both = threading.Barrier(1 if database.url.get_backend_name() == "sqlite" else 2)
    tries: list[str] = []

    def writer(order: str) -> Callable[[sa.Connection], None]:
        def work(connection: sa.Connection) -> None:
            tries.append(order)
            for key in order:
                mine = sa.update(tables.cache).where(tables.cache.c.key == key)
                connection.execute(mine.values(expires=tables.cache.c.expires + 1))
                if key == order[0] and len(tries) <= both.parties:
                    both.wait(60)

        return work

    await asyncio.gather(database.write(writer("ab")), second.write(writer("ba")))

    query = sa.select(tables.cache.c.expires)
    assert await database.read(lambda connection: connection.execute(query).scalars().all()) == [3.0, 3.0]
    assert len(tries) == both.parties + 1


async def test_work_does_not_run_on_the_event_loop(database: Database) -> None:
    here = threading.get_ident()

    assert await database.write(lambda _: threading.get_ident()) != here
    assert await database.read(lambda _: threading.get_ident()) != here


async def test_an_unreachable_server_is_unavailable_and_its_password_is_not_told(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailableError) as caught:
        await Database.open(f"postgresql://bot:hunter2@/tdd?host={tmp_path}")

    assert "does not answer" in str(caught.value)
    assert "hunter2" not in str(caught.value)


async def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "not.sqlite").write_bytes(b"something else entirely" * 100)

    with pytest.raises(StoreUnavailableError, match="not a database"):
        await Database.open(f"sqlite:///{tmp_path / 'not.sqlite'}")


async def test_a_new_sqlite_file_gets_its_folder_and_the_durable_journal(tmp_path: Path) -> None:
    database = await Database.open(f"sqlite:///{tmp_path / 'a' / 'b' / 'tdd-bot.sqlite'}")

    mode = await database.read(lambda connection: connection.exec_driver_sql("PRAGMA journal_mode").scalar())
    level = await database.read(lambda connection: connection.exec_driver_sql("PRAGMA synchronous").scalar())
    await database.close()
    assert (mode, level) == ("wal", 2)
    assert (tmp_path / "a" / "b" / "tdd-bot.sqlite").is_file()


async def test_appended_rows_are_there_all_or_none(database: Database, second: Database) -> None:
    row = {"kind": "k", "body": "b", "delivery": "d", "at": 1.0, "installation": 1}
    await database.append(tables.inbox, [row, row])

    with pytest.raises((StoreUnavailableError, sa.exc.IntegrityError)):
        await database.append(tables.inbox, [row, {**row, "kind": None}])
    # What failed is not in the way of what follows.
    await database.append(tables.inbox, [row])

    count = sa.select(sa.func.count()).select_from(tables.inbox)
    assert await second.read(lambda connection: connection.execute(count).scalar()) == 3


async def test_more_appended_rows_than_one_statement_takes_are_there_all_or_none(
    database: Database, second: Database
) -> None:
    rows = [
        {"kind": "k", "body": str(number), "delivery": "d", "at": 1.0, "installation": 1}
        for number in range(250)
    ]

    with pytest.raises((StoreUnavailableError, sa.exc.IntegrityError)):
        await database.append(tables.inbox, [*rows, {**rows[0], "kind": None}])
    await database.append(tables.inbox, rows)

    bodies = sa.select(tables.inbox.c.body).order_by(tables.inbox.c.id)
    found = await second.read(lambda connection: connection.execute(bodies).scalars().all())
    assert found == [str(number) for number in range(250)]
