"""The weekly overview: one issue that lists what waits, the longest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.core.render.safe import code, counted, inline

DIGEST: Final = "digest"
"""The kind of issue, in its mark; who writes it puts that before the text."""
DIGEST_TITLE: Final = "Designs that wait"
_MOST: Final = 50


@dataclass(frozen=True, slots=True)
class Stuck:
    """A design that waits for somebody."""

    number: int
    """Of its pull request."""
    path: str
    title: str
    sentence: str
    """What its check says."""
    since: date


def render_digest(designs: Sequence[Stuck], today: date) -> str:
    """Return the issue's Markdown; it mentions nobody.

    Args:
        designs: The longest waiting first.
        today: The day it is written.
    """
    head = f"As of {today:%Y-%m-%d}; written anew every Monday."
    if not designs:
        return f"{head}\n\nNothing waits."
    rows = [
        f"| #{one.number} | {inline(one.title) or code(one.path)} | {inline(one.sentence)} "
        f"| {counted((today - one.since).days, 'day')} |"
        for one in designs[:_MOST]
    ]
    table = "\n".join(["| Pull request | Design | State | For |", "|---|---|---|---|", *rows])
    left = len(designs) - _MOST
    return f"{head}\n\n{table}" + (f"\n\n{left} more." if left > 0 else "")
