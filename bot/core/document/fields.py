"""Blocks of the header to fields: bold lines, bullets, tables, quotes, plain lines and front matter alike."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.core.document.blocks import Block, Kind, Text
from bot.core.document.inline import plain
from bot.core.document.labels import canonical
from bot.core.model import HeaderSyntax, Span


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


_LABEL = r"[^\W\d_][^*:：|\n]{0,40}?"
# `**Status:** x`, `**Status**: x`, `__Reviewers__ : @a` and, no emphasis to CommonMark, `**Status:**x`.
_BOLD = re.compile(
    rf"(?:\*\*|__)\s?(?P<label>{_LABEL})\s?(?:[:：]\s?(?:\*\*|__)\s?[:：]?|(?:\*\*|__)\s?[:：])\s*"
)
# `**Status: Draft**`
_BOLD_WHOLE = re.compile(rf"(?:\*\*|__)(?P<label>{_LABEL})\s?[:：]\s+(?P<value>[^*]+)(?:\*\*|__)$")
_PLAIN = re.compile(rf"(?:^|(?<=[·•|;])\s?|(?<=\.)\s)[`_]?(?P<label>{_LABEL})[`_]?\s?(?::(?:\s+|$)|：\s*)")
_BOLD_NO_COLON = re.compile(rf"(?:\*\*|__)(?P<label>{_LABEL})(?:\*\*|__)(?:\s*[-–—=]?\s+|$)")
_PLAIN_NO_COLON = re.compile(r"(?P<label>[A-Za-z][\w ()-]{0,20}?)\s?(?:=|\s[-–—])\s+")
_ALERT = re.compile(r"\[![A-Z]+\]$")
_MAX_LINE = 4_096
"""Characters of a line that is read for fields; a longer one is none."""
_MAX_PIECES = 256
"""Lines or items of one value; what stands further down belongs to no field."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """Where a label stands in a line."""

    label: str
    start: int
    label_start: int
    end: int
    syntax: HeaderSyntax


def fields_of(blocks: Sequence[Block], text: Text) -> tuple[RawField, ...]:
    """Return the fields that stand in these blocks, in order."""
    found: list[RawField] = []
    open_line = 0
    for block in blocks:
        own = list(_block_fields(block, text))
        if not own and block.kind is Kind.LIST and found and found[-1].label_span.line == open_line:
            # `**Reviewers:**` and its bullets: the list is the value
            found.append(replace(found.pop(), pieces=tuple(_nested(block.children, text)), listed=True))
        found.extend(own)
        open_line = own[-1].label_span.line if own and not own[-1].pieces else 0
    return tuple(found)


def _block_fields(block: Block, text: Text) -> Iterator[RawField]:
    match block.kind:
        case Kind.FRONT_MATTER:
            yield from _front_matter(block)
        case Kind.PARAGRAPH:
            yield from paragraph_fields(block, text)
        case Kind.QUOTE:
            yield from fields_of(block.children, text)
        case Kind.LIST:
            for item in block.children:
                yield from _item_fields(item, text)
        case Kind.TABLE:
            yield from _table_fields(block, text)
        case _:
            return


def paragraph_fields(block: Block, text: Text) -> tuple[RawField, ...]:
    """Return the fields of a paragraph, of one line or several; empty where it is prose."""
    found: list[RawField] = []
    for offset, line in enumerate(block.text.split("\n")):
        number = block.line + offset
        stripped = line.strip()
        if _ALERT.match(stripped):
            continue
        column = text.column(number, stripped)
        new = list(_line_fields(stripped, number, column, text))
        if new:
            found.extend(new)
        elif found and len(found[-1].pieces) < _MAX_PIECES:
            last = found.pop()
            more = Piece(_unbroken(stripped), number, column)
            found.append(replace(last, pieces=(*last.pieces, more)))
        elif not found:
            return ()  # it begins with prose: what looks like a field further down is prose as well
    return tuple(found) if any(one.known for one in found) or _all_bold(found, block) else ()


def _all_bold(found: Sequence[RawField], block: Block) -> bool:
    return len(found) > 0 and block.text.lstrip().startswith(("**", "__"))


def _line_fields(line: str, number: int, column: int, text: Text) -> Iterator[RawField]:
    if len(line) > _MAX_LINE:
        return
    if line.startswith(("_", "*")) and line.endswith(line[0]) and not line.startswith(("__", "**")):
        line = line[:-1]  # a footer in italics
    whole = _BOLD_WHOLE.match(line)
    if whole and canonical(whole["label"]):
        piece = Piece(whole["value"].strip(), number, column + whole.start("value"))
        yield _field(whole["label"], number, column + whole.start("label"), (piece,), HeaderSyntax.BOLD, text)
        return
    marks = _bold_marks(line) or _plain_marks(line)
    if not marks:
        yield from _without_colon(line, number, column, text)
    for at, mark in enumerate(marks):
        last = at + 1 == len(marks)
        value = _unbroken(line[mark.end :] if last else line[mark.end : marks[at + 1].start])
        if not last:
            value = value.rstrip(" ,·•|;")
        piece = Piece(value, number, column + mark.end)
        yield _field(mark.label, number, column + mark.label_start, (piece,), mark.syntax, text)


def _unbroken(value: str) -> str:
    """Return a line's value without the hard break at its end."""
    bare = value.rstrip()
    for mark in ("<br>", "<br/>", "<br />", "\\"):
        bare = bare.removesuffix(mark).rstrip()
    return bare


