"""A GitHub that answers by script, a clock that stands still, a cache in memory."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from aiohttp import web

NOW = datetime(2026, 11, 24, 12, 0, 0, tzinfo=UTC)


@dataclass
class Clock:
    """The adapter's clock; it moves when a test says so."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, step: timedelta) -> None:
        self.now += step


@dataclass
class MemoryCache:
    """``ports.Cache`` without a database."""

    clock: Callable[[], datetime]
    values: dict[str, tuple[bytes, datetime]] = field(default_factory=dict)

    async def get(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        now = self.clock()
        return {key: self.values[key][0] for key in keys if key in self.values and self.values[key][1] > now}

    async def put(self, values: Mapping[str, bytes], lifetime: timedelta) -> None:
        self.values |= {key: (value, self.clock() + lifetime) for key, value in values.items()}

    async def drop(self, prefix: str) -> None:
        self.values = {key: value for key, value in self.values.items() if not key.startswith(prefix)}


@dataclass(frozen=True)
class Asked:
    """A request as it arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    data: Any


@dataclass
class Script:
    """Answers in order; a request beyond them is a 418."""

    answers: list[Callable[[web.Request], web.StreamResponse]] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    def say(self, data: object = None, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        """Answer the next request with JSON."""
        body = orjson.dumps(data)

        def answer(_: web.Request) -> web.Response:
            return web.Response(
                status=status, body=body, content_type="application/json", headers=dict(headers or {})
            )

        self.answers.append(answer)

    def say_raw(self, body: bytes, content_type: str, status: int = 200) -> None:
        """Answer the next request with anything."""
        self.answers.append(lambda _: web.Response(status=status, body=body, content_type=content_type))

    def hang_up(self) -> None:
        """Cut the connection instead of answering the next request."""

        def cut(request: web.Request) -> web.Response:
            assert request.transport is not None
            request.transport.close()
            return web.Response()

        self.answers.append(cut)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        path = request.raw_path
        self.asked.append(Asked(request.method, path, request.headers, orjson.loads(body) if body else None))
        if not self.answers:
            return web.Response(status=418, text="nothing was to be asked any more")
        return self.answers.pop(0)(request)
