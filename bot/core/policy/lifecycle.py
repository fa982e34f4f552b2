"""Statuses and the moves between them, as data; a move is judged from the base branch's copy to the head."""

from types import MappingProxyType
from typing import Final

DRAFT: Final = "Draft"
IN_REVIEW: Final = "In-Review"
APPROVED: Final = "Approved"
SUPERSEDED: Final = "Superseded"

KNOWN: Final = (DRAFT, IN_REVIEW, APPROVED, SUPERSEDED)

MOVES: Final = MappingProxyType(
    {
        None: (DRAFT, IN_REVIEW, APPROVED),
        DRAFT: (DRAFT, IN_REVIEW, APPROVED),
        IN_REVIEW: (DRAFT, IN_REVIEW, APPROVED),
        APPROVED: (IN_REVIEW, APPROVED, SUPERSEDED),
        SUPERSEDED: (SUPERSEDED,),
    }
)
"""Status at the base branch (None: no document there, or an unreadable one) -> statuses at the head."""


def move_allowed(base: str | None, head: str) -> bool:
    """Tell whether a document may go from ``base`` to ``head``; staying is no move and always allowed."""
    return head in MOVES.get(base, KNOWN)


def explain_move(base: str | None, head: str) -> str:
    """Say in one sentence why ``head`` is refused after ``base`` and what is open instead."""
    if base is None:
        return f"A new document cannot start as {head}; {ways_from(base)}."
    if base == SUPERSEDED:
        return f"A superseded document stays superseded; write a new one instead of setting it to {head}."
    article = "An" if base[0] in "AEIOU" else "A"
    return f"{article} {base} document cannot become {head}; {ways_from(base)}."


def ways_from(base: str | None) -> str:
    """Say, as a part of a sentence, which statuses may follow on ``base``."""
    ways = MOVES.get(base, KNOWN)
    if base is None:
        return f"it starts as {_either(ways)}"
    others = tuple(way for way in ways if way != base)
    return (
        f"it stays {base}, or becomes {_either(others)}"
        if others
        else f"it stays {base}; write a new one instead"
    )


def _either(names: tuple[str, ...]) -> str:
    *most, last = names
    return f"{', '.join(most)} or {last}" if most else last
