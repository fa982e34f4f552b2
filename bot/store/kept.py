"""Connections that are kept, one for each thread that asks the database.

Taking a connection out of a pool and putting it back costs as much as a small transaction on the embedded
database. PostgreSQL's do come from the pool, which sees whether a connection still lives before it gives it.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import sqlalchemy as sa


class _Here(threading.local):
    """What this thread has."""

    connection: sa.Connection | None = None


class KeptConnections:
    """Opens them as they are needed, and closes them all."""

    def __init__(self, open_one: Callable[[], sa.Connection]) -> None:
        self._open_one = open_one
        self._here = _Here()
        self._all: list[sa.Connection] = []

    @contextmanager
    def one(self) -> Iterator[sa.Connection]:
        """Give this thread's connection; after whatever failure nobody goes on with it."""
        connection = self._here.connection
        if connection is None:
            connection = self._here.connection = self._open_one()
            self._all.append(connection)
        try:
            yield connection
        except BaseException:
            self._here.connection = None
            self._all.remove(connection)
            connection.close()
            raise

    def close(self) -> None:
        """Close all of them; no thread may be using one."""
        while self._all:
            self._all.pop().close()
