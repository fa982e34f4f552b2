"""Twenty rows of each table of scenarios the whole way: inbox, queue, engine and worker in a real server.

A table that has fewer is played whole. The rows are those of ``tests/scenarios``, and so are the tests that
play them; only the stage is another one.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.settings import read_settings
from bot.store.database import Database
from bot.wiring.running import Running, running
from tests.sandbox.plugin import described
from tests.scenarios import (
    test_approved_edits,
    test_attacks,
    test_command_table,
    test_commands,
    test_handing_on,
    test_lifecycle_rows,
    test_review,
    test_seats,
)
from tests.scenarios.stage import Clock, Stage, Wall

ROWS = 20
PATIENCE = 120.0
"""Seconds within which a row's step has to come to rest."""


@dataclass
class Served(Stage):
    """A stage on which a server runs."""

    server: Running | None = None

    async def run(self) -> None:
        """Wait until every webhook is delivered and the server has nothing left to do."""
        assert self.server is not None
        async with asyncio.timeout(PATIENCE):
            while True:
                await self.sandbox.settled()
                seen = len(self.sandbox.deliveries)
                if await self.server.idle() and len(self.sandbox.deliveries) == seen:
                    break
                await asyncio.sleep(0.02)
        self.assert_moves_are_told()


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Served]:
    """The standard scene in front of a server on a free port."""
    clock = Clock(datetime.now(UTC))
    # What a stage without a server would judge with; here it only has to be there.
    spare = await Database.open(f"sqlite:///{tmp_path / 'spare.sqlite'}")
    async with described(clock, Wall(clock)) as sandbox, aiohttp.ClientSession() as session:
        made = await Served.of(sandbox, clock, spare, session)
        assert isinstance(made, Served)
        environ = {
            "APP_ID": str(made.scene.app.id),
            "PRIVATE_KEY": made.scene.app.private_key,
            "WEBHOOK_SECRET": made.scene.app.webhook_secret or "",
            "GITHUB_API_URL": sandbox.url,
            "GITHUB_GRAPHQL_URL": sandbox.graphql_url,
            "TDD_BOT_HOME": str(tmp_path),
            "POLL_SECONDS": "0.05",
            "SWEEP_SECONDS": "0",
            "LOG_LEVEL": "error",
        }
        async with running(read_settings(environ)) as server:
            made.server = server
            runner = web.AppRunner(server.web, access_log=None)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            path = server.settings.webhook_path
            made.scene.app.webhook_url = f"http://127.0.0.1:{runner.addresses[0][1]}{path}"
            yield made
            await runner.cleanup()
            assert await server.jobs.dead_letters() == []
        assert not sandbox.log.unknown()
    await spare.close()


def rows(table: Mapping[str, object]) -> list[str]:
    """Return as many rows of a table, from all over it."""
    step = max(1, len(table) // ROWS)
    return list(islice(table, 0, step * ROWS, step))


@pytest.mark.parametrize("name", rows(test_review.SCENARIOS))
async def test_a_review(name: str, stage: Served) -> None:
    await test_review.test_scenario(name, stage)


@pytest.mark.parametrize("name", rows(test_attacks.ATTACKS))
async def test_an_attack(name: str, stage: Served) -> None:
    await test_attacks.test_attack(name, stage)


@pytest.mark.parametrize("name", rows(test_commands.STORIES))
async def test_a_story_of_commands(name: str, stage: Served) -> None:
    await test_commands.test_story(name, test_commands.cast(stage))


@pytest.mark.parametrize("name", rows(test_handing_on.STORIES))
async def test_a_story_of_handing_on(name: str, stage: Served) -> None:
    await test_handing_on.test_story(name, test_handing_on.cast(stage))


@pytest.mark.parametrize("name", rows(test_lifecycle_rows.ROWS))
async def test_a_row_of_the_lifecycle(name: str, stage: Served) -> None:
    await test_lifecycle_rows.test_row(name, stage)


@pytest.mark.parametrize("name", rows(test_seats.STORIES))
async def test_a_story_of_seats(name: str, stage: Served) -> None:
    await test_seats.test_story(name, test_seats.cast(stage))


@pytest.mark.parametrize("name", rows(test_approved_edits.STORIES))
async def test_an_edit_of_what_is_approved(name: str, stage: Served) -> None:
    await test_approved_edits.test_story(name, stage)


@pytest.mark.parametrize("command", rows(test_command_table.TABLE))
async def test_who_may(command: str, stage: Served) -> None:
    await test_command_table.test_who_may(test_command_table.cast(stage), command)
