"""``python bench/burst.py``: many pull requests opened at once, in front of one process.

``tdd-bot serve`` on the embedded database. The sandbox, in another process than the server, holds the
webhooks back until all pull requests are there, then sends them as fast as they are answered, and answers
each call after 50 ms. First with the limits on creation off at both ends, then with GitHub's limits and the
budget for them on: there the checks are what is waited for, and what has to wait for the budget is counted.

Exit codes: 0 measured; 1 a webhook was refused, a check is missing or GitHub has refused a call, or with
``--need`` a figure misses its target.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

# The repository's root instead of this folder: a library that imports `requests` must not find ours.
sys.path.pop(0)
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.parts.checks import Checks, opened, wrong_answers
from bench.parts.conditions import describe
from bench.parts.served import SERVE, UNPACED, served
from bench.parts.targets import Target, judged
from bot.sandbox import Sandbox

_PATIENCE: Final = 120


@dataclass(frozen=True, slots=True)
class Way:
    """One of the two ways it is measured."""

    title: str
    command: Sequence[str]
    limited: bool
    below: float
    """Seconds."""


WAYS: Final = (
    Way("limits off", UNPACED, limited=False, below=20),
    Way("limits on", SERVE, limited=True, below=60),
)


async def burst(home: Path, way: Way, count: int, latency: int) -> tuple[list[str], Target]:
    """Let the webhooks go and wait for the checks; return what is wrong, and what is to be met."""
    async with Sandbox() as sandbox:
        scene = sandbox.seed_acme()
        sandbox.limits.per_hour = None
        sandbox.limits.creation = way.limited
        checks = Checks(scene)
        async with served(sandbox, scene, home, way.command) as server:
            sandbox.hooks.hold()
            pulls = opened(scene, count)
            sandbox.faults.latency_ms = latency
            before = server.cpu()
            sandbox.hooks.release()
            began = time.perf_counter()
            missing = await checks.on([pull.head_sha for pull in pulls], _PATIENCE)
            last = max(checks.written.values(), default=began) - began
            cpu = server.cpu() - before
            told = sum(bool(pull.comments) for pull in pulls), sum(bool(pull.requests) for pull in pulls)
            await sandbox.settled()
            wrong = wrong_answers(sandbox)
    if missing:
        wrong.append(f"{len(missing)} checks are missing")
    print(f"{way.title}")
    print(f"  webhooks     {len(sandbox.deliveries)} sent, with those that follow from the bot's own writes")
    print(f"  last check   {last:6.1f} s after the first webhook; {cpu:.1f} s of processor time by then")
    print(f"  by then      {told[0]} comments, reviewers asked on {told[1]} pull requests\n")
    return wrong, Target(f"{way.title}, last of {count} checks", last, way.below, "s")


async def run(home: Path, count: int, latency: int) -> tuple[list[str], list[Target]]:
    """Measure both ways."""
    wrong: list[str] = []
    targets: list[Target] = []
    for way in WAYS:
        faults, target = await burst(home / way.title.replace(" ", "-"), way, count, latency)
        wrong += [f"{way.title}: {fault}" for fault in faults]
        targets.append(target)
    return wrong, targets


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(prog="bench/burst.py", description=__doc__)
    parser.add_argument("--count", type=int, default=400, help="pull requests (default 400)")
    parser.add_argument("--latency", type=int, default=50, help="milliseconds on every call (default 50)")
    parser.add_argument("--need", action="store_true", help="exit 1 where a target is missed")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="tdd-bot-bench-") as folder:
        print(describe(Path(folder), n=given.count, latency_ms=given.latency))
        wrong, targets = asyncio.run(run(Path(folder), given.count, given.latency))
    for one in wrong:
        print(f"WRONG: {one}")
    return max(judged(targets, need=given.need), int(bool(wrong)))


if __name__ == "__main__":
    sys.exit(main())
