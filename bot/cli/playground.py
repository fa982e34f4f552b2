"""``tdd-bot sandbox``: the local GitHub in a browser, with the real bot answering in it."""

import asyncio
import logging
import os
import signal
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import structlog
from aiohttp import web

from bot.cli.console import FAILED, OK, complain, show
from bot.cli.demo.author import PATH, Design
from bot.cli.demo.stage import DemoError, Stage, opening, stage
from bot.sandbox.playground import Playground

_HOST: Final = "127.0.0.1"
_WISHES: Final = "--org acme --name acme-designs --public-url http://127.0.0.1:3000"
"""An app beside the one that is there, whose server listens where ``tdd-bot serve`` does if not told."""
_WELCOME: Final = """
alice has opened a pull request with a design. Become somebody at the top right; edit the design, comment
/tdd approve, approve, merge: the real bot answers. Ctrl-C ends it, and nothing is kept.
"""


def run(file: Path | None, port: int) -> int:
    """Serve until it is interrupted; return the exit code."""
    # What the bot does is on the pages; its log lines would hide the address.
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    try:
        asyncio.run(_serve(Design(opening(file)), port))
    except DemoError as error:
        complain(str(error))
        return FAILED
    except OSError as error:
        complain(f"port {port}: {os.strerror(error.errno or 0).lower()}; --port takes another")
        return FAILED
    return OK


async def _serve(design: Design, port: int) -> None:
    stop = asyncio.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(one, stop.set)
    with tempfile.TemporaryDirectory(prefix="tdd-bot-sandbox-") as home:
        async with stage(Path(home), pages=True) as theatre:
            runner = await _site(theatre, port)
            try:
                number = await _opened(theatre, design)
                show(f"Open {theatre.sandbox.world.web_url}/acme/shop/pull/{number}\n")
                show(f"The bot's own pages, for who signs in: {theatre.server.settings.public_url}/\n")
                show(f"To try it as its admin: tdd-bot setup {_WISHES} --host {theatre.sandbox.url}\n")
                show(_WELCOME)
                sys.stdout.flush()
                await stop.wait()
            finally:
                await runner.cleanup()


async def _site(theatre: Stage, port: int) -> web.AppRunner:
    async def quiet() -> bool:
        try:
            await theatre.settled()
        except DemoError:
            return False
        return True

    playground = Playground(theatre.sandbox.world, theatre.scene, quiet)
    runner = web.AppRunner(playground.application(), access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, _HOST, port).start()
    # Links in what the bot writes lead here.
    theatre.sandbox.world.web_url = f"http://{_HOST}:{runner.addresses[0][1]}"
    return runner


async def _opened(theatre: Stage, design: Design) -> int:
    """Have alice open a pull request with the design, and wait for the bot's first answer."""
    scene = theatre.scene
    # Here it may commit, so that /tdd fix and /tdd finalize do the work instead of showing a patch.
    scene.app.permissions["contents"] = "write"
    scene.person("erin").grant(scene.installation, contents="write")
    text = design.for_acme(datetime.now(tz=UTC).date()).text
    pull = scene.open_pull({PATH: text}, branch="price-cache", title="Design: a cache for prices")
    await theatre.settled()
    return pull.number
