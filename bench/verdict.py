"""``python bench/verdict.py``: from a webhook to the finished check, and what of it is the engine's own wait.

The real server in this process, the sandbox in one of its own, which answers each call only after a latency.
Pull requests with one complete design and three teams are opened one after another while token and teams
are cached. A round trip is a call to GitHub as the server sees it; the engine's own wait is what is left of
the total while no call is under way. At most five round trips may follow one another.

Exit codes: 0 measured; 1 something is wrong (more round trips, a check that is missing or unfinished).
"""

import argparse
import asyncio
import random
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

# The repository's root instead of this folder: a library that imports `requests` must not find ours.
sys.path.pop(0)
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.parts.conditions import describe, quantile
from bench.parts.theatre import Opened, Theatre, theatre

MOST_ROUND_TRIPS: Final = 5
LATENCIES: Final = (100, 0)
"""Milliseconds put on every call of the sandbox."""


@dataclass(frozen=True, slots=True)
class Way:
    """From the event to one moment. Times in milliseconds."""

    total: float
    calls: int
    chain: int
    """Calls one after another: the longest row of them in which each began after the one before had ended."""
    wait: float
    """Time in which no call was under way."""

    @classmethod
    def until(cls, opened: Opened, end: float) -> "Way":
        """Look at the calls that had ended by then."""
        calls = sorted((one for one in opened.calls if one.ended <= end), key=lambda one: one.ended)
        chain, last = 0, opened.event
        for one in calls:
            if one.began >= last:
                chain, last = chain + 1, one.ended
        covered, reached = 0.0, opened.event
        for one in sorted(calls, key=lambda one: one.began):
            covered += max(0.0, one.ended - max(one.began, reached))
            reached = max(reached, one.ended)
        total = end - opened.event
        return cls(total * 1000, len(calls), chain, (total - covered) * 1000)


def show(title: str, ways: Sequence[Way]) -> None:
    """Print the figures of all pull requests together."""
    totals, waits = [one.total for one in ways], [one.wait for one in ways]
    trips = [one.total - one.wait for one in ways]
    chains = sorted({one.chain for one in ways})
    calls = sorted({one.calls for one in ways})
    print(f"  {title}")
    print(f"    round trips one after another   {_span(chains)} of {_span(calls)} calls")
    print(f"    total                           {_middle(totals)}")
    print(f"    in round trips                  {_middle(trips)}")
    print(f"    the engine's own wait           {_middle(waits)}")


def report(seen: Sequence[Opened]) -> int:
    """Print one latency's figures; return the most round trips up to the finished check."""
    checks = [Way.until(one, one.checked) for one in seen]
    show("from the event to the finished check", checks)
    starts = [(one.calls[0].began - one.event) * 1000 for one in seen]
    print(f"      of it before the first call   {_middle(starts)}")
    show("from the event to the last write", [Way.until(one, one.calls[-1].ended) for one in seen])
    return max(one.chain for one in checks)


async def measure(stage: Theatre, latency: int, count: int, dice: random.Random) -> list[Opened]:
    """Open pull requests one after another, each at another moment between two looks of the engine."""
    await stage.slow_down(latency)
    seen = []
    for _ in range(count):
        await asyncio.sleep(dice.random() * stage.poll)
        seen.append(await stage.open_pull())
    return seen


async def run(home: Path, count: int, seed: int, poll: float) -> int:
    """Measure with each latency; return the exit code."""
    dice = random.Random(seed)  # noqa: S311 - repeatable on purpose
    most = 0
    async with theatre(home, poll) as stage:
        await stage.open_pull()
        for latency in LATENCIES:
            print(f"{latency} ms on every call, {count} pull requests")
            most = max(most, report(await measure(stage, latency, count, dice)))
            print()
    print(f"Claim: at most {MOST_ROUND_TRIPS} round trips up to the finished check; seen: {most}.")
    return 0 if most <= MOST_ROUND_TRIPS else 1


def _middle(values: Sequence[float]) -> str:
    return f"p50 {quantile(values, 0.5):7.1f} ms   max {max(values):7.1f} ms"


def _span(values: Sequence[int]) -> str:
    return str(values[0]) if values[0] == values[-1] else f"{values[0]} to {values[-1]}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(prog="bench/verdict.py", description=__doc__)
    parser.add_argument("--count", type=int, default=20, help="pull requests with each latency (default 20)")
    parser.add_argument("--seed", type=int, default=1, help="of the moments at which they are opened")
    parser.add_argument("--poll", type=float, default=0.1, help="POLL_SECONDS of the server (default 0.1)")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="tdd-bot-bench-") as folder:
        home = Path(folder)
        print(describe(home, n=given.count, seed=given.seed, poll_seconds=given.poll))
        return asyncio.run(run(home, given.count, given.seed, given.poll))


if __name__ == "__main__":
    sys.exit(main())
