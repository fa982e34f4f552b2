"""Parts of a header before they are interpreted: a label, and what stands beside it."""

from dataclasses import dataclass

from bot.core.document.blocks import Text
from bot.core.document.inline import plain
from bot.core.document.labels import canonical
from bot.core.model import HeaderSyntax, Span

MAX_FIELDS = 200
"""Fields of one header; what stands further down is read as text."""
MAX_PIECES = 256
"""Lines or items of one value; what stands further down belongs to no field."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a value on one line, as written."""

    text: str
    line: int
    column: int

    @property
    def span(self) -> Span:
        """Its place."""
        return Span(self.line, self.column, self.line, self.column + len(self.text))


@dataclass(frozen=True, slots=True)
class RawField:
    """A label and what stands beside it; nothing of it is interpreted yet."""

    label: str
    label_span: Span
    pieces: tuple[Piece, ...]
    syntax: HeaderSyntax
    listed: bool = False
    """Every piece is an item of a list."""
    malformed: bool = False
    """It has no colon, so that other readers would miss it."""
    history: bool = False
    """It comes from a table of the document's versions, and counts where nothing else says it."""

    @property
    def span(self) -> Span:
        """The place of its value, of its label where there is none."""
        pieces = [piece.span for piece in self.pieces if piece.text]
        if not pieces:
            return self.label_span
        return Span(pieces[0].line, pieces[0].column, pieces[-1].end_line, pieces[-1].end_column)

    @property
    def lines(self) -> range:
        """The lines that it takes."""
        return range(self.label_span.line, self.span.end_line + 1)

    @property
    def known(self) -> bool:
        """Whether its label is one of those that have a meaning here."""
        return canonical(self.label) is not None


def new_field(
    label: str, line: int, column: int, pieces: tuple[Piece, ...], syntax: HeaderSyntax, text: Text
) -> RawField:
    """Return a field of a label as written; parts of its value without a word are left out."""
    return RawField(
        label=plain(label, text.references),
        label_span=Span(line, column, line, column + len(label)),
        pieces=tuple(piece for piece in pieces if piece.text),
        syntax=syntax,
    )
