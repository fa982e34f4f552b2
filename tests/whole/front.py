"""A small front as a load balancer is one: it sends each webhook to a process whose ``/readyz`` says so."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Protocol

import aiohttp
from aiohttp import web

_EVERY = 0.2
"""Seconds between two looks at each process."""


class Behind(Protocol):
    """A process that gets webhooks."""

    @property
    def url(self) -> str:
        """Where they go."""


class Front:
    """Knows the processes, and which of them were ready at the last look."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session
        self._ready: list[Behind] = []
        self._next = 0
        self.members: list[Behind] = []
        self.url = ""

    @property
    def ready(self) -> Sequence[Behind]:
        """Those that get webhooks now."""
        return self._ready

    async def look(self) -> None:
        """Ask all of them again and again."""
        while True:
            self._ready = [one for one in self.members if await self._is_ready(one)]
            await asyncio.sleep(_EVERY)

    async def _is_ready(self, member: Behind) -> bool:
        try:
            async with self._session.get(member.url.partition("/api/")[0] + "/readyz") as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    async def pass_on(self, request: web.Request) -> web.Response:
        """Pass a webhook on, once: what fails behind the front the sender sees."""
        if not self._ready:
            return web.Response(status=503)
        self._next += 1
        member = self._ready[self._next % len(self._ready)]
        headers = {
            name: value for name, value in request.headers.items() if name.startswith(("X-", "Content-T"))
        }
        try:
            async with self._session.post(member.url, data=await request.read(), headers=headers) as answer:
                return web.Response(status=answer.status)
        except aiohttp.ClientError:
            return web.Response(status=502)


@asynccontextmanager
async def front() -> AsyncIterator[Front]:
    """Listen, and look after the processes that it is given."""
    # A connection for each webhook: one that is kept may be closed in the moment in which it is used.
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as session:
        made = Front(session)
        app = web.Application()
        app.router.add_post("/", made.pass_on)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
        looking = asyncio.create_task(made.look())
        try:
            yield made
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)
            await runner.cleanup()
