"""``python bench/growth.py``: what a pull request costs, and what an organisation of a given size needs.

Measured here: the requests, processor time and bytes that each kind of event takes, on the real server with
the sandbox in a process of its own, and the requests of a whole design review (that of the demo). Computed
from it: the load of the busiest hour for 50, 5,000 and 500,000 pull requests a month, and which limit binds
first. Processor time includes what this driver itself takes: it is an upper bound.

Exit codes: 0 measured; 1 something is wrong.
"""

import argparse
import asyncio
import contextlib
import io
import sqlite3
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

# The repository's root instead of this folder: a library that imports `requests` must not find ours.
sys.path.pop(0)
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.parts.conditions import describe
from bench.parts.theatre import Call, Theatre, theatre
from bench.requests import Cost, play
from bot.sandbox import Access

SIZES: Final = (50, 5_000, 500_000)
"""Pull requests a month."""
DESIGN_READS: Final = 2
"""Requests of a run that sees a design first; tests/scenarios/test_cost.py holds it."""
PUSHES, TALK = 3, 6
"""Of a pull request without a design in its life: pushes after the first, comments and reviews."""
BUSY: Final = 84
"""The busiest hour has this part of a month: 21 days of eight hours, twice the mean."""
POINTS_AN_HOUR: Final = 5_000
"""Of one installation, of GraphQL; up to 12,500 with many repositories and people."""
REQUESTS_AN_HOUR: Final = 5_000
"""Of one installation, of REST; up to 12,500, or 15,000 with Enterprise Cloud."""
CREATIONS_AN_HOUR: Final = 500


@dataclass(frozen=True, slots=True)
class Event:
    """The means of one kind of event."""

    name: str
    points: float
    """Of GraphQL, with which is read."""
    requests: float
    """Of REST, with which is written."""
    creations: float
    milliseconds: float
    """Of a core."""
    kilobytes: float
    """By which the database grew."""

    def row(self) -> str:
        """Return a row of the table."""
        return (
            f"{self.name:<34} {self.points:>7.1f} {self.requests:>6.1f} {self.creations:>10.1f} "
            f"{self.milliseconds:>8.1f} {self.kilobytes:>6.1f}"
        )


@dataclass(frozen=True, slots=True)
class Load:
    """What one size means."""

    size: int
    points: float
    """Of one installation, in the busiest hour; so are the others."""
    requests: float
    creations: float
    cores: float
    gigabytes: float
    """A month."""

    @property
    def shares(self) -> dict[str, float]:
        """Return how much of each limit is used; the third one is of one process."""
        return {
            "GraphQL points": self.points / POINTS_AN_HOUR,
            "REST requests": self.requests / REQUESTS_AN_HOUR,
            "creations": self.creations / CREATIONS_AN_HOUR,
            "one core": self.cores,
        }

    def row(self) -> str:
        """Return a row of the table."""
        name, share = max(self.shares.items(), key=lambda one: one[1])
        return (
            f"{self.size:>9,} {self.points:>9,.0f} {self.requests:>11,.0f} {self.creations:>11,.1f} "
            f"{self.cores:>7.3f} {self.gigabytes:>8.3f}   {name} ({share:.1%})"
        )


async def measured(name: str, home: Path, n: int, act: Callable[[], Awaitable[list[Call]]]) -> Event:
    """Let something happen ``n`` times; return what it took."""
    await act()
    calls: list[Call] = []
    size, began = _bytes(home), time.process_time()
    for _ in range(n):
        calls += await act()
    seconds = time.process_time() - began
    grown = max(0, _bytes(home) - size)
    writes = [one for one in calls if _writes(one)]
    made = [one for one in writes if one.method == "POST" and "check-runs" not in one.path]
    return Event(
        name,
        points=sum(one.points for one in calls if one.resource == "graphql") / n,
        requests=sum(one.points for one in calls if one.resource == "core") / n,
        creations=len(made) / n,
        milliseconds=1_000 * seconds / n,
        kilobytes=grown / n / 1_024,
    )


def _writes(call: Call) -> bool:
    return call.method != "GET" and "graphql" not in call.path and "access_tokens" not in call.path


def _bytes(home: Path) -> int:
    """Return the database's size, what is still in its log included."""
    (file,) = home.glob("*.sqlite")
    with closing(sqlite3.connect(file)) as connection:
        (pages,), (size,) = (
            connection.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "page_size")
        )
    return int(pages * size)


