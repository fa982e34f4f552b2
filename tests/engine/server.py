"""The real server with a reconciler that only writes down what it does; run as a process that tests may kill.

Arguments: the file to write to. A run of pull request N waits while a file named ``hold-N`` lies beside it.
"""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.cli.serve import run
from bot.core.model import PullRequestRef
from bot.ports import Cache, GitHub
from bot.settings import Settings
from bot.wiring.adapters import Adapters
from tests.outside import GitHubDown


class Writer:
    """A reconciler whose state is a file."""

    def __init__(self, file: Path) -> None:
        self._file = file

    async def __call__(self, ref: PullRequestRef, *, checks_only: bool = False) -> Sequence[PullRequestRef]:
        assert not checks_only
        self._write(f"begin {ref.number}")
        while (self._file.parent / f"hold-{ref.number}").exists():  # noqa: ASYNC110 - another process makes it
            await asyncio.sleep(0.02)
        self._write(f"end {ref.number}")
        return ()

    def _write(self, line: str) -> None:
        with self._file.open("a") as file:
            file.write(line + "\n")


def main(file: Path) -> int:
    def reconciler(github: GitHub, journal: object, *_: object) -> Writer:
        assert github is not None
        assert journal is not None
        return Writer(file)

    def github(settings: Settings, cache: Cache, _: object) -> GitHubDown:
        assert settings.port == 0
        assert cache is not None
        return GitHubDown()

    return run(adapters=Adapters(github, reconciler))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
