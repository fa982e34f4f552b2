"""A sandbox with the standard scene, and the bot to be started in front of it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.sandbox.plugin import described
from tests.whole.server import Bot


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Bot]:
    """The bot, not started yet."""
    async with described() as sandbox:
        made = Bot(sandbox, sandbox.seed_acme(), tmp_path)
        yield made
        await made.kill()
        assert not sandbox.log.unknown()
