"""Who commits: the event loop while that is quick, a thread when it is not; durable either way."""

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.ports import StoreUnavailableError
from bot.store import tables
from bot.store.appender import Appender
from bot.store.database import Database
from tests.store.databases import new_sqlite_database

TABLE = tables.inbox.name
ROW = {"kind": "k", "body": "b", "delivery": "d", "at": 1.0, "installation": 1}


class Watch:
    """A clock by which each commit takes as long as the test says."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._now = 0.0
        self._begun = False

    def __call__(self) -> float:
        self._now += self.seconds if self._begun else 0.0
        self._begun = not self._begun
        return self._now


@pytest.fixture
async def file(tmp_path: Path) -> Path:
    await (await Database.open(new_sqlite_database(tmp_path))).close()
    return tmp_path / "tdd-bot.sqlite"


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def appender(file: Path, watch: Watch) -> Iterator[Appender]:
    engine = sa.create_engine(f"sqlite:///{file}")
    sa.event.listen(engine, "connect", lambda driver, _: setattr(driver, "isolation_level", None))
    appender = Appender(engine, watch)
    yield appender
    appender.close()
    engine.dispose()


def _rows(file: Path) -> int:
    connection = sqlite3.connect(file)
    number: int = connection.execute("SELECT count(*) FROM inbox").fetchone()[0]
    connection.close()
    return number


def test_the_first_rows_are_a_threads_and_the_next_ones_the_loops(appender: Appender, file: Path) -> None:
    assert not appender.at_once(TABLE, [ROW])
    assert _rows(file) == 0

    appender.append(TABLE, [ROW])

    assert appender.at_once(TABLE, [ROW, ROW])
    assert _rows(file) == 3


def test_slow_commits_are_a_threads_until_they_are_quick_again(
    appender: Appender, watch: Watch, file: Path
) -> None:
    appender.append(TABLE, [ROW])
    watch.seconds = 0.01
    assert appender.at_once(TABLE, [ROW])
    assert not appender.at_once(TABLE, [ROW])

    watch.seconds = 0.0001
    for _ in range(30):
        appender.append(TABLE, [ROW])

    assert appender.at_once(TABLE, [ROW])
    assert _rows(file) == 33


def test_the_loop_does_not_wait_for_another_writer(appender: Appender, file: Path) -> None:
    appender.append(TABLE, [ROW])
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")

    assert not appender.at_once(TABLE, [ROW])
    released = threading.Timer(0.2, other.rollback)
    released.start()
    appender.append(TABLE, [ROW])  # the thread does

    assert not released.is_alive()
    assert _rows(file) == 2
    other.close()


def test_a_fault_is_told_by_the_thread_and_is_not_in_the_way_later(appender: Appender, file: Path) -> None:
    appender.append(TABLE, [ROW])
    faulty = [ROW, {**ROW, "kind": None}]

    assert not appender.at_once(TABLE, faulty)
    with pytest.raises(StoreUnavailableError, match="NOT NULL"):
        appender.append(TABLE, faulty)

    assert appender.at_once(TABLE, [ROW])
    assert _rows(file) == 2


def test_the_log_does_not_grow_for_ever_while_the_loop_commits(appender: Appender, file: Path) -> None:
    log = file.with_name(file.name + "-wal")
    commits = sizes = 0
    for _ in range(1_200):
        if not appender.at_once(TABLE, [ROW] * 8):
            appender.append(TABLE, [ROW] * 8)
            commits += 1
        sizes = max(sizes, log.stat().st_size)

    assert commits > 1, "no thread has folded the log"
    # SQLite's own measure is a thousand pages of 4 KiB; a commit of eight rows writes two to four.
    assert sizes < 8 * 1024 * 1024
    assert _rows(file) == 9_600


def test_more_rows_than_one_statement_takes_are_a_threads(appender: Appender, file: Path) -> None:
    appender.append(TABLE, [ROW])

    assert not appender.at_once(TABLE, [ROW] * 101)
    appender.append(TABLE, [ROW] * 250)

    assert _rows(file) == 251
