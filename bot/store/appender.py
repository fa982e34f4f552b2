"""Rows at the end of one of SQLite's tables, by the shortest way there is.

Handing a commit of 100 microseconds to a thread and back costs more than the commit: either side waits for
the interpreter until the other lets go of it. So while the disk is quick the event loop commits by itself.
Each commit is timed: as soon as they are slow, or another writer is at work, a thread does it and the loop
goes on. What is durable is the same either way: both connections sync at each commit.
"""

import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa

from bot.ports import StoreUnavailableError

Row = Mapping[str, Any]
"""Column -> value; rows of one call have the same columns in the same order."""

_ROWS_AT_ONCE: Final = 100
"""Rows in one statement: sqlite.org/limits.html, "Maximum Number Of Host Parameters", was 999 once."""
_QUICK: Final = 0.0005
"""Seconds of a commit, on average, up to which the event loop waits for it: as long as for five webhooks."""
_WEIGHT: Final = 0.125
"""Of the newest commit in that average."""
_FOLD: Final = 400
"""Commits after which a thread does one: it folds the log into the file, some milliseconds of work, which
sqlite.org/wal.html calls a checkpoint. That many are about the thousand pages at which SQLite does it."""


class Appender:
    """Inserts on behalf of one event loop and one writing thread, each with a connection of its own."""

    def __init__(self, engine: sa.Engine, clock: Callable[[], float] = time.perf_counter) -> None:
        self._engine = engine
        self._clock = clock
        self._here: sa.PoolProxiedConnection | None = None
        self._there: sa.PoolProxiedConnection | None = None
        self._taken = 0.0
        self._since_fold = 0

    def at_once(self, table: str, rows: Sequence[Row]) -> bool:
        """Insert rows in one transaction, if that is quick; return whether they are durable now.

        On the event loop. False: nothing was inserted, and a thread has to ``append`` them.
        """
        quick = self._taken <= _QUICK and self._since_fold < _FOLD and len(rows) <= _ROWS_AT_ONCE
        if self._here is None or not quick:
            return False
        began = self._clock()
        try:
            _driver(self._here).execute(*_insertion(table, rows))
        except sqlite3.Error:
            # Most likely another writer is at work. Whatever it is: a thread can wait, and say what is wrong.
            return False
        self._note(began)
        self._since_fold += 1
        return True

    def append(self, table: str, rows: Sequence[Row]) -> None:
        """Insert rows in one transaction, however long it takes; in the writing thread.

        Raises:
            StoreUnavailableError: the database failed; none of the rows is there.
        """
        try:
            driver = _driver(self._opened())
            began = self._clock()
            if len(rows) <= _ROWS_AT_ONCE:
                # Alone it is a transaction of its own, as durable as one with a name.
                driver.execute(*_insertion(table, rows))
            else:
                with driver:
                    driver.execute("BEGIN IMMEDIATE")
                    for start in range(0, len(rows), _ROWS_AT_ONCE):
                        driver.execute(*_insertion(table, rows[start : start + _ROWS_AT_ONCE]))
            self._note(began)
            self._since_fold = 0
        except (sqlite3.Error, sa.exc.DBAPIError) as error:
            self._drop_there()
            raise StoreUnavailableError(f"The database does not answer: {error}") from error

    def close(self) -> None:
        """Close both connections, once nothing is under way."""
        self._drop_there()
        if self._here is not None:
            self._here.close()
            self._here = None

    def _opened(self) -> sa.PoolProxiedConnection:
        """Return the thread's connection; the loop's is opened beside it, since opening takes a while."""
        if self._here is None:
            here = self._alone()
            # The loop waits for nobody, and leaves the folding to the thread.
            _driver(here).execute("PRAGMA busy_timeout=0")
            _driver(here).execute("PRAGMA wal_autocheckpoint=0")
            self._here = here
        if self._there is None:
            self._there = self._alone()
        return self._there

    def _drop_there(self) -> None:
        if self._there is not None:
            self._there.close()
            self._there = None

    def _alone(self) -> sa.PoolProxiedConnection:
        """Return a connection out of the pool: nobody else gets it, and closing it closes it."""
        connection = self._engine.raw_connection()
        connection.detach()
        return connection

    def _note(self, began: float) -> None:
        self._taken += (self._clock() - began - self._taken) * _WEIGHT


def _driver(connection: sa.PoolProxiedConnection) -> Any:  # noqa: ANN401 - the driver's, untyped by SQLAlchemy
    return connection.dbapi_connection


def _insertion(table: str, rows: Sequence[Row]) -> tuple[str, list[Any]]:
    """Return one statement that inserts all rows, and its values.

    One, because the driver lets go of the interpreter for each statement, and may wait until it is back.
    """
    statement = _statement(table, tuple(rows[0]), len(rows))
    return statement, [value for row in rows for value in row.values()]


@lru_cache(maxsize=4 * _ROWS_AT_ONCE)
def _statement(table: str, columns: Sequence[str], number: int) -> str:
    marks = f"({', '.join('?' * len(columns))})"
    names, places = ", ".join(columns), ", ".join([marks] * number)
    return f"INSERT INTO {table} ({names}) VALUES {places}"  # noqa: S608 - our own names
