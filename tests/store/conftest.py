"""Every test of the store runs on both databases."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.core.model import PullRequestRef
from bot.store.database import Database
from tests.store.clock import SetClock
from tests.store.databases import new_postgresql_database, new_sqlite_database


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return new_sqlite_database(tmp_path)
    return new_postgresql_database(request.getfixturevalue("postgresql"))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = await Database.open(database_url)
    try:
        yield database
    finally:
        await database.close()


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
async def second(database_url: str, database: Database) -> AsyncIterator[Database]:
    """The same database as another process sees it; ``database`` has made it."""
    assert database.url
    second = await Database.open(database_url)
    try:
        yield second
    finally:
        await second.close()


@pytest.fixture
def ref() -> PullRequestRef:
    return PullRequestRef(11, 22, "acme", "shop", 7)
