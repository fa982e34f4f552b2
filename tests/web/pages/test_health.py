"""What was given up is begun again by a button: of operators alone, and only from the page itself."""

import re
from pathlib import Path

import pytest

from bot.web.pages.signin import IDLE
from tests.builders import design
from tests.web.pages.stage import LETTER, PATH, Answer, Desk, Stage, staged


def token_of(page: Answer) -> str:
    (token,) = re.findall(r'name="token" value="([^"]+)"', page.text)
    return str(token)


async def test_an_operator_has_a_job_begun_again(desk: Desk) -> None:
    erin = desk.browser()
    page = await erin.sign_in("erin", "/health")

    answer = await erin.post("/health/replay", token=token_of(page), job=LETTER)

    assert (answer.status, answer.headers["Location"]) == (303, "/health")
    assert desk.replayed == [(LETTER, "erin")]


@pytest.mark.parametrize("token", ["", "forged", "A" * 8_000, "é"])
async def test_a_form_that_was_not_made_here_does_nothing(desk: Desk, token: str) -> None:
    erin = desk.browser()
    await erin.sign_in("erin", "/health")

    answer = await erin.post("/health/replay", token=token, job=LETTER)

    assert (answer.status, desk.replayed) == (403, [])


async def test_a_form_made_for_somebody_else_or_long_ago_does_nothing(desk: Desk) -> None:
    erin, carol = desk.browser(), desk.browser()
    own = token_of(await erin.sign_in("erin", "/health"))
    anothers = token_of(await carol.sign_in("carol", "/health"))
    assert (await erin.post("/health/replay", token=anothers, job=LETTER)).status == 403

    desk.now += IDLE.total_seconds() / 2
    await erin.get("/rules")
    desk.now += IDLE.total_seconds() / 2 + 1
    assert (await erin.get("/rules")).status == 200
    assert (await erin.post("/health/replay", token=own, job=LETTER)).status == 403

    # Who signs in anew is somebody new.
    own = token_of(await erin.get("/health"))
    await erin.post("/logout")
    await erin.sign_in("erin")
    desk.now += 1
    await erin.sign_in("erin")
    assert (await erin.post("/health/replay", token=own, job=LETTER)).status == 403
    assert desk.replayed == []


async def test_it_says_what_a_chore_looks_after_and_leads_to_why(desk: Desk) -> None:
    page = await desk.browser().sign_in("erin", "/health")

    assert 'shelves<span class="small">designs on default branches</span>' in page.text
    assert '<a href="/acme/shop/pull/7">acme/shop#7</a>' in page.text


async def test_for_all_others_there_is_no_such_button(desk: Desk) -> None:
    erin, bob, nobody = desk.browser(), desk.browser(), desk.browser()
    token = token_of(await erin.sign_in("erin", "/health"))
    await bob.sign_in("bob")

    refused = await bob.post("/health/replay", token=token, job=LETTER)
    absent = await bob.get("/acme/nothing/pull/1")
    assert (refused.status, refused.text) == (404, absent.text)
    assert (await nobody.post("/health/replay", token=token, job=LETTER)).status == 303
    assert desk.replayed == []


@pytest.mark.parametrize("job", ["", "22/8@1", "x" * 100_000, "<script>alert(1)</script>"])
async def test_a_job_that_is_not_given_up_is_said_to_be_none(desk: Desk, job: str) -> None:
    erin = desk.browser()
    page = await erin.sign_in("erin", "/health")

    answer = await erin.post("/health/replay", token=token_of(page), job=job)

    assert answer.status == 404
    assert "No job of that name is given up any more." in answer.text
    assert "<script>" not in answer.text


async def test_that_nobody_judges_is_said(desk: Desk) -> None:
    page = await desk.browser().sign_in("erin", "/health")

    assert '<span class="badge bad">No process judges</span>' in page.text


async def test_pauses_are_shown(desk: Desk) -> None:
    page = await desk.browser().sign_in("erin", "/health")

    assert "secondary limit" in page.text


def _titles(stage: Stage) -> list[str]:
    repository = stage.scene.repository
    suites = repository.suites_on(repository.pulls[1].head_sha)
    return [run.title or "" for suite in suites for run in suite.runs if run.name == "tdd/review"]


async def test_the_button_has_the_real_server_judge_again(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        granted = dict(stage.scene.installation.permissions)
        missing = {name: access for name, access in granted.items() if name != "contents"}
        stage.scene.installation.permissions = missing
        stage.scene.open_pull({PATH: design()}, branch="cache")
        await stage.settled()
        erin = stage.browser()
        page = await erin.sign_in("erin", "/health")
        (job,) = re.findall(r'name="job" value="([^"]+)"', page.text)

        stage.scene.installation.permissions = granted
        answer = await erin.post("/health/replay", token=token_of(page), job=job)
        await stage.settled()

        assert answer.status == 303
        assert _titles(stage) == ["Waiting for acme/eng-lead and 2 more"]
        now = await erin.get("/health")
        assert "No job was given up." in now.text
        assert "<p>1 process judges.</p>" in now.text
        again = await erin.post("/health/replay", token=token_of(page), job=job)
        assert again.status == 404
