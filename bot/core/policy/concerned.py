"""An approved design that is edited: whose signatures it takes, and when one is enough."""

import re
from collections.abc import Collection, Sequence
from typing import Final

from bot.core.document.section_text import section_text
from bot.core.document.worddiff import PieceKind, worddiff
from bot.core.model import Document, Origin, Seat, SeatState
from bot.core.policy.lifecycle import APPROVED, SUPERSEDED
from bot.core.policy.seats import Reading
from bot.core.policy.sections import changed_between
from bot.core.policy.signatures import content_of

_UNSPACED: Final = r"\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Scripts that write no spaces between words, as Chinese, Japanese and Thai: each sign counts as a word."""

_WORD = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+(?:['’.][^\W{_UNSPACED}]+)*")
_STANDING: Final = frozenset(
    {Origin.CONFIGURATION, Origin.OWNER, Origin.ASKED, Origin.HEARD, Origin.REQUESTED, Origin.DELEGATED}
)
"""Why a seat counts whatever has changed: it owns that, or is part of this pull request already."""

_TRUSTED: Final = frozenset({Origin.BASE, Origin.CONFIGURATION, Origin.OWNER, Origin.MINIMUM})
"""Where a seat comes from that the author of this pull request has not written."""


def concerned(
    reading: Reading, owned: Collection[str], states: tuple[SeatState, ...]
) -> tuple[SeatState, ...]:
    """Return the seats that count where the design was approved before, by the lifecycle's rows for it.

    One that is superseded already is edited like one that is approved.

    Args:
        reading: The design's two copies.
        owned: Ids of the sections whose owners are there and can sign; of all others everybody does.
        states: Its seats.
    """
    base, head = reading.base, reading.head
    if base is None or base.header.stage not in {APPROVED, SUPERSEDED}:
        return states
    if head is None or (head.header.stage == SUPERSEDED and base.header.stage == APPROVED):
        # To retire it takes those whom its own header on the base names.
        kept = tuple(one for one in states if one.objections or one.seat.origins - {Origin.HEAD})
        return kept or states
    if head.header.stage != base.header.stage:
        return states
    if content_of(head) == content_of(base):
        # Nothing new to sign; but whoever is taken out of the header has to agree to that.
        return tuple(one for one in states if one.objections or is_dropped(one.seat))
    if changed_between(base, head) <= frozenset(owned):
        return tuple(
            one for one in states if one.objections or is_dropped(one.seat) or one.seat.origins & _STANDING
        )
    return states


def is_dropped(seat: Seat) -> bool:
    """Tell whether neither the header at the head names it nor what the author cannot write."""
    return not seat.origins & {Origin.HEAD, Origin.CONFIGURATION, Origin.OWNER} and not seat.anyone


def is_minor(reading: Reading, words: int) -> bool:
    """Tell whether an approved design stays one with at most so many words changed, and at least one."""
    base, head = reading.base, reading.head
    if not words or base is None or head is None:
        return False
    if {base.header.stage, head.header.stage} != {APPROVED}:
        return False
    return 0 < changed_words(base, head) <= words


def changed_words(base: Document, head: Document) -> int:
    """Count the words of what a signature covers that were put in, taken out or put in another's place.

    A section that changed otherwise, in its punctuation or as a list, counts as one word.
    """
    count = 0
    for section in changed_between(base, head):
        came, went = 0, 0
        for piece in worddiff(section_text(base, section), section_text(head, section)):
            number = len(_WORD.findall(piece.text))
            came += number if piece.kind is PieceKind.ADDED else 0
            went += number if piece.kind is PieceKind.REMOVED else 0
        count += max(came, went, 1)
    return count


def minor_signed(states: Sequence[SeatState]) -> bool:
    """Tell whether a minor edit is signed: by one holder of any seat, and by every seat that is taken out.

    A seat that the author has added on the way is no substitute for one that was there.
    """
    leaving = [one for one in states if is_dropped(one.seat)]
    there = [one for one in states if one.seat.origins & _TRUSTED] or states
    return any(one.signed for one in there) and all(one.is_signed for one in leaving)
