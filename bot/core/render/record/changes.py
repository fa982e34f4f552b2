"""What changed since somebody signed, section by section, word by word."""

from collections.abc import Iterator, Sequence
from typing import Final

from bot.core.document import read_version
from bot.core.document.section_text import section_text
from bot.core.document.worddiff import Piece, PieceKind, worddiff
from bot.core.model import Document, DocumentDecision, Schema, Sha, Snapshot, Stale
from bot.core.policy.kinds import schema_for
from bot.core.policy.signatures import changed_parts
from bot.core.render.record.values import ChangedSection
from bot.core.render.safe import shorten

MOST_SIGN_OFFS: Final = 4
"""Commits that the present text is compared with."""
MOST_SECTIONS: Final = 8
LONGEST_DIFF: Final = 6_000
"""Characters of one section's diff."""
_CONTEXT: Final = 160
"""Characters that stay on each side of a change."""


def changes_of(snapshot: Snapshot, one: DocumentDecision, share: int) -> tuple[ChangedSection, ...]:
    """Return the differences for each commit that a stale sign-off is on, the latest first."""
    if one.document is None:
        return ()
    found = [each for state in one.seats for each in state.stale if not each.unreachable]
    by_commit = {each.sign_off.commit: each for each in found}
    latest = sorted(by_commit.values(), key=lambda each: each.sign_off.at, reverse=True)
    if not latest:
        return ()
    schema = schema_for(snapshot, one.path)
    changes: list[ChangedSection] = []
    for each in latest[: max(1, MOST_SIGN_OFFS // share)]:
        changes += _since(snapshot, schema, one.document, each)
    return tuple(changes)


def _since(snapshot: Snapshot, schema: Schema, now: Document, stale: Stale) -> Iterator[ChangedSection]:
    then = read_version(snapshot.history.get((stale.sign_off.commit or Sha(""), now.path)), schema)
    if then is None:
        return
    for part, label in changed_parts(then, now)[:MOST_SECTIONS]:
        yield ChangedSection(
            who=stale.sign_off.person.login,
            signed_at=stale.sign_off.at,
            commit=stale.sign_off.commit,
            section=shorten(label, 160),
            pieces=abridged(worddiff(section_text(then, part), section_text(now, part))),
        )


def abridged(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Return the pieces with long unchanged stretches cut, and with an end."""
    short: list[Piece] = []
    room = LONGEST_DIFF
    for at, piece in enumerate(pieces):
        text = piece.text
        if piece.kind is PieceKind.SAME:
            text = _middle(text, first=at == 0, last=at == len(pieces) - 1)
        if len(text) > room:
            short.append(Piece(piece.kind, f"{text[:room]} …"))
            break
        room -= len(text)
        short.append(Piece(piece.kind, text))
    return tuple(short)


def _middle(text: str, *, first: bool, last: bool) -> str:
    """Cut what is far from any change: the beginning before the first one, the end after the last one."""
    if first and len(text) > _CONTEXT:
        return f"… {text[-_CONTEXT:]}"
    if last and len(text) > _CONTEXT:
        return f"{text[:_CONTEXT]} …"
    if len(text) > 2 * _CONTEXT:
        return f"{text[:_CONTEXT]} … {text[-_CONTEXT:]}"
    return text
