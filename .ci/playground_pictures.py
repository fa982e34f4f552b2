"""``python .ci/playground_pictures.py FOLDER``: take pictures of what ``sandbox`` and ``setup`` show.

Both run as a reader starts them; a browser does what docs/rehearsal.md and docs/tutorial.md say. ``--docs``
takes those of ``docs/images`` as well, once all of them have been looked at.
"""

import argparse
import asyncio
import os
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from playwright.async_api import FloatRect, Page  # noqa: E402 - needs the path set above

from tests.web.pages.chromium import Scheme, chromium, window  # noqa: E402 - as above

IMAGES: Final = ROOT / "docs/images"
WINDOWS: Final[Sequence[tuple[Scheme, int]]] = (("light", 1040), ("dark", 1040), ("light", 390))
PATIENCE: Final = 30.0


class Album:
    """Where pictures go."""

    def __init__(self, folder: Path, *, docs: bool) -> None:
        self.folder = folder
        self.docs = docs

    async def take(self, page: Page, name: str, kept: int = 0) -> None:
        """Take the open page in each window; of the first, the docs show so many pixels from the top."""
        for scheme, width in WINDOWS:
            await page.emulate_media(color_scheme=scheme)
            await page.set_viewport_size({"width": width, "height": 900})
            await page.screenshot(path=self.folder / f"{name}-{scheme}-{width}.png", full_page=True)
            if kept and self.docs and (scheme, width) == WINDOWS[0]:
                clip = FloatRect(x=0, y=0, width=width, height=kept)
                await page.screenshot(path=IMAGES / f"{name}.png", full_page=True, clip=clip)


@asynccontextmanager
async def command(home: Path, *arguments: str) -> AsyncIterator[Process]:
    """Run ``tdd-bot``; at the end stop it."""
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "TDD_BOT_HOME": str(home)}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments), cwd=home, env=environ, stdout=PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def line(process: Process, beginning: str) -> str:
    """Return what follows the beginning of the line that begins so."""
    if process.stdout is None:
        raise SystemExit("the command has no output")
    async with asyncio.timeout(PATIENCE):
        while said := (await process.stdout.readline()).decode():
            if said.startswith(beginning):
                return said.removeprefix(beginning).strip()
    raise SystemExit(f"no line begins with {beginning!r}")


async def become(page: Page, login: str) -> None:
    """Act as somebody else."""
    await page.get_by_label("You are").select_option(login)
    await page.get_by_role("button", name="Switch", exact=True).click()


async def comment(page: Page, login: str, text: str) -> None:
    """Comment on the open pull request as somebody."""
    await become(page, login)
    await page.get_by_label(f"Comment as {login}").fill(text)
    await page.get_by_role("button", name="Comment", exact=True).click()


async def review(page: Page, pull: str, album: Album) -> None:
    """Show a review that somebody objects in."""
    await page.goto(pull)
    await album.take(page, "playground-begun")
    await become(page, "alice")
    await page.get_by_role("link", name="Edit 0007").click()
    await album.take(page, "playground-edit")
    box = page.get_by_role("textbox").first
    await box.fill(written(await box.input_value()))
    await page.get_by_role("button", name="Commit to").click()
    await become(page, "carol")
    await page.get_by_role("button", name="Approve", exact=True).click()
    await comment(page, "dana", "/tdd concern rotation Who rotates the keys, and how often?")
    await album.take(page, "playground", 1390)
    for tab in ("Files", "Checks"):
        await page.get_by_role("link", name=tab, exact=True).click()
        await album.take(page, f"playground-{tab.lower()}")
    await page.goto(pull)
    await become(page, "erin")
    await page.get_by_role("link", name="Rules of main").click()
    await album.take(page, "playground-rules")
    await page.get_by_role("link", name="acme/shop").click()
    await album.take(page, "playground-home")


def written(text: str) -> str:
    """Return the example with what is missing in it."""
    text = text.replace(
        "* *Crucial: What are we intentionally NOT doing to avoid scope creep?*", "* Other shops."
    )
    text = text.replace("### 4.3", "### 4.2 Security & Privacy\n\nPrices are public.\n\n### 4.3")
    return f"{text.rstrip()}\n\nPrices may be an hour old; a campaign can clear the cache.\n"


async def register(page: Page, wishes: Sequence[str], home: Path, album: Album) -> None:
    """Show how an app is registered, installed and signed in to."""
    async with command(home, "setup", *wishes, "--no-browser") as setup:
        await page.goto(await line(setup, "Open "))
        await album.take(page, "setup", 640)
        await page.get_by_role("button", name="Go on to GitHub").click()
        await album.take(page, "setup-github")
        await page.get_by_role("button", name="Create GitHub App").click()
        await album.take(page, "setup-done")
        where = (await page.inner_text("main")).partition("designs are: ")[2].split()[0]
    await page.goto(where)
    await album.take(page, "setup-install")


async def show(album: Album) -> None:
    """Start everything and look at it."""
    with tempfile.TemporaryDirectory(prefix="tdd-bot-pictures-") as folder:
        home = Path(folder)
        async with command(home, "sandbox", "--port", "0") as sandbox, chromium() as browser:
            pull = await line(sandbox, "Open ")
            pages = await line(sandbox, "The bot's own pages, for who signs in: ")
            wishes = (await line(sandbox, "To try it as its admin: tdd-bot setup ")).split()
            async with window(browser) as (page, _):
                await review(page, pull, album)
                await register(page, wishes, home, album)
                await page.goto(pages)
                await album.take(page, "sign-in")


def main() -> None:
    """Take them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--docs", action="store_true", help="take those of docs/images too")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(show(Album(given.folder, docs=given.docs)))


if __name__ == "__main__":
    main()
