"""``tdd-bot sandbox`` as a person meets it: the pages, and the real bot answering to what is done there."""

import asyncio
import socket
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from tests.builders import design
from tests.whole.server import PATIENCE, ROOT


@dataclass(frozen=True, slots=True)
class Playground:
    """A running ``tdd-bot sandbox``, and a browser that anybody uses."""

    session: aiohttp.ClientSession
    address: str
    """Of the pull request."""
    pages: str
    """Of the bot's own pages."""

    async def does(self, person: str, deed: str, **given: str) -> str:
        """Let somebody send a form; return the page that follows."""
        headers = {"Cookie": f"person={person}"}
        async with self.session.post(f"{self.address}/{deed}", data=given, headers=headers) as answer:
            return await answer.text()

    async def read(self, url: str) -> str:
        """Return a page."""
        async with self.session.get(url) as answer:
            return await answer.text()


@asynccontextmanager
async def playing(*arguments: str | Path) -> AsyncIterator[Playground]:
    """Start the command; in the end it stops when it is asked to."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "sandbox", *arguments, "--port", "0"), cwd=ROOT, stdout=PIPE
    )
    try:
        assert process.stdout is not None
        line = (await asyncio.wait_for(process.stdout.readline(), PATIENCE)).decode()
        pages = (await asyncio.wait_for(process.stdout.readline(), PATIENCE)).decode().split()[-1]
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
            yield Playground(session, line.removeprefix("Open ").strip(), pages)
    finally:
        process.terminate()
        assert await asyncio.wait_for(process.wait(), PATIENCE) == 0


async def test_the_bot_answers_to_what_people_do_on_the_pages(tmp_path: Path) -> None:
    file = tmp_path / "design.md"
    file.write_text(design(), "utf-8")
    async with playing(file) as here:
        text = await here.read(here.address)
        assert "Waiting for acme/eng-lead and 2 more" in text
        assert f'href="{here.pages}acme/shop/pull/1"' in text
        assert "tdd-bot wants to know who you are" in await here.read(f"{here.pages}acme/shop/pull/1")
        assert "is refused: only holders of a seat can" in await here.does(
            "mallory", "comment", text="/tdd approve"
        )
        await here.does("bob", "review", event="approve")
        await here.does("carol", "review", event="approve")
        # A comment of the very second in which the design was pushed would not say what it signs.
        await asyncio.sleep(1)
        page = await here.does("dana", "comment", text="/tdd approve")
        assert "All three seats have signed: set Status to Approved" in page
        page = await here.does("alice", "comment", text="/tdd finalize")
        assert "Approved and signed by bob, dana and carol" in page
        assert "Merged by alice." in await here.does("alice", "merge")


async def test_a_design_of_a_megabyte_is_refused_by_the_check_and_a_smaller_one_judged_again() -> None:
    async with playing() as here:
        assert "3 sections to write before review" in await here.read(here.address)
        path = "docs/tdd/0007-price-cache.md"

        page = await here.does("alice", "commit", path=path, text=design() + "word " * 200_000)
        assert "larger than" in page
        assert "Merged" not in await here.does("alice", "merge")

        page = await here.does("alice", "commit", path=path, text=design())
        assert "Waiting for acme/eng-lead and 2 more" in page


async def test_a_port_in_use_and_a_file_that_is_none_are_told(tmp_path: Path) -> None:
    taken = socket.create_server(("127.0.0.1", 0))
    port = str(taken.getsockname()[1])
    for arguments, said in (
        (["--port", port], "address already in use; --port takes another"),
        ([str(tmp_path / "none.md")], "No such file"),
    ):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "sandbox", *arguments), cwd=ROOT, stdout=PIPE, stderr=PIPE
        )
        _, told = await asyncio.wait_for(process.communicate(), PATIENCE)
        assert (process.returncode, said in told.decode()) == (2, True), told
    taken.close()
