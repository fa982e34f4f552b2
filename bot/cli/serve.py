"""``tdd-bot serve``: the web server and the worker of the app in one process, or each in one of its own.

Exit codes: 0 drained after SIGTERM or SIGINT; 1 could not start (database, address); 2 the settings are
wrong; 75 another process has declared this one dead: start it again.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import structlog
from aiohttp import web

from bot.cli.environment import EnvironmentFileError, environment_of, home_of
from bot.cli.logs import configure_logs
from bot.ports import StoreUnavailableError
from bot.settings import Settings, SettingsError, read_settings
from bot.store.migrations import SchemaError
from bot.web.relay import Relay
from bot.web.traces import MissingExtraError
from bot.wiring.adapters import REAL, Adapters
from bot.wiring.running import Role, running

_log = structlog.get_logger(__name__)

_OF_AN_APP = ("APP_ID", "CLIENT_ID", "PRIVATE_KEY", "PRIVATE_KEY_PATH")
"""Variables of which a server that was ever set up has one."""
_LEAVING = 5.0
"""Seconds for a balancer to see that a process wants no more; most look every two to five."""


def run(environ: Mapping[str, str] = os.environ, adapters: Adapters = REAL, role: Role = Role.ALL) -> int:
    """Serve until a signal says to stop; return the exit code."""
    settings = settings_or_faults(environ)
    if settings is None:
        return 2
    configure_logs(settings.log_level, settings.log_format)
    try:
        asyncio.run(serve(settings, adapters, role))
    except (StoreUnavailableError, SchemaError, MissingExtraError, OSError) as error:
        _say(f"tdd-bot cannot start: {error}")
        return 1
    return 0


def settings_or_faults(environ: Mapping[str, str]) -> Settings | None:
    """Read the settings from the environment and the files below it; say what is wrong, and return None."""
    try:
        found = environment_of(environ, Path.cwd())
    except EnvironmentFileError as error:
        _say(f"tdd-bot cannot start: {error}")
        return None
    try:
        return read_settings(found)
    except SettingsError as error:
        _say("tdd-bot cannot start, its settings are wrong:")
        for fault in error.faults:
            _say(f"  {fault}")
        if not any(found.get(name, "").strip() for name in _OF_AN_APP):
            home = home_of(found)
            _say(f"No app is known here: `tdd-bot setup` registers one, and writes these into {home}.")
    return None


async def serve(settings: Settings, adapters: Adapters = REAL, role: Role = Role.ALL) -> None:
    """Serve until SIGTERM or SIGINT, then drain.

    Raises:
        OSError: the address cannot be listened on.
        StoreUnavailableError: the database cannot be opened.
        SchemaError: a newer release has been at the database.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with running(settings, adapters, role) as server:
        # No access log: each webhook is one line of our own, which never holds an address or a payload.
        runner = web.AppRunner(server.web, access_log=None, shutdown_timeout=settings.drain.total_seconds())
        await runner.setup()
        try:
            await web.TCPSite(runner, settings.host, settings.port).start()
            host, port = runner.addresses[0][:2]
            shown = f"[{host}]" if ":" in host else host
            door = f"http://{shown}:{port}"
            if role.receives:
                door += settings.webhook_path
                print(f"tdd-bot listens on {door}", flush=True)
            else:
                print(f"tdd-bot works, and says how it is on {door}/readyz", flush=True)
            async with _relayed(settings.proxy_url if role.receives else None, door):
                await stop.wait()
            # First out of the balancer's sight, then no new connections, then the jobs.
            server.drain()
            _log.info("stopping", grace=settings.drain.total_seconds())
            if not role.judges:
                # Still open for what the balancer sends until its next look; no jobs need the time.
                await asyncio.sleep(_LEAVING)
        finally:
            await runner.cleanup()


@asynccontextmanager
async def _relayed(channel: str | None, door: str) -> AsyncIterator[None]:
    """Take webhooks from a channel as well, where one is set."""
    if channel is None:
        yield
        return
    async with aiohttp.ClientSession() as session:
        taking = asyncio.create_task(Relay(session, channel, door).run())
        try:
            yield
        finally:
            taking.cancel()
            await asyncio.gather(taking, return_exceptions=True)


def _say(text: str) -> None:
    print(text, file=sys.stderr)
