"""A clock for the queue's tables on a SQLite older than 3.42.

From Python 3.12 on DBOS dates its rows by ``unixepoch('subsec')``. SQLite knows that argument since 3.42
(https://sqlite.org/lang_datefunc.html) and answers an older version's caller with NULL, which the tables
refuse; Debian 12 has 3.40. So every connection of this process gets the function, where it is missing.
"""

import sqlite3
import time
from typing import Any, Final

import sqlalchemy as sa

_KNOWN_SINCE: Final = (3, 42, 0)


def lend_clock(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> None:
    """Give ``unixepoch('subsec')`` to every SQLite connection made from now on, unless SQLite has it."""
    if version < _KNOWN_SINCE and not sa.event.contains(sa.Engine, "connect", _lend):
        sa.event.listen(sa.Engine, "connect", _lend)


def _lend(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's, untyped by SQLAlchemy
    if isinstance(connection, sqlite3.Connection):
        connection.create_function("unixepoch", 1, _now)


def _now(argument: str) -> float | None:
    """Return seconds since 1970 with their fraction; any other argument than ``subsec`` is nobody's."""
    return time.time() if argument == "subsec" else None
