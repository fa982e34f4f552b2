"""Webhooks through a channel: what GitHub signed arrives, nothing else does, and a broken channel heals."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.web.relay import Relay, events_in
from tests.web.conftest import Door
from tests.web.sender import PATH, body_of, headers_of


@dataclass
class Channel:
    """A smee channel: what is put into it goes to whoever listens."""

    waiting: asyncio.Queue[bytes] = field(default_factory=asyncio.Queue)
    connections: int = 0

    def send(self, body: bytes, headers: dict[str, str]) -> None:
        """Put a webhook in as smee does: headers in lower case beside the body."""
        lower = {name.lower(): value for name, value in headers.items()}
        event = {**lower, "host": "smee.io", "body": json.loads(body), "query": {}, "timestamp": 1}
        self.waiting.put_nowait(f"id: 1\ndata: {json.dumps(event)}\n\n".encode())

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer a listener until its connection is closed on purpose."""
        self.connections += 1
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await response.write(b"event: ready\ndata: {}\n\nevent: ping\ndata: {}\n\n")
        while (data := await self.waiting.get()) != b"":
            await response.write(data)
        return response


@pytest.fixture
async def channel(door: Door) -> AsyncIterator[Channel]:
    made = Channel()
    app = web.Application()
    app.router.add_get("/channel", made.serve)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        smee, ours = str(server.make_url("/channel")), str(door.client.make_url(PATH))
        taking = Relay(session, smee, ours, again=(0.01,)).run()
        task = asyncio.create_task(taking)
        yield made
        task.cancel()
        made.waiting.put_nowait(b"")
        await asyncio.gather(task, return_exceptions=True)


async def _arrived(door: Door, count: int) -> None:
    async with asyncio.timeout(120):
        while len(await door.accepted()) < count:  # noqa: ASYNC110 - another connection
            await asyncio.sleep(0.01)


async def test_a_signed_webhook_comes_through_the_same_door(door: Door, channel: Channel) -> None:
    body = json.dumps(json.loads(body_of()), separators=(",", ":"), ensure_ascii=False).encode()
    channel.send(body, headers_of(body))

    await _arrived(door, 1)


async def test_one_that_was_tampered_with_is_refused_and_the_next_is_not(
    door: Door, channel: Channel
) -> None:
    forged = json.dumps({**json.loads(body_of()), "number": 8}, separators=(",", ":")).encode()
    channel.send(forged, headers_of(body_of()))
    channel.waiting.put_nowait(b'data: not json\n\ndata: [1]\n\ndata: {"body": 3}\n\n')
    body = json.dumps(json.loads(body_of(9)), separators=(",", ":")).encode()
    channel.send(body, headers_of(body))

    await _arrived(door, 1)
    (job,) = await door.accepted()
    assert "number=9" in repr(job)


async def test_a_channel_that_ends_is_connected_to_again(door: Door, channel: Channel) -> None:
    channel.waiting.put_nowait(b"")
    body = json.dumps(json.loads(body_of()), separators=(",", ":")).encode()
    async with asyncio.timeout(120):
        while channel.connections < 2:  # noqa: ASYNC110 - another connection
            await asyncio.sleep(0.01)
    channel.send(body, headers_of(body))

    await _arrived(door, 1)


async def _pieces(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


@pytest.mark.parametrize(
    ("pieces", "events"),
    [
        ((b"data: a\n\n",), ["a"]),
        ((b"da", b"ta: a\ndata: b\r\n", b"\r\n"), ["a\nb"]),
        ((b": a comment\n\ndata:a\n\n",), ["a"]),
        ((b"event: ping\ndata: a\n\ndata: b\n\n",), ["b"]),
        ((b"event: message\ndata: a\n\n",), ["a"]),
        ((b"data: never finished\n",), []),
        (("data: é".encode()[:7], "é\n\n".encode()[1:]), ["é"]),
    ],
)
async def test_a_stream_is_read_as_the_standard_says(pieces: tuple[bytes, ...], events: list[str]) -> None:
    assert [event async for event in events_in(_pieces(*pieces))] == events


async def test_an_event_without_end_is_refused() -> None:
    for pieces in ([b"data: ", b"x" * 101], [b"data: x\n"] * 20):
        with pytest.raises(ValueError, match="more than a webhook can hold"):
            _ = [event async for event in events_in(_pieces(*pieces), cap=100)]
