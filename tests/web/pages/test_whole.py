"""The whole way: a pull request is judged, its check leads to the page, and the page keeps up with it."""

import asyncio
from pathlib import Path

from tests.builders import PATH, design
from tests.web.pages.stage import Stage, staged


async def _opened(stage: Stage) -> str:
    stage.scene.open_pull({PATH: design("Approved")}, branch="cache")
    await stage.settled()
    (run,) = [
        run
        for suite in stage.scene.repository.suites_on(stage.scene.repository.pulls[1].head_sha)
        for run in suite.runs
        if run.name == "tdd/review"
    ]
    assert run.details_url is not None
    return run.details_url.removeprefix(stage.url)


async def test_the_check_and_the_comment_lead_to_a_page_that_keeps_up(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        path = await _opened(stage)
        pull = stage.scene.repository.pulls[1]
        assert any(f"[Why]({stage.url}{path})" in one.body for one in pull.comments)
        browser = stage.browser()

        page = await browser.sign_in("bob", path)
        assert "Waiting for acme/eng-lead and 2 more" in page.text
        assert page.text.count("</time> ago: asked") == 3  # in the same run, after the first judgement

        for login in ("bob", "carol", "dana"):
            stage.scene.person(login).approve(pull)
        await stage.settled()
        page = await browser.get(path)
        assert "Approved and signed by bob, dana and carol" in page.text
        assert "through, to be merged</dt><dd>1" in (await browser.get("/")).text

        stage.scene.person("alice").merge(pull)
        await stage.settled()
        assert '<span class="badge">merged</span>' in (await browser.get(path)).text
        assert "merged</dt><dd>1" in (await browser.get("/")).text

        stage.scene.open_pull({"docs/tdd/8.md": design("Draft")}, branch="other")
        await stage.settled()
        other = stage.scene.repository.pulls[2]
        assert "docs/tdd/8.md" in (await browser.get("/")).text
        stage.scene.person("alice").close(other)
        await stage.settled()
        assert "docs/tdd/8.md" not in (await browser.get("/")).text
        assert (await browser.get("/acme/shop/pull/2")).status == 404
        assert not stage.sandbox.log.unknown()


async def test_a_design_that_was_there_before_is_listed_and_leads_to_github(tmp_path: Path) -> None:
    old = {"docs/tdd/0001-an old & odd one.md": design("Approved")}
    async with staged(tmp_path, before=old, SWEEP_SECONDS="300") as stage:
        browser = stage.browser()
        page = await browser.sign_in("bob")
        async with asyncio.timeout(120):
            while "TDD: Price cache" not in page.text:
                await asyncio.sleep(0.1)
                page = await browser.get("/")

        link = f"{stage.sandbox.url}/acme/shop/blob/HEAD/docs/tdd/0001-an%20old%20%26%20odd%20one.md"
        assert f'<a href="{link}">TDD: Price cache</a>' in page.text
        assert "Approved (1)" in page.text
        assert "on the default branch" in page.text
        assert "0001-an old" in (await browser.get("/?text=alice&status=Approved")).text
        assert not stage.sandbox.log.unknown()


async def test_an_operator_sees_the_servers_own_numbers(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await _opened(stage)
        page = await stage.browser().sign_in("erin", "/health")

        assert "No job was given up." in page.text
        assert ">accepted</td>" in page.text
        assert "graphql" in page.text


async def test_who_takes_the_authorization_back_is_signed_out_at_once_and_everywhere(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        path = await _opened(stage)
        desk, phone, other = (stage.browser() for _ in range(3))
        for browser, login in ((desk, "bob"), (phone, "bob"), (other, "dana")):
            assert (await browser.sign_in(login, path)).status == 200

        # GitHub's word on bob is kept for a minute; nobody waits for that here.
        stage.sandbox.gatekeeper.revoke_authorization(stage.scene.app, stage.sandbox.world.user("bob"))
        await stage.settled()

        for browser in (desk, phone):
            for page in (path, "/rules"):
                answer = await browser.get(page)
                assert (answer.status, answer.text) == (303, "")
        assert (await other.get(path)).status == 200
        assert (await desk.sign_in("bob", path)).status == 200


async def test_pages_leave_every_other_path_alone(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        browser = stage.browser()

        assert (await browser.get("/healthz")).status == 200
        assert (await browser.get("/readyz")).status == 200
        await browser.get("/health")
        numbers = (await browser.get("/metrics")).text
        assert 'tdd_bot_page_seconds_count{page="health",status="303"} 1.0' in numbers
        for path in ("/nowhere", "/acme", "/acme/shop", "/api/github/webhooks"):
            answer = await browser.get(path)
            assert (answer.status, "There is nothing here" in answer.text) == (404, True), path
        assert (await browser.post("/nowhere")).status == 405


async def test_without_a_public_address_there_are_no_pages_and_no_links(tmp_path: Path) -> None:
    async with staged(tmp_path, PUBLIC_URL="") as stage:
        stage.scene.open_pull({PATH: design("Draft")}, branch="cache")
        await stage.settled()
        browser = stage.browser()

        for path in ("/", "/login", "/acme/shop/pull/1", "/rules", "/health"):
            assert (await browser.get(path)).status == 404
        bodies = [one.body for one in stage.scene.repository.pulls[1].comments]
        assert len(bodies) == 1
        assert "[Why]" not in bodies[0]
