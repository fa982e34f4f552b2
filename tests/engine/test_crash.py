"""The server as a process: killed, stopped and started again, it ends in the right state."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from tests.engine.stage import PATIENCE
from tests.keys import rsa_pem
from tests.web.sender import SECRETS, body_of, headers_of

ROOT = Path(__file__).parents[2]


@dataclass
class Server:
    """A server under way, and the folder in which its reconciler writes."""

    process: Process
    url: str
    folder: Path

    async def post(self, number: int) -> int:
        """Send a webhook about a pull request; return the answer's status."""
        body = body_of(number)
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.url, data=body, headers=headers_of(body)) as answer,
        ):
            return answer.status

    async def kill(self) -> None:
        self.process.kill()
        await self.process.wait()

    async def until(self, *lines: str) -> None:
        """Return once the reconciler has written these lines, each as often as it is named."""
        wanted = sorted(lines)
        async with asyncio.timeout(PATIENCE):
            while sorted(line for line in self.written() if line in lines) != wanted:
                assert self.process.returncode is None, "the server has ended"
                await asyncio.sleep(0.02)

    def written(self) -> list[str]:
        file = self.folder / "written"
        return file.read_text().splitlines() if file.exists() else []

    def hold(self, number: int) -> Path:
        """Make runs of a pull request wait until the returned file is gone."""
        file = self.folder / f"hold-{number}"
        file.touch()
        return file


Start = Callable[[], Awaitable[Server]]


@asynccontextmanager
async def _starter(folder: Path, database_url: str) -> AsyncIterator[Start]:
    servers: list[Server] = []
    environ = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "APP_ID": "1",
        "PRIVATE_KEY": rsa_pem(),
        "WEBHOOK_SECRET": SECRETS[0],
        "TDD_BOT_HOME": str(folder),
        "DATABASE_URL": database_url,
        "PORT": "0",
    }

    async def start() -> Server:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.engine.server", str(folder / "written")),
            cwd=ROOT,
            env=environ,
            stdout=PIPE,
            stderr=DEVNULL,
        )
        assert process.stdout is not None
        line = (await asyncio.wait_for(process.stdout.readline(), PATIENCE)).decode()
        assert line.startswith("tdd-bot listens on http://127.0.0.1:"), line
        server = Server(process, line.split()[-1], folder)
        servers.append(server)
        return server

    try:
        yield start
    finally:
        for server in servers:
            if server.process.returncode is None:
                await server.kill()


async def test_what_was_accepted_is_done_whenever_the_process_dies(tmp_path: Path, database_url: str) -> None:
    async with _starter(tmp_path, database_url) as start:
        first = await start()
        # Dies between the answer and the run, or in it: the held file covers both.
        first.hold(1)
        assert await first.post(1) == 202
        await first.kill()

        second = await start()
        (tmp_path / "hold-1").unlink()
        await second.until("end 1")
        # Dies in the middle of a run.
        held = second.hold(2)
        assert await second.post(2) == 202
        await second.until("begin 2")
        await second.kill()

        third = await start()
        await third.until("begin 2", "begin 2")
        held.unlink()
        await third.until("end 2")
        assert third.written().count("end 1") == 1


async def test_a_server_that_is_told_to_stop_finishes_what_it_has_begun(
    tmp_path: Path, database_url: str
) -> None:
    async with _starter(tmp_path, database_url) as start:
        server = await start()
        held = server.hold(1)
        assert await server.post(1) == 202
        await server.until("begin 1")

        server.process.send_signal(signal.SIGTERM)
        # Nobody is let in any more once it has heard the signal.
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    await server.post(2)
                except aiohttp.ClientConnectionError:
                    break
        assert server.process.returncode is None
        held.unlink()

        assert await asyncio.wait_for(server.process.wait(), PATIENCE) == 0
        written = server.written()
        assert (written.count("begin 1"), written.count("end 1")) == (1, 1)
        assert written.count("begin 2") == written.count("end 2")
