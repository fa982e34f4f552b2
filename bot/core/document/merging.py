"""Two changes of one text, put together as git does it where they do not meet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.core.document.likeness import steps

_MAX_CELLS = 32_000_000
"""Lines of one text times those of the other; longer ones are not put together."""


@dataclass(frozen=True, slots=True)
class _Hunk:
    """Lines that one side has put in the place of those from ``start`` to before ``end``."""

    start: int
    end: int
    lines: tuple[str, ...]


def merged(before: str, one: str, other: str) -> str | None:
    """Return ``before`` with the changes of both; None where they meet, or the texts are too long for it.

    Changes of lines that stand next to each other meet, as for git; the same change made by both does not.
    """
    lines = before.splitlines(keepends=True)
    sides = [_hunks(lines, text.splitlines(keepends=True)) for text in (one, other)]
    if None in sides:
        return None
    hunks = sorted({hunk for side in sides for hunk in side or ()}, key=lambda each: (each.start, each.end))
    made: list[str] = []
    done = 0
    for at, hunk in enumerate(hunks):
        if at and hunk.start <= done:
            return None
        made += (*lines[done : hunk.start], *hunk.lines)
        done = hunk.end
    return "".join([*made, *lines[done:]])


def _hunks(before: Sequence[str], after: Sequence[str]) -> tuple[_Hunk, ...] | None:
    """Return what became of the lines, in order; no two hunks stand next to each other."""
    if len(before) * len(after) > _MAX_CELLS:
        return None
    # Numbers instead of lines: the library compares hashes, and these cannot collide.
    numbers: dict[str, int] = {}
    old, new = ([numbers.setdefault(line, len(numbers)) for line in side] for side in (before, after))
    return tuple(_joined(old, new, after))


def _joined(old: Sequence[int], new: Sequence[int], after: Sequence[str]) -> Iterator[_Hunk]:
    open_: _Hunk | None = None
    for step in steps(old, new):
        if step.equal:
            continue
        came = tuple(after[step.new])
        if open_ and open_.end == step.old.start:
            open_ = _Hunk(open_.start, step.old.stop, (*open_.lines, *came))
            continue
        if open_:
            yield open_
        open_ = _Hunk(step.old.start, step.old.stop, came)
    if open_:
        yield open_
