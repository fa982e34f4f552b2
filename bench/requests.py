"""``python bench/requests.py``: what each step of the demo's review costs in requests to GitHub.

The demo is played with nothing printed; after each step the sandbox's log tells what the bot has asked.

Exit codes: 0 measured; 1 something is wrong (a refused request, an endpoint the sandbox lacks, no merge).
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

from rich.console import Console

# The repository's root instead of this folder: a library that imports `requests` must not find ours.
sys.path.pop(0)
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.parts.conditions import describe
from bot.cli.demo.author import Design
from bot.cli.demo.play import Play
from bot.cli.demo.stage import DemoError, Stage, stage
from bot.cli.logs import configure_logs
from bot.sandbox import Access, RequestRecord
from bot.settings import LogFormat, LogLevel

STEPS: Final[Mapping[str, str]] = {
    "opens": "opened, half-filled",
    "completes": "completed, three teams asked",
    "tries_to_merge": "merge tried too early",
    "waives": "comment: /tdd waive",
    "is_refused": "comment: /tdd approve, refused",
    "worries": "comment: /tdd concern",
    "leads": "review: approved",
    "objects": "review: changes requested",
    "amends": "edited, one signature stale",
    "resolves": "comment: /tdd resolve, /tdd approve",
    "agrees": "review: approved",
    "signs_again": "comment: /tdd approve",
    "approves": "Status set to Approved",
    "merges": "merged",
}
"""The demo's acts by the names of their methods, as the table shows them."""
_BAD: Final = 400
_PATIENCE: Final = 15
"""Seconds for the server to learn which app it is."""
_BESIDE: Final = """\
policy-bot beside it: read from its code, not run here. An opened pull request with three teams takes it 7 to
9 requests, the first, second and third approval 9, 13 and 17."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What the bot has asked of GitHub."""

    tokens: int
    reads: int
    writes: int

    @classmethod
    def of(cls, requests: Sequence[RequestRecord]) -> "Cost":
        """Count; asking for an installation's token is neither a read nor a write."""
        tokens = sum("access_tokens" in one.path for one in requests)
        writes = sum(one.access is Access.WRITE for one in requests) - tokens
        return cls(tokens, len(requests) - writes - tokens, writes)

    def line(self, title: str) -> str:
        """Return a row of the table."""
        total = self.tokens + self.reads + self.writes
        return f"{title:<38} {self.tokens:>6} {self.reads:>6} {self.writes:>7} {total:>6}"


def asked(theatre: Stage) -> list[RequestRecord]:
    """Return every request of the bot's, oldest first; people's are left out."""
    return [one for one in theatre.sandbox.log if not one.actor.startswith("user ")]


async def play(home: Path) -> list[RequestRecord]:
    """Play the review, printing a row after each step; return all requests of the bot's.

    Raises:
        DemoError: the review cannot be played to its end.
    """
    example = files("bot.cli.demo").joinpath("example.md").read_text(encoding="utf-8")
    async with stage(home) as theatre:
        await _known(theatre)
        print(f"{'step':<38} {'tokens':>6} {'reads':>6} {'writes':>7} {'all':>6}")
        seen = len(asked(theatre))
        print(Cost.of(asked(theatre)).line("start: who am I"))
        review = Play(theatre, Console(quiet=True), Design(example))
        for act in review.acts():
            await act()
            await theatre.settled()
            new = asked(theatre)[seen:]
            seen += len(new)
            print(Cost.of(new).line(STEPS.get(act.__name__, act.__name__)))
        return asked(theatre)


async def _known(theatre: Stage) -> None:
    """Wait until the server has learned which app it is, so that this is not counted to the first step."""
    async with asyncio.timeout(_PATIENCE):
        while True:
            if theatre.server.app is not None:
                return
            await asyncio.sleep(0.01)


def faults(requests: Sequence[RequestRecord]) -> list[str]:
    """Say what is wrong."""
    return [
        f"{one.method} {one.path} was answered {one.status}"
        for one in requests
        if one.status >= _BAD or one.route is None
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Play, count, judge."""
    parser = argparse.ArgumentParser(prog="bench/requests.py", description=__doc__)
    parser.parse_args(arguments)
    configure_logs(LogLevel.ERROR, LogFormat.TEXT)
    with tempfile.TemporaryDirectory(prefix="tdd-bot-bench-") as folder:
        home = Path(folder)
        print(describe(home, n="one review", seed="none"))
        try:
            requests = asyncio.run(play(home))
        except DemoError as error:
            print(f"WRONG: {error}")
            return 1
    print(Cost.of(requests).line("together"))
    print(f"\n{_BESIDE}")
    wrong = faults(requests)
    for fault in wrong:
        print(f"WRONG: {fault}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