def _without_colon(line: str, number: int, column: int, text: Text) -> Iterator[RawField]:
    for pattern, syntax in ((_BOLD_NO_COLON, HeaderSyntax.BOLD), (_PLAIN_NO_COLON, HeaderSyntax.PLAIN)):
        found = pattern.match(line)
        if found and canonical(found["label"]):
            piece = Piece(_unbroken(line[found.end() :]), number, column + found.end())
            bare = _field(found["label"], number, column + found.start("label"), (piece,), syntax, text)
            yield replace(bare, malformed=True)
            return


def _bold_marks(line: str) -> list[_Mark]:
    """Return the bold labels of a line; nothing readable may stand before the first."""
    marks = [
        _Mark(one["label"], one.start(), one.start("label"), one.end(), HeaderSyntax.BOLD)
        for one in _BOLD.finditer(line)
        if one.start() == 0 or not line[one.start() - 1].isalnum()
    ]
    return marks if marks and not any(one.isalnum() for one in line[: marks[0].start]) else []


def _plain_marks(line: str) -> list[_Mark]:
    """Return the plain labels of a line: one that begins it, and known ones after a separator."""
    lead = 0
    while lead < len(line) and not line[lead].isalnum() and line[lead] not in "[(<`":
        lead += 1
    marks = [
        _Mark(
            one["label"], lead + one.start(), lead + one.start("label"), lead + one.end(), HeaderSyntax.PLAIN
        )
        for one in _PLAIN.finditer(line[lead:])
    ]
    if not marks or marks[0].start != lead:
        return []
    return [mark for at, mark in enumerate(marks) if at == 0 or canonical(mark.label)]


def _field(
    label: str, line: int, column: int, pieces: tuple[Piece, ...], syntax: HeaderSyntax, text: Text
) -> RawField:
    name = plain(label, text.references)
    return RawField(
        label=name,
        label_span=Span(line, column, line, column + len(label)),
        pieces=tuple(piece for piece in pieces if piece.text),
        syntax=syntax,
    )


def _item_fields(item: Block, text: Text) -> Iterator[RawField]:
    if not item.children or item.children[0].kind is not Kind.PARAGRAPH:
        return
    head, *rest = item.children
    found = paragraph_fields(head, text)
    if not found:  # a field of the house: `- Related: x` is one although nobody here knows it
        found = tuple(_line_fields(head.text.split("\n")[0].strip(), head.line, _column(head, text), text))
    if not found:
        return
    nested = tuple(_nested(rest, text))
    last = found[-1]
    if nested:
        listed = not last.pieces
        found = (*found[:-1], replace(last, pieces=(*last.pieces, *nested), listed=listed))
    for one in found:
        yield replace(one, syntax=HeaderSyntax.LIST)


def _column(block: Block, text: Text) -> int:
    return text.column(block.line, block.text.split("\n")[0].strip())


