"""The smallest parts of a section that can be an answer, taken from its blocks."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.core.document.blocks import Block, Kind, Text
from bot.core.document.inline import is_plain, is_stand_in, plain, runs, squeeze
from bot.core.model import Span

_COMMENT = re.compile(r"<!--(?P<words>.*?)(?:-->|$)", re.DOTALL)
_MACHINE_COMMENT = re.compile(
    r"(?!(?:todo|tbd|fixme)$)/?[\w-]+$"
    r"|(?:tdd|tdd-bot|markdownlint|prettier|vale|lint|textlint|cspell|toc|omit|no toc|begin|end)\b",
    re.IGNORECASE,
)
"""Markers and switches of tools, such as ``<!-- toc -->`` or ``<!-- tdd: optional -->``."""
_TAG = re.compile(r"<[^<>]*>")
_HTML_CONTENT = re.compile(r"<\s*(?:img|svg|video|iframe|object|embed)\b", re.IGNORECASE)
_BRACKET_DEFINITION = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+\[[^\]]+\]:\s*\[")
ALNUM = re.compile(r"[^\W_]")
"""A letter or a digit: what has none says nothing."""


class Unit(NamedTuple):
    """The smallest part of a section that can be an answer: a line, a bullet, a table row, a code block."""

    text: str
    span: Span
    code: bool = False
    picture: bool = False
    cells: tuple[str, ...] = ()
    """Of a table row; the first one is its label."""
    italic: bool = False
    """All of it is in italics, as templates set their instructions."""
    comment: bool = False
    """It is hidden from readers."""
    source: tuple[str, ...] = ()
    """The lines of a paragraph of several lines, as written."""


def units_of(blocks: Sequence[Block], text: Text) -> Iterator[Unit]:
    """Return what stands in these blocks; rules, comments, tags and link definitions are nothing."""
    for block in blocks:
        match block.kind:
            case Kind.PARAGRAPH | Kind.HEADING:
                yield from _paragraph(block, text)
            case Kind.CODE:
                if block.text.strip():
                    yield Unit(block.text.strip(), _span(block, text), code=True)
            case Kind.HTML:
                yield from _html(block, text)
            case Kind.TABLE:
                yield from _rows(block, text)
            case Kind.ITEM if not block.children:
                yield from _definition(block, text)
            case Kind.QUOTE | Kind.LIST | Kind.ITEM:
                yield from units_of(block.children, text)
            case _:
                continue


def without_footer(blocks: Sequence[Block], text: Text) -> Sequence[Block]:
    """Return blocks without lines in italics below a last rule: they are the document's footer."""
    for at in reversed(range(len(blocks))):
        if blocks[at].kind is Kind.RULE:
            tail = list(units_of(blocks[at + 1 :], text))
            return blocks[:at] if tail and all(unit.italic for unit in tail) else blocks
    return blocks


def _span(block: Block, text: Text) -> Span:
    last = max(block.line, block.end - 1)
    first = text.line(block.line)
    return Span(block.line, len(first) - len(first.lstrip()) + 1, last, len(text.line(last)) + 1)


def _paragraph(block: Block, text: Text) -> Iterator[Unit]:
    written = _uncommented(block.text)
    lines = tuple(block.text.split("\n")) if "\n" in block.text else ()
    if is_plain(written, text.references):
        shown = squeeze(written)
        if shown:
            italic = not ALNUM.search(shown)
            yield Unit(shown, _span(block, text), italic=italic, source=lines)
        return
    found = runs(written, text.references)
    shown = squeeze("".join(run.text for run in found if not run.struck))
    picture = any(run.image for run in found)
    italic = all(run.italic for run in found if ALNUM.search(run.text))
    if shown or picture:
        yield Unit(shown, _span(block, text), picture=picture, italic=italic, source=lines)


def _uncommented(text: str) -> str:
    return _COMMENT.sub(" ", text) if "<!--" in text else text


def _html(block: Block, text: Text) -> Iterator[Unit]:
    bare = _uncommented(block.text)
    shown = squeeze(_TAG.sub(lambda found: found[0] if is_stand_in(found[0]) else " ", bare))
    picture = bool(_HTML_CONTENT.search(bare))
    if shown or picture:
        yield Unit(shown, _span(block, text), picture=picture)
    for found in _COMMENT.finditer(block.text):
        words = squeeze(found["words"])
        if words and not _MACHINE_COMMENT.match(words):
            yield Unit(words, _span(block, text), comment=True)


def _definition(item: Block, text: Text) -> Iterator[Unit]:
    """Return `- [FR-1]: [what it does]`: a definition to Markdown, a gap to its author."""
    line = text.line(item.line)
    if _BRACKET_DEFINITION.search(line):
        yield Unit(line.strip(" \t*+-"), _span(item, text))


def _rows(table: Block, text: Text) -> Iterator[Unit]:
    for row in table.children[1:]:
        cells = [plain(cell.text, text.references) for cell in row.children]
        if any(cells):
            yield Unit(squeeze(" ".join(cells)), _span(row, text), cells=tuple(cells))
