"""The bot as a process of its own, started and killed like any other, with the sandbox in this one."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from bot.sandbox import CheckRun, PullRequest, Sandbox, Scene

ROOT = Path(__file__).parents[2]
PATIENCE = 120.0
"""Seconds within which anything that is waited for has to happen."""


@dataclass
class Bot:
    """``tdd-bot serve`` in front of a sandbox. ``python -m bot`` is all that is run."""

    sandbox: Sandbox
    scene: Scene
    home: Path
    process: Process | None = None
    log: int = DEVNULL
    """Where its log goes: a file's descriptor."""
    changes: dict[str, str] = field(default_factory=dict)
    """Variables of the environment that a test sets otherwise."""

    def environ(self) -> dict[str, str]:
        """Return what an administrator would set, and nothing of the caller's own."""
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "APP_ID": str(self.scene.app.id),
            "PRIVATE_KEY": self.scene.app.private_key,
            "WEBHOOK_SECRET": self.scene.app.webhook_secret or "",
            "GITHUB_API_URL": self.sandbox.url,
            "GITHUB_GRAPHQL_URL": self.sandbox.graphql_url,
            "TDD_BOT_HOME": str(self.home),
            "PORT": "0",
            "SWEEP_SECONDS": "0",
            **self.changes,
        }

    async def start(self) -> None:
        """Start the process, and have GitHub send its webhooks there."""
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "serve"),
            cwd=self.home,
            env=self.environ(),
            stdout=PIPE,
            stderr=self.log,
        )
        assert self.process.stdout is not None
        line = (await asyncio.wait_for(self.process.stdout.readline(), PATIENCE)).decode()
        assert line.startswith("tdd-bot listens on http://"), line
        self.scene.app.webhook_url = line.split()[-1]

    async def kill(self) -> None:
        """Kill it as the kernel does: nothing is said to it."""
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()

    async def terminate(self) -> int:
        """Ask it to stop, as a deploy does; return its exit code."""
        assert self.process is not None
        self.process.terminate()
        return await asyncio.wait_for(self.process.wait(), PATIENCE)

    def run(self, pull: PullRequest) -> CheckRun | None:
        """Return the bot's run on the head, if there is one."""
        runs = [run for suite in pull.repository.suites_on(pull.head_sha) for run in suite.runs]
        mine = [run for run in runs if run.name == "tdd/review" and run.suite.app is self.scene.app]
        assert len(mine) <= 1
        return mine[0] if mine else None

    async def says(self, pull: PullRequest, title: str) -> None:
        """Return once the check on the head has this title."""
        await until(lambda: self._says(pull, title))

    async def _says(self, pull: PullRequest, title: str) -> bool:
        run = self.run(pull)
        return run is not None and run.title == title


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Return once something is so."""
    async with asyncio.timeout(PATIENCE):
        while not await condition():  # noqa: ASYNC110 - what is waited for is in another process
            await asyncio.sleep(0.02)
