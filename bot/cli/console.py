"""What the commands print: to people and programs on standard output, complaints on standard error."""

import os
import sys
import time
from types import TracebackType
from typing import Self, TextIO

from bot.core.render.terminal import safe

OK, FINDINGS, FAILED = 0, 1, 2
"""Exit codes of every command on files: nothing at error severity, findings, could not run."""

_PAUSE = 0.1
"""Seconds between two states of the progress line."""
_WORTH_SHOWING = 100
"""Fewer files are done before anybody has read the line."""


def complain(message: str) -> None:
    """Say on standard error what went wrong."""
    print(encodable(f"tdd-bot: {safe(message)}", sys.stderr), file=sys.stderr)


def tell(text: str) -> None:
    """Say on standard error what was done, so that standard output stays the answer alone."""
    print(encodable(text, sys.stderr), file=sys.stderr)


def show(text: str) -> None:
    """Print the answer."""
    print(encodable(text, sys.stdout), end="")


def show_exactly(text: str) -> None:
    """Print a document or a patch, which has to arrive as it is, whatever the terminal can show."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8"))
    sys.stdout.buffer.flush()


def encodable(text: str, stream: TextIO) -> str:
    """Return text that the stream's encoding has characters for."""
    encoding = stream.encoding or "utf-8"
    return text.encode(encoding, errors="replace").decode(encoding)


def has_colors(stream: TextIO) -> bool:
    """Whether to colour what this stream shows: a terminal, and nobody has asked for none."""
    # https://no-color.org: set and not empty means none.
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def reason(problem: Exception) -> str:
    """Return what a person can make of an error."""
    if isinstance(problem, OSError) and problem.strerror:
        return problem.strerror.lower()
    return str(problem)


class Progress:
    """A line on standard error that says how far a long run is; only on a terminal, and gone at the end."""

    def __init__(self, total: int, stream: TextIO | None = None) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._total = total
        self._done = 0
        self._shown = 0.0
        self._wanted = total >= _WORTH_SHOWING and self._stream.isatty()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown:
            # ECMA-48, Erase in Line: nothing of it is left above the report.
            self._stream.write("\r\x1b[K")
            self._stream.flush()

    def step(self) -> None:
        """Count one more as done."""
        self._done += 1
        now = time.monotonic()
        if self._wanted and now - self._shown >= _PAUSE:
            self._shown = now
            self._stream.write(f"\rtdd-bot: {self._done:,} of {self._total:,} files")
            self._stream.flush()
