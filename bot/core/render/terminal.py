"""Judged documents as text for a terminal, in the manner of rustc: the fault, the place, the way out."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.core.model import Document, Finding, Section, SectionState, Severity
from bot.core.render.report import Judged, Piece, counts, standing, tally, total
from bot.core.render.safe import counted
from bot.core.rules import Silenced

_WIDTH = 110
"""Columns of a line of the document that are shown."""
_PROMPTS = 4
"""Lines of the template that are shown for a missing section."""
_CODES = 5
"""Rules that are named at the end besides the first."""
# Escape sequences and text that runs backwards could show something other than what is there.
_UNSAFE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


class _Ink(StrEnum):
    """ANSI codes of ECMA-48, Select Graphic Rendition."""

    RED = "31"
    YELLOW = "33"
    CYAN = "36"
    GREEN = "32"
    BLUE = "34"
    BOLD = "1"


_INKS = {Severity.ERROR: _Ink.RED, Severity.WARNING: _Ink.YELLOW, Severity.NOTE: _Ink.CYAN}


@dataclass(frozen=True, slots=True)
class _Pen:
    color: bool

    def __call__(self, text: str, *inks: _Ink) -> str:
        return f"\x1b[{';'.join(inks)}m{text}\x1b[0m" if self.color and inks else text


def safe(text: str) -> str:
    """Return text as one harmless line: control characters and those that turn the direction are replaced."""
    return _UNSAFE.sub("\ufffd", text.replace("\t", " "))


def to_text(judged: Sequence[Judged], *, color: bool) -> str:
    """Return all findings, then what is written of each document, then one line that sums it up."""
    several = len(judged) > 1
    return text_whole(
        [Piece(text_piece(one, color=color, several=several), tally(one), standing(one)) for one in judged]
    )


def text_piece(one: Judged, *, color: bool, several: bool) -> str:
    """Return a document's findings and, where it is alone or not finished, its list of sections."""
    return "\n\n".join(_blocks(one, _Pen(color), several=several))


def text_whole(pieces: Sequence[Piece]) -> str:
    """Return the pieces and the lines that sum them up."""
    shown = [piece.text for piece in pieces if piece.text]
    return "\n\n".join([*shown, "\n".join(_closing(pieces))]) + "\n"


def _closing(pieces: Sequence[Piece]) -> Iterator[str]:
    found = total(pieces)
    yield " ".join([counts(found), *(piece.standing for piece in pieces if len(pieces) == 1)]).rstrip()
    if found.fixable:
        of = "it" if found.fixable == found.errors + found.warnings + found.notes == 1 else "of them"
        yield f"tdd-bot check --fix mends {of if of == 'it' else f'{found.fixable} {of}'}."
    if found.rules:
        first, *others = found.rules
        also = (
            f" (or {', '.join(others[:_CODES])}{', ...' if len(others) > _CODES else ''})" if others else ""
        )
        yield f"Why, with examples: tdd-bot explain {first}{also}"


def _blocks(one: Judged, pen: _Pen, *, several: bool) -> Iterator[str]:
    lines = _lines(one.document.source if one.document else one.template or "")
    for finding in one.findings:
        yield "\n".join(_finding(finding, lines, pen))
    if one.silenced:
        yield "\n".join(_silenced(allowed, pen) for allowed in one.silenced)
    if one.document and not (several and _is_written(one.document)):
        title = f"Sections of {safe(one.path)}" if several else "Sections"
        yield "\n".join([pen(title, _Ink.BOLD), *_checklist(one.document, pen)])


def _is_written(document: Document) -> bool:
    return all(one.state.answered or not one.required for one in document.sections if one.leaf)


def _silenced(allowed: Silenced, pen: _Pen) -> str:
    """Return one line for what a comment allows: nobody has to act, and nothing is hidden."""
    found = allowed.finding
    place = f"{safe(found.path)}:{found.span.line}"
    why = f"{safe(allowed.reason)} (line {allowed.line})"
    return f"{pen(f'allowed[{found.rule}]', _Ink.CYAN)}: {place}: {safe(found.message)}: {why}"


