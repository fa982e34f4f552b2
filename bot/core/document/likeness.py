"""How alike words are: what was probably meant, and what has changed between two texts.

The one place that knows the library. It is loaded by the first question: a server that waits, and a command
on documents without a slip, do without its two and a half megabytes.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple


class Step(NamedTuple):
    """A stretch of two sequences that is equal in both, or stands in the place of the other."""

    equal: bool
    old: slice
    new: slice


def nearest(word: str, among: Iterable[str], least: float) -> str | None:
    """Return which of these is most like a word letter by letter, the first of several.

    Args:
        word: What was written.
        among: What may have been meant.
        least: Of 100: how alike it has to be.
    """
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - see the module's docstring

    found = process.extractOne(word, list(among), scorer=fuzz.ratio, score_cutoff=least)
    return found[0] if found else None


def nearest_in_part(word: str, among: Iterable[str], least: float) -> str | None:
    """Return which of these is most like a word, where one may be a part of the other or in another order.

    Args:
        word: What was written.
        among: What may have been meant.
        least: Of 100: how alike it has to be.
    """
    from rapidfuzz import process  # noqa: PLC0415 - see the module's docstring

    found = process.extractOne(word, list(among), score_cutoff=least)
    return found[0] if found else None


def within(one: str, other: str, slips: int) -> bool:
    """Whether at most so many slips of the pen lie between two words: one letter more, less or wrong."""
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - see the module's docstring

    return OSA.distance(one, other, score_cutoff=slips) <= slips


def steps(old: Sequence[int], new: Sequence[int]) -> Iterator[Step]:
    """Yield how one sequence becomes another by taking out and putting in as little as possible."""
    from rapidfuzz.distance import Indel  # noqa: PLC0415 - see the module's docstring

    for one in Indel.opcodes(old, new):
        yield Step(
            one.tag == "equal",
            slice(one.src_start, one.src_end),
            slice(one.dest_start, one.dest_end),
        )
