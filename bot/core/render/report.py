"""What every report on judged documents is made of, and the JSON of ``check --format json``: a fixed form.

Each format renders a document to a piece, and the pieces to the whole. So many documents can be judged and
rendered on many cores, and little has to travel between them.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.core.model import Document, Finding, Header, Severity, Span
from bot.core.render.safe import counted
from bot.core.rules import Silenced

VERSION = 1

_Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Replacement:
    """A place in a document, and what is to stand there."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A document and what is wrong with it."""

    path: str
    document: Document | None
    """None where the file was refused."""
    findings: tuple[Finding, ...]
    silenced: tuple[Silenced, ...] = ()
    """Findings that a comment in the document allows."""
    template: str | None = None
    """The text, where the file is a template and no document."""
    mending: Mapping[Finding, tuple[Replacement, ...]] = field(default_factory=dict)
    """What mends a finding by itself, for formats that tell."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How much was judged and what came of it."""

    documents: int = 0
    errors: int = 0
    warnings: int = 0
    notes: int = 0
    fixable: int = 0
    rules: tuple[str, ...] = ()
    """Codes of the rules that found something, in order."""

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.documents + other.documents,
            self.errors + other.errors,
            self.warnings + other.warnings,
            self.notes + other.notes,
            self.fixable + other.fixable,
            tuple(sorted({*self.rules, *other.rules})),
        )


def tally(one: Judged) -> Tally:
    """Count what was found in a document."""
    severities = [finding.severity for finding in one.findings]
    return Tally(
        documents=1,
        errors=severities.count(Severity.ERROR),
        warnings=severities.count(Severity.WARNING),
        notes=severities.count(Severity.NOTE),
        fixable=sum(finding.fixable for finding in one.findings),
        rules=tuple(sorted({finding.rule for finding in one.findings})),
    )


@dataclass(frozen=True, slots=True)
class Piece:
    """A document's share of a report."""

    text: str
    tally: Tally
    standing: str = ""
    """A sentence on the document, said where it is the only one."""


def total(pieces: Iterable[Piece]) -> Tally:
    """Add up what was found in all."""
    return sum((piece.tally for piece in pieces), Tally())


def counts(tally: Tally) -> str:
    """Return ``2 documents, 1 error, 3 notes.``."""
    found = [
        counted(number, noun)
        for number, noun in ((tally.errors, "error"), (tally.warnings, "warning"), (tally.notes, "note"))
        if number
    ]
    return ", ".join([counted(tally.documents, "document"), *(found or ["nothing wrong"])]) + "."


def standing(one: Judged) -> str:
    """Say how far a document is: ``Status Draft. 3 of 16 sections written.``; nothing for a refused file."""
    if not one.document:
        return ""
    leaves = [section for section in one.document.sections if section.leaf]
    written = sum(section.state.answered for section in leaves)
    status = one.document.header.status
    return (
        f"{f'Status {status}.' if status else 'No known status.'} "
        f"{written} of {counted(len(leaves), 'section')} written."
    )


def to_json(judged: Sequence[Judged]) -> str:
    """Return the report on documents that are at hand, as one line of JSON."""
    return json_whole([Piece(json_piece(one), tally(one)) for one in judged])


def json_piece(one: Judged) -> str:
    """Return a document's element of ``documents``."""
    return json.dumps(_document(one), ensure_ascii=True)


def json_whole(pieces: Sequence[Piece]) -> str:
    """Return the report as one line of JSON; the same documents give the same text."""
    found = total(pieces)
    summary = {"documents": found.documents, "errors": found.errors, "warnings": found.warnings}
    documents = ", ".join(piece.text for piece in pieces)
    return f'{{"version": {VERSION}, "documents": [{documents}], "summary": {json.dumps(summary)}}}\n'


def _document(one: Judged) -> _Json:
    document = one.document
    return {
        "path": one.path,
        "title": document.title if document else None,
        "header": _header(document.header if document else Header()),
        "sections": [
            {
                "id": section.id,
                "title": section.title,
                "state": section.state.value,
                "required": section.required,
                "line": section.line,
            }
            for section in (document.sections if document else ())
        ],
        "headings": [
            {
                "text": heading.text,
                "level": heading.level,
                "line": heading.line,
                "state": heading.state.value,
            }
            for heading in (document.headings if document else ())
        ],
        "findings": [_finding(finding) for finding in one.findings],
    }


def _header(header: Header) -> _Json:
    return {
        "authors": list(header.authors),
        "status": header.status,
        "status_raw": header.status_raw,
        "date": header.date.isoformat() if header.date else None,
        "date_raw": header.date_raw,
        "reviewers": list(dict.fromkeys(one.written or one.text for one in header.reviewers)),
        "syntax": header.syntax.value,
    }


def _finding(finding: Finding) -> _Json:
    return {
        "rule": finding.rule,
        "name": finding.name,
        "severity": finding.severity.label,
        "line": finding.span.line,
        "column": finding.span.column,
        "end_line": finding.span.end_line,
        "end_column": finding.span.end_column,
        "message": finding.message,
        "fixable": finding.fixable,
    }
