"""Comments by which an author allows a fault: ``<!-- tdd: allow TDD202 reason="..." -->``."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.core.document.blocks import Block, Kind
from bot.core.document.heading_words import key_of, number_of
from bot.core.document.outline import Outline, outline_of
from bot.core.model import Document, Section, Span

_SILENCE = re.compile(
    r"<!--\s{0,9}tdd(?:-bot)?:\s{0,9}allow\b(?P<rules>[^<\"\n]{0,400}?)"
    r"(?:\breason\s{0,9}=\s{0,9}(?P<reason>\"[^\"]{0,2000}\"|'[^']{0,2000}'|[^\s>]{1,400})\s{0,9})?-->",
    re.IGNORECASE,
)
_RULE = re.compile(r"(?P<code>[A-Za-z]+\d+)\s*(?:\((?P<section>[^()]*)\))?")
_MAX_SILENCES = 100
"""Comments in one document; what stands further down is a comment like any."""


@dataclass(frozen=True, slots=True)
class Silence:
    """What one comment allows."""

    code: str
    """Of a rule, in capitals."""
    reason: str
    span: Span
    lines: range | None
    """Where it holds: the lines of the section that it stands in; None for the whole document."""
    section: str = ""
    """Number or title of the one section that it is about; ``""`` for all within ``lines``."""

    def covers(self, span: Span, section: Section | None) -> bool:
        """Whether a fault at a place, of a section or none, is what it is about."""
        if self.section:
            about = section is not None and self.section == section.id
            named = section is not None and key_of(self.section) == key_of(section.title)
            return about or named or (section is not None and number_of(self.section) == section.id)
        return self.lines is None or span.line in self.lines


def silences_of(document: Document) -> tuple[Silence, ...]:
    """Return the silencing comments of a document, in order; those in code are none."""
    if "<!--" not in document.source or not _SILENCE.search(document.source):
        return ()
    return _silences(outline_of(document.source))[:_MAX_SILENCES]


def _silences(outline: Outline) -> tuple[Silence, ...]:
    found: list[Silence] = []
    for block in outline.loose:
        found += _in_block(block, outline, None)
    for at, part in enumerate(outline.parts):
        if not part.in_header:
            end = _end(at, outline)
            for block in part.blocks:
                found += _in_block(block, outline, range(part.heading.line, end))
    return tuple(found)


def _end(at: int, outline: Outline) -> int:
    """Return the first line past a heading's section, subsections included."""
    level = outline.parts[at].heading.level
    rest = (one.heading for one in outline.parts[at + 1 :])
    return next((one.line for one in rest if one.level <= level), len(outline.text.lines) + 1)


def _in_block(block: Block, outline: Outline, lines: range | None) -> Iterator[Silence]:
    for child in block.children:
        yield from _in_block(child, outline, lines)
    if block.kind is not Kind.HTML:
        return
    for found in _SILENCE.finditer(block.text):
        line = block.line + block.text.count("\n", 0, found.start())
        first = found[0].split("\n", 1)[0]
        column = outline.text.column(line, first)
        span = Span(line, column, line, column + len(first))
        reason = (found["reason"] or "").strip("\"' \t\n")
        for rule in _RULE.finditer(found["rules"]):
            yield Silence(rule["code"].upper(), reason, span, lines, (rule["section"] or "").strip(" \"'"))
