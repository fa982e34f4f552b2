"""The playground in a real browser: no barrier in light or dark, and everything without scripts."""

from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser

from bot.sandbox import Sandbox, Scene
from bot.sandbox.playground import Playground
from tests.web.pages.chromium import Scheme, chromium, needs_axe, needs_chromium, violations, window

pytestmark = needs_chromium

PATH = "docs/tdd/0007-x.md"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest.fixture
async def place() -> AsyncIterator[tuple[Scene, str]]:
    """A scene, and where its pages are."""
    async with Sandbox() as sandbox:
        scene = sandbox.seed_acme()

        async def quiet() -> bool:
            return True

        async with TestServer(Playground(sandbox.world, scene, quiet).application()) as server:
            yield scene, str(server.make_url("")).rstrip("/")


@needs_axe
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_no_page_has_a_barrier(place: tuple[Scene, str], browser: Browser, scheme: Scheme) -> None:
    scene, url = place
    pull = scene.open_pull({PATH: "# TDD: X\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"}, title="A design")
    scene.person("bob").approve(pull, "Fine.")
    scene.person("dana").comment(pull, "/tdd approve\n\n> quoted `code`")
    where = f"/acme/shop/pull/{pull.number}"
    found: dict[str, object] = {}
    async with window(browser, scheme=scheme) as (page, seen):
        await page.goto(url)
        await page.get_by_label("You are").select_option("erin")
        await page.get_by_role("button", name="Switch").click()
        for path in (
            "/",
            where,
            f"{where}/files",
            f"{where}/checks",
            f"{where}/edit?path={PATH}",
            "/?said=No",
            "/rules",
        ):
            await page.goto(url + path)
            if barriers := await violations(page):
                found[path] = barriers

    assert found == {}
    assert seen.refusals == []


@needs_axe
async def test_no_state_has_a_barrier_and_none_scrolls_sideways(
    place: tuple[Scene, str], browser: Browser
) -> None:
    """Draft, closed and merged; long names; no check required; somebody who may change nothing."""
    scene, url = place
    long = f"docs/tdd/{'a-long-name-' * 6}x.md"
    pulls = [
        scene.open_pull({long: f"# TDD: X\n\n{at}" + "word" * 200}, branch=f"x-{at}", title="Design" * 30)
        for at in range(3)
    ]
    scene.rule.required_checks.clear()
    scene.person("alice").close(pulls[1])
    scene.person("erin").merge(pulls[2])
    found: dict[str, object] = {}
    async with window(browser, width=360) as (page, _):
        await page.goto(f"{url}/acme/shop/pull/1")
        await page.get_by_role("button", name="Convert to draft").click()
        where = [f"/acme/shop/pull/{pull.number}" for pull in pulls]
        for path in ("/", "/rules", *where, f"{where[0]}/files", f"{where[0]}/checks"):
            await page.goto(url + path)
            barriers = await violations(page)
            if barriers or await page.evaluate("document.documentElement.scrollWidth") > 360:
                found[path] = barriers or "scrolls sideways"

    assert found == {}


async def test_a_review_is_done_without_scripts(place: tuple[Scene, str], browser: Browser) -> None:
    scene, url = place
    scene.rule.required_checks.clear()
    async with window(browser, scripts=False) as (page, _):
        await page.goto(url)
        await page.get_by_label("File").fill("docs/tdd/0009-z.md")
        await page.get_by_label("Text").fill("# TDD: Written here\n\n**Status:** Draft\n")
        await page.get_by_role("button", name="Open a pull request as alice").click()
        assert "TDD: Written here" in await page.inner_text("h1")

        await page.get_by_label("You are").select_option("bob")
        await page.get_by_role("button", name="Switch").click()
        await page.get_by_label("Review as bob").fill("Good.")
        await page.get_by_role("button", name="Approve").click()
        assert "bob approved" in " ".join((await page.inner_text("main")).split())

        await page.get_by_role("link", name="Edit 0009-z.md").click()
        await page.get_by_role("textbox").first.fill("# TDD: Written here\n\nMore.\n")
        await page.get_by_role("button", name="Commit to").click()
        await page.get_by_role("link", name="Files").click()
        assert "+More." in await page.inner_text("main")

        await page.get_by_role("link", name="Conversation").click()
        await page.get_by_role("button", name="Merge as bob").click()
        assert "Merged by bob." in await page.inner_text("main")


async def test_an_admin_switches_the_gate_and_the_merge_button_obeys(
    place: tuple[Scene, str], browser: Browser
) -> None:
    scene, url = place
    pull = scene.open_pull({PATH: "# TDD: X\n"}, title="A design")
    where = f"{url}/acme/shop/pull/{pull.number}"
    async with window(browser, scripts=False) as (page, _):
        await page.goto(where)
        await page.get_by_role("link", name="Rules of main").click()
        assert await page.get_by_role("button", name="Require").count() == 0

        await page.get_by_label("You are").select_option("erin")
        await page.get_by_role("button", name="Switch", exact=True).click()
        await page.goto(where)
        await page.get_by_role("button", name="Merge as erin").click()
        assert 'Required status check "tdd/review" is expected.' in await page.inner_text("main")

        await page.get_by_role("link", name="Rules of main").click()
        await page.get_by_role("button", name="Require tdd/review no longer").click()
        assert "it holds no merge" in await page.inner_text("main")
        await page.goto(where)
        await page.get_by_role("button", name="Merge as erin").click()
        assert "Merged by erin." in await page.inner_text("main")
