"""Limits, faults and the control API: a GitHub on a bad day."""

import asyncio
import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.sandbox import Access, Failure, Refused, Sandbox, Scene, SetClock, Silence
from bot.sandbox.http.limits import Limits
from bot.sandbox.state.clock import iso
from tests.sandbox.clients import RequestFailed
from tests.sandbox.conftest import Client, Receiver

ROOT = Path(__file__).resolve().parents[2]


async def test_creation_is_free_until_limits_are_switched_on(
    sandbox: Sandbox, scene: Scene, client: Client
) -> None:
    pull = scene.open_pull({"a.md": "a"})
    issues = client("app").rest.issues
    sandbox.limits.per_minute_created = 2
    for number in range(3):
        await issues.async_create_comment("acme", "shop", 1, body=str(number))
    sandbox.limits.creation = True
    for number in range(2):
        await issues.async_create_comment("acme", "shop", 1, body=str(number))
    with pytest.raises(RequestFailed) as refusal:
        await issues.async_create_comment("acme", "shop", 1, body="one too many")
    assert refusal.value.response.status_code == 403
    assert refusal.value.response.headers["retry-after"] == "60"
    assert "secondary rate limit" in refusal.value.response.text
    assert len(pull.comments) == 5


async def test_check_runs_are_outside_the_creation_limit(
    sandbox: Sandbox, scene: Scene, client: Client
) -> None:
    pull = scene.open_pull({"a.md": "a"})
    sandbox.limits.creation, sandbox.limits.per_minute_created = True, 0
    made = await client("app").rest.checks.async_create("acme", "shop", name="x", head_sha=pull.head_sha)
    assert made.status_code == 201


def test_the_creation_limit_of_an_hour_waits_for_the_oldest_to_pass() -> None:
    clock = SetClock()
    limits = Limits(clock, creation=True, per_minute_created=10, per_hour_created=2)
    limits.create("app")
    clock.advance(timedelta(minutes=10))
    limits.create("app")
    with pytest.raises(Refused, match="secondary") as refusal:
        limits.create("app")
    assert refusal.value.headers == {"retry-after": "3000"}
    clock.advance(timedelta(minutes=50))
    limits.create("app")


async def test_the_primary_limit_runs_out_and_says_when_it_ends(
    sandbox: Sandbox, scene: Scene, client: Client
) -> None:
    sandbox.limits.per_hour = 2
    app = client("app")
    await app.rest.repos.async_get("acme", "shop")
    left = await app.rest.repos.async_get("acme", "shop")
    assert left.headers["x-ratelimit-remaining"] == "0"
    with pytest.raises(RequestFailed) as refusal:
        await app.rest.repos.async_get("acme", "shop")
    assert refusal.value.response.status_code == 403
    assert refusal.value.response.headers["x-ratelimit-remaining"] == "0"
    assert scene.installation.id
    free = await app.rest.rate_limit.async_get()
    assert free.parsed_data.resources.core.remaining == 0


async def test_too_many_requests_at_once_are_refused(sandbox: Sandbox, scene: Scene) -> None:
    sandbox.limits.concurrent, sandbox.faults.latency_ms = 2, 50

    async def read() -> int:
        async with aiohttp.request("GET", f"{sandbox.url}/users/bob") as response:
            return response.status

    statuses = await asyncio.gather(*(read() for _ in range(6)))
    assert set(statuses) == {200, 403}
    assert sandbox.gate.most_busy > 2
    assert scene.world is sandbox.world


async def test_a_failure_comes_once_and_leaves_nothing_behind(
    sandbox: Sandbox, scene: Scene, client: Client
) -> None:
    pull = scene.open_pull({"a.md": "a"})
    sandbox.faults.fail_next(Failure(status=503, headers={"Retry-After": "7"}, path="/comments"))
    issues = client("app").rest.issues
    await client("app").rest.repos.async_get("acme", "shop")
    with pytest.raises(RequestFailed) as refusal:
        await issues.async_create_comment("acme", "shop", 1, body="Hello")
    assert refusal.value.response.headers["Retry-After"] == "7"
    assert pull.comments == []
    await issues.async_create_comment("acme", "shop", 1, body="Hello")
    assert len(pull.comments) == 1


