"""The real server beside a sandbox in a process of its own, with a clock on each of the server's calls."""

import asyncio
import base64
import json
import socket
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import aiohttp
from aiohttp import web
from aiohttp.typedefs import Handler

from bench.parts.conditions import ROOT
from bot.builtin import template
from bot.cli.demo.author import Design
from bot.cli.logs import configure_logs
from bot.engine.reconcile import Reconcile
from bot.github import GitHubAccess, GitHubAdapter
from bot.ports import Cache, Meter
from bot.settings import LogFormat, LogLevel, Settings, read_settings
from bot.wiring.adapters import Adapters
from bot.wiring.github import RemoteGitHub
from bot.wiring.running import Running, running

CHECK: Final = "tdd/review"
_HOOK: Final = "/api/github/webhooks"
_PATIENCE: Final = 60
"""Seconds for the bot to come to rest after one event."""
_STEP: Final = 0.02
_BAD: Final = 400


@dataclass(frozen=True, slots=True)
class Call:
    """One of the server's calls to GitHub, by this process's clock, in seconds."""

    method: str
    path: str
    began: float
    ended: float
    resource: str = ""
    """Which of GitHub's limits it counts against, as GitHub says: ``core`` or ``graphql``."""
    points: int = 0
    """How much of it."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What followed from one opened pull request."""

    event: float
    """When its webhook reached the server."""
    calls: list[Call]
    checked: float
    """When the finished check had been written."""


