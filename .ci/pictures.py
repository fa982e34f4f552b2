"""``python .ci/pictures.py FOLDER``: take a picture of every page, in light and dark, wide and narrow.

A few pull requests in several states are judged by the real server, against the sandbox. ``--docs`` takes the
two of ``docs/images`` as well, once all of them have been looked at.
"""

import argparse
import asyncio
import sys
import tempfile
from itertools import product
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import sqlalchemy as sa
from playwright.async_api import FloatRect, Page

from bench.pages import Site, settled, site
from bot.cli.logs import configure_logs
from bot.settings import LogFormat, LogLevel
from bot.store.database import Database
from bot.store.tables import design as stored
from tests.builders import design
from tests.store.databases import new_sqlite_database
from tests.web.pages.chromium import Scheme, chromium, window

PAGES: Final = {
    "designs": "/",
    "filtered": "/?status=Draft",
    "none": "/?text=nothing",
    "why": "/acme/shop/pull/1",
    "blocked": "/acme/shop/pull/2",
    "draft": "/acme/shop/pull/3",
    "rules": "/rules",
    "rule": "/rules/TDD201",
    "health": "/health",
    "gone": "/acme/nothing/pull/1",
    "logout": "/logout",
}
WIDTHS: Final = {"wide": 1040, "narrow": 390}
SCHEMES: Final[tuple[Scheme, ...]] = ("light", "dark")
DOCS: Final = {"designs-light-wide.png": 800, "why-dark-wide.png": 1500}
"""Picture -> how much of it the docs show, in pixels from the top."""
IMAGES: Final = Path(__file__).resolve().parents[1] / "docs/images"
VAULT: Final = (
    "Keys are kept for a {} and rotated by {}. Access needs two people, and every read is written down."
)


async def play(place: Site) -> None:
    """Have designs in several states."""
    scene = place.scene
    first = design(bodies={"4.2": VAULT.format("year", "hand")})
    pull = scene.open_pull({"docs/tdd/0007-price-cache.md": first}, branch="cache", title="Price cache")
    await settled(place)
    scene.person("bob").approve(pull)
    scene.person("dana").approve(pull)
    await settled(place)
    changed = design(bodies={"4.2": VAULT.format("week", "the vault itself")}).replace("2026-11-20", "soon")
    scene.person("alice").commit(scene.repository, "cache", {"docs/tdd/0007-price-cache.md": changed})
    scene.open_pull(
        {"docs/tdd/0008-search.md": _named("Search in the shop", without=("4.2",))}, branch="search"
    )
    scene.open_pull(
        {"docs/tdd/0009-returns.md": _named("Returns", "Draft", without=("4.2", "5.2"))}, branch="returns"
    )
    landed = scene.open_pull({"docs/tdd/0006-rates.md": _named("Rates", "Approved")}, branch="rates")
    await settled(place)
    for login in ("bob", "carol", "dana"):
        scene.person(login).approve(landed)
    await settled(place)
    scene.person("alice").merge(landed)
    await settled(place)
    # What fails for good is on Health.
    granted = dict(scene.installation.permissions)
    scene.installation.permissions = {**granted, "contents": "none"}
    scene.open_pull({"docs/tdd/0010-gift-cards.md": _named("Gift cards")}, branch="refused")
    await settled(place)
    scene.installation.permissions = granted


OLD: Final = ("Carts that outlive a visit", "One address book", "Prices with and without tax")


def _named(name: str, status: str = "In-Review", without: tuple[str, ...] = ()) -> str:
    return design(status, without=without).replace("Price cache", name)


def _age(connection: sa.Connection) -> None:
    """Let designs have waited for a while, as they do."""
    for number, days in {1: 9, 2: 3, 3: 44, 4: 20, 5: 6}.items():
        mine = sa.update(stored).where(stored.c.number == number)
        connection.execute(
            mine.values(since=stored.c.since - days * 86_400, opened=stored.c.opened - days * 90_000)
        )
    for at in range(1, 4):
        mine = sa.update(stored).where(stored.c.path == f"docs/tdd/000{at}-old.md")
        then = stored.c.opened - at * 15 * 86_400
        connection.execute(mine.values(since=then, opened=then, merged=then))


async def ready(page: Page, place: Site) -> None:
    """Wait until the default branch has been read, then let time pass."""
    async with asyncio.timeout(60):
        while "old.md" not in await page.inner_text("main"):
            await asyncio.sleep(0.2)
            await page.goto(place.url)
    database = await Database.open(place.server.settings.database_url)
    try:
        await database.write(_age)
    finally:
        await database.close()


async def sign_in(page: Page, place: Site) -> None:
    """Become erin, who sees everything."""
    await page.goto(place.url)
    await page.get_by_role("button", name="Continue as erin", exact=True).click()
    await page.wait_for_url(place.url + "/")


async def take(folder: Path, *, docs: bool) -> None:
    """Play, and take every picture."""
    with tempfile.TemporaryDirectory(prefix="tdd-bot-pictures-") as home:
        # There before the server is: default branches are looked at once an hour.
        old = {f"docs/tdd/000{at}-old.md": _named(name, "Approved") for at, name in enumerate(OLD, 1)}
        async with site(Path(home), new_sqlite_database(Path(home)), sweep="300", before=old) as place:
            await play(place)
            async with chromium() as browser:
                async with window(browser) as (page, _):
                    await sign_in(page, place)
                    await ready(page, place)
                for scheme, (width, pixels) in product(SCHEMES, WIDTHS.items()):
                    async with window(browser, scheme=scheme, width=pixels) as (page, _):
                        await sign_in(page, place)
                        for name, path in PAGES.items():
                            await page.goto(place.url + path)
                            picture = folder / f"{name}-{scheme}-{width}.png"
                            await page.screenshot(path=picture, full_page=True)
                            if docs and (height := DOCS.get(picture.name)):
                                clip = FloatRect(x=0, y=0, width=pixels, height=height)
                                await page.screenshot(path=IMAGES / f"{name}.png", full_page=True, clip=clip)


def main() -> None:
    """Take them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--docs", action="store_true", help="take those of docs/images too")
    given = parser.parse_args()
    folder: Path = given.folder
    folder.mkdir(parents=True, exist_ok=True)
    configure_logs(LogLevel.ERROR, LogFormat.TEXT)
    asyncio.run(take(folder, docs=given.docs))


if __name__ == "__main__":
    main()
