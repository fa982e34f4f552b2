"""The parts together: a server that works while GitHub is down, and learns who it is once GitHub is back."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from aiohttp.test_utils import TestClient, TestServer

from bot.core.model import App, PullRequestRef
from bot.ports import Cache, GitHub, Journal
from bot.settings import LogFormat, LogLevel, Settings
from bot.wiring.adapters import Adapters
from bot.wiring.running import Running, running
from tests.outside import GitHubDown
from tests.web.sender import PATH, SECRETS, body_of, headers_of

APP = App(id=9, slug="tdd-bot")


class Recovering(GitHubDown):
    """A GitHub that is down at first."""

    def __init__(self) -> None:
        self.up = asyncio.Event()
        self.asked = asyncio.Event()
        self.closed = False

    async def identify(self) -> App:
        self.asked.set()
        return APP if self.up.is_set() else await super().identify()

    async def close(self) -> None:
        self.closed = True


def _settings(folder: Path) -> Settings:
    return Settings(
        app_id=9,
        client_id=None,
        private_key="",
        webhook_secrets=SECRETS,
        api_url="https://api.github.com",
        graphql_url="https://api.github.com/graphql",
        server_url="https://github.com",
        host="127.0.0.1",
        port=0,
        home=folder,
        database_url=f"sqlite:///{folder / 'tdd-bot.sqlite'}",
        webhook_path=PATH,
        public_url=None,
        worker_slots=4,
        poll_seconds=0.05,
        log_level=LogLevel.INFO,
        log_format=LogFormat.JSON,
    )


async def test_a_server_works_while_github_is_down_and_says_when_it_stops(tmp_path: Path) -> None:
    github, judged = Recovering(), asyncio.Queue[PullRequestRef]()

    async def reconcile(ref: PullRequestRef, *, checks_only: bool) -> Sequence[PullRequestRef]:
        assert not checks_only
        judged.put_nowait(ref)
        return ()

    def adapter(settings: Settings, cache: Cache, _: object) -> Recovering:
        assert settings.app_id == 9
        assert cache is not None
        return github

    def reconciler(given: GitHub, journal: Journal, *_: object) -> object:
        assert given is not None
        assert journal is not None
        return reconcile

    adapters = Adapters(adapter, reconciler)  # type: ignore[arg-type] # a function is a Reconciler
    body = body_of()
    async with (
        asyncio.timeout(120),
        running(_settings(tmp_path), adapters) as server,
        TestClient(TestServer(server.web)) as client,
    ):
        await github.asked.wait()
        assert _identity(server) is None
        assert (await client.get("/readyz")).status == 200

        answer = await client.post(PATH, data=body, headers=headers_of(body))
        assert answer.status == 202
        assert await judged.get() == PullRequestRef(1, 2, "acme", "shop", 7)

        github.asked.clear()
        github.up.set()
        await github.asked.wait()
        await asyncio.sleep(0)
        assert _identity(server) == APP

        server.drain()
        unready = await client.get("/readyz")
        assert (unready.status, (await unready.json())["reason"]) == (503, "this process is stopping")
    assert github.closed


def _identity(server: Running) -> App | None:
    return server.app
