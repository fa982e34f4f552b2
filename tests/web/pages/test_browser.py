"""The pages in a real browser: signed in, light and dark, without scripts, by keyboard, under attack."""

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page

from bot.core.model import Login, Opinion, Person
from tests.builders import BEFORE, BOB, DANA, PATH, change, design, pull_request, review
from tests.web.pages.chromium import Scheme, chromium, needs_axe, needs_chromium, violations, window
from tests.web.pages.stage import Desk

pytestmark = needs_chromium

PAGES = ("/", "/acme/shop/pull/7", "/acme/shop/pull/8", "/rules", "/rules/TDD201", "/health", "/logout")
NASTY = '<script>alert(1)</script>"><img src=//evil.example/x onerror=alert(2)><svg onload=alert(3)>{{7*7}}'


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


async def _filled(desk: Desk) -> None:
    """Judge a stale design with faults, a draft, and one under a hostile name."""
    old = design(bodies={"4.2": "Keys are kept for a year."})
    new = design(bodies={"4.2": "Keys are kept for a week."}).replace("2026-11-20", "someday")
    await desk.judged(
        change(new),
        reviews=(review(DANA, commit=BEFORE), review(BOB, number=2)),
        history={(BEFORE, PATH): change(old).head},
    )
    await desk.judged(
        change(design("Draft", without=("4.2",), bodies={"3.1": "TBD"}), path="docs/tdd/8.md"), number=8
    )


async def _sign_in(page: Page, desk: Desk, login: str, path: str = "/") -> None:
    await page.goto(desk.url + path)
    await page.get_by_role("button", name=f"Continue as {login}", exact=True).click()
    await page.wait_for_url(desk.url + path)


