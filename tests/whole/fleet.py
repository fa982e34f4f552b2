"""Several processes on one PostgreSQL, as a platform runs them, in front of one sandbox."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.whole.server import PATIENCE, Bot

WEB = ("serve", "--no-worker")
WORKER = ("worker",)


class EndedError(Exception):
    """A process has ended before it listened."""


@dataclass
class Member:
    """One process."""

    process: Process
    url: str

    async def terminate(self) -> int:
        """Ask it to stop, as a deploy does; return its exit code."""
        self.process.terminate()
        return await asyncio.wait_for(self.process.wait(), PATIENCE)

    async def kill(self) -> None:
        """Kill it as the kernel does."""
        if self.process.returncode is None:
            self.process.kill()
            await self.process.wait()


@dataclass
class Fleet:
    """Starts processes; what is left at the end is killed."""

    bot: Bot
    members: list[Member] = field(default_factory=list)

    async def start(self, *command: str, release: str = "bot") -> Member:
        """Start one of a release, by its module, and return once it listens.

        Raises:
            EndedError: it has ended instead.
        """
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", release, *command),
            cwd=self.bot.home,
            env=self.bot.environ(),
            stdout=PIPE,
            stderr=self.bot.log,
        )
        assert process.stdout is not None
        line = (await asyncio.wait_for(process.stdout.readline(), PATIENCE)).decode()
        if not line:
            raise EndedError(f"{command} ended with {await process.wait()}")
        [address] = [word for word in line.split() if word.startswith("http://")]
        member = Member(process, address)
        self.members.append(member)
        return member

    def send_to(self, web: Member) -> None:
        """Let GitHub's webhooks go there from now on, as a balancer would."""
        self.bot.scene.app.webhook_url = web.url


@asynccontextmanager
async def fleet(bot: Bot, database_url: str) -> AsyncIterator[Fleet]:
    """Give a fleet without members yet; without an address it is for the embedded database."""
    if database_url:
        bot.changes["DATABASE_URL"] = database_url
    made = Fleet(bot)
    try:
        yield made
    finally:
        for member in made.members:
            await member.kill()