async def test_a_silent_github_answers_nothing_and_does_nothing_until_it_is_over(
    sandbox: Sandbox, scene: Scene, client: Client
) -> None:
    pull = scene.open_pull({"a.md": "a"})
    silence = sandbox.faults.silence = Silence("/comments", after=1)
    issues = client("app").rest.issues
    await issues.async_create_comment("acme", "shop", 1, body="First")
    lost = asyncio.create_task(issues.async_create_comment("acme", "shop", 1, body="Lost"))
    while not silence.met:  # noqa: ASYNC110 - the request has no other trace
        await asyncio.sleep(0)
    await client("app").rest.repos.async_get("acme", "shop")

    silence.over = True

    await issues.async_create_comment("acme", "shop", 1, body="Last")
    assert not lost.done()
    assert [one.body for one in pull.comments] == ["First", "Last"]
    lost.cancel()


@pytest.mark.parametrize("status", [502, None])
async def test_a_lost_answer_has_done_its_work(sandbox: Sandbox, scene: Scene, status: int | None) -> None:
    pull = scene.open_pull({"a.md": "a"})
    sandbox.faults.fail_next(Failure(status=status, after=True))
    headers = {"Authorization": "token user-bob"}
    place = f"{sandbox.url}/repos/acme/shop/issues/1/comments"
    try:
        async with aiohttp.request("POST", place, json={"body": "Hello"}, headers=headers) as response:
            seen: int | None = response.status
    except aiohttp.ClientError:
        seen = None
    assert seen == status
    assert [comment.body for comment in pull.comments] == ["Hello"]


async def test_a_late_answer_is_true_and_its_work_is_done_before(sandbox: Sandbox, scene: Scene) -> None:
    pull = scene.open_pull({"a.md": "a"})
    sandbox.faults.fail_next(Failure(method="POST", path="/comments", late=60))
    headers = {"Authorization": "token user-bob"}
    place = f"{sandbox.url}/repos/acme/shop/issues/1/comments"

    async def comment(patience: float) -> int:
        async with asyncio.timeout(patience):
            async with aiohttp.request("POST", place, json={"body": "Hello"}, headers=headers) as response:
                return response.status

    with pytest.raises(TimeoutError):
        await comment(0.2)
    assert [one.body for one in pull.comments] == ["Hello"]
    sandbox.faults.fail_next(Failure(method="POST", path="/comments", late=0.05))
    assert await comment(5) == 201
    assert len(pull.comments) == 2


async def test_a_failure_can_wait_for_a_graphql_operation(sandbox: Sandbox, scene: Scene) -> None:
    sandbox.faults.fail_next(Failure(status=504, path="Slow"))
    headers = {"Authorization": f"bearer {sandbox.token(scene.installation).text}"}
    statuses = []
    for text in ("query Quick { viewer { login } }", "query Slow { viewer { login } }"):
        async with aiohttp.request(
            "POST", sandbox.graphql_url, json={"query": text}, headers=headers
        ) as response:
            statuses.append(response.status)
    assert statuses == [200, 504]


async def test_a_rate_of_failures_is_the_same_in_every_run(sandbox: Sandbox, scene: Scene) -> None:
    async def run() -> list[int]:
        sandbox.faults.seed(5)
        statuses = []
        for _ in range(12):
            async with aiohttp.request("GET", f"{sandbox.url}/users/bob") as response:
                statuses.append(response.status)
        return statuses

    sandbox.faults.rate = 0.5
    first = await run()
    assert set(first) == {200, 502}
    assert await run() == first
    assert scene.world is sandbox.world


async def test_the_log_tells_reads_from_writes(sandbox: Sandbox, scene: Scene, client: Client) -> None:
    scene.open_pull({"a.md": "a"})
    await client("app").rest.pulls.async_get("acme", "shop", 1)
    await client("bob").async_graphql("query Me { viewer { login } }")
    await client("app").rest.issues.async_create_comment("acme", "shop", 1, body="Hello")
    rows = [(record.method, record.operation, record.access, record.actor) for record in sandbox.log]
    app = f"installation {scene.installation.id}"
    assert rows == [
        ("GET", None, Access.READ, app),
        ("POST", "Me", Access.READ, "user bob"),
        ("POST", None, Access.WRITE, app),
    ]
    assert [record.path for record in sandbox.log.writes()] == ["/repos/acme/shop/issues/1/comments"]
    assert sandbox.log.counts()["POST Me"] == 1


