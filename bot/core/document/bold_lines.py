"""Paragraphs that are nothing but bold words, as people write headings who do not write headings."""

import re
from collections.abc import Iterator

from bot.core.document.blocks import Kind
from bot.core.document.outline import outline_of
from bot.core.model import Document, Span

_BOLD = re.compile(r"(?:\*\*|__)(?P<words>[^*_\n]{1,120})(?:\*\*|__)\s*:?$")


def bold_lines(document: Document) -> Iterator[tuple[str, Span]]:
    """Return the words of each such paragraph outside the header, with its place."""
    outline = outline_of(document.source)
    blocks = (block for part in outline.parts for block in part.blocks if not part.in_header)
    for block in blocks:
        if block.kind is Kind.PARAGRAPH and block.text.startswith(("**", "__")):
            found = _BOLD.fullmatch(block.text.strip())
            if found:
                line = outline.text.line(block.line)
                column = len(line) - len(line.lstrip()) + 1
                yield found["words"].strip(), Span(block.line, column, block.line, len(line.rstrip()) + 1)
