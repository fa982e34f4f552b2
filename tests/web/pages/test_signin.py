"""Signing in: what GitHub's flow asks of an app, and what forgers, thieves and replayers get."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.ports import SIGNED_IN
from bot.web.pages.signin import IDLE, RENEWED
from tests.builders import change, design
from tests.web.pages.stage import Desk, desk_at


async def test_nobody_sees_anything_without_signing_in(desk: Desk) -> None:
    await desk.judged(change(design()))
    browser = desk.browser()

    for path in ("/", "/acme/shop/pull/7", "/acme/nothing/pull/1", "/rules", "/rules/TDD201", "/health"):
        answer = await browser.get(path)
        assert answer.status == 303, path
        assert answer.headers["Location"] == f"/login?next={path.replace('/', '%2F')}"
        assert answer.text == ""


async def test_who_signs_in_comes_back_to_the_page_that_was_wanted(desk: Desk) -> None:
    await desk.judged(change(design()))
    browser = desk.browser()

    page = await browser.sign_in("bob", "/acme/shop/pull/7?x=1")

    assert page.status == 200
    assert "TDD: Price cache" in page.text
    assert ">bob<" in page.text


async def test_github_is_asked_with_a_new_state_and_challenge_each_time(desk: Desk) -> None:
    browser = desk.browser()
    first, second = [parse_qs(urlsplit(await browser.begin()).query) for _ in range(2)]

    assert first["code_challenge_method"] == ["S256"]
    assert first["redirect_uri"] == [f"{desk.url}/callback"]
    assert first["state"] != second["state"]
    assert first["code_challenge"] != second["code_challenge"]
    assert "client_secret" not in first


@pytest.mark.parametrize("state", ["", "forged", "x" * 5_000, "%C3%A9", "%00"])
async def test_a_forged_state_signs_nobody_in(desk: Desk, state: str) -> None:
    browser = desk.browser()
    back = await browser.agree(await browser.begin(), "bob")
    code = parse_qs(urlsplit(back).query)["code"][0]

    answer = await browser.get(f"/callback?code={code}&state={state}")

    assert answer.status == 400
    assert "not signed in" in answer.text
    assert (await browser.get("/")).status == 303


async def test_a_sign_in_begun_by_one_browser_is_not_ended_by_another(desk: Desk) -> None:
    attacker, victim = desk.browser(), desk.browser()
    back = await attacker.agree(await attacker.begin(), "mallory")

    assert (await victim.get(back)).status == 400
    await victim.begin()
    assert (await victim.get(back)).status == 400
    assert (await victim.get("/")).status == 303


async def test_a_way_back_leads_back_once(desk: Desk) -> None:
    browser = desk.browser()
    back = await browser.agree(await browser.begin(), "bob")
    pending = {one.key: one.value for one in browser.jar}
    assert (await browser.get(back)).status == 303

    assert (await browser.get(back)).status == 400
    # Even with the cookie of then: GitHub takes a code once.
    browser.jar.clear()
    for name, value in pending.items():
        browser.keep(name, value)
    replayed = await browser.get(back)
    assert replayed.status == 400
    assert "used up" in replayed.text


async def test_a_way_back_is_open_for_ten_minutes(desk: Desk) -> None:
    browser = desk.browser()
    back = await browser.agree(await browser.begin(), "bob")
    desk.now += 601

    assert (await browser.get(back)).status == 400


async def test_who_says_no_at_github_is_told_so(desk: Desk) -> None:
    browser = desk.browser()
    state = parse_qs(urlsplit(await browser.begin()).query)["state"][0]

    answer = await browser.get(f"/callback?error=access_denied&state={state}")

    assert answer.status == 400
    assert 'href="/login"' in answer.text


@pytest.mark.parametrize(
    "then",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/\r\nX: y",
        "/a b",
        "",
    ],
)
async def test_nobody_is_led_anywhere_else(desk: Desk, then: str) -> None:
    browser = desk.browser()
    back = await browser.get(await browser.agree(await browser.begin(then), "bob"))

    assert back.headers["Location"] == "/"
    assert "X" not in back.headers


async def test_a_cookie_is_out_of_reach_of_scripts_and_of_other_sites(desk: Desk) -> None:
    browser = desk.browser()
    answer = await browser.get(await browser.agree(await browser.begin(), "bob"))
    cookie = answer.headers.getall("Set-Cookie")[0]  # type: ignore[attr-defined] # a multidict

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "ghu_" not in cookie


@pytest.mark.parametrize("change_to", ["", "x", "A" * 8_000, "gAAAAA" + "é", "ghu_123"])
async def test_a_cookie_that_was_not_made_here_is_nobodys(desk: Desk, change_to: str) -> None:
    browser = desk.browser()
    await browser.sign_in("bob")
    browser.jar.clear()
    browser.steal(change_to)

    assert (await browser.get("/")).status == 303


async def test_a_cookie_that_was_changed_is_nobodys(desk: Desk) -> None:
    browser = desk.browser()
    await browser.sign_in("bob")
    value = browser.cookie()
    browser.steal(value[:60] + ("A" if value[60] != "A" else "B") + value[61:])

    assert (await browser.get("/")).status == 303


async def test_a_stolen_cookie_is_worth_nothing_after_the_revocation(desk: Desk) -> None:
    await desk.judged(change(design()))
    victim, thief = desk.browser(), desk.browser()
    await victim.sign_in("bob")
    thief.steal(victim.cookie())
    assert (await thief.get("/acme/shop/pull/7")).status == 200

    desk.sandbox.gatekeeper.revoke_authorization(desk.scene.app, desk.sandbox.world.user("bob"))

    answer = await thief.get("/acme/shop/pull/7")
    assert (answer.status, answer.text) == (303, "")
    assert 'tdd-bot=""' in answer.headers["Set-Cookie"]


async def test_a_revocation_is_noticed_within_the_lifetime_of_githubs_word(tmp_path: Path) -> None:
    async with desk_at(tmp_path, lifetime=timedelta(seconds=60)) as desk:
        await desk.judged(change(design()))
        browser = desk.browser()
        await browser.sign_in("bob")
        assert (await browser.get("/acme/shop/pull/7")).status == 200
        desk.sandbox.gatekeeper.revoke_authorization(desk.scene.app, desk.sandbox.world.user("bob"))

        assert (await browser.get("/acme/shop/pull/7")).status == 200
        desk.now += 61
        assert (await browser.get("/acme/shop/pull/7")).status == 303


async def test_signing_out_ends_every_copy_of_the_cookie(desk: Desk) -> None:
    await desk.judged(change(design()))
    browser, thief = desk.browser(), desk.browser()
    await browser.sign_in("bob")
    thief.steal(browser.cookie())

    asked = await browser.get("/logout")
    assert "Sign out?" in asked.text
    assert (await browser.get("/")).status == 200
    done = await browser.post("/logout")

    assert (done.status, done.headers["Location"]) == (303, "/logout")
    assert "You are signed out" in (await browser.get("/logout")).text
    assert (await browser.get("/")).status == 303
    assert (await thief.get("/acme/shop/pull/7")).status == 303


async def test_a_session_ends_when_it_is_not_used_and_with_githubs_token(desk: Desk) -> None:
    browser = desk.browser()
    await browser.sign_in("bob")
    desk.now += IDLE.total_seconds() + 1
    assert (await browser.get("/")).status == 303

    await browser.sign_in("bob")
    first = browser.cookie()
    for _ in range(int(SIGNED_IN / RENEWED) - 1):
        desk.now += RENEWED.total_seconds()
        assert (await browser.get("/rules")).status == 200
    assert browser.cookie() != first
    desk.now += RENEWED.total_seconds()
    assert (await browser.get("/rules")).status == 303


async def test_below_a_prefix_every_way_keeps_it(tmp_path: Path) -> None:
    async with desk_at(tmp_path, prefix="/designs") as desk:
        await desk.judged(change(design()))
        browser = desk.browser()

        # The proxy in front takes the prefix away.
        begun = await browser.get("/")
        assert begun.headers["Location"] == "/designs/login?next=%2F"
        answer = await browser.get("/login?next=/")
        assert "Path=/designs" in answer.headers["Set-Cookie"]
        assert (
            f"{desk.url}/designs/callback"
            in parse_qs(urlsplit(answer.headers["Location"]).query)["redirect_uri"]
        )


async def test_while_github_is_down_nobody_signs_in_and_nothing_is_shown(desk: Desk) -> None:
    await desk.judged(change(design()))
    browser = desk.browser()
    await browser.sign_in("bob")
    back = await desk.browser().begin()
    await desk.sandbox.close()

    page = await browser.get("/acme/shop/pull/7")
    assert page.status == 503
    assert "Price cache" not in page.text
    listed = await browser.get("/")
    assert listed.status == 503
    assert "Price cache" not in listed.text
    state = parse_qs(urlsplit(back).query)["state"][0]
    other = desk.browsers[-1]
    assert (await other.get(f"/callback?code=abc&state={state}")).status == 503