@dataclass(slots=True)
class Clock:
    """When things happened in this process."""

    events: list[float] = field(default_factory=list)
    """Arrivals of webhooks about pull requests."""
    calls: list[Call] = field(default_factory=list)
    used: dict[str, int] = field(default_factory=dict)
    """What is used of each of GitHub's limits."""

    def trace(self) -> aiohttp.TraceConfig:
        """Return what an aiohttp session needs to note its calls."""
        began: dict[int, float] = {}

        async def start(_: object, context: object, __: aiohttp.TraceRequestStartParams) -> None:
            began[id(context)] = time.perf_counter()

        async def end(_: object, context: object, seen: aiohttp.TraceRequestEndParams) -> None:
            # Before the caller reads a large answer to its end, which costs microseconds here.
            moments = began.pop(id(context)), time.perf_counter()
            cost = self._cost(seen.response.headers)
            self.calls.append(Call(seen.method, seen.url.path, *moments, *cost))

        config = aiohttp.TraceConfig()
        config.on_request_start.append(start)
        config.on_request_end.append(end)
        return config

    def _cost(self, headers: Mapping[str, str]) -> tuple[str, int]:
        """Return which limit an answer speaks of, and how much more of it is used than before."""
        resource, used = headers.get("X-RateLimit-Resource", ""), headers.get("X-RateLimit-Used", "")
        if not used.isdigit():
            return resource, 0
        before = self.used.get(resource, 0)
        self.used[resource] = int(used)
        return resource, max(0, int(used) - before)

    @web.middleware
    async def arrival(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Note when a webhook about a pull request arrives."""
        if request.headers.get("X-GitHub-Event") == "pull_request":
            self.events.append(time.perf_counter())
        return await handler(request)


@dataclass(slots=True)
class Theatre:
    """The running pieces, and the author's deeds over HTTP."""

    url: str
    poll: float
    server: Running
    http: aiohttp.ClientSession
    clock: Clock
    author: str
    """The author's token."""
    number: int = 0

    async def slow_down(self, milliseconds: int) -> None:
        """Put a latency on every call of the sandbox."""
        await self._ask("POST", "/_sandbox/faults", {"latency_ms": milliseconds})

    async def open_pull(self) -> Opened:
        """Open a pull request with one complete design and three teams; return once the bot is at rest.

        Raises:
            RuntimeError: there is no finished check, or the sandbox counts other calls than this process.
        """
        self.number += 1
        branch = await self._branch()
        before = (await self._ask("GET", "/_sandbox/log?after=0"))["total"]
        self.clock.events.clear()
        self.clock.calls.clear()
        body = {"title": f"Design {self.number}", "head": branch, "base": "main"}
        pull = await self._ask("POST", "/repos/acme/shop/pulls", body)
        await self._rest()
        calls = list(self.clock.calls)
        await self._compare(before, calls)
        await self._finished(pull["head"]["sha"])
        checked = next(one.ended for one in calls if "/check-runs" in one.path and one.method != "GET")
        return Opened(self.clock.events[0], calls, checked)

    async def open_plain(self) -> tuple[int, list[Call]]:
        """Open a pull request that changes no design; return its number and what the bot asked."""
        self.number += 1
        branch = f"plain-{self.number}"
        main = await self._ask("GET", "/repos/acme/shop/git/ref/heads/main")
        ref = {"ref": f"refs/heads/{branch}", "sha": main["object"]["sha"]}
        await self._ask("POST", "/repos/acme/shop/git/refs", ref)
        await self._commit(branch, f"src/{self.number}.py", "print('one')")
        await self._rest()
        body = {"title": f"Code {self.number}", "head": branch, "base": "main"}
        self.clock.calls.clear()
        pull = await self._ask("POST", "/repos/acme/shop/pulls", body)
        await self._rest()
        return pull["number"], list(self.clock.calls)

    async def push_plain(self) -> list[Call]:
        """Push to the pull request that was opened last; return what the bot asked."""
        self.clock.calls.clear()
        await self._commit(f"plain-{self.number}", f"src/{time.time_ns()}.py", "print('two')")
        await self._rest()
        return list(self.clock.calls)

    async def comment(self, number: int) -> list[Call]:
        """Write a comment; return what the bot asked."""
        self.clock.calls.clear()
        await self._ask("POST", f"/repos/acme/shop/issues/{number}/comments", {"body": "I see."})
        await self._rest()
        return list(self.clock.calls)

    async def _commit(self, branch: str, path: str, text: str) -> None:
        content = {
            "message": "A change",
            "branch": branch,
            "content": base64.b64encode(text.encode()).decode(),
        }
        await self._ask("PUT", f"/repos/acme/shop/contents/{path}", content)

    async def _branch(self) -> str:
        """Commit another design to a branch of its own."""
        branch = f"design-{self.number}"
        main = await self._ask("GET", "/repos/acme/shop/git/ref/heads/main")
        ref = {"ref": f"refs/heads/{branch}", "sha": main["object"]["sha"]}
        await self._ask("POST", "/repos/acme/shop/git/refs", ref)
        await self._commit(branch, f"docs/tdd/{1000 + self.number}-price-cache.md", _design())
        await self._rest()
        return branch

    async def _compare(self, before: int, calls: list[Call]) -> None:
        """Hold the clock's calls against the sandbox's own log."""
        log = (await self._ask("GET", f"/_sandbox/log?after={before}"))["requests"]
        logged = [one["path"] for one in log if not one["actor"].startswith("user ")]
        if sorted(logged) != sorted(one.path for one in calls):
            raise RuntimeError(f"the sandbox has seen {logged}, this process {calls}")
        bad = [one for one in log if one["status"] >= _BAD]
        if bad:
            raise RuntimeError(f"the sandbox has refused {bad}")

    async def _finished(self, sha: str) -> None:
        found = await self._ask("GET", f"/repos/acme/shop/commits/{sha}/check-runs?check_name={CHECK}")
        states = [(one["status"], one["conclusion"]) for one in found["check_runs"]]
        if states != [("completed", "action_required")]:
            raise RuntimeError(f"the check ended as {states}")

    async def _rest(self) -> None:
        """Wait until every webhook is delivered and the bot has nothing left to do."""
        async with asyncio.timeout(_PATIENCE):
            while True:
                await self._ask("GET", "/_sandbox/settled")
                seen = len(self.clock.events)
                if await self.server.idle() and len(self.clock.events) == seen:
                    return
                await asyncio.sleep(_STEP)

    async def _ask(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Any:  # noqa: ANN401 - GitHub's JSON
        headers = {"Authorization": f"token {self.author}"}
        async with self.http.request(method, self.url + path, json=body, headers=headers) as answer:
            if answer.status >= _BAD:
                raise RuntimeError(f"{method} {path}: {answer.status} {await answer.text()}")
            return await answer.json()


@asynccontextmanager
async def theatre(home: Path, poll: float) -> AsyncIterator[Theatre]:
    """Start the sandbox and the server; ``home`` takes the server's database."""
    configure_logs(LogLevel.ERROR, LogFormat.TEXT)
    clock = Clock()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        hook = f"http://127.0.0.1:{listening.getsockname()[1]}{_HOOK}"
        async with _sandbox(hook) as about, aiohttp.ClientSession() as http:
            settings = _settings(about, home, poll)
            async with running(
                settings, Adapters(lambda *given: _github(clock, *given), Reconcile)
            ) as server:
                server.web.middlewares.append(clock.arrival)
                runner = web.AppRunner(server.web, access_log=None)
                await runner.setup()
                try:
                    await web.SockSite(runner, listening).start()
                    yield Theatre(about["url"], poll, server, http, clock, about["user_token"])
                finally:
                    await runner.cleanup()


@asynccontextmanager
async def _sandbox(hook: str) -> AsyncIterator[dict[str, Any]]:
    """Start the sandbox in a process of its own; give what it says of itself."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.sandbox",
        "--webhook-url",
        hook,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        yield json.loads(await process.stdout.readline())
    finally:
        process.kill()
        await process.wait()


def _github(clock: Clock, settings: Settings, cache: Cache, meter: Meter) -> RemoteGitHub:
    """Build the real adapter on a session that notes its calls."""
    access = GitHubAccess(
        api_url=settings.api_url,
        graphql_url=settings.graphql_url,
        private_key=settings.private_key,
        template=template(),
        app_id=settings.app_id,
        client_id=settings.client_id,
    )
    session = aiohttp.ClientSession(trace_configs=[clock.trace()])
    return GitHubAdapter(session, access, cache, meter=meter)


def _settings(about: Mapping[str, Any], home: Path, poll: float) -> Settings:
    settings = read_settings(
        {
            "APP_ID": str(about["app_id"]),
            "PRIVATE_KEY": about["private_key"],
            "WEBHOOK_SECRET": about["webhook_secret"],
            "GITHUB_API_URL": about["url"],
            "GITHUB_GRAPHQL_URL": about["graphql_url"],
            "TDD_BOT_HOME": str(home),
            "POLL_SECONDS": str(poll),
            "SWEEP_SECONDS": "0",
        }
    )
    # More is opened in a minute than GitHub would let anybody comment on: that is not what is measured.
    return replace(settings, creation_limits=False)


def _design() -> str:
    """Return a complete design of three teams, In-Review: that of the demo."""
    example = files("bot.cli.demo").joinpath("example.md").read_text(encoding="utf-8")
    return Design(example).with_status("In-Review").completed().text
