"""Debian's Chromium, driven for the tests, and what axe-core says of a page.

What the browser itself asks of the machine it runs on is none of ours; what a page asks for is written down.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

CHROMIUM: Final = Path("/usr/bin/chromium")
AXE: Final = Path(__file__).parents[3] / ".official/axe-core/axe.min.js"

needs_chromium = pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium here")
needs_axe = pytest.mark.skipif(not AXE.exists(), reason="axe-core is not here; .ci/fetch-axe fetches it")

Scheme = Literal["light", "dark"]


@dataclass
class Seen:
    """What a browser did while pages were open."""

    requests: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    """What the policy of a page has kept the browser from."""


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Start the browser, without a window."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-background-networking"]
        )
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def window(
    browser: Browser, *, scheme: Scheme = "light", scripts: bool = True, width: int = 1200
) -> AsyncIterator[tuple[Page, Seen]]:
    """Open a window that nobody is signed in in."""
    context: BrowserContext = await browser.new_context(
        color_scheme=scheme, java_script_enabled=scripts, viewport={"width": width, "height": 900}
    )
    page, seen = await context.new_page(), Seen()
    page.on("request", lambda request: seen.requests.append(request.url))
    page.on("console", lambda line: seen.refusals.append(line.text) if "Policy" in line.text else None)

    async def dismiss(dialog: Any) -> None:  # noqa: ANN401 - playwright's own
        seen.dialogs.append(dialog.message)
        await dialog.dismiss()

    page.on("dialog", dismiss)
    try:
        yield page, seen
    finally:
        await context.close()


async def violations(page: Page) -> Sequence[str]:
    """Return what axe-core finds on the open page, each with where."""
    await page.evaluate(AXE.read_text("utf-8"))
    found = await page.evaluate("async () => (await axe.run(document)).violations")
    return [
        f"{one['impact']} {one['id']}: {one['nodes'][0]['target']} {one['nodes'][0]['failureSummary']}"
        for one in found
    ]
