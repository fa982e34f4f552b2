"""A whole review on an older GitHub Enterprise Server: what that one lacks is never asked for."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.builtin import template
from bot.engine.reconcile import Reconcile
from bot.github import GitHubAccess, GitHubAdapter
from bot.ports import OutsideError
from bot.sandbox import PullRequest, Sandbox, Scene
from bot.store.cache import DatabaseCache
from bot.store.database import Database
from bot.store.journal import DatabaseJournal
from tests.builders import design
from tests.scenarios.stage import PATH, Clock, Wall


@dataclass
class Server:
    """An enterprise server, and what it takes to stand before it."""

    sandbox: Sandbox
    scene: Scene
    database: Database
    session: aiohttp.ClientSession
    clock: Clock

    def bot(self, *, api: str = "/api/v3", app_id: int | None = None) -> tuple[GitHubAdapter, Reconcile]:
        """Return the bot as an administrator would set it up, with the client id and perhaps the number."""
        access = GitHubAccess(
            api_url=self.sandbox.url + api,
            graphql_url=f"{self.sandbox.url}/api/graphql",
            private_key=self.scene.app.private_key,
            template=template(),
            app_id=app_id,
            client_id=self.scene.app.client_id if api else None,
        )
        adapter = GitHubAdapter(self.session, access, DatabaseCache(self.database), Wall(self.clock).now)
        return adapter, Reconcile(adapter, DatabaseJournal(self.database))


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    clock = Clock(datetime.now(UTC))
    database = await Database.open(f"sqlite:///{tmp_path / 'bot.sqlite'}")
    async with (
        Sandbox(clock=clock, wall=Wall(clock), enterprise=True) as sandbox,
        aiohttp.ClientSession() as session,
    ):
        yield Server(sandbox, sandbox.seed_acme(), database, session, clock)
    await database.close()


def _title(pull: PullRequest) -> str | None:
    (run,) = (run for suite in pull.repository.suites_on(pull.head_sha) for run in suite.runs)
    return run.title


async def test_a_review_goes_through_where_there_is_no_merge_queue(server: Server) -> None:
    scene = server.scene
    adapter, reconcile = server.bot(app_id=scene.app.id)
    pull = scene.open_pull({PATH: design()})
    ref = await adapter.find("acme", "shop", pull.number)
    await reconcile(ref)
    assert _title(pull) == "Waiting for acme/eng-lead and 2 more"
    for login in ("bob", "carol", "dana"):
        scene.person(login).approve(pull)
    await reconcile(ref)
    assert _title(pull) == "All three seats have signed: set Status to Approved"
    scene.person("alice").commit(scene.repository, pull.head_ref, {PATH: design("Approved")})
    await reconcile(ref)

    assert scene.person("alice").merge(pull)
    assert not [one for one in server.sandbox.log if one.status in {400, 401, 404, 410}]


async def test_taken_for_github_com_it_refuses_what_it_does_not_know(server: Server) -> None:
    pull = server.scene.open_pull({PATH: design()})
    adapter, reconcile = server.bot(api="", app_id=server.scene.app.id)
    ref = await adapter.find("acme", "shop", pull.number)

    with pytest.raises(OutsideError, match="mergeQueueEntry"):
        await reconcile(ref)


async def test_an_app_that_signs_with_its_client_id_is_not_known_there(server: Server) -> None:
    adapter, _ = server.bot()

    with pytest.raises(OutsideError, match="knows no app"):
        await adapter.identify()


async def test_it_says_what_it_is_and_nothing_of_limits(server: Server) -> None:
    server.scene.app.webhook_url = "http://127.0.0.1:9/"
    server.scene.open_pull({PATH: design()})
    await server.sandbox.settled()
    headers = {"Authorization": "token user-alice"}
    async with server.session.get(f"{server.sandbox.url}/api/v3/meta", headers=headers) as answer:
        assert (await answer.json())["installed_version"] == "3.13.0"
        assert not [name for name in answer.headers if name.lower().startswith("x-ratelimit")]
    newest = {**headers, "X-GitHub-Api-Version": "2026-03-10"}
    async with server.session.get(f"{server.sandbox.url}/api/v3/meta", headers=newest) as answer:
        assert answer.status == 410

    versions = {one.request_headers["X-GitHub-Enterprise-Version"] for one in server.sandbox.deliveries}
    assert versions == {"3.13.0"}


async def test_it_limits_nothing_until_its_administrator_sets_a_limit(server: Server) -> None:
    headers = {"Authorization": f"token {server.sandbox.token(server.scene.installation).text}"}

    async def ask(path: str, **body: str) -> tuple[int, Any, str | None]:
        url = f"{server.sandbox.url}/api{path}"
        method = "POST" if body else "GET"
        async with server.session.request(method, url, json=body or None, headers=headers) as answer:
            return answer.status, await answer.json(), answer.headers.get("x-ratelimit-remaining")

    for _ in range(5001):
        server.sandbox.limits.spend(f"installation {server.scene.installation.id}", "core")
    status, _, left = await ask("/v3/repos/acme/shop")
    assert (status, left) == (200, None)
    status, said, _ = await ask("/v3/rate_limit")
    assert (status, said["message"]) == (404, "Rate limiting is not enabled.")
    _, said, left = await ask("/graphql", query="{ rateLimit { remaining } }")
    assert (said, left) == ({"data": {"rateLimit": None}}, None)

    server.sandbox.limits.per_hour = 5003
    assert (await ask("/v3/repos/acme/shop"))[::2] == (200, "0")
    assert (await ask("/v3/repos/acme/shop"))[0] == 403
    server.sandbox.limits.per_hour = 5004
    _, said, _ = await ask("/v3/rate_limit")
    assert said["rate"]["remaining"] == 1
