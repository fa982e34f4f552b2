"""``python bench/pages.py``: how large the pages are and how fast they are answered.

One pull request is opened in the sandbox and judged by the real server; what was kept of it is then
multiplied in the database, over several repositories. A person signs in over HTTP, and each page is asked for
many times, one request after the other: on SQLite, then on a PostgreSQL that is started for it where one is
installed. The sandbox runs in the same process: the first look at a page, when GitHub is asked what the
person may read, contains its work too. The playground's pages come last, with as many pull requests open.

Exit codes: 0 within the limits; 1 a page is larger than 150 KB, slower than 100 ms (p95 after the first
look), or answered with another status than it should be.
"""

import argparse
import asyncio
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
import sqlalchemy as sa
from aiohttp import web

sys.path.pop(0)
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.parts.conditions import describe, quantile
from bot.cli.demo.author import Design
from bot.cli.logs import configure_logs
from bot.core.render.record import Move
from bot.sandbox import Sandbox, Scene
from bot.sandbox.playground import Playground
from bot.settings import LogFormat, LogLevel, Settings, read_settings
from bot.store.database import Database
from bot.store.tables import design, record
from bot.wiring.running import Running, running
from tests.store.databases import new_postgresql_database, new_sqlite_database, running_postgresql

LARGEST: Final = 150_000
"""Bytes of a page."""
SLOWEST: Final = 0.1
"""Seconds, 95 of 100 times."""
REPOSITORIES: Final = 40
_WEEK: Final = 7 * 86_400
_OK: Final = 200
PAGES: Final = {
    "Designs": "/",
    "Designs, page 20": "/?page=20",
    "Designs, filtered": "/?status=In-Review&text=price+cache&reviewer=acme/eng-lead",
    "Why": "/acme/shop/pull/1",
    "Rules": "/rules",
    "Rule": "/rules/TDD201",
    "Health": "/health",
    "nothing there": "/acme/nothing/pull/1",
}
PLAYGROUND: Final = {
    "all pull requests": "/",
    "conversation": "/acme/shop/pull/1",
    "files": "/acme/shop/pull/1/files",
    "checks": "/acme/shop/pull/1/checks",
    "edit": "/acme/shop/pull/1/edit?path=docs/tdd/0001-price-cache.md",
    "rules of main": "/rules",
}


def databases(home: Path) -> Iterator[tuple[str, str]]:
    """Give the name and the address of each kind of database, while it is there."""
    home.mkdir()
    yield "SQLite", new_sqlite_database(home)
    try:
        with running_postgresql() as socket:
            yield "PostgreSQL (without fsync)", new_postgresql_database(socket)
    except pytest.skip.Exception as skipped:
        print(f"\n{skipped}")


@dataclass(frozen=True, slots=True)
class Site:
    """A server with pages."""

    sandbox: Sandbox
    scene: Scene
    server: Running
    url: str
    http: aiohttp.ClientSession


