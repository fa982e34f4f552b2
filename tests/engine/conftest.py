"""Every test of the engine runs on both databases; a module shares one engine: it takes seconds to start."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.engine.stage import Bench, bench
from tests.store.databases import new_postgresql_database, new_sqlite_database


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    if request.param == "sqlite":
        folder: Path = tmp_path_factory.mktemp("engine")
        return new_sqlite_database(folder)
    return new_postgresql_database(request.getfixturevalue("postgresql"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(database_url: str) -> AsyncIterator[Bench]:
    async with bench(database_url) as made:
        yield made
