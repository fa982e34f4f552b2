"""Fields of TOML front matter, as far as they stand at its top level.

https://toml.io/en/v1.0.0. It is read line by line like its YAML sister and not by a parser, which would
refuse the whole for one pair of quotes that is missing and would not say where a value stands.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from bot.core.document.blocks import Block
from bot.core.document.raw_fields import MAX_PIECES, Piece, RawField
from bot.core.model import HeaderSyntax, Span

_KEY = re.compile(r"(?P<label>[\w-]{1,60}|\"[^\"]{1,60}\"|'[^']{1,60}')[ \t]*=[ \t]*(?P<value>.*)$")
_TABLE = re.compile(r"\s*\[")
_VALUE = re.compile(
    r"#.*|(?P<quote>[\"'])(?P<text>.*?)(?P=quote)|(?P<end>\])|(?P<bare>[^\s,\[\]#\"'][^,\]#\"']*)"
)
"""A comment, a text, the end of an array, or a number, a date or words whose quotes were forgotten."""


def toml_fields(block: Block) -> Iterator[RawField]:
    """Read the keys above the first table."""
    found: RawField | None = None
    is_open = False
    for number, line in enumerate(block.text.split("\n"), start=block.line + 1):
        key = _KEY.match(line)
        if found and is_open and not key:
            found, is_open = _with_items(found, line, 0, number)
            continue
        if found:
            yield found
            found = None
        if _TABLE.match(line):
            return
        if key:
            found, is_open = _field(key, number)
    if found:
        yield found


def _field(key: re.Match[str], number: int) -> tuple[RawField, bool]:
    """Return a key's field as far as its own line goes, and whether its array goes on below."""
    label, value, at = key["label"], key["value"], key.start("value")
    field = RawField(
        label=label.strip("\"'"),
        label_span=Span(number, key.start("label") + 1, number, key.end("label") + 1),
        pieces=(),
        syntax=HeaderSyntax.FRONT_MATTER,
    )
    if value.startswith("[") and "|" not in value and " / " not in value:
        return _with_items(replace(field, listed=True), key.string, at + 1, number)
    if value.startswith("["):  # a menu to choose from, as templates write it
        text = value.partition(" #")[0].rstrip()
        return replace(field, pieces=(Piece(text, number, at + 1),)), False
    return replace(field, pieces=tuple(_pieces(key.string, at, number))[:1]), False


def _with_items(field: RawField, line: str, at: int, number: int) -> tuple[RawField, bool]:
    is_open = all(one["end"] is None for one in _VALUE.finditer(line, at))
    pieces = (*field.pieces, *_pieces(line, at, number))
    return replace(field, pieces=pieces[:MAX_PIECES]), is_open


def _pieces(line: str, at: int, number: int) -> Iterator[Piece]:
    for one in _VALUE.finditer(line, at):
        if one["end"]:
            return
        name = "text" if one["text"] else "bare"
        if one[name]:
            yield Piece(one[name].rstrip(), number, one.start(name) + 1)