@needs_axe
@pytest.mark.parametrize("width", [1200, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_no_page_has_a_barrier(desk: Desk, browser: Browser, scheme: Scheme, width: int) -> None:
    await _filled(desk)
    found: dict[str, object] = {}
    async with window(browser, scheme=scheme, width=width) as (page, seen):
        for path in ("/logout", "/nowhere", "/callback?state=forged"):
            await page.goto(desk.url + path)
            if barriers := await violations(page):
                found[f"signed out: {path}"] = barriers
        await page.goto(desk.url)
        if barriers := await violations(page):
            found["GitHub's page to sign in at"] = barriers
        await _sign_in(page, desk, "erin")
        for path in (*PAGES, "/?status=Draft&text=none", "/acme/nothing/pull/1", "/callback?state=forged"):
            await page.goto(desk.url + path)
            if barriers := await violations(page):
                found[path] = barriers

    assert found == {}
    assert {urlsplit(url).hostname for url in seen.requests} == {"127.0.0.1"}


async def test_pages_work_without_scripts(desk: Desk, browser: Browser) -> None:
    await _filled(desk)
    async with window(browser, scripts=False) as (page, _):
        await _sign_in(page, desk, "erin", "/acme/shop/pull/7")
        assert "to sign again" in await page.inner_text("h1")

        await page.get_by_role("link", name="Designs").click()
        await page.get_by_label("Status").select_option("Draft")
        await page.get_by_role("button", name="Show").click()
        assert "status=Draft" in page.url
        assert await page.locator("tbody tr").count() == 1

        await page.get_by_role("button", name="Sign out").click()
        assert "You are signed out" in await page.inner_text("main")


async def test_pages_are_used_by_keyboard(desk: Desk, browser: Browser) -> None:
    await _filled(desk)
    async with window(browser) as (page, _):
        await _sign_in(page, desk, "bob", "/acme/shop/pull/7")

        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.textContent") == "Skip to the content"
        await page.keyboard.press("Enter")
        assert await page.evaluate("document.activeElement.id") == "main"

        summary = page.locator(".tree summary").first
        await summary.focus()
        was = await page.locator(".tree details").first.get_attribute("open")
        await page.keyboard.press("Enter")
        assert await page.locator(".tree details").first.get_attribute("open") != was


async def test_a_narrow_screen_does_not_scroll_sideways(desk: Desk, browser: Browser) -> None:
    await _filled(desk)
    async with window(browser, width=360) as (page, _):
        await _sign_in(page, desk, "erin")
        for path in PAGES:
            await page.goto(desk.url + path)
            assert await page.evaluate("document.documentElement.scrollWidth") <= 360, path


async def test_whose_move_it_is_is_seen_on_a_narrow_screen(desk: Desk, browser: Browser) -> None:
    await _filled(desk)
    async with window(browser, width=390) as (page, _):
        await _sign_in(page, desk, "bob")
        seat = page.get_by_role("cell", name="acme/security-team").first
        box = await seat.bounding_box()

        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        # Still a table to a screen reader.
        assert await page.get_by_role("columnheader").count() == 5
        assert await page.get_by_role("row").count() == 3


async def test_nothing_that_people_write_runs_or_is_fetched(desk: Desk, browser: Browser) -> None:
    text = design(bodies={"1": NASTY, "4.2": f"TBD {NASTY}"}).replace("Price cache", NASTY)
    text = text.replace("Alice Example (@alice)", NASTY).replace("2026-11-20", NASTY)
    await desk.judged(
        change(text, path=f"docs/tdd/{NASTY}.md"),
        change(text.replace("In-Review", NASTY), path="docs/tdd/2.md"),
        pull_request=pull_request(title=NASTY, author=Person(6, Login("mallory")), url="javascript:alert(4)"),
        reviews=(review(DANA, Opinion.CHANGES_REQUESTED, body=NASTY), review(BOB, commit=BEFORE, number=2)),
        history={(BEFORE, "docs/tdd/2.md"): change(design(bodies={"4.2": NASTY})).head},
    )
    async with window(browser) as (page, seen):
        await _sign_in(page, desk, "bob")
        for path in ("/", "/acme/shop/pull/7"):
            await page.goto(desk.url + path)
            assert "alert(1)" in await page.inner_text("main")
        await page.goto(f"{desk.url}/?text=%22%3E%3Cscript%3Ealert(5)%3C/script%3E")
        assert await page.get_by_label("Words").input_value() == '"><script>alert(5)</script>'

    assert seen.dialogs == []
    assert seen.refusals == []  # nothing even tried
    assert {urlsplit(url).hostname for url in seen.requests} == {"127.0.0.1"}


async def test_a_forged_way_back_signs_nobody_in(desk: Desk, browser: Browser) -> None:
    async with window(browser) as (page, _):
        await page.goto(f"{desk.url}/callback?code=abc&state=forged")
        assert "You are not signed in" in await page.inner_text("h1")
        assert not [one for one in await page.context.cookies() if one.get("value")]

        await page.get_by_role("link", name="Sign in with GitHub").click()
        await page.get_by_role("button", name="Continue as bob", exact=True).click()
        assert await page.inner_text("h1") == "Designs"


async def test_a_stolen_cookie_opens_nothing_after_the_revocation(desk: Desk, browser: Browser) -> None:
    await _filled(desk)
    async with window(browser) as (victim, _), window(browser) as (thief, _):
        await _sign_in(victim, desk, "bob")
        cookies = await victim.context.cookies(desk.url)
        assert all(one.get("httpOnly") for one in cookies)
        await thief.context.add_cookies(
            [{"name": one["name"], "value": one["value"], "url": desk.url} for one in cookies]
        )
        await thief.goto(f"{desk.url}/acme/shop/pull/7")
        assert "to sign again" in await thief.inner_text("h1")

        desk.sandbox.gatekeeper.revoke_authorization(desk.scene.app, desk.sandbox.world.user("bob"))
        await thief.goto(f"{desk.url}/acme/shop/pull/7")

        assert "wants to know who you are" in await thief.inner_text("h1")
