"""``python -m bench.parts.server KIND DATABASE``: one of two servers that are measured, alone in its process.

``bot`` is the real web application with the real inbox and log, without workers; ``bare`` verifies the
signature and parses, with the fastest parser there is. Both print their port, then serve until killed.
"""

import asyncio
import gc
import hashlib
import hmac
import sys
import time
from collections.abc import Sequence
from enum import StrEnum
from typing import Final

import orjson
import sqlalchemy as sa
from aiohttp import web

from bench.parts.payload import SECRET
from bot.cli.logs import configure_logs
from bot.core.model import App
from bot.settings import LogFormat, LogLevel
from bot.store.appender import Row
from bot.store.database import Database
from bot.store.inbox import DatabaseInbox
from bot.web.app import Parts, create_app

HOOK: Final = "/api/github/webhooks"
USED: Final = "/used"


class Kind(StrEnum):
    """Which server."""

    BOT = "bot"
    BARE = "bare"


class _Counted(Database):
    """Counts the commits of the inbox and their rows."""

    commits = 0
    rows = 0

    async def append(self, table: sa.Table, rows: Sequence[Row]) -> None:
        self.commits += 1
        self.rows += len(rows)
        await super().append(table, rows)


async def _bot(database: str) -> web.Application:
    # As `tdd-bot serve` logs when nothing is set; the caller sends standard error to a file.
    configure_logs(LogLevel.INFO, LogFormat.JSON)
    counted = await _Counted.open(database)
    known = App(77, "tdd-bot")

    async def ready() -> str:
        return ""

    app = create_app(Parts(DatabaseInbox(counted), (SECRET,), HOOK, lambda: known, ready))
    app.router.add_get(USED, lambda _: _used(counted.commits, counted.rows))
    return app


def _bare() -> web.Application:
    async def verify_and_parse(request: web.Request) -> web.Response:
        body = await request.read()
        expected = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected, request.headers.get("X-Hub-Signature-256", "")):
            return web.Response(status=401)
        payload = orjson.loads(body)
        # The same answers as the bot's, so that the sender cannot tell them apart.
        return web.Response(status=202 if payload["action"] == "opened" else 204)

    app = web.Application(client_max_size=25 * 1024 * 1024)
    app.router.add_post(HOOK, verify_and_parse)
    app.router.add_get(USED, lambda _: _used(0, 0))
    return app


async def _used(commits: int, rows: int) -> web.Response:
    """Tell what this process has used: the seconds of processor time are those of all its threads."""
    return web.json_response({"cpu": time.process_time(), "commits": commits, "rows": rows})


async def serve(kind: Kind, database: str) -> None:
    """Serve on a free port until killed; ``database``: where the bot's server keeps its inbox."""
    app = await _bot(database) if kind is Kind.BOT else _bare()
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    # As `tdd-bot serve` does with what it has imported.
    gc.freeze()
    asyncio.run(serve(Kind(sys.argv[1]), sys.argv[2]))
