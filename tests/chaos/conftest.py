"""The bot in front of a sandbox, and the storms to be played."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.sandbox import Sandbox
from tests.store.databases import running_postgresql
from tests.whole.server import Bot


def bot_of(sandbox: Sandbox, home: Path) -> Bot:
    """Return the bot of a GitHub Enterprise Server, which lets an app comment as often as it likes."""
    made = Bot(sandbox, sandbox.seed_acme(), home)
    made.changes["GITHUB_API_URL"] = f"{sandbox.url}/api/v3"
    return made


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Bot]:
    """The bot, not started yet."""
    async with Sandbox(enterprise=True) as sandbox:
        yield bot_of(sandbox, tmp_path)
        assert not sandbox.log.unknown()


@pytest.fixture(scope="module")
def postgresql() -> Iterator[str]:
    """Give a server of this module's own: it is restarted in the middle."""
    with running_postgresql() as socket:
        yield socket


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Play the seeds that ``--seed`` names; a seed that fails is in the name of its test."""
    if "seed" in metafunc.fixturenames:
        first, _, last = str(metafunc.config.getoption("--seed")).partition("-")
        seeds = range(int(first), int(last or first) + 1)
        metafunc.parametrize("seed", seeds, ids=[f"seed {one}" for one in seeds])
