"""Marks in a document's text by which people say that something is not decided yet."""

import re
from collections.abc import Iterator

from bot.core.document.blocks import Block, Kind, Text
from bot.core.document.links import without_code
from bot.core.document.outline import outline_of
from bot.core.model import Document, Span

_UNRESOLVED = re.compile(r"<<\[\s*UNRESOLVED\b[^\]\n]{0,400}\](?:>>)?", re.IGNORECASE)
_BOX = re.compile(r"\[ \](?:\s|$)")
_MOST = 200
"""Marks that are told of one document."""


def unresolved(document: Document) -> Iterator[Span]:
    """Return the places of ``<<[UNRESOLVED ...]>>``; those in code are none."""
    if "unresolved" not in document.source.casefold():
        return
    text = outline_of(document.source).text
    count = 0
    for block in text.blocks:
        for leaf in _leaves(block):
            for found in _UNRESOLVED.finditer(without_code(leaf.text)):
                line = leaf.line + leaf.text.count("\n", 0, found.start())
                words = leaf.text[found.start() : found.end()]
                column = text.column(line, words)
                end = min(column + len(words), len(text.line(line)) + 1)
                yield Span(line, column, line, max(column, end))
                count += 1
                if count == _MOST:
                    return


def open_boxes(document: Document) -> Iterator[tuple[str, Span]]:
    """Return each unticked box with the heading that it stands under."""
    if "[ ]" not in document.source:
        return
    outline = outline_of(document.source)
    count = 0
    for part in outline.parts:
        for block in part.blocks:
            for span in _boxes(block, outline.text):
                yield part.text, span
                count += 1
                if count == _MOST:
                    return


def _boxes(block: Block, text: Text) -> Iterator[Span]:
    for child in block.children:
        yield from _boxes(child, text)
    if block.kind is Kind.ITEM and block.children and _BOX.match(block.children[0].text):
        line = text.line(block.children[0].line)
        column = text.column(block.children[0].line, "[ ]")
        yield Span(block.children[0].line, column, block.children[0].line, len(line.rstrip()) + 1)


def _leaves(block: Block) -> Iterator[Block]:
    for child in block.children:
        yield from _leaves(child)
    if block.kind in {Kind.PARAGRAPH, Kind.HEADING, Kind.CELL, Kind.HTML} and "<<[" in block.text:
        yield block
