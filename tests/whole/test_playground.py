"""``tdd-bot sandbox`` as a person meets it: the pages, and the real bot answering to what is done there."""

import asyncio
import socket
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import aiohttp

from tests.builders import design
from tests.whole.server import PATIENCE, ROOT


async def test_the_bot_answers_to_what_people_do_on_the_pages(tmp_path: Path) -> None:
    file = tmp_path / "design.md"
    file.write_text(design(), "utf-8")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "sandbox", file, "--port", "0"), cwd=ROOT, stdout=PIPE
    )
    assert process.stdout is not None
    line = (await asyncio.wait_for(process.stdout.readline(), PATIENCE)).decode()
    address = line.removeprefix("Open ").strip()
    pages = (await asyncio.wait_for(process.stdout.readline(), PATIENCE)).decode().split()[-1]

    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:

        async def does(person: str, deed: str, **given: str) -> str:
            headers = {"Cookie": f"person={person}"}
            async with session.post(f"{address}/{deed}", data=given, headers=headers) as answer:
                return await answer.text()

        async with session.get(address) as answer:
            text = await answer.text()
        assert "Waiting for acme/eng-lead and 2 more" in text
        assert f'href="{pages}acme/shop/pull/1"' in text
        async with session.get(f"{pages}acme/shop/pull/1") as answer:
            assert "tdd-bot wants to know who you are" in (await answer.text()).replace("Tdd-bot", "tdd-bot")
        assert "is refused: only holders of a seat can" in await does(
            "mallory", "comment", text="/tdd approve"
        )
        await does("bob", "review", event="approve")
        await does("carol", "review", event="approve")
        # A comment of the very second in which the design was pushed would not say what it signs.
        await asyncio.sleep(1)
        page = await does("dana", "comment", text="/tdd approve")
        assert "All three seats have signed: set Status to Approved" in page
        page = await does("alice", "comment", text="/tdd finalize")
        assert "Approved and signed by bob, dana and carol" in page
        assert "Merged by alice." in await does("alice", "merge")
    process.terminate()
    assert await asyncio.wait_for(process.wait(), PATIENCE) == 0


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
