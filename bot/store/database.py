"""One database: where it is, how it is opened, and the threads in which it is asked."""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Self, TypeVar

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects import postgresql, sqlite

from bot.ports import StoreUnavailableError
from bot.store.appender import Appender, Row
from bot.store.kept import KeptConnections
from bot.store.migrations import LATEST, migrate, require_latest

_T = TypeVar("_T")
_log = structlog.get_logger(__name__)

_BUSY = timedelta(seconds=10)
"""How long a writer waits for another process's transaction: GitHub gives a webhook ten seconds in all."""
_BUSY_AGAIN = timedelta(milliseconds=20)
_CIRCLE = "40P01"
"""PostgreSQL's code for a transaction that it has undone because several waited for each other in a circle.

https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-DEADLOCKS
"""
_CIRCLES = 5
"""Times that one piece of work is begun: it may wait in a circle every time."""
_OUR_MISTAKES = (
    sa.exc.ProgrammingError,
    sa.exc.IntegrityError,
    sa.exc.DataError,
    sa.exc.NotSupportedError,
)
"""Faults of a statement, not of the database: trying again does not help."""
_MIGRATION_LOCK = 0x7DDB07
"""Any number that no other program on the same database is likely to lock."""


class Database:
    """Runs functions in transactions, off the event loop.

    SQLite has one writer at a time whatever one does: all writes of this process go through one thread, so
    they queue here, in order and without polling; only for other processes its busy timeout has to wait.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        embedded = engine.dialect.name == "sqlite"
        writers = 1 if embedded else 4
        # Threads of its own: the engine's library replaces the loop's default pool and shuts it down.
        self._writers = ThreadPoolExecutor(writers, thread_name_prefix="store-write")
        self._readers = ThreadPoolExecutor(4, thread_name_prefix="store-read")
        self._appender = Appender(engine) if embedded else None
        self._kept = (
            {writes: KeptConnections(partial(_connect, engine, writes=writes)) for writes in (True, False)}
            if embedded
            else {}
        )

    @property
    def url(self) -> sa.URL:
        """Where it is."""
        return self._engine.url

    @classmethod
    async def open(cls, url: str) -> Self:
        """Open the database, make its folder and bring it to this release's shape, unless it is past it.

        Raises:
            StoreUnavailableError: it cannot be reached or opened.
            SchemaError: a newer release has been at it.
        """
        database = cls(_engine(url))
        try:
            before = await database.write(_migrate_alone)
        except BaseException:
            await database.close()
            raise
        _log.debug("database opened", kind=database._engine.dialect.name, shape_before=before)
        if before > LATEST:
            _log.info("a newer release has been at the database", shape=before, known=LATEST)
        return database

    @classmethod
    async def open_present(cls, url: str) -> Self | None:
        """Open a database only to read what a server keeps there; None where there is none yet.

        Raises:
            StoreUnavailableError: it cannot be reached or opened.
            SchemaError: its shape is not this release's; only a server changes it.
        """
        if not await asyncio.to_thread(_may_be_there, url):
            return None
        database = cls(_engine(url))
        try:
            present = await database.read(require_latest)
        except BaseException:
            await database.close()
            raise
        if not present:
            await database.close()
            return None
        return database

    async def take_back(self, shape: int) -> None:
        """Give the database the shape that an older release knows; this one cannot use it from then on.

        Raises:
            StoreUnavailableError: the database failed; it has the shape that it had.
        """
        await self.write(lambda connection: _migrate_alone(connection, shape))

    async def write(self, work: Callable[[sa.Connection], _T]) -> _T:
        """Run ``work`` in one transaction that may write; return once it is durable.

        It may run several times, with nothing of the earlier ones left: so it changes only the database.

        Raises:
            StoreUnavailableError: the database failed; nothing of the transaction stays.
        """
        return await self._run(self._writers, work, writes=True)

    async def read(self, work: Callable[[sa.Connection], _T]) -> _T:
        """Run ``work`` in one transaction that only reads.

        Raises:
            StoreUnavailableError: the database failed.
        """
        return await self._run(self._readers, work, writes=False)

    async def append(self, table: sa.Table, rows: Sequence[Row]) -> None:
        """Insert rows that all have the same columns, in one transaction; return once they are durable.

        On SQLite the event loop may do it by itself, see ``Appender``.

        Raises:
            StoreUnavailableError: the database failed; none of the rows is there.
        """
        if self._appender is None:
            await self.write(lambda connection: connection.execute(sa.insert(table), rows))
        elif not self._appender.at_once(table.name, rows):
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._writers, self._appender.append, table.name, rows)

    async def ping(self) -> None:
        """Return if the database answers.

        Raises:
            StoreUnavailableError: it does not.
        """
        await self.read(lambda connection: connection.execute(sa.select(1)).scalar())

    async def close(self) -> None:
        """Finish what is under way and close every connection."""
        loop = asyncio.get_running_loop()
        closer = ThreadPoolExecutor(1, thread_name_prefix="store-close")
        try:
            await loop.run_in_executor(closer, self._close)
        finally:
            closer.shutdown(wait=False)

    def _close(self) -> None:
        self._writers.shutdown()
        if self._appender is not None:
            self._appender.close()
        self._readers.shutdown()
        for connections in self._kept.values():
            connections.close()
        self._engine.dispose()

    async def _run(
        self, threads: ThreadPoolExecutor, work: Callable[[sa.Connection], _T], *, writes: bool
    ) -> _T:
        return await asyncio.get_running_loop().run_in_executor(threads, self._transact, work, writes)

    def _transact(self, work: Callable[[sa.Connection], _T], writes: bool) -> _T:
        for again in reversed(range(_CIRCLES)):
            try:
                return self._once(work, writes)
            except _OUR_MISTAKES:
                raise
            except (sa.exc.DBAPIError, sa.exc.TimeoutError, sqlite3.Error) as error:
                cause = getattr(error, "orig", None) or error
                # The driver's first line only: the whole message would hold the statement's values.
                line = str(cause).strip().partition("\n")[0]
                if getattr(cause, "sqlstate", None) != _CIRCLE or not again:
                    raise StoreUnavailableError(f"The database does not answer: {line}") from error
                _log.warning("transaction undone, run again", reason=line)
        raise AssertionError  # pragma: no cover - the last time it has returned or raised

    def _once(self, work: Callable[[sa.Connection], _T], writes: bool) -> _T:
        with self._connection(writes) as connection, connection.begin():
            return work(connection)

    def _connection(self, writes: bool) -> AbstractContextManager[sa.Connection]:
        kept = self._kept.get(writes)
        return _connect(self._engine, writes=writes) if kept is None else kept.one()


def _connect(engine: sa.Engine, *, writes: bool) -> sa.Connection:
    return engine.connect().execution_options(writes=writes)


def one_at_a_time(connection: sa.Connection, subject: str) -> None:
    """Let no two writing transactions on the same subject overlap, until this one ends.

    SQLite: a writing transaction excludes all others from its beginning. PostgreSQL: an advisory lock.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(subject, 0))))


