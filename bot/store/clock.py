"""What time it is: passed in, so that a test can say, or asked of the database, which all processes share."""

import time
from collections.abc import Callable
from typing import Final

import sqlalchemy as sa

Clock = Callable[[], float]
"""Seconds since 1970, UTC."""

system_clock: Clock = time.time


def database_now() -> sa.ColumnElement[float]:
    """Return the database's clock, in seconds: the clocks of several machines need not agree."""
    return sa.cast(sa.extract("epoch", sa.func.current_timestamp()), sa.Double)


_PRESENT: Final = sa.select(database_now())


def present(connection: sa.Connection) -> float:
    """Return the time at which the transaction began, or its present second where the database is SQLite."""
    return connection.execute(_PRESENT).scalar_one()
