"""An admin's way from nothing, as docs/rehearsal.md leads: its commands are run as they stand there.

Each is a process: sandbox, setup, serve, doctor; what is done in a browser there is done over HTTP here.
"""

import asyncio
import html
import os
import re
import shlex
import socket
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
from yarl import URL

from tests.whole.server import PATIENCE, ROOT, until

PAGE = (ROOT / "docs/rehearsal.md").read_text("utf-8")
_PUBLIC = "http://127.0.0.1:3000"
"""Where the page has the server listen."""


@asynccontextmanager
async def command(home: Path, *arguments: str, **variables: str) -> AsyncIterator[Process]:
    """Run ``tdd-bot`` with nothing of the caller's own; at the end stop it."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments),
        cwd=home,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "TDD_BOT_HOME": str(home),
            "PORT": _port(home),
            **variables,
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


def _blocks(kind: str) -> list[str]:
    """Return the page's blocks of a kind, each as one line or several."""
    return re.findall(rf"^```{kind}\n(.*?)\n```$", PAGE, flags=re.DOTALL | re.MULTILINE)


def _words(line: str) -> tuple[list[str], dict[str, str]]:
    """Return a line's arguments for ``tdd-bot``, and the variables that it sets."""
    set_, said, arguments = line.partition("tdd-bot ")
    assert said, line
    return shlex.split(arguments), dict(one.split("=", 1) for one in set_.split())


async def _submit(session: aiohttp.ClientSession, at: URL, text: str, **fields: str) -> tuple[URL, str]:
    """Send a page's first form, with these fields besides; return where that leads and what is there."""
    action = re.search(r'action="([^"]*)"', text)
    assert action, text
    given = {n: html.unescape(v) for n, v in re.findall(r'name="(\w+)" value="([^"]*)"', text)}
    target = at.join(URL(html.unescape(action[1]), encoded=True))
    async with session.post(target, data={**given, **fields}) as answer:
        assert answer.status == 200, await answer.text()
        return answer.url, await answer.text()


async def _read(session: aiohttp.ClientSession, url: str) -> str:
    async with session.get(url) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.text()


async def _register(session: aiohttp.ClientSession, page: str) -> str:
    """Send the local page's form on to GitHub and confirm it there; return what the page then says."""
    github, form = await _submit(session, URL(page), await _read(session, page))
    return (await _submit(session, github, form, login="erin"))[1]


async def _require(session: aiohttp.ClientSession, playground: URL, context: str, source: str) -> None:
    """Become erin, and require a check from an app."""
    async with session.post(playground / "become", data={"login": "erin"}) as answer:
        assert answer.status == 200
    rule = {"what": "require", "context": context, "source": source}
    async with session.post(playground / "rules", data=rule) as answer:
        assert f"<code>{context}</code>" in await answer.text()


async def _sign_in(session: aiohttp.ClientSession, public: str) -> str:
    """Sign in as erin; return the page that one is led to."""
    async with session.get(public) as answer:
        github, form = answer.url, await answer.text()
    return (await _submit(session, github, form, login="erin"))[1]


async def _doctor(home: Path, line: str) -> tuple[str, int | None]:
    arguments, _ = _words(line)
    async with command(home, *arguments) as doctor:
        return " ".join((await _said(doctor)).split()), doctor.returncode


async def test_the_page_leads_from_nothing_to_a_guarded_branch_and_pages_signed_in(tmp_path: Path) -> None:
    public, cookies = f"http://127.0.0.1:{_port(tmp_path)}", aiohttp.CookieJar(unsafe=True)
    _, _, sandbox_line, setup_line, serve_line, doctor_line, again = _blocks("sh")
    (missing,) = _blocks("text")
    async with (
        command(tmp_path, *_words(sandbox_line)[0], "--port", "0") as sandbox,
        aiohttp.ClientSession(cookie_jar=cookies) as session,
    ):
        pull = (await _line(sandbox, "Open ")).split()[-1]
        told = (await _line(sandbox, "To try it as its admin: ")).partition("admin: ")[2]
        assert re.sub(r"[0-9]+$", "PORT", told) == setup_line

        wishes, _ = _words(told.replace(_PUBLIC, public))
        async with command(tmp_path, *wishes, "--no-browser") as setup:
            page = (await _line(setup, "Open ")).split()[-1]
            assert "acme-designs is registered for acme" in await _register(session, page)
            said = await _said(setup)
        where = re.search(r"http\S+/installations/new", said)
        assert where

        arguments, variables = _words(serve_line)
        async with command(tmp_path, *arguments, **variables):
            assert "checks: write" in await _read(session, where[0])
            async with session.post(where[0]) as answer:
                assert "acme-designs is installed" in await answer.text()

            async def judged() -> bool:
                text = await _read(session, f"{pull}/checks")
                # The playground's own bot has its check there as well.
                return len(re.findall(r"/review(?: \(acme-designs\))?: 3 sections to write", text)) == 2

            await until(judged)
            found, code = await _doctor(tmp_path, doctor_line)
            assert " ".join(missing.split()) in found
            assert "1 to mend, 0 to look at." in found
            assert code == 1

            await _require(session, URL(pull).origin(), "tdd/review (acme-designs)", "acme-designs")
            found, code = await _doctor(tmp_path, again)
            assert "All is well." in found
            assert code == 0

            assert "TDD: A cache for prices" in await _sign_in(session, public)
            assert "3 sections to write before review" in await _read(session, public + URL(pull).path)
            assert "What waits" in await _read(session, f"{public}/health")