@asynccontextmanager
async def site(
    home: Path, database_url: str, sweep: str = "0", before: Mapping[str, str] | None = None
) -> AsyncIterator[Site]:
    """Start sandbox and server on free ports; ``before``: files on main that no pull request has brought."""
    async with Sandbox() as sandbox, aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        scene = sandbox.seed_acme()
        if before:
            scene.person("erin").commit(scene.repository, "main", before)
        door = socket.create_server(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{door.getsockname()[1]}"
        scene.app.callback_urls.append(f"{url}/callback")
        settings = _settings(sandbox, scene, url, home, database_url, sweep)
        async with running(settings) as server:
            runner = web.AppRunner(server.web, access_log=None)
            await runner.setup()
            try:
                await web.SockSite(runner, door).start()
                scene.app.webhook_url = f"{url}{server.settings.webhook_path}"
                yield Site(sandbox, scene, server, url, http)
            finally:
                await runner.cleanup()


def _settings(
    sandbox: Sandbox, scene: Scene, url: str, home: Path, database_url: str, sweep: str
) -> Settings:
    return read_settings(
        {
            "APP_ID": str(scene.app.id),
            "CLIENT_ID": scene.app.client_id,
            "CLIENT_SECRET": scene.app.client_secret,
            "SESSION_SECRET": "a-session-secret-for-this-measurement-only",
            "PRIVATE_KEY": scene.app.private_key,
            "WEBHOOK_SECRET": scene.app.webhook_secret or "",
            "GITHUB_API_URL": sandbox.url,
            "GITHUB_GRAPHQL_URL": sandbox.graphql_url,
            "PUBLIC_URL": url,
            "OPERATORS": "erin",
            "TDD_BOT_HOME": str(home),
            "DATABASE_URL": database_url,
            "SWEEP_SECONDS": sweep,
        }
    )


async def open_one(place: Site) -> None:
    """Have one pull request judged."""
    example = files("bot.cli.demo").joinpath("example.md").read_text(encoding="utf-8")
    text = Design(example).with_status("In-Review").completed().text
    place.scene.open_pull({"docs/tdd/0001-price-cache.md": text}, branch="cache")
    await settled(place)


async def fill(place: Site, designs: int, pulls: int) -> None:
    """Have one pull request judged, and multiply what was kept of it."""
    await open_one(place)
    world, organization = place.sandbox.world, place.scene.organization
    others = [world.add_repository(organization, f"service-{at}") for at in range(1, REPOSITORIES)]
    ids = [(place.scene.repository.id, "shop"), *((one.id, one.name) for one in others)]
    database = await Database.open(place.server.settings.database_url)
    try:
        await database.write(lambda connection: _multiply(connection, ids, designs, pulls))
    finally:
        await database.close()


def _multiply(
    connection: sa.Connection, repositories: Sequence[tuple[int, str]], designs: int, pulls: int
) -> None:
    (listed,) = connection.execute(sa.select(design)).mappings()
    (kept,) = connection.execute(sa.select(record)).mappings()
    rows: list[dict[str, Any]] = []
    records: list[dict[str, Any]] = []
    now = time.time()
    for at in range(1, designs):
        number, name = repositories[at % len(repositories)]
        way = {"repository": number, "name": name, "number": at + 1}
        merged = now - at * _WEEK / 100 if at >= pulls else None
        ending = {"merged": merged, "rank": 3, "move": Move.NOBODY.value, "waiting": ""} if merged else {}
        opened = {"opened": now - at * _WEEK / 50, "since": now - at * 3_600}
        rows.append({**listed, **way, **opened, "path": f"docs/tdd/{at + 1:04}-x.md", **ending})
        records.append({**kept, **way, "merged": merged is not None})
    connection.execute(sa.insert(design), rows)
    connection.execute(sa.insert(record), records)


async def settled(place: Site) -> None:
    """Return once every event has been judged."""
    async with asyncio.timeout(30):
        while True:
            await place.sandbox.settled()
            if place.sandbox.deliveries and await place.server.idle():
                return
            await asyncio.sleep(0.05)


async def sign_in(place: Site, login: str) -> None:
    """Sign in as a person, over HTTP."""
    async with place.http.get(f"{place.url}/login", allow_redirects=False) as begun:
        query = {
            name: values[0] for name, values in parse_qs(urlsplit(begun.headers["Location"]).query).items()
        }
    authorize = f"{place.sandbox.url}/login/oauth/authorize"
    async with place.http.post(authorize, data={**query, "login": login}) as answer:
        assert answer.status == _OK


@dataclass(frozen=True, slots=True)
class Measured:
    """How a page was answered; times in seconds."""

    first: float
    taken: Sequence[float]
    processor: float
    """For one request, on average."""
    size: int
    status: int


async def measure(http: aiohttp.ClientSession, url: str, times: int) -> Measured:
    """Ask for a page once, and then so many times."""
    taken, size, status, used = [], 0, 0, 0.0
    for at in range(times + 1):
        if at == 1:
            used = time.process_time()
        began = time.perf_counter()
        async with http.get(url) as answer:
            size, status = len(await answer.read()), answer.status
        taken.append(time.perf_counter() - began)
    return Measured(taken[0], taken[1:], (time.process_time() - used) / times, size, status)


async def judge(http: aiohttp.ClientSession, base: str, pages: Mapping[str, str], times: int) -> bool:
    """Measure and print each page; return whether all of them are within their limits."""
    good = True
    print(f"{'page':<20} {'KB':>7} {'first ms':>9} {'p50 ms':>8} {'p95 ms':>8} {'p99 ms':>8}  processor ms")
    for name, path in pages.items():
        found = await measure(http, base + path, times)
        slow = quantile(found.taken, 0.95)
        wanted = 404 if name == "nothing there" else _OK
        fits = found.size <= LARGEST and slow <= SLOWEST and found.status == wanted
        good &= fits
        verdict = "" if fits else f"  BEYOND ITS LIMIT (status {found.status})"
        waited = (found.first, quantile(found.taken, 0.5), slow, quantile(found.taken, 0.99))
        shown = " ".join(f"{one * 1000:>{9 if at == 0 else 8}.1f}" for at, one in enumerate(waited))
        print(
            f"{name:<20} {found.size / 1000:>7.1f} {shown} {found.processor * 1000:>13.1f}{verdict}",
            flush=True,
        )
    return good


async def run(home: Path, database_url: str, designs: int, pulls: int, times: int) -> bool:
    """Fill, measure, print; return whether everything is within its limits."""
    async with site(home, database_url) as place:
        await fill(place, designs, pulls)
        await sign_in(place, "erin")
        return await judge(place.http, place.url, PAGES, times)


async def run_playground(home: Path, pulls: int, times: int) -> bool:
    """Measure the playground's pages: one pull request is judged by the bot, the others wait for it."""
    async with site(home, new_sqlite_database(home)) as place:
        await open_one(place)
        place.scene.app.webhook_url = None
        for at in range(2, pulls + 1):
            files_ = {f"docs/tdd/{at:04}-x.md": "# TDD: Another design\n"}
            place.scene.open_pull(files_, branch=f"x-{at}", title=f"Design {at}")

        async def quiet() -> bool:
            return True

        runner = web.AppRunner(
            Playground(place.sandbox.world, place.scene, quiet).application(), access_log=None
        )
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            base = f"http://127.0.0.1:{runner.addresses[0][1]}"
            return await judge(place.http, base, PLAYGROUND, times)
        finally:
            await runner.cleanup()


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and judge."""
    parser = argparse.ArgumentParser(prog="bench/pages.py", description=__doc__)
    parser.add_argument(
        "--designs", type=int, nargs="+", default=[2_000, 10_000], help="how many; measured once for each"
    )
    parser.add_argument("--pulls", type=int, default=300, help="how many of them are open")
    parser.add_argument("--times", type=int, default=100, help="requests of each page")
    given = parser.parse_args(arguments)
    configure_logs(LogLevel.ERROR, LogFormat.TEXT)
    with tempfile.TemporaryDirectory(prefix="tdd-bot-bench-") as folder:
        home = Path(folder)
        print(
            describe(
                home,
                designs=" and ".join(map(str, given.designs)),
                open_pull_requests=given.pulls,
                repositories=REPOSITORIES,
                requests_of_each=given.times,
            )
        )
        good = True
        for designs in given.designs:
            for name, url in databases(home / str(designs)):
                print(f"\n{designs} designs, {name}")
                good &= asyncio.run(run(home, url, designs, given.pulls, given.times))
        print(f"\nThe playground, {given.pulls} open pull requests")
        good &= asyncio.run(run_playground(home, given.pulls, given.times))
    print(f"\nlimits: {LARGEST // 1000} KB, {SLOWEST * 1000:.0f} ms (p95)")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