async def call(sandbox: Sandbox, method: str, name: str, body: object = None) -> tuple[int, dict[str, Any]]:
    """Use the control API."""
    async with aiohttp.request(method, f"{sandbox.url}/_sandbox/{name}", json=body) as response:
        return response.status, await response.json()


async def test_a_whole_scene_can_be_seeded_over_http(sandbox: Sandbox, receiver: Receiver) -> None:
    people = {"login": "initech", "admins": ["bill"], "members": ["peter"], "teams": {"ops": ["milton"]}}
    assert (await call(sandbox, "POST", "organizations", people))[1]["teams"] == ["ops"]
    repo = {"owner": "initech", "name": "tps", "files": {"README.md": "hi"}, "teams": {"ops": "push"}}
    assert (await call(sandbox, "POST", "repositories", repo))[1]["full_name"] == "initech/tps"
    app = {
        "owner": "initech",
        "slug": "covers",
        "permissions": {"checks": "write", "contents": "read", "pull_requests": "write"},
        "events": ["push"],
        "webhook_url": receiver.url,
        "webhook_secret": "s",
        "install_on": ["initech"],
    }
    _, made = await call(sandbox, "POST", "apps", app)
    assert made["private_key"].startswith("-----BEGIN RSA PRIVATE KEY-----")
    _, token = await call(sandbox, "POST", "tokens", {"installation_id": made["installations"]["initech"]})
    headers = {"Authorization": f"token {token['token']}"}
    async with aiohttp.request("GET", f"{sandbox.url}/repos/initech/tps", headers=headers) as response:
        assert response.status == 200
    check = {"context": "tdd/review", "integration_id": made["id"]}
    rules = {"repository": "initech/tps", "dismiss_stale": True, "required_checks": [check]}
    assert (await call(sandbox, "POST", "rules", rules))[0] == 200
    rule = sandbox.world.repository("initech", "tps").rules[0]
    assert rule.dismiss_stale_reviews
    assert rule.required_checks[0].integration_id == made["id"]


async def test_the_switches_can_be_set_over_http(sandbox: Sandbox, scene: Scene) -> None:
    await call(sandbox, "POST", "deliveries", {"hold": True, "double": True})
    await call(sandbox, "POST", "faults", {"latency_ms": 1, "next": [{"status": 500, "path": "/users"}]})
    await call(sandbox, "POST", "limits", {"creation": True, "per_hour": 9})
    assert (sandbox.hooks.held, sandbox.hooks.double, sandbox.faults.latency_ms) == (True, True, 1.0)
    assert (sandbox.limits.creation, sandbox.limits.per_hour) == (True, 9)
    async with aiohttp.request("GET", f"{sandbox.url}/users/bob") as response:
        assert response.status == 500
    _, log = await call(sandbox, "GET", "log")
    assert [(row["path"], row["status"]) for row in log["requests"]] == [("/users/bob", 500)]
    assert (await call(sandbox, "POST", "deliveries", {"release": True}))[1]["held"] is False
    assert (await call(sandbox, "GET", "settled"))[1] == {"settled": True}
    _, sent = await call(sandbox, "GET", "deliveries")
    assert (sent["waiting"], len(sent["deliveries"])) == (0, len(sandbox.deliveries))
    assert scene.world is sandbox.world


@pytest.mark.parametrize(
    ("name", "body", "status"),
    [
        ("nonsense", {}, 404),
        ("tokens", {}, 422),
        ("rules", {"repository": "no/body"}, 404),
        ("faults", {"rate": "x"}, 422),
    ],
)
async def test_a_wrong_control_request_says_so(
    sandbox: Sandbox, name: str, body: object, status: int
) -> None:
    assert (await call(sandbox, "POST", name, body))[0] == status


async def test_it_runs_alone_and_says_where() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.sandbox", "--port", "0", stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    assert process.stdout is not None
    about = json.loads(await process.stdout.readline())
    headers = {"Authorization": f"token {about['token']}"}
    place = f"{about['url']}/api/v3/repos/{about['repository']}"
    async with aiohttp.request("GET", place, headers=headers) as response:
        assert response.status == 200
    process.terminate()
    await process.wait()


def test_times_are_whole_seconds_in_utc() -> None:
    clock = SetClock(step=timedelta(seconds=1))
    assert [iso(clock.now()), iso(clock.now())] == ["2026-01-05T09:00:00Z", "2026-01-05T09:00:01Z"]
