"""``setup`` in a real browser: two buttons from nothing to the credentials."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from bot.cli.environment import environment_of
from bot.cli.setup.manifest import Wishes
from bot.cli.setup.run import Options, run
from bot.sandbox import Sandbox
from bot.settings import read_settings
from tests.web.pages.chromium import chromium, needs_axe, needs_chromium, violations, window

pytestmark = needs_chromium


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@needs_axe
async def test_two_buttons_lead_to_the_credentials(tmp_path: Path, browser: Browser) -> None:
    async with Sandbox() as sandbox, window(browser) as (page, seen):
        sandbox.seed_acme()
        opened: asyncio.Queue[str] = asyncio.Queue()
        loop = asyncio.get_running_loop()

        def show(address: str) -> None:
            loop.call_soon_threadsafe(opened.put_nowait, address)

        options = Options(sandbox.url, "acme", None, show, Wishes(name="Our designs"), patience=120)
        command = asyncio.create_task(
            asyncio.to_thread(run, options, {"TDD_BOT_HOME": str(tmp_path)}, tmp_path)
        )
        await page.goto(await opened.get())
        assert await violations(page) == []
        await page.get_by_role("button", name="Go on to GitHub").click()
        assert "Create GitHub App" in await page.inner_text("h1")
        assert await violations(page) == []
        await page.get_by_role("button", name="Create GitHub App").click()
        assert "tdd-bot is registered" in await page.inner_text("h1")
        assert await violations(page) == []
        install = page.get_by_role("link", name="/installations/new")

        assert await command == 0
        await install.click()
        assert "Install our-designs on acme" in await page.inner_text("h1")
        assert await violations(page) == []
        settings = read_settings(environment_of({"TDD_BOT_HOME": str(tmp_path)}, tmp_path))
        (app,) = (one for one in sandbox.world.apps.values() if one.name == "our-designs")
        assert (settings.app_id, seen.refusals) == (app.id, [])
