"""What changed between two texts, word by word, for people; wrapping is no change."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from bot.core.document.likeness import steps

_WORD = re.compile(r"\s*(?:\w+(?:['’.]\w+)*|[^\w\s])|\s+")
_LINE = re.compile(r"\s*[^\n]+|\s+")
_MAX_CELLS = 32_000_000
"""Length of one text times that of the other, in words or lines: a comparison takes a bit for each."""


class PieceKind(StrEnum):
    """What became of a stretch of text."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that stayed, went or came."""

    kind: PieceKind
    text: str


def worddiff(before: str, after: str) -> tuple[Piece, ...]:
    """Return what stayed, went and came, in order; of a change, what went comes first.

    The ``same`` and ``added`` pieces together are ``after``; the ``same`` and ``removed`` ones are ``before``
    but for its white space. Texts too long to be compared by words are compared by lines; beyond that only
    what both begin and end with is the same. 256 KiB take well under a second.
    """
    pieces = _tidy(_compare(_WORD.findall(before), _WORD.findall(after)))
    return tuple(
        Piece(kind, "".join(one.text for one in same)) for kind, same in groupby(pieces, lambda one: one.kind)
    )


def _compare(before: Sequence[str], after: Sequence[str]) -> Iterator[Piece]:
    old, new = [_key(one) for one in before], [_key(one) for one in after]
    lead = _shared(old, new)
    tail = _shared(old[lead:][::-1], new[lead:][::-1])
    olds, news = slice(lead, len(old) - tail), slice(lead, len(new) - tail)
    yield Piece(PieceKind.SAME, "".join(after[:lead]))
    if len(old[olds]) * len(new[news]) <= _MAX_CELLS:
        yield from _aligned(before[olds], after[news])
    else:
        yield from _by_lines("".join(before[olds]), "".join(after[news]))
    yield Piece(PieceKind.SAME, "".join(after[len(after) - tail :]))


def _by_lines(before: str, after: str) -> Iterator[Piece]:
    old, new = _LINE.findall(before), _LINE.findall(after)
    if len(old) * len(new) <= _MAX_CELLS and max(len(old), len(new)) > 1:
        yield from _aligned(old, new)
    else:
        yield Piece(PieceKind.REMOVED, before)
        yield Piece(PieceKind.ADDED, after)


def _aligned(before: Sequence[str], after: Sequence[str]) -> Iterator[Piece]:
    # Numbers instead of words: the library compares hashes, and these cannot collide.
    numbers: dict[tuple[str, bool], int] = {}
    old, new = ([numbers.setdefault(_key(one), len(numbers)) for one in side] for side in (before, after))
    for step in steps(old, new):
        went = "".join(before[step.old])
        came = "".join(after[step.new])
        if step.equal:
            yield Piece(PieceKind.SAME, came)
        else:
            yield Piece(PieceKind.REMOVED, went)
            yield Piece(PieceKind.ADDED, came)


def _key(token: str) -> tuple[str, bool]:
    """Return what makes tokens equal: not how they are wrapped, but whether they begin a paragraph."""
    words = token.strip()
    return " ".join(words.split()), token[: len(token) - len(token.lstrip())].count("\n") > 1


def _shared(one: Sequence[object], other: Sequence[object]) -> int:
    """Return how many items both begin with."""
    return next(
        (at for at, (left, right) in enumerate(zip(one, other, strict=False)) if left != right),
        min(len(one), len(other)),
    )


def _tidy(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Join the pieces of one change: a comma that stayed between two changed words is part of it."""
    went = came = held = ""
    for piece in pieces:
        if not piece.text:
            continue
        if piece.kind is PieceKind.REMOVED:
            went, came, held = went + held + piece.text, came + held, ""
        elif piece.kind is PieceKind.ADDED:
            went, came, held = went + held, came + held + piece.text, ""
        elif (went or came) and not any(one.isalnum() for one in held + piece.text):
            held += piece.text
        else:
            yield from _change(went, came)
            yield Piece(PieceKind.SAME, held + piece.text)
            went = came = held = ""
    yield from _change(went, came)
    if held:
        yield Piece(PieceKind.SAME, held)


def _change(went: str, came: str) -> Iterator[Piece]:
    if went:
        yield Piece(PieceKind.REMOVED, went)
    if came:
        yield Piece(PieceKind.ADDED, came)
