"""Edits of a source as given: line ends, byte order mark and the author's own words stay as they are."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from bot.core.model import Span

_LINE_END = re.compile(r"\r\n|\r|\n")
_MARK = "\ufeff"


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """A stretch of the source and the text in its place; offsets count code points, ``end`` is past it."""

    start: int
    end: int
    text: str
    """Lines end as those of the source do."""


def apply_edits(source: str, edits: Iterable[Edit]) -> str:
    """Return the source with all edits made; several insertions at one place keep their order.

    Raises:
        ValueError: two edits overlap, or one lies outside the source.
    """
    parts: list[str] = []
    done = 0
    for edit in sorted(edits, key=lambda one: (one.start, one.end)):
        if not done <= edit.start <= edit.end <= len(source):
            raise ValueError(f"an edit of {edit.start} to {edit.end} overlaps another or leaves the source")
        parts += (source[done : edit.start], edit.text)
        done = edit.end
    return "".join([*parts, source[done:]])


def without_conflicts(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Return the edits by place, each once; of two that overlap, the one given first."""
    kept: list[Edit] = []
    for edit in dict.fromkeys(edits):
        if not any(_overlap(edit, other) for other in kept):
            kept.append(edit)
    return tuple(sorted(kept, key=lambda one: (one.start, one.end)))


def _overlap(one: Edit, other: Edit) -> bool:
    if one.start == one.end or other.start == other.end:  # an insertion may touch, and may not lie inside
        return one.start < other.start < one.end or other.start < one.start < other.end
    return one.start < other.end and other.start < one.end


def _starts(source: str) -> Sequence[int]:
    """Return the offset of each line."""
    first = len(_MARK) if source.startswith(_MARK) else 0
    if "\r" in source:
        return [first, *(found.end() for found in _LINE_END.finditer(source))]
    ends = accumulate(len(line) + 1 for line in source.split("\n")[:-1])
    return [first, *ends]


class Places:
    """Lines and columns of a source against its offsets."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._starts = _starts(source)
        first = _LINE_END.search(source)
        self.line_end = first[0] if first else "\n"
        """How the source ends its lines; ``\\n`` where it has but one."""

    @property
    def lines(self) -> int:
        """How many lines the source has; after a last line end comes an empty one."""
        return len(self._starts)

    def offset(self, line: int, column: int = 1) -> int:
        """Return the offset of a place; the end of the source for a line beyond it."""
        if line > len(self._starts):
            return len(self._source)
        return min(self._starts[line - 1] + column - 1, len(self._source))

    def line_at(self, offset: int) -> int:
        """Return the line in which an offset lies, from 1."""
        return max(1, bisect_right(self._starts, offset))

    def span(self, edit: Edit) -> Span:
        """Return the place of what an edit takes out; an empty one where it only puts something in."""
        first, last = self.line_at(edit.start), self.line_at(edit.end)
        return Span(
            first, edit.start - self._starts[first - 1] + 1, last, edit.end - self._starts[last - 1] + 1
        )

    def text(self, span: Span) -> str:
        """Return what stands in a span."""
        start = self.offset(span.line, span.column)
        return self._source[start : self.offset(span.end_line, span.end_column)]

    def replace(self, span: Span, text: str) -> Edit:
        """Return the edit that puts a text in a span's place."""
        start = self.offset(span.line, span.column)
        end = max(start, self.offset(span.end_line, span.end_column))
        return Edit(start, end, self._ended(text))

    def insert(self, line: int, text: str) -> Edit:
        """Return the edit that puts a text before a line; at the end of a source that has no such line."""
        at = self.offset(line)
        return Edit(at, at, self._ended(text))

    def _ended(self, text: str) -> str:
        return text if self.line_end == "\n" else text.replace("\n", self.line_end)


@lru_cache(maxsize=8)
def places_of(source: str) -> Places:
    """Return the places of a source; the last few are kept, because many edits are made of one."""
    return Places(source)
