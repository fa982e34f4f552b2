"""The stage on which scenarios are played."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.sandbox import Sandbox
from bot.store.database import Database
from tests.sandbox.official.descriptions import missing
from tests.sandbox.plugin import faults_of
from tests.scenarios.stage import HOOK, Clock, Stage, Wall


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """A sandbox that delivers to the bot; at the end its traffic has to be as GitHub's is."""
    clock = Clock(datetime.now(UTC))
    database = await Database.open(f"sqlite:///{tmp_path / 'bot.sqlite'}")
    async with Sandbox(clock=clock, wall=Wall(clock)) as sandbox, aiohttp.ClientSession() as session:
        made = await Stage.of(sandbox, clock, database, session)
        runner = web.AppRunner(made.application(), access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        made.scene.app.webhook_url = f"http://127.0.0.1:{runner.addresses[0][1]}{HOOK}"
        yield made
        await runner.cleanup()
        assert not sandbox.log.unknown()
        faults = [] if made.undescribed or missing() else faults_of(sandbox)
    await database.close()
    assert not faults, "the sandbox is not as GitHub is"
