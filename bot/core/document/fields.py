"""Blocks of the header to fields: bold lines, bullets, tables, quotes, plain lines and front matter alike."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from bot.core.document.blocks import Block, Kind, Text
from bot.core.document.front_matter import front_matter_fields, preamble_fields
from bot.core.document.html_fields import html_lines, html_rows
from bot.core.document.inline import plain
from bot.core.document.labels import AUTHOR, REVIEWERS, canonical, is_header_section
from bot.core.document.raw_fields import MAX_FIELDS, MAX_PIECES, Piece, RawField, new_field
from bot.core.document.table_fields import fields_of_rows, people_of_table, table_fields
from bot.core.document.toml_fields import toml_fields
from bot.core.model import HeaderSyntax

_LABEL = r"[^\W\d_][^*:：|\n]{0,40}?"
_STRONG = r"(?:\*\*|__|</?(?i:b|strong)>)"
# `**Status:** x`, `**Status**: x`, `__Reviewers__ : @a`, `<b>Status:</b> x` and, no emphasis to CommonMark,
# `**Status:**x`.
_BOLD = re.compile(rf"{_STRONG}\s?(?P<label>{_LABEL})\s?(?:[:：]\s?{_STRONG}\s?[:：]?|{_STRONG}\s?[:：])\s*")
# `**Status: Draft**`
_BOLD_WHOLE = re.compile(rf"(?:\*\*|__)(?P<label>{_LABEL})\s?[:：]\s+(?P<value>[^*]+)(?:\*\*|__)$")
_COLON = r"[`_*]?\s?(?::[_*]?(?:\s+|$)|：\s*)"
_PLAIN = re.compile(rf"[`_*]?(?P<label>{_LABEL}){_COLON}")
# One more on the same line, after a separator.
_PLAIN_NEXT = re.compile(
    r"(?:(?<=[·•|;,])\s*|(?<=<br>)\s?|(?<=<br/>)\s?|(?<=<br />)\s?|(?<=\.)\s)"
    rf"[`_]?(?P<label>[^\W\d_][^*:：|,;·•<\n]{{0,40}}?){_COLON}"
)
_BOLD_NO_COLON = re.compile(rf"{_STRONG}(?P<label>{_LABEL}){_STRONG}(?:\s*[-–—=]?\s+|$)")
_PLAIN_NO_COLON = re.compile(r"(?P<label>[A-Za-z][\w ()-]{0,20}?)\s?(?:=|\s[-–—])\s+")
_ALERT = re.compile(r"\[![A-Z]+\]$")
_MAX_LINE = 4_096
"""Characters of a line that is read for fields; a longer one is none."""
_STARTS_BOLD = ("**", "__", "<b>", "<strong>")
_LEAST_BELOW_PROSE = 2
"""So many known bold fields make lines below a sentence a header."""
_HANDLE_FIRST = re.compile(r"(?:\\?\[[ xX]\\?\]\s+)?@\w", re.ASCII)
_HANDLES_ONLY = re.compile(r"(?:@[\w./-]+(?:[\s,;&+]+(?:and\s+)?|$))+", re.ASCII)
_VALUE_WORDS = 12
"""A paragraph below a label alone that has more words is not its value."""


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
    is_open = False
    lists_people = False
    for block in blocks:
        if lists_people and (more := _more_people(block, text)):
            found[-1] = replace(found[-1], pieces=(*found[-1].pieces, *more))
            continue
        if block.kind is Kind.HTML and not any(html_lines(block)):
            continue
        if is_open and (value := _value_below(found[-1], block, text)):
            found.append(replace(found.pop(), pieces=value, listed=block.kind is not Kind.PARAGRAPH))
            is_open, lists_people = False, _names_reviewers(found[-1])
            continue
        own = list(islice(_block_fields(block, text), MAX_FIELDS - len(found)))
        found.extend(own)
        if len(found) == MAX_FIELDS:
            break
        is_open = bool(own) and not own[-1].pieces
        lists_people = bool(own) and not is_open and _names_reviewers(own[-1])
    return tuple(found)


def _names_reviewers(field: RawField) -> bool:
    known = canonical(field.label)
    return known is not None and known[0] == REVIEWERS


def _more_people(block: Block, text: Text) -> tuple[Piece, ...]:
    """Return who a block right below reviewers names in addition: one that is handles and nothing else.

    Another mark of a list, a blank line or a comment ends a list to Markdown, and none to a reader.
    """
    match block.kind:
        case Kind.LIST:
            pieces = tuple(_nested(block.children, text))
            told = all(_HANDLE_FIRST.match(one.text) for one in pieces)
        case Kind.PARAGRAPH:
            pieces = tuple(pieces_of(block, text))
            told = all(_HANDLES_ONLY.fullmatch(one.text) for one in pieces)
        case _:
            return ()
    return pieces if told else ()


def _value_below(field: RawField, block: Block, text: Text) -> tuple[Piece, ...]:
    """Return the value of a label alone: the list, the table of people or the few words right below it."""
    known = canonical(field.label)
    match block.kind:
        case Kind.TABLE if known and known[0] in {AUTHOR, REVIEWERS}:
            return people_of_table(block, text)
        case Kind.LIST if not any(_block_fields(block, text)):
            return tuple(_nested(block.children, text))
        case Kind.PARAGRAPH if known and _is_value(block.text) and not any(_block_fields(block, text)):
            return tuple(pieces_of(block, text))
    return ()


def _is_value(paragraph: str) -> bool:
    bare = paragraph.strip()
    return "\n" not in bare and len(bare.split()) <= _VALUE_WORDS and not bare.endswith((".", "?", "!", ":"))


def _block_fields(block: Block, text: Text) -> Iterator[RawField]:
    match block.kind:
        case Kind.FRONT_MATTER:
            yield from toml_fields(block) if block.mark else front_matter_fields(block)
        case Kind.PARAGRAPH:
            yield from paragraph_fields(block, text)
        case Kind.QUOTE:
            yield from fields_of(block.children, text)
        case Kind.LIST:
            for item in block.children:
                yield from _item_fields(item, text)
        case Kind.TABLE:
            yield from table_fields(block, text)
        case Kind.HTML if block.text[:4].casefold() == "<pre":
            yield from code_fields(block, text)
        case Kind.HTML:
            rows = html_rows(block)
            yield from fields_of_rows(rows, text) if rows else _fields_of_lines(html_lines(block), text)
        case _:
            return


def code_fields(block: Block, text: Text) -> tuple[RawField, ...]:
    """Return the fields of a block of code, or of ``<pre>``, that is a preamble; empty for any other."""
    if block.kind is Kind.CODE:
        return preamble_fields(block, text)
    lines = [f"{' ' * (column - 1)}{line}" for line, _, column in html_lines(block)]
    first = next((number for _, number, _ in html_lines(block)), block.line)
    return preamble_fields(block._replace(line=first, text="\n".join(lines)), text)


def paragraph_fields(block: Block, text: Text) -> tuple[RawField, ...]:
    """Return the fields of a paragraph, of one line or several; empty where it is prose."""
    lines = enumerate((line.strip() for line in block.text.split("\n")), start=block.line)
    return _fields_of_lines(((line, number, text.column(number, line)) for number, line in lines), text)


def _fields_of_lines(lines: Iterable[tuple[str, int, int]], text: Text) -> tuple[RawField, ...]:
    """Return the fields of lines, each with its number and column.

    What looks like a field below a sentence is prose as well, unless it is bold and not alone.
    """
    found: list[RawField] = []
    below_prose = False
    for line, number, column in lines:
        if len(found) >= MAX_FIELDS:
            break
        if _ALERT.match(line) or (below_prose and not found and not line.startswith(_STARTS_BOLD)):
            continue
        new = list(_line_fields(line, number, column, text))
        if new:
            found.extend(new)
        elif not found:
            below_prose = True
        elif len(found[-1].pieces) < MAX_PIECES:
            last = found.pop()
            more = Piece(_unbroken(line), number, column)
            found.append(replace(last, pieces=(*last.pieces, more)))
    known = sum(one.known for one in found)
    if below_prose:
        return tuple(found) if known >= _LEAST_BELOW_PROSE else ()
    return tuple(found) if known or (found and found[0].syntax is HeaderSyntax.BOLD) else ()


def _line_fields(line: str, number: int, column: int, text: Text) -> Iterator[RawField]:
    if len(line) > _MAX_LINE:
        return
    if line.startswith(("_", "*")) and line.endswith(line[0]) and not line.startswith(("__", "**")):
        line = line[:-1]  # a footer in italics
    whole = _BOLD_WHOLE.match(line)
    if whole and canonical(whole["label"]):
        piece = Piece(whole["value"].strip(), number, column + whole.start("value"))
        yield new_field(
            whole["label"], number, column + whole.start("label"), (piece,), HeaderSyntax.BOLD, text
        )
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
        yield new_field(mark.label, number, column + mark.label_start, (piece,), mark.syntax, text)


def _unbroken(value: str) -> str:
    """Return a line's value without the hard break, or an open tag for bold text, at its end."""
    bare = value.rstrip()
    for mark in ("<b>", "<strong>", "<br>", "<br/>", "<br />", "\\"):
        bare = bare.removesuffix(mark).rstrip()
    return bare