def _lines(source: str) -> list[str]:
    return source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _finding(finding: Finding, lines: Sequence[str], pen: _Pen) -> Iterator[str]:
    ink = _INKS.get(finding.severity, _Ink.CYAN)
    span = finding.span
    kind = pen(f"{finding.severity.label}[{finding.rule}]", ink, _Ink.BOLD)
    margin = " " * len(str(span.line))
    edge = pen("|", _Ink.BLUE)
    yield f"{kind}: {safe(finding.message)}"
    yield f"{margin}{pen('-->', _Ink.BLUE)} {safe(finding.path)}:{span.line}:{span.column}"
    if 0 < span.line <= len(lines):
        shown, carets = _snippet(lines[span.line - 1], finding)
        yield f"{margin} {edge}"
        yield f"{pen(str(span.line), _Ink.BLUE)} {edge} {shown}".rstrip()
        yield f"{margin} {edge} {pen(f'{carets} {safe(finding.label)}'.rstrip(), ink)}"
    if finding.help:
        yield f"{margin} {edge}"
        yield f"{margin} {pen('=', _Ink.BLUE)} help: {safe(finding.help)}"


def _snippet(line: str, finding: Finding) -> tuple[str, str]:
    """Return the part of a line that fits, and what marks the span below it."""
    start = max(0, finding.span.column - 1)
    end = finding.span.end_column - 1 if finding.span.end_line == finding.span.line else len(line)
    first = max(0, start - _WIDTH // 2) if start > _WIDTH else 0
    shown = safe(line[first : first + _WIDTH])
    lead = "…" if first else ""
    tail = "…" if first + _WIDTH < len(line) else ""
    before = _columns(lead + shown[: start - first])
    marked = _columns(shown[start - first : max(start, end) - first])
    return f"{lead}{shown}{tail}", " " * before + "^" * max(1, marked)


def _columns(text: str) -> int:
    """Return how many columns a terminal takes for it: Han characters take two, accents none."""
    wide = sum(unicodedata.east_asian_width(one) in {"W", "F"} for one in text)
    marks = sum(unicodedata.category(one) in {"Mn", "Me", "Cf"} for one in text)
    return len(text) + wide - marks


_MARKS = {
    SectionState.FILLED: ("✔", _Ink.GREEN),
    SectionState.NOT_APPLICABLE: ("–", _Ink.GREEN),
    SectionState.PLACEHOLDER: ("✎", _Ink.YELLOW),
    SectionState.EMPTY: ("✗", _Ink.YELLOW),
    SectionState.MISSING: ("✗", _Ink.RED),
}
_SAYS = {
    SectionState.FILLED: "",
    SectionState.NOT_APPLICABLE: "not applicable",
    SectionState.PLACEHOLDER: "to write",
    SectionState.EMPTY: "empty",
    SectionState.MISSING: "missing",
}


def _checklist(document: Document, pen: _Pen) -> Iterator[str]:
    for section in document.sections:
        if not section.leaf:
            continue
        mark, ink = _MARKS[section.state]
        says = _SAYS[section.state] + (f" ({section.reason})" if section.reason else "")
        if section.state is SectionState.MISSING and not section.required:
            says = "left out, which is allowed"
        place = f", line {section.line}" if says and section.line else ""
        yield f"  {pen(mark, ink)} {safe(section.label)}{f': {safe(says)}{place}' if says else ''}"
        if section.state is SectionState.MISSING and section.required:
            yield from _prompts(section)


def _prompts(section: Section) -> Iterator[str]:
    for prompt in section.prompts[:_PROMPTS]:
        yield f"      {safe(prompt)[:_WIDTH]}"
    if len(section.prompts) > _PROMPTS:
        yield f"      and {counted(len(section.prompts) - _PROMPTS, 'line')} more in the template"
