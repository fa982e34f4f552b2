"""An admin's way from nothing, each command a process: sandbox, setup, serve, install, verdict, doctor."""

import asyncio
import html
import os
import re
import socket
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
from yarl import URL

from tests.whole.server import PATIENCE, ROOT, until


@asynccontextmanager
async def command(home: Path, *arguments: str) -> AsyncIterator[Process]:
    """Run ``tdd-bot`` with nothing of the caller's own; at the end stop it."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments),
        cwd=home,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "TDD_BOT_HOME": str(home),
            "PORT": _port(home),
        },
        stdout=PIPE,
        stderr=DEVNULL,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await asyncio.wait_for(process.wait(), PATIENCE)


def _port(home: Path) -> str:
    """Return a port that was free a moment ago, the same one each time: it is told before it is used."""
    file = home / "port"
    if not file.exists():
        with socket.create_server(("127.0.0.1", 0)) as taken:
            file.write_text(str(taken.getsockname()[1]), "utf-8")
    return file.read_text("utf-8")


async def _line(process: Process, beginning: str) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE):
        while line := (await process.stdout.readline()).decode():
            if line.startswith(beginning):
                return line.strip()
    raise AssertionError(f"no line begins with {beginning!r}")


async def _said(process: Process) -> str:
    """Return all that it still says, once it has ended by itself."""
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE):
        said = await process.stdout.read()
        # A signal sent to it now might take its exit code away from who waits for that.
        await process.wait()
    return said.decode()


async def _register(session: aiohttp.ClientSession, page: str) -> str:
    """Send the local page's form on to GitHub and confirm it there; return what the page then says."""
    async with session.get(page) as answer:
        form = await answer.text()
    at = URL(page)
    for _ in range(2):
        action = html.unescape(re.search(r'action="([^"]*)"', form)[1])  # type: ignore[index]
        given = {n: html.unescape(v) for n, v in re.findall(r'name="(\w+)" value="([^"]*)"', form)}
        at = at.join(URL(action, encoded=True))
        async with session.post(at, data={**given, "login": "erin"}) as answer:
            assert answer.status == 200
            form = await answer.text()
    return form


async def test_an_admin_gets_from_nothing_to_a_judged_design(tmp_path: Path) -> None:
    public = f"http://127.0.0.1:{_port(tmp_path)}"
    async with command(tmp_path, "sandbox", "--port", "0") as sandbox, aiohttp.ClientSession() as session:
        pull = (await _line(sandbox, "Open ")).split()[-1]
        told = (await _line(sandbox, "To try it as its admin: tdd-bot setup ")).split("setup ")[1].split()

        wishes = ("--name", "acme-designs", "--public-url", public, "--no-browser")
        async with command(tmp_path, "setup", *told, *wishes) as setup:
            page = (await _line(setup, "Open ")).split()[-1]
            assert "acme-designs is registered for acme" in await _register(session, page)
            said = await _said(setup)
        where = re.search(r"http\S+/installations/new", said)
        assert where

        async with command(tmp_path, "serve") as server:
            await _line(server, "tdd-bot listens on ")
            async with session.get(where[0]) as answer:
                assert "checks: write" in await answer.text()
            async with session.post(where[0]) as answer:
                assert "acme-designs is installed" in await answer.text()

            async def judged() -> bool:
                async with session.get(f"{pull}/checks") as answer:
                    text = await answer.text()
                # The playground's own bot has its check there as well.
                return len(re.findall(r"/review(?: \(acme-designs\))?: 3 sections to write", text)) == 2

            await until(judged)
            async with command(tmp_path, "doctor", "acme/shop") as doctor:
                findings = await _said(doctor)
        assert "1 to mend, 0 to look at." in findings
        assert "Require status checks to pass, tdd/review (acme-designs), source acme-designs." in findings
        assert doctor.returncode == 1
