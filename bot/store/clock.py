"""What time it is: passed in, so that a test can say, or asked of the database, which all processes share."""

import time
from collections.abc import Callable

import sqlalchemy as sa

Clock = Callable[[], float]
"""Seconds since 1970, UTC."""

system_clock: Clock = time.time


def database_now() -> sa.ColumnElement[float]:
    """Return the database's clock, in seconds: the clocks of several machines need not agree."""
    return sa.cast(sa.extract("epoch", sa.func.current_timestamp()), sa.Double)
