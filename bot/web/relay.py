"""Webhooks for a machine that GitHub cannot reach: taken from a smee channel, given to our own address.

For development: whoever knows the channel's address can read what passes. The channel sends server-sent
events (html.spec.whatwg.org, "Server-sent events"); each holds one JSON object whose ``body`` is the payload
and whose other keys are the webhook's headers (github.com/probot/smee-client). They go through the same door
as any webhook, so one that was tampered with is refused there.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Final

import aiohttp
import orjson
import structlog

_log = structlog.get_logger(__name__)

_SILENCE: Final = 90.0
"""Seconds without a byte after which the channel counts as broken: it pings every 30."""
_AGAIN: Final = (1.0, 2.0, 5.0, 15.0, 30.0)
"""Seconds between attempts to connect; the last one goes on."""
_EVENT_CAP: Final = 50 * 1024 * 1024
"""Characters of one event: twice GitHub's largest webhook, as escapes may double it."""
_HEADERS: Final = frozenset({"x-github-event", "x-github-delivery", "x-hub-signature-256"})


class Relay:
    """Takes webhooks from a channel until it is cancelled."""

    def __init__(
        self, session: aiohttp.ClientSession, channel: str, door: str, again: Sequence[float] = _AGAIN
    ) -> None:
        self._session = session
        self._channel = channel
        self._door = door
        self._again = again

    async def run(self) -> None:
        """Connect, pass on, and connect again when the channel ends."""
        attempt = 0
        while True:
            try:
                async for data in self._events():
                    attempt = 0
                    await self._pass_on(data)
                problem = "the channel was closed"
            except (aiohttp.ClientError, TimeoutError, ValueError) as error:
                problem = str(error) or type(error).__name__
            wait = self._again[min(attempt, len(self._again) - 1)]
            attempt += 1
            _log.warning("relay lost its channel", problem=problem, again_in=wait)
            await asyncio.sleep(wait)

    async def _events(self) -> AsyncIterator[str]:
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=_SILENCE)
        headers = {"Accept": "text/event-stream"}
        async with self._session.get(self._channel, headers=headers, timeout=timeout) as response:
            response.raise_for_status()
            _log.info("relay listens")
            async for event in events_in(response.content.iter_any()):
                yield event

    async def _pass_on(self, data: str) -> None:
        try:
            event = orjson.loads(data)
        except orjson.JSONDecodeError:
            event = None
        if not isinstance(event, dict) or not isinstance(event.get("body"), dict):
            return  # a greeting or a ping
        headers = {
            name: value
            for name, value in event.items()
            if name.lower() in _HEADERS and isinstance(value, str) and value.isprintable()
        }
        # Written as JavaScript writes JSON, which is what GitHub has signed.
        body = orjson.dumps(event["body"])
        await self._post({"Content-Type": "application/json", **headers}, body)

    async def _post(self, headers: Mapping[str, str], body: bytes) -> None:
        async with self._session.post(self._door, data=body, headers=headers) as answer:
            _log.info("webhook relayed", status=answer.status)


async def events_in(chunks: AsyncIterator[bytes], cap: int = _EVENT_CAP) -> AsyncIterator[str]:
    """Yield the data of each unnamed event of a stream; ``cap``: characters of one at most.

    No kept-up library reads such a stream with aiohttp; it takes these few lines.

    Raises:
        ValueError: one event is larger than any webhook, or the text is no UTF-8.
    """
    data: list[str] = []
    named = False
    size = 0
    async for line in _lines(chunks, cap):
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        size += len(line)
        if size > cap:
            raise ValueError("the channel sent more than a webhook can hold")
        if not line:
            if data and not named:
                yield "\n".join(data)
            data, named, size = [], False, 0
        elif field == "data":
            data.append(value)
        elif field == "event":
            named = value != "message"


async def _lines(chunks: AsyncIterator[bytes], cap: int) -> AsyncIterator[str]:
    rest = bytearray()
    async for chunk in chunks:
        rest += chunk
        if len(rest) > cap and b"\n" not in rest:
            raise ValueError("the channel sent more than a webhook can hold")
        if b"\n" not in chunk:
            continue
        *whole, last = rest.split(b"\n")
        rest = bytearray(last)
        for line in whole:
            yield line.removesuffix(b"\r").decode("utf-8")
