"""The README's section on production, at its word: its very commands, under a sender that never pauses."""

import asyncio
import os
import shutil
import signal
import socket
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psycopg
import pytest

from bot.sandbox import PullRequest
from tests.store.databases import binaries, running_postgresql
from tests.test_readme import blocks
from tests.whole.front import Front, front
from tests.whole.server import PATIENCE, ROOT, Bot, until
from tests.whole.traffic import traffic

INSTALL, START, RESTART, BACK_UP = blocks("Run it in production")
HAPROXY = shutil.which("/usr/sbin/haproxy")
THREE = "Waiting for acme/eng-lead and 2 more"
PROCESSES = ("3001", "3002", "3003", "3004")
JUDGED = 12
"""Pull requests: no more than GitHub would let us comment on within a minute."""


@dataclass
class Shell:
    """A bash as a reader has one open: what one block defines the next one uses."""

    process: Process
    home: Path
    ports: dict[str, str]
    """Of the README -> of this test."""
    server: str
    """PostgreSQL's socket."""

    async def run(self, commands: str) -> None:
        """Run a block on ports that are free; its failure is the shell's end."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        for named, free in self.ports.items():
            commands = commands.replace(named, free)
        self.process.stdin.write(f"{commands}\necho the block is over\n".encode())
        said = b""
        async with asyncio.timeout(PATIENCE):
            while b"the block is over" not in said:
                line = await self.process.stdout.readline()
                assert line, said.decode()
                said += line

    def change(self, name: str, value: str) -> None:
        """Change a setting as an administrator does, in the file."""
        file = self.home / ".tdd-bot" / "tdd-bot.env"
        lines = [line for line in file.read_text("utf-8").splitlines() if not line.startswith(f"{name}=")]
        file.write_text("\n".join([*lines, f"{name}={value}", ""]), "utf-8")

    def processes(self) -> set[str]:
        """Return the ids of the processes that the commands have started last."""
        return {(self.home / "tdd-bot" / f"{self.ports[one]}.pid").read_text() for one in PROCESSES}

    def end(self) -> None:
        """End what was started, and nothing else."""
        for file in (self.home / "tdd-bot").glob("*.pid"):
            with suppress(ProcessLookupError):
                os.kill(int(file.read_text()), signal.SIGKILL)


def _free_ports(number: int) -> list[str]:
    taken = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [str(one.getsockname()[1]) for one in taken]
    for one in taken:
        one.close()
    return ports


def _prepare(home: Path, bot: Bot, ports: dict[str, str]) -> None:
    """Leave what ``setup`` and the first block leave, and the checkout's file for the balancer."""
    program = home / "tdd-bot" / "current" / "bin" / "tdd-bot"
    program.parent.mkdir(parents=True)
    program.write_text('#!/bin/sh\nexec python -m bot "$@"\n', "utf-8")
    program.chmod(0o700)
    given = {
        name: value for name, value in bot.environ().items() if name.startswith(("APP", "PRIV", "WEB", "GIT"))
    }
    lines = [f'{name}="{value}"'.replace("\n", "\\n") for name, value in given.items()]
    (home / ".tdd-bot").mkdir()
    (home / ".tdd-bot" / "tdd-bot.env").write_text("\n".join(lines) + "\n", "utf-8")
    text = (ROOT / "deploy" / "haproxy.cfg").read_text("utf-8")
    (home / "deploy").mkdir()
    for named, free in ports.items():
        text = text.replace(named, free)
    (home / "deploy" / "haproxy.cfg").write_text(text, "utf-8")


