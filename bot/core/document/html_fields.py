"""Fields of a header that is written in HTML: rows of a table, and lines with their tags taken off."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import islice

from bot.core.document.blocks import Block
from bot.core.document.inline import squeeze
from bot.core.document.raw_fields import Piece

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_KEPT = re.compile(r"</?(?:b|strong)\s*>", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_ROW = re.compile(r"<tr\b[^<>]*>(.*?)(?=</tr\s*>|<tr\b|\Z)", re.DOTALL | re.IGNORECASE)
_CELL = re.compile(r"<t[hd]\b[^<>]*>(.*?)(?=</t[hd]\s*>|<t[hd]\b|\Z)", re.DOTALL | re.IGNORECASE)
_MOST = 400
"""Lines of a block, and rows, that are read."""
_MOST_CELLS = 50
"""Cells of a row that are read."""


def html_rows(block: Block) -> Sequence[Sequence[Piece]]:
    """Return the cells of the table rows in a block of HTML; none where it holds no table."""
    if "<tr" not in block.text.casefold():
        return ()
    source = _COMMENT.sub(_blank, block.text)
    starts = [0, *(found.end() for found in re.finditer("\n", source))]
    rows: list[list[Piece]] = []
    for row in islice(_ROW.finditer(source), _MOST):
        cells = islice(_CELL.finditer(row[1]), _MOST_CELLS)
        rows.append([_cell(cell, row.start(1), starts, block.line) for cell in cells])
    return [row for row in rows if row]


def _cell(found: re.Match[str], offset: int, starts: Sequence[int], first: int) -> Piece:
    inner = found[1]
    start = offset + found.start(1) + len(inner) - len(inner.lstrip())
    line = bisect_right(starts, start) - 1
    words = inner.strip() if "\n" not in inner.strip() else squeeze(inner)
    return Piece(words, first + line, start - starts[line] + 1)


def html_lines(block: Block) -> Iterator[tuple[str, int, int]]:
    """Return the lines of a block of HTML as a reader sees them, each with its line and column.

    Bold stays as it is marked, and a break inside a line becomes a separator, each as long as it was.
    """
    source = _TAG.sub(_without_tag, _COMMENT.sub(_blank, block.text))
    for number, line in enumerate(source.split("\n")[:_MOST], start=block.line):
        bare = line.strip(" \t·")
        if bare:
            yield bare, number, line.find(bare) + 1


def _without_tag(found: re.Match[str]) -> str:
    if _KEPT.fullmatch(found[0]):
        return found[0]
    return f"·{' ' * (len(found[0]) - 1)}" if _BREAK.fullmatch(found[0]) else _blank(found)


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found[0])
