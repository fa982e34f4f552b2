"""Old SQLite libraries get the clock that DBOS asks for."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.engine import sqlite_clock
from bot.engine.sqlite_clock import lend_clock


@pytest.fixture
def _afterwards_without() -> Iterator[None]:
    was = sa.event.contains(sa.Engine, "connect", sqlite_clock._lend)
    yield
    if not was and sa.event.contains(sa.Engine, "connect", sqlite_clock._lend):
        sa.event.remove(sa.Engine, "connect", sqlite_clock._lend)


def asked(path: Path, question: str) -> object:
    """Ask a new connection."""
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        answer = connection.exec_driver_sql(question).scalar()
    engine.dispose()
    return answer


@pytest.mark.usefixtures("_afterwards_without")
def test_an_old_sqlite_tells_the_time_with_its_fraction(tmp_path: Path) -> None:
    lend_clock((3, 40, 1))
    lend_clock((3, 40, 1))

    now = asked(tmp_path / "x.sqlite", "SELECT unixepoch('subsec')")

    assert isinstance(now, float)
    assert abs(now - time.time()) < 60
    assert asked(tmp_path / "x.sqlite", "SELECT unixepoch('nonsense')") is None


@pytest.mark.usefixtures("_afterwards_without")
def test_a_new_sqlite_is_left_alone() -> None:
    before = sa.event.contains(sa.Engine, "connect", sqlite_clock._lend)

    lend_clock((3, 45, 0))

    assert sa.event.contains(sa.Engine, "connect", sqlite_clock._lend) is before
