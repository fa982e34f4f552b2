"""``tdd-bot serve`` as a process of its own in front of a sandbox in this one, watched from outside."""

import asyncio
import os
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiohttp

from bench.parts.conditions import ROOT
from bot.sandbox import Sandbox, Scene

SERVE: Final = ("bot", "serve")
UNPACED: Final = ("bench.parts.unpaced",)
"""The same server with the budget for GitHub's limits on creation off."""
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_READY: Final = 200
_PATIENCE: Final = 60
_STEP: Final = 0.005


@dataclass(frozen=True, slots=True)
class Served:
    """The server's process."""

    process: Process
    url: str
    """Where it listens, without a path."""
    seconds: float
    """From its start until it said that it is ready."""
    started_cpu: float
    """Seconds of processor time that it had taken by then."""

    def cpu(self) -> float:
        """Return the seconds of processor time that it has taken, all threads together (proc_pid_stat(5))."""
        return _cpu(self.process.pid)

    def memory(self) -> tuple[float, float]:
        """Return its resident and its proportional set size, in megabytes of a million bytes."""
        sizes = _kilobytes(Path(f"/proc/{self.process.pid}/smaps_rollup"))
        return sizes["Rss"] * 1024 / 1e6, sizes["Pss"] * 1024 / 1e6


@asynccontextmanager
async def served(
    sandbox: Sandbox, scene: Scene, home: Path, command: Sequence[str] = SERVE
) -> AsyncIterator[Served]:
    """Start the server with the settings that it has in production; at the end kill it.

    Only where it is, what it serves and how much it says is set. The sandbox sends its webhooks there.
    """
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", *command),
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "APP_ID": str(scene.app.id),
            "PRIVATE_KEY": scene.app.private_key,
            "WEBHOOK_SECRET": scene.app.webhook_secret or "",
            "GITHUB_API_URL": sandbox.url,
            "GITHUB_GRAPHQL_URL": sandbox.graphql_url,
            "TDD_BOT_HOME": str(home),
            "PORT": "0",
        },
        stdout=PIPE,
        stderr=DEVNULL,
    )
    try:
        assert process.stdout is not None
        words = (await asyncio.wait_for(process.stdout.readline(), _PATIENCE)).decode().split()
        if not words:
            raise RuntimeError("the server has not started")
        hook = words[-1]
        url = hook.removesuffix("/api/github/webhooks")
        await _ready(url)
        scene.app.webhook_url = hook
        yield Served(process, url, time.perf_counter() - began, _cpu(process.pid))
    finally:
        scene.app.webhook_url = None
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _ready(url: str) -> None:
    """Return once the server says that it is ready."""
    async with asyncio.timeout(_PATIENCE), aiohttp.ClientSession() as http:
        while True:
            async with http.get(f"{url}/readyz") as answer:
                if answer.status == _READY:
                    return
            await asyncio.sleep(_STEP)


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _kilobytes(file: Path) -> dict[str, int]:
    lines = (line.split() for line in file.read_text().splitlines()[1:])
    return {words[0].rstrip(":"): int(words[1]) for words in lines}