@pytest.fixture
async def shell(bot: Bot, tmp_path: Path) -> AsyncIterator[Shell]:
    """The reader's shell, with a PostgreSQL of its own, where nothing has been done but to install."""
    home = tmp_path / "home"
    ports = dict(zip(("3000", *PROCESSES), _free_ports(5), strict=True))
    _prepare(home, bot, ports)
    with running_postgresql() as server:
        process = await asyncio.create_subprocess_exec(
            *("bash", "-eu"),
            cwd=home,
            env={
                "PATH": f"{binaries()}:{Path(sys.executable).parent}:{os.environ['PATH']}",
                "PYTHONPATH": str(ROOT),
                "HOME": str(home),
                "PGHOST": server,
                "PGUSER": "postgres",
                "SWEEP_SECONDS": "0",
            },
            stdin=PIPE,
            stdout=PIPE,
            stderr=STDOUT,
        )
        made = Shell(process, home, ports, server)
        try:
            yield made
        finally:
            made.end()
            if process.returncode is None:
                process.kill()
            await process.wait()


@dataclass(frozen=True)
class Web:
    """A web process as a balancer knows it."""

    url: str


@asynccontextmanager
async def balancer(shell: Shell) -> AsyncIterator[str]:
    """Give where a balancer listens in front of both web processes: HAProxy where it is on this machine."""
    path = "/api/github/webhooks"
    if HAPROXY:
        port = int(shell.ports["3000"])
        await until(partial(_listens, port))
        yield f"http://127.0.0.1:{port}{path}"
        return
    async with front() as made:
        made.members += [Web(f"http://127.0.0.1:{shell.ports[port]}{path}") for port in ("3001", "3002")]
        await until(partial(_knows_all, made))
        yield made.url


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except ConnectionRefusedError:
        return False
    writer.close()
    return True


async def _knows_all(made: Front) -> bool:
    return len(made.ready) == len(made.members)


async def _sent(bot: Bot, number: int) -> bool:
    return len(bot.sandbox.deliveries) >= number


def verdicts(server: str, database: str) -> int:
    """Count the verdicts that a database has."""
    with psycopg.connect(host=server, user="postgres", dbname=database) as connection:
        row = connection.execute("SELECT count(*) FROM verdict").fetchone()
    assert row is not None
    return int(row[0])


async def test_its_commands_replace_every_process_and_no_webhook_sees_an_error(
    bot: Bot, shell: Shell
) -> None:
    over, pulls = asyncio.Event(), list[PullRequest]()
    start = START if HAPROXY else START.partition("/usr/sbin/haproxy")[0]
    await shell.run(start)
    before = shell.processes()
    async with balancer(shell) as bot.scene.app.webhook_url:
        loading = asyncio.create_task(traffic(bot, pulls, over, JUDGED))
        # New settings: a secret is being replaced. Once every process knows it, GitHub does.
        shell.change("WEBHOOK_SECRET", f"new,{bot.scene.app.webhook_secret}")
        await shell.run(RESTART)
        bot.scene.app.webhook_secret = "new"
        seen = len(bot.sandbox.deliveries)
        await until(partial(_sent, bot, seen + 5))
        over.set()
        await loading
        for pull in pulls:
            await bot.says(pull, THREE)
        await bot.sandbox.settled()
    await shell.run(BACK_UP)

    after = shell.processes()
    assert (len(before), len(before | after)) == (4, 8), "each was replaced"
    assert len(pulls) == JUDGED
    assert len(bot.sandbox.deliveries) > 2 * JUDGED
    assert {one.status_code for one in bot.sandbox.deliveries} <= {202, 204}
    for pull in pulls:
        asked = [one for one in pull.timeline if one.kind.name == "REVIEW_REQUESTED"]
        assert len(asked) == 3
    assert verdicts(shell.server, "tdd_bot_again") == verdicts(shell.server, "tdd_bot") >= JUDGED


def test_what_is_installed_is_what_the_servers_are_started_from() -> None:
    *_, link = INSTALL.strip().splitlines()

    assert link.split()[-1] == "~/tdd-bot/current"
    assert "~/tdd-bot/current/bin/tdd-bot" in START
    assert "--require-hashes -r requirements.txt" in INSTALL