def insert_into(connection: sa.Connection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """Return an insert that knows ``on_conflict_*``: both databases do, each in its own SQLAlchemy class."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def _migrate_alone(connection: sa.Connection, to: int = LATEST) -> int:
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
    return migrate(connection, to)


def _may_be_there(url: str) -> bool:
    """Tell whether there is a file to open: SQLite would make one."""
    address = sa.make_url(url)
    return address.get_backend_name() != "sqlite" or Path(address.database or "").is_file()


def _engine(url: str) -> sa.Engine:
    address = sa.make_url(url)
    if address.get_backend_name() == "postgresql":
        return sa.create_engine(
            address.set(drivername="postgresql+psycopg"), pool_pre_ping=True, pool_timeout=5
        )
    if address.database:
        Path(address.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = sa.create_engine(address, connect_args={"timeout": _BUSY.total_seconds()})
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's, untyped by SQLAlchemy
    # SQLAlchemy, SQLite dialect, "Serializable isolation": the driver's own BEGIN comes too late.
    connection.isolation_level = None
    with closing(connection.cursor()) as cursor:
        # Readers do not stop the writer, and each commit costs one fsync; FULL makes it outlive a power cut.
        _write_ahead(cursor)
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")


def _write_ahead(cursor: Any) -> None:  # noqa: ANN401 - the driver's
    """Turn the write-ahead log on; of processes that open a new file together, one does it, the others wait.

    sqlite.org/c3ref/busy_handler.html: where waiting could end in a deadlock SQLite fails at once instead of
    calling the busy handler, and a change of the journal's mode is such a place. So the waiting is done here.
    """
    give_up = time.monotonic() + _BUSY.total_seconds()
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            busy = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > give_up:
                raise
            time.sleep(_BUSY_AGAIN.total_seconds())
        else:
            return


def _begin_sqlite(connection: sa.Connection) -> None:
    # IMMEDIATE: a transaction that reads first and writes later would fail instead of waiting for its turn.
    writes = connection.get_execution_options().get("writes", True)
    # Asked of the driver itself: it is a tenth of the way through SQLAlchemy, and there is one each time.
    driver: Any = connection.connection.dbapi_connection
    driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
