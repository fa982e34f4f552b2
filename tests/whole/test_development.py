"""Development against the real thing: a channel for webhooks, and a server that follows the code."""

import asyncio
import json
import os
import shutil
import sys
from asyncio.subprocess import DEVNULL, PIPE
from pathlib import Path

import orjson
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.builders import design
from tests.whole.server import PATIENCE, ROOT, Bot


async def test_a_webhook_from_the_channel_is_judged(bot: Bot) -> None:
    taken: asyncio.Queue[bytes] = asyncio.Queue()

    async def github_sends(request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        taken.put_nowait(json.dumps({**headers, "body": orjson.loads(await request.read())}).encode())
        return web.Response()

    async def bot_listens(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        while data := await taken.get():
            await response.write(b"data: " + data + b"\n\n")
        return response

    app = web.Application()
    app.router.add_post("/channel", github_sends)
    app.router.add_get("/channel", bot_listens)
    async with TestServer(app) as server:
        channel = str(server.make_url("/channel"))
        bot.changes["WEBHOOK_PROXY_URL"] = channel
        await bot.start()
        bot.scene.app.webhook_url = channel
        pull = bot.scene.open_pull({"docs/tdd/0007-price-cache.md": design()})

        await bot.says(pull, "Waiting for acme/eng-lead and 2 more")
        taken.put_nowait(b"")
        assert await bot.terminate() == 0


async def test_a_server_follows_its_code(bot: Bot, tmp_path: Path) -> None:
    code = tmp_path / "checkout"
    shutil.copytree(ROOT / "bot", code / "bot", ignore=shutil.ignore_patterns("__pycache__", "sandbox"))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "serve", "--reload"),
        cwd=code,
        env={**bot.environ(), "PYTHONPATH": str(code), "PATH": os.environ["PATH"]},
        stdout=PIPE,
        stderr=DEVNULL,
    )
    assert process.stdout is not None

    async def listens() -> None:
        assert process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            while not (line := await process.stdout.readline()).startswith(b"tdd-bot listens on"):
                assert line

    await listens()
    file = code / "bot" / "__main__.py"
    again = asyncio.create_task(listens())
    while not again.done():  # nothing tells when the watch is set: what is written before is not seen
        file.write_text(file.read_text("utf-8") + "\n# changed\n", "utf-8")
        await asyncio.wait([again], timeout=10)
    await again
    process.terminate()
    await asyncio.wait_for(process.wait(), PATIENCE)