def _nested(blocks: Sequence[Block], text: Text) -> Iterator[Piece]:
    for block in blocks:
        if block.kind is Kind.PARAGRAPH:
            first = block.text.split("\n")[0].strip()
            yield Piece(first, block.line, text.column(block.line, first))
        else:
            yield from _nested(block.children, text)


def pieces_of(block: Block, text: Text) -> Iterator[Piece]:
    """Return the lines of a block as parts of a value."""
    if block.kind is Kind.PARAGRAPH:
        for offset, line in enumerate(block.text.split("\n")[:_MAX_PIECES]):
            bare = line.strip()
            number = block.line + offset
            yield Piece(_unbroken(bare), number, text.column(number, bare))
    for child in block.children:
        yield from pieces_of(child, text)


def _table_fields(table: Block, text: Text) -> Iterator[RawField]:
    rows = [list(_cells(row, text)) for row in table.children]
    if len(rows) > 1 and sum(canonical(_label(cell, text)) is not None for cell in rows[0]) > 1:
        pairs = list(zip(rows[0], rows[1], strict=False))
    else:
        pairs = [(row[0], row[1]) for row in rows if len(row) > 1]
        if not any(canonical(_label(label, text)) for label, _ in pairs):
            return
    for label, value in pairs:
        name = _label(label, text)
        if name:
            yield _field(name, label.line, label.column, (value,), HeaderSyntax.TABLE, text)


def _cells(row: Block, text: Text) -> Iterator[Piece]:
    """Return a row's cells with their places, which the parser does not tell."""
    after = 0
    for cell in row.children:
        column = text.column(row.line, cell.text, after)
        yield Piece(cell.text, row.line, column)
        after = max(after, column - 1 + len(cell.text))


def _label(cell: Piece, text: Text) -> str:
    return plain(cell.text, text.references).rstrip(":： ")


_KEY = re.compile(r"^(?P<label>[^\s#:\-'\"][^:#]{0,60}?|\"[^\"]+\"|'[^']+')\s*:(?:\s+|$)(?P<value>.*)$")
_LIST_ITEM = re.compile(r"^\s*-\s+(?P<value>.*)$")
_YAML_COMMENT = re.compile(r"(?:^|\s)#\s.*$")


def _front_matter(block: Block) -> Iterator[RawField]:
    """Read the top level of YAML as people write it: `reviewers: @a` is no YAML and yet meant."""
    found: RawField | None = None
    for offset, line in enumerate(block.text.split("\n")):
        number = block.line + 1 + offset
        key = _KEY.match(line)
        if key:
            if found:
                yield found
            label = key["label"].strip("\"'")
            found = RawField(
                label=label,
                label_span=Span(number, 1, number, 1 + len(key["label"])),
                pieces=tuple(_flow(key["value"], number, key.start("value") + 1)),
                syntax=HeaderSyntax.FRONT_MATTER,
                listed=key["value"].lstrip().startswith("["),
            )
        elif found and line.strip() and not line.lstrip().startswith("#") and len(found.pieces) < _MAX_PIECES:
            item = _LIST_ITEM.match(line)
            value, at = (
                (item["value"], item.start("value")) if item else (line.strip(), line.find(line.strip()))
            )
            more = tuple(_scalar(value, number, at + 1))
            found = replace(found, pieces=(*found.pieces, *more), listed=found.listed or item is not None)
    if found:
        yield found


def _flow(value: str, line: int, column: int) -> Iterator[Piece]:
    bare = _YAML_COMMENT.sub("", value).rstrip()
    if bare.startswith("[") and bare.endswith("]") and "|" not in bare and " / " not in bare:
        at = 1
        for part in bare[1:-1].split(","):
            lead = len(part) - len(part.lstrip())
            yield from _scalar(part.strip(), line, column + at + lead)
            at += len(part) + 1
    elif bare not in {"|", ">", "|-", ">-"}:
        yield from _scalar(value, line, column)


def _scalar(value: str, line: int, column: int) -> Iterator[Piece]:
    quoted = re.match(r"^(?P<quote>[\"'])(?P<value>.*?)(?P=quote)\s*(?:#.*)?$", value)
    text = quoted["value"] if quoted else _YAML_COMMENT.sub("", value).strip()
    if text and text not in {"null", "~", "[]"}:
        yield Piece(text, line, column + (1 if quoted else 0))
