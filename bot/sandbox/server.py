"""The sandbox as a server in this process."""

from __future__ import annotations

from datetime import timedelta
from types import TracebackType
from typing import Self

from aiohttp import web

from bot.sandbox.acts.queue import follow
from bot.sandbox.hooks.delivery import Delivery, Hooks
from bot.sandbox.http.actor import Gatekeeper, Token
from bot.sandbox.http.faults import Faults
from bot.sandbox.http.gate import Gate
from bot.sandbox.http.limits import Limits
from bot.sandbox.http.log import RequestLog
from bot.sandbox.http.oauth import OAuth
from bot.sandbox.http.registration import Registration
from bot.sandbox.http.services import Services
from bot.sandbox.scene import Scene
from bot.sandbox.state.accounts import Installation
from bot.sandbox.state.clock import Clock
from bot.sandbox.state.world import World


class Sandbox:
    """A local GitHub. Use it as `async with Sandbox() as s`, or `start` and `close` it.

    `world` holds all records, `hooks` sends webhooks, `log` has every request, `faults` and
    `limits` are the switches. `url` is the REST root (as api.github.com); the same is at
    `url + "/api/v3"`, and GraphQL at `graphql_url`.
    """

    def __init__(
        self, *, clock: Clock | None = None, wall: Clock | None = None, enterprise: bool = False
    ) -> None:
        """Make an empty world. `clock` dates events; `wall` dates tokens and limits.

        `enterprise` plays GitHub Enterprise Server 3.13: no merge queue, no rate limits, apps that sign with
        their number only, and the API below `/api/v3`.
        """
        self.world = World(clock, wall)
        self.enterprise = enterprise
        self.hooks = Hooks(self.world, enterprise=enterprise)
        follow(self.world)
        self.log = RequestLog()
        self.faults = Faults()
        self.limits = Limits(self.world.wall, per_hour=None if enterprise else 5000)
        self.gatekeeper = Gatekeeper(self.world, by_number=enterprise)
        self.oauth = OAuth(self.world, self.gatekeeper)
        self.services = Services(
            world=self.world,
            gatekeeper=self.gatekeeper,
            hooks=self.hooks,
            log=self.log,
            faults=self.faults,
            limits=self.limits,
            registration=Registration(self.world, merge_queues=not enterprise),
            oauth=self.oauth,
            enterprise=enterprise,
        )
        self.gate = Gate(self.services)
        self._runner: web.AppRunner | None = None

    @classmethod
    async def start(
        cls,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        clock: Clock | None = None,
        wall: Clock | None = None,
    ) -> Self:
        """Make a sandbox and let it listen; port 0 takes a free one."""
        sandbox = cls(clock=clock, wall=wall)
        await sandbox.listen(host, port)
        return sandbox

    async def listen(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Begin to answer requests and to send webhooks."""
        self._runner = web.AppRunner(self.gate.application(), access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        taken = self._runner.addresses[0][1]
        self.world.api_url = self.world.web_url = f"http://{host}:{taken}"
        self.hooks.start()

    async def close(self) -> None:
        """Stop sending and answering."""
        await self.hooks.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        """Listen on a free port of this machine."""
        await self.listen()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close."""
        await self.close()

    @property
    def url(self) -> str:
        """The REST root without a slash at its end."""
        return self.world.api_url

    @property
    def graphql_url(self) -> str:
        """The GraphQL endpoint."""
        return f"{self.world.api_url}/graphql"

    @property
    def deliveries(self) -> list[Delivery]:
        """All webhooks sent so far, in order."""
        return self.hooks.deliveries

    async def settled(self) -> None:
        """Wait until every webhook that may be sent has been sent and answered."""
        await self.hooks.settled()

    def token(self, installation: Installation, *, life: timedelta | None = None) -> Token:
        """Issue an installation token; `life` may be negative for one that has expired."""
        token = self.gatekeeper.issue(installation)
        if life is not None:
            token.expires_at = self.world.wall.now() + life
        return token

    @staticmethod
    def user_token(login: str) -> str:
        """Return the token of a person."""
        return f"user-{login}"

    def seed_acme(self, *, webhook_url: str | None = None) -> Scene:
        """Seed the standard scene: organisation acme with its people, teams, repo and app."""
        return Scene.seed(self.world, webhook_url=webhook_url)
