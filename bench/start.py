"""``python bench/start.py``: how long the server takes to be ready, and what it takes while nothing happens.

``tdd-bot serve`` as in production on the embedded database: the first start makes the database, the others
find it. Ready is when /readyz says so. The sandbox is in another process than the server.

Exit codes: 0 measured; 1 with ``--need``: a figure misses its target.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

# The repository's root instead of this folder: a library that imports `requests` must not find ours.
sys.path.pop(0)
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.parts.conditions import describe
from bench.parts.served import Served, served
from bench.parts.targets import Target, judged
from bot.sandbox import Sandbox

_SETTLING: Final = 5.0
"""Seconds for the first sweep and the first look at the deliveries."""


@dataclass(frozen=True, slots=True)
class Idle:
    """What the process takes while nothing happens."""

    share: float
    """Of one core, in per cent."""
    resident: float
    proportional: float
    """Megabytes."""


async def rest(server: Served, seconds: float) -> Idle:
    """Watch the server for some seconds, once it has settled."""
    await asyncio.sleep(_SETTLING)
    before = server.cpu()
    await asyncio.sleep(seconds)
    return Idle((server.cpu() - before) / seconds * 100, *server.memory())


async def run(home: Path, runs: int, seconds: float) -> Sequence[Target]:
    """Start several times, let the last one rest; print, and return what is to be met."""
    walls, cpus = [], []
    async with Sandbox() as sandbox:
        scene = sandbox.seed_acme()
        for number in range(runs + 1):
            async with served(sandbox, scene, home) as server:
                if number == 0:
                    print("start to ready, the database new")
                    print(f"  wall {server.seconds:6.2f} s   processor {server.started_cpu:6.2f} s\n")
                    continue
                walls.append(server.seconds)
                cpus.append(server.started_cpu)
                if number == runs:
                    idle = await rest(server, seconds)
    print(f"start to ready, {runs} times, the database there")
    print(f"  wall       median {statistics.median(walls):6.2f} s   {_all(walls)}")
    print(f"  processor  median {statistics.median(cpus):6.2f} s   {_all(cpus)}\n")
    print(f"idle for {seconds:g} s")
    print(f"  processor  {idle.share:6.2f} % of a core")
    print(f"  memory     {idle.resident:6.1f} MB resident, {idle.proportional:.1f} MB in proportion\n")
    return [
        Target("start to ready, median", statistics.median(walls), 1.5, "s"),
        Target("idle, processor", idle.share, 3.0, "%"),
        Target("idle, memory resident", idle.resident, 120.0, "MB"),
    ]


def _all(values: Sequence[float]) -> str:
    return "(" + " ".join(f"{one:.2f}" for one in sorted(values)) + ")"


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(prog="bench/start.py", description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="starts that find the database (default 5)")
    parser.add_argument("--seconds", type=float, default=20, help="how long it rests (default 20)")
    parser.add_argument("--need", action="store_true", help="exit 1 where a target is missed")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="tdd-bot-bench-") as folder:
        home = Path(folder)
        print(describe(home, starts=given.runs, rest_seconds=given.seconds))
        targets = asyncio.run(run(home, given.runs, given.seconds))
    return judged(targets, need=given.need)


if __name__ == "__main__":
    sys.exit(main())