async def events(home: Path, n: int) -> dict[str, Event]:
    """Measure every kind of event."""
    async with theatre(home, 0.1) as here:
        await here.slow_down(0)
        await here.open_pull()

        async def design() -> list[Call]:
            return (await here.open_pull()).calls

        async def plain() -> list[Call]:
            return (await here.open_plain())[1]

        found = {
            "design": await measured("a design, complete, three teams", home, n, design),
            "plain": await measured("opened without a design", home, n, plain),
            "push": await measured("pushed to it", home, n, here.push_plain),
        }
        number, _ = await here.open_plain()
        found["comment"] = await measured("a comment or review on it", home, n, _commenting(here, number))
        return found


def _commenting(here: Theatre, number: int) -> Callable[[], Awaitable[list[Call]]]:
    async def act() -> list[Call]:
        return await here.comment(number)

    return act


async def review() -> tuple[int, int, int]:
    """Play the demo's review; return its reads, its writes, and how many of these create something."""
    quiet = contextlib.redirect_stdout(io.StringIO())
    with tempfile.TemporaryDirectory(prefix="tdd-bot-bench-") as folder, quiet:
        requests = await play(Path(folder))
    cost = Cost.of(requests)
    posted = [one for one in requests if one.access is Access.WRITE and one.method == "POST"]
    made = [one for one in posted if "/comments" in one.path or "requested" in one.path]
    return cost.reads, cost.writes, len(made)


def load_of(size: int, designs: float, found: dict[str, Event], reviewed: tuple[int, int, int]) -> Load:
    """Compute what a size means for one installation that has all of it."""
    lives = [(found["plain"], 1), (found["push"], PUSHES), (found["comment"], TALK)]
    reads, writes, creations = reviewed
    hour, opened = size / BUSY, found["design"]
    # A review is a row of runs: each reads once and costs about what opening does.
    each_read, each_run = (
        opened.points / DESIGN_READS,
        opened.milliseconds / DESIGN_READS,
    )

    def mean(plain: Callable[[Event], float], design: float) -> float:
        return (1 - designs) * sum(plain(event) * times for event, times in lives) + designs * design

    return Load(
        size,
        points=hour * mean(lambda event: event.points, reads * each_read),
        requests=hour * mean(lambda event: event.requests, writes),
        creations=hour * mean(lambda event: event.creations, creations),
        cores=hour * mean(lambda event: event.milliseconds, reads * each_run) / 3_600_000,
        gigabytes=size
        * mean(lambda event: event.kilobytes, opened.kilobytes * reads / DESIGN_READS)
        / 1_024**2,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, compute, print."""
    parser = argparse.ArgumentParser(prog="bench/growth.py", description=__doc__)
    parser.add_argument("-n", type=int, default=20, help="how often each event happens")
    parser.add_argument("--designs", type=float, default=0.05, help="share of pull requests with a design")
    told = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="tdd-bot-bench-") as folder:
        home = Path(folder)
        print(describe(home, n=told.n, designs=told.designs))
        try:
            found = asyncio.run(events(home, told.n))
            reviewed = asyncio.run(review())
        except RuntimeError as error:
            print(f"WRONG: {error}")
            return 1
    print(f"{'event':<34} {'GraphQL':>7} {'REST':>6} {'creations':>10} {'ms CPU':>8} {'KB':>6}")
    for event in found.values():
        print(event.row())
    reads, writes, made = reviewed
    print(f"\na whole review of a design: {reads} reads, {writes} writes, {made} of them create something")
    print(
        f"busiest hour: a month's {BUSY}th part; without a design {PUSHES} pushes and {TALK} comments each\n"
    )
    heads = (
        f"{'PRs/month':>9} {'GraphQL/h':>9} {'REST/h':>11} {'creations/h':>11} {'cores':>7} {'GB/month':>8}"
    )
    print(f"{heads}   binds first (share of it)")
    for size in SIZES:
        print(load_of(size, told.designs, found, reviewed).row())
    limits = f"{POINTS_AN_HOUR:,} points, {REQUESTS_AN_HOUR:,} requests, {CREATIONS_AN_HOUR} creations"
    print(f"\nlimits of an installation, an hour: {limits}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
