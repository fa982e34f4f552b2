"""A person sees what GitHub lets that person read; all else is not there, in every way one may ask."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.model import Login
from bot.ports import Visitor
from bot.sandbox import Failure, Role
from bot.store.cache import BriefCache
from bot.web.pages.access import Access
from tests.builders import change, design, pull_request
from tests.web.pages.stage import Desk, desk_at

SECRET_TITLE = design().replace("Price cache", "Merger plans")


async def test_what_may_not_be_read_answers_as_what_is_not_there(desk: Desk) -> None:
    secret = desk.private("secret", "dana")
    await desk.judged(change(SECRET_TITLE), repository=secret, number=1)
    browser = desk.browser()
    await browser.sign_in("mallory")

    hidden = await browser.get("/acme/secret/pull/1")
    absent = await browser.get("/acme/nothing/pull/1")
    unjudged = await browser.get("/acme/shop/pull/99")

    assert hidden.status == absent.status == unjudged.status == 404
    assert hidden.text == absent.text == unjudged.text
    same = {"Content-Length", "Content-Security-Policy", "Cache-Control"}
    assert {hidden.headers[name] for name in same} == {absent.headers[name] for name in same}
    assert "Merger" not in hidden.text


async def test_the_same_questions_are_put_to_github_whatever_is_kept(desk: Desk) -> None:
    secret = desk.private("secret", "dana")
    await desk.judged(change(SECRET_TITLE), repository=secret, number=1)
    browser = desk.browser()
    await browser.sign_in("mallory")
    asked = []
    for path in ("/acme/secret/pull/1", "/acme/nothing/pull/1"):
        before = len(desk.sandbox.log)
        await browser.get(path)
        asked.append([(one.method, one.operation) for one in list(desk.sandbox.log)[before:]])

    assert asked[0] == asked[1] != []


async def test_who_may_read_it_sees_it_in_the_list_and_alone(desk: Desk) -> None:
    secret = desk.private("secret", "dana")
    await desk.judged(change(SECRET_TITLE), repository=secret, number=1)
    await desk.judged(change(design()))
    dana, mallory = desk.browser(), desk.browser()

    listed = await dana.sign_in("dana")
    assert "Merger plans" in listed.text
    assert "Merger plans" in (await dana.get("/acme/secret/pull/1")).text

    listed = await mallory.sign_in("mallory")
    assert "Price cache" in listed.text
    for path in ("/", "/?text=Merger", "/?repository=acme/secret", "/?status=In-Review", "/?page=2"):
        text = (await mallory.get(path)).text
        assert "Merger" not in text.replace('value="Merger"', ""), path
        assert "acme/secret" not in text, path


async def test_who_loses_access_loses_the_page(desk: Desk) -> None:
    secret = desk.private("secret", "dana")
    await desk.judged(change(SECRET_TITLE), repository=secret, number=1)
    browser = desk.browser()
    await browser.sign_in("dana")
    assert (await browser.get("/acme/secret/pull/1")).status == 200

    secret.collaborators[desk.sandbox.world.user("dana").id] = Role.NONE

    assert (await browser.get("/acme/secret/pull/1")).status == 404
    assert "Merger" not in (await browser.get("/")).text


async def test_githubs_word_is_kept_for_its_lifetime_and_asked_for_once(tmp_path: Path) -> None:
    async with desk_at(tmp_path, lifetime=timedelta(seconds=60)) as desk:
        for number in range(1, 4):
            await desk.judged(change(design(), path=f"docs/tdd/{number}.md"), number=number)
        browser = desk.browser()
        await browser.sign_in("bob")
        before = len(desk.sandbox.log)
        for _ in range(3):
            assert (await browser.get("/acme/shop/pull/1")).status == 200
            assert (await browser.get("/")).status == 200

        assert len(desk.sandbox.log) == before
        desk.now += 61
        await browser.get("/")
        assert len(desk.sandbox.log) > before


class Agreeing:
    """``ports.People`` as far as it is asked here: everybody may read everything."""

    asked = 0

    async def readable(self, visitor: Visitor, places: Sequence[tuple[str, str]]) -> Sequence[int | None]:
        assert visitor.login
        self.asked += len(places)
        return [len(name) for _, name in places]


@pytest.mark.parametrize("step", [0.3, 0.4, 0.6, 0.7, 0.9])
async def test_a_word_that_expires_while_it_is_read_is_asked_for_again(step: float) -> None:
    ticks = itertools.count(0.0, step)
    people = Agreeing()
    access = Access(people, (), lambda: next(ticks), BriefCache(), timedelta(seconds=1))  # type: ignore[arg-type] # a part of it
    visitor = Visitor(1, Login("bob"), "token")

    for _ in range(50):
        assert await access.repository(visitor, "acme", "shop") == 4
    assert 1 < people.asked <= 50


async def test_a_hundred_repositories_are_one_question(desk: Desk) -> None:
    for number in range(101):
        repository = desk.sandbox.world.add_repository(desk.scene.organization, f"r{number}")
        await desk.judged(change(design()), repository=repository, number=1)
    browser = desk.browser()
    await browser.sign_in("bob")
    before = len(desk.sandbox.log)

    page = await browser.get("/")

    asked = [one for one in list(desk.sandbox.log)[before:] if one.operation == "Readable"]
    assert len(asked) == 2
    assert "101 designs" in page.text


async def test_a_repository_that_took_anothers_name_shows_nothing_of_it(desk: Desk) -> None:
    gone = desk.sandbox.world.add_repository(desk.scene.organization, "old")
    await desk.judged(change(SECRET_TITLE), repository=gone, number=1)
    gone.name = "elsewhere"
    desk.sandbox.world._names.pop("acme/old")
    desk.sandbox.world.add_repository(desk.scene.organization, "old")
    browser = desk.browser()
    await browser.sign_in("mallory")

    assert (await browser.get("/acme/old/pull/1")).status == 404
    assert "Merger" not in (await browser.get("/")).text


async def test_a_private_repository_that_the_app_does_not_reach_is_not_there(desk: Desk) -> None:
    secret = desk.private("secret", "dana")
    await desk.judged(change(SECRET_TITLE), repository=secret, number=1)
    desk.scene.installation.repositories = {desk.scene.repository.id}
    browser = desk.browser()
    await browser.sign_in("dana")

    assert (await browser.get("/acme/secret/pull/1")).status == 404


@pytest.mark.parametrize(
    "failure",
    [
        Failure(status=502),
        Failure(status=200, body={"data": None, "errors": [{"type": "RATE_LIMITED", "message": "no"}]}),
        Failure(status=200, body={"data": {"r0": None}, "errors": [{"message": "timed out"}]}),
        Failure(status=200, body={"errors": []}),
        Failure(status=None),
    ],
    ids=["gateway", "rate-limit", "time-out", "no-data", "cut"],
)
async def test_where_github_does_not_say_nothing_is_shown(desk: Desk, failure: Failure) -> None:
    await desk.judged(change(design()))
    browser = desk.browser()
    await browser.sign_in("bob")

    desk.sandbox.faults.fail_next(replace(failure, path="/graphql"))
    page = await browser.get("/acme/shop/pull/7")

    assert page.status in {404, 503}
    assert "Price cache" not in page.text
    assert (await browser.get("/acme/shop/pull/7")).status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/acme/shop/pull/0",
        "/acme/shop/pull/-7",
        "/acme/shop/pull/7.0",
        "/acme/shop/pull/%37%20",
        "/acme/shop/pull/99999999999999999999",
        "/acme/shop/pull/7%00",
        "/acme/shop/pull/%EF%BC%97",
        "/acme/%2e%2e/pull/7",
        "/%2e%2e/%2e%2e/pull/7",
        "/acme%2Fshop/x/pull/7",
        "/acme/shop%2Fpull%2F7/pull/7",
        "/acme/shop%22%29%20%7B%20id%20%7D/pull/7",
        "/-acme/shop/pull/7",
        f"/acme/{'x' * 101}/pull/7",
        "/rules/TDD999",
        "/rules/..%2F..%2Fpyproject.toml",
        "/rules/%3Cscript%3E",
        "/static/..%2Ftemplates%2Fbase.html",
        "/static/style.css",
        "/nothing",
    ],
)
async def test_tricks_with_paths_lead_to_nothing(desk: Desk, path: str) -> None:
    await desk.judged(change(design()), pull_request=pull_request(number=7))
    browser = desk.browser()
    await browser.sign_in("bob")

    answer = await browser.get(path)

    assert answer.status == 404
    assert "Price cache" not in answer.text
    assert "<script>" not in answer.text


async def test_health_is_for_operators_and_for_all_others_not_there(desk: Desk) -> None:
    erin, carol, bob = (desk.browser() for _ in range(3))
    for browser, login in ((erin, "erin"), (carol, "carol"), (bob, "bob")):
        await browser.sign_in(login)

    assert (await erin.get("/health")).status == 200
    assert (await carol.get("/health")).status == 200  # of @acme/infrastructure
    refused, absent = await bob.get("/health"), await bob.get("/acme/nothing/pull/1")
    assert (refused.status, refused.text) == (404, absent.text)
    assert 'href="/health"' in (await erin.get("/")).text
    assert 'href="/health"' not in (await bob.get("/")).text


async def test_an_operator_is_one_by_the_name_of_today(desk: Desk) -> None:
    browser = desk.browser()
    await browser.sign_in("erin")
    desk.sandbox.world.user("erin").login = "erin-renamed"

    assert (await browser.get("/health")).status == 404
