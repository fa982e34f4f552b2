"""``python bench/latency.py``: from an event to its verdict, under a steady load.

``tdd-bot serve`` as in production on the embedded database, in front of a sandbox in another process that
answers without latency. Pushes come at random moments, twenty a second in the mean, each to one of many pull
requests with a complete design. Counted is from the author's push to the moment at which GitHub has the
finished check on the new commit.

Exit codes: 0 measured; 1 a check is missing or the sandbox has refused something, or with ``--need`` a figure
misses its target.
"""

import argparse
import asyncio
import random
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
from bench.parts.served import UNPACED, served
from bench.parts.targets import Target, judged
from bot.sandbox import PullRequest, Sandbox, Scene

_THOUSANDTH: Final = 1000
_PATIENCE: Final = 120


async def pushes(
    scene: Scene, pulls: Sequence[PullRequest], rate: float, seconds: float, dice: random.Random
) -> dict[str, float]:
    """Push at random moments; return when each commit was pushed."""
    author = scene.person("alice")
    sent: dict[str, float] = {}
    began = at = time.perf_counter()
    while (at := at + dice.expovariate(rate)) < began + seconds:
        await asyncio.sleep(max(0.0, at - time.perf_counter()))
        pull = dice.choice(pulls)
        now = time.perf_counter()
        text = f"{design()}\nRevised for the {len(sent)}th time.\n"
        files = {f"docs/tdd/{pull.head_ref}.md": text}
        sent[author.commit(pull.repository, pull.head_ref, files)] = now
    return sent


async def run(
    home: Path, count: int, rate: float, seconds: float, seed: int
) -> tuple[list[str], list[Target]]:
    """Measure; return what is wrong, and what is to be met."""
    dice = random.Random(seed)  # noqa: S311 - repeatable on purpose
    async with Sandbox() as sandbox:
        scene = sandbox.seed_acme()
        sandbox.limits.per_hour = None
        # More is opened at once than GitHub would let anybody comment on in a minute: not what is measured.
        sandbox.limits.creation = False

        checks = Checks(scene)
        async with served(sandbox, scene, home, UNPACED) as server:
            pulls = opened(scene, count)
            await checks.on([pull.head_sha for pull in pulls], _PATIENCE)
            await sandbox.settled()
            before = server.cpu()
            sent = await pushes(scene, pulls, rate, seconds, dice)
            # A commit that was pushed over before its run began has no check: the newer one is judged for it.
            heads = {pull.head_sha for pull in pulls} & sent.keys()
            missing = await checks.on(sorted(heads), _PATIENCE)
            cpu = server.cpu() - before
            await sandbox.settled()
            wrong = wrong_answers(sandbox)
    if missing:
        wrong.append(f"{len(missing)} checks are missing")
    waits = [(checks.written[sha] - at) * _THOUSANDTH for sha, at in sent.items() if sha in checks.written]
    print(f"{len(sent)} pushes in {seconds:g} s to {count} pull requests, {len(waits)} commits judged")
    print(f"  event to verdict   p50 {quantile(waits, 0.5):7.1f} ms   p90 {quantile(waits, 0.9):7.1f} ms")
    print(f"                     p99 {quantile(waits, 0.99):7.1f} ms   max {max(waits, default=0):7.1f} ms")
    print(
        f"  processor          {cpu / max(1, len(waits)) * _THOUSANDTH:7.1f} ms a verdict, the server alone\n"
    )
    return wrong, [
        Target("event to verdict, p50", quantile(waits, 0.5), 250, "ms"),
        Target("event to verdict, p99", quantile(waits, 0.99), 700, "ms"),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(prog="bench/latency.py", description=__doc__)
    parser.add_argument("--pulls", type=int, default=200, help="open pull requests (default 200)")
    parser.add_argument("--rate", type=float, default=20, help="events a second (default 20)")
    parser.add_argument("--seconds", type=float, default=20, help="how long they come (default 20)")
    parser.add_argument("--seed", type=int, default=1, help="of the moments and of who is pushed to")
    parser.add_argument("--need", action="store_true", help="exit 1 where a target is missed")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="tdd-bot-bench-") as folder:
        home = Path(folder)
        print(describe(home, pulls=given.pulls, rate=given.rate, seconds=given.seconds, seed=given.seed))
        wrong, targets = asyncio.run(run(home, given.pulls, given.rate, given.seconds, given.seed))
    for one in wrong:
        print(f"WRONG: {one}")
    return max(judged(targets, need=given.need), int(bool(wrong)))


if __name__ == "__main__":
    sys.exit(main())