def _without_colon(line: str, number: int, column: int, text: Text) -> Iterator[RawField]:
    for pattern, syntax in ((_BOLD_NO_COLON, HeaderSyntax.BOLD), (_PLAIN_NO_COLON, HeaderSyntax.PLAIN)):
        found = pattern.match(line)
        if found and canonical(found["label"]):
            piece = Piece(_unbroken(line[found.end() :]), number, column + found.end())
            bare = new_field(found["label"], number, column + found.start("label"), (piece,), syntax, text)
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
    first = _PLAIN.match(line, lead)
    if not first:
        return []
    more = _PLAIN_NEXT.finditer(line, first.end())
    return [
        _Mark(one["label"], one.start(), one.start("label"), one.end(), HeaderSyntax.PLAIN)
        for one in (first, *(one for one in more if canonical(one["label"])))
    ]


def _item_fields(item: Block, text: Text) -> Iterator[RawField]:
    if not item.children or item.children[0].kind is not Kind.PARAGRAPH:
        return
    head, *rest = item.children
    words = plain(head.text, text.references)
    if rest and is_header_section(words) and not canonical(words):  # `- Metadata`, and its fields below
        for block in rest:
            yield from _block_fields(block, text)
        return
    found = paragraph_fields(head, text)
    if not found and rest and canonical(words):  # `- Reviewers`, and who they are below
        found = (new_field(head.text.strip(), head.line, _column(head, text), (), HeaderSyntax.LIST, text),)
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
            # What goes on below a name is a remark on it, unless it names somebody as well.
            yield from (
                one for one in islice(pieces_of(block, text), 1, None) if _HANDLE_FIRST.match(one.text)
            )
        else:
            yield from _nested(block.children, text)


def pieces_of(block: Block, text: Text) -> Iterator[Piece]:
    """Return the lines of a block as parts of a value."""
    if block.kind is Kind.PARAGRAPH:
        for offset, line in enumerate(block.text.split("\n")[:MAX_PIECES]):
            bare = line.strip()
            number = block.line + offset
            yield Piece(_unbroken(bare), number, text.column(number, bare))
    for child in block.children:
        yield from pieces_of(child, text)
