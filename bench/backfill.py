"""``python bench/backfill.py``: how long an event waits while another installation is being backfilled.

``tdd-bot serve`` as in production on the embedded database; the sandbox is in another process and answers
each call after a latency. One organisation has many open pull requests with a design when the server starts;
they get their checks by and by. Meanwhile somebody in another organisation pushes to a pull request there.
Counted is from the push to the finished check on the new commit, and the same without a backfill.

Exit codes: 0 measured; 1 a check is missing, a webhook or a call was refused, or the backfill was over before
the pushes were, or with ``--need`` a figure misses its target.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

# The repository's root instead of this folder: a library that imports `requests` must not find ours.
sys.path.pop(0)
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.parts.checks import Checks, design, opened, wrong_answers
from bench.parts.conditions import describe, quantile
from bench.parts.served import served
from bench.parts.targets import Target, judged
from bot.sandbox import PullRequest, Sandbox, Scene

_PATIENCE: Final = 60
_STEP: Final = 0.02
_PATH: Final = "docs/tdd/0001-quiet.md"


def quiet(scene: Scene) -> PullRequest:
    """Make an organisation of its own with the app installed, and a pull request in it."""
    world, author = scene.world, scene.person("alice")
    organization = world.add_organization("quiet")
    world.add_member(organization, author.account)
    repository = world.add_repository(organization, "corner")
    author.commit(repository, "main", {"README.md": "# corner\n"}, message="Initial commit")
    world.install(scene.app, organization)
    author.commit(repository, "change", {_PATH: design()})
    return author.open_pull(repository, "change")


async def pushes(scene: Scene, checks: Checks, pull: PullRequest, count: int) -> list[float]:
    """Push one commit after another; return the seconds to each one's check."""
    waits = []
    for number in range(count):
        await asyncio.sleep(0.5)
        began = time.perf_counter()
        text = f"{design()}\nRevised for the {number}th time.\n"
        head = scene.person("alice").commit(pull.repository, pull.head_ref, {_PATH: text})
        if await checks.on([head], _PATIENCE):
            raise RuntimeError(f"no check within {_PATIENCE} seconds")
        waits.append(checks.written[head] - began)
    return waits


async def measure(home: Path, count: int, latency: int, events: int) -> tuple[list[float], int, list[str]]:
    """Return the waits beside a backfill of so many, how many of it were done by then, and what is wrong."""
    async with Sandbox() as sandbox:
        scene = sandbox.seed_acme()
        sandbox.limits.per_hour = None
        # Nobody hears of these: the app has no address for webhooks yet.
        others = opened(scene, count)
        pull = quiet(scene)
        checks = Checks(scene)
        sandbox.faults.latency_ms = latency
        async with served(sandbox, scene, home):
            heads = {one.head_sha for one in others}
            async with asyncio.timeout(_PATIENCE):
                while count and not heads & checks.written.keys():  # noqa: ASYNC110 - the server does it
                    await asyncio.sleep(_STEP)
            waits = await pushes(scene, checks, pull, events)
            done = len(heads & checks.written.keys())
            wrong = wrong_answers(sandbox)
    return waits, done, wrong


async def run(home: Path, count: int, latency: int, events: int) -> tuple[list[str], list[Target]]:
    """Measure without and with a backfill."""
    alone, _, wrong = await measure(home / "alone", 0, latency, events)
    beside, done, more = await measure(home / "beside", count, latency, events)
    wrong = [*wrong, *more]
    if done == count:
        wrong.append("the backfill was over before the pushes were: give it more pull requests")
    print(f"{events} pushes by somebody else, {latency} ms on every call")
    print(f"  no backfill                  p50 {quantile(alone, 0.5):5.2f} s   max {max(alone):5.2f} s")
    print(f"  beside one of {count:>6}         p50 {quantile(beside, 0.5):5.2f} s   max {max(beside):5.2f} s")
    print(f"  backfilled by then           {done}\n")
    # Like with like: a busy machine has its slow moments without a backfill as well.
    middle = quantile(beside, 0.5) - quantile(alone, 0.5)
    return wrong, [
        Target("an event's delay, p50", middle, 2, "s"),
        Target("the slowest event's delay", max(beside) - max(alone), 2, "s"),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(prog="bench/backfill.py", description=__doc__)
    parser.add_argument("--pulls", type=int, default=1_000, help="open pull requests (default 1000)")
    parser.add_argument("--latency", type=int, default=50, help="milliseconds on every call (default 50)")
    parser.add_argument("--events", type=int, default=12, help="pushes measured each time (default 12)")
    parser.add_argument("--need", action="store_true", help="exit 1 where a target is missed")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="tdd-bot-bench-") as folder:
        home = Path(folder)
        print(describe(home, pulls=given.pulls, latency_ms=given.latency, events=given.events))
        wrong, targets = asyncio.run(run(home, given.pulls, given.latency, given.events))
    for one in wrong:
        print(f"WRONG: {one}")
    return max(judged(targets, need=given.need), int(bool(wrong)))


if __name__ == "__main__":
    sys.exit(main())
