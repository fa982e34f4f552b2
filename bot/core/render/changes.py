"""What changed since somebody signed, word by word, folded away in the check's text."""

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from bot.core.document.worddiff import Piece, PieceKind
from bot.core.model import DocumentDecision, Sha, Snapshot
from bot.core.render.record.changes import changes_of
from bot.core.render.safe import inline, listed, spaced

_LONGEST: Final = 20_000
"""Characters of one document's differences: the check's text has to hold the checklist too."""
_FRAMES: Final = {
    PieceKind.SAME: ("", ""),
    PieceKind.REMOVED: ("<del>", "</del>"),
    PieceKind.ADDED: ("<ins>", "</ins>"),
}
"""Not Markdown's own marks: whether those hold depends on the characters beside them."""


def change_lines(snapshot: Snapshot, one: DocumentDecision, *, share: int) -> list[str]:
    """Return the sections that changed after a signature gone stale; ``share``: documents in the text."""
    lines: list[str] = []
    room = _LONGEST // max(1, share)
    for commit, sections in groupby(changes_of(snapshot, one, share), key=lambda each: each.commit):
        for each in sections:
            block = _block(
                f"What changed in {inline(each.section)} since {_signed(one, commit)}", each.pieces
            )
            room -= sum(len(line) for line in block)
            if room < 0:
                return [*lines, "*More has changed than fits here: compare the commits.*", ""]
            lines += block
    return lines


def _block(title: str, pieces: Sequence[Piece]) -> list[str]:
    # What went and what came are different words, whatever stood around them.
    said = "".join(_piece(each) for each in pieces).replace("</del><ins>", "</del> <ins>")
    # The quotation mark keeps a piece of ours from beginning a block of HTML.
    return [
        f"<details><summary>{title}</summary>",
        "",
        f"> “{said}”",
        "",
        "</details>",
        "",
    ]


def _piece(piece: Piece) -> str:
    before, after = _FRAMES[piece.kind]
    text = spaced(" ".join(piece.text.split("\n")))
    bare = text.strip(" ")
    if not bare:
        return " " if text else ""
    lead, tail = text[: len(text) - len(text.lstrip(" "))], text[len(text.rstrip(" ")) :]
    return f"{lead[:1]}{before}{bare}{after}{tail[:1]}"


def _signed(one: DocumentDecision, commit: Sha | None) -> str:
    stale = [each for state in one.seats for each in state.stale if each.sign_off.commit == commit]
    people = listed([inline(name) for name in dict.fromkeys(each.sign_off.person.login for each in stale)])
    return f"{people} signed on <code>{commit[:7]}</code>" if commit else f"{people} signed"
