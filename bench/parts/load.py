"""``python -m bench.parts.load``: send signed webhooks over some connections for some seconds.

Each connection sends its next webhook when the last one is answered; what is under way when the time is up
is still waited for, so that the sender knows the fate of each.
"""

import argparse
import asyncio
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import aiohttp
import orjson

from bench.parts.payload import Case, Webhooks

_PATIENCE: Final = 30
"""Seconds after which an answer counts as missing."""


@dataclass(slots=True)
class Burst:
    """What one burst has seen."""

    seconds: float = 0.0
    cpu: float = 0.0
    """Seconds of processor time that the sender took."""
    answers: Counter[int] = field(default_factory=Counter)
    """Status -> how often; 0 where there was no answer."""
    latencies: list[float] = field(default_factory=list)
    """Milliseconds, of accepted webhooks only."""


async def burst(url: str, webhooks: Webhooks, connections: int, seconds: float, first: int) -> Burst:
    """Send; the pull requests are numbered from ``first`` on."""
    seen, next_number = Burst(), iter(range(first, sys.maxsize))
    timeout = aiohttp.ClientTimeout(total=_PATIENCE)
    connector = aiohttp.TCPConnector(limit=connections, force_close=False)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
        began, cpu = time.perf_counter(), time.process_time()
        end = began + seconds

        async def one_connection() -> None:
            while time.perf_counter() < end:
                await _send(session, url, webhooks, next(next_number), seen)

        await asyncio.gather(*(one_connection() for _ in range(connections)))
        seen.seconds, seen.cpu = time.perf_counter() - began, time.process_time() - cpu
    return seen


async def _send(
    session: aiohttp.ClientSession, url: str, webhooks: Webhooks, number: int, seen: Burst
) -> None:
    webhook = webhooks.make(number)
    began = time.perf_counter()
    try:
        async with session.post(url, data=webhook.body, headers=webhook.headers) as answer:
            await answer.read()
            status = answer.status
    except (aiohttp.ClientError, TimeoutError):
        status = 0
    seen.answers[status] += 1
    if status in {202, 204}:
        seen.latencies.append((time.perf_counter() - began) * 1000)


def main() -> None:
    """Read the command line, send, print what was seen as one JSON object."""
    parser = argparse.ArgumentParser(prog="python -m bench.parts.load", description=__doc__)
    parser.add_argument("url")
    parser.add_argument("folder", type=Path, help="where write_payloads wrote")
    parser.add_argument("case", type=Case)
    parser.add_argument("connections", type=int)
    parser.add_argument("seconds", type=float)
    parser.add_argument("first", type=int)
    given = parser.parse_args()
    webhooks = Webhooks.of(given.folder, given.case)
    seen = asyncio.run(burst(given.url, webhooks, given.connections, given.seconds, given.first))
    sys.stdout.buffer.write(orjson.dumps(seen, option=orjson.OPT_NON_STR_KEYS))


if __name__ == "__main__":
    main()
