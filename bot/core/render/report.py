"""Judged documents as the JSON that ``check --format json`` prints: a fixed form, version 1."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.model import Document, Finding, Header, Severity

VERSION = 1

_Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Judged:
    """A document and what is wrong with it."""

    path: str
    document: Document | None
    """None where the file was refused."""
    findings: tuple[Finding, ...]


def to_json(judged: Sequence[Judged]) -> str:
    """Return the report as one line of JSON; the same documents give the same text."""
    return json.dumps(report(judged), ensure_ascii=True)


def report(judged: Sequence[Judged]) -> _Json:
    """Return the report as plain values."""
    severities = [finding.severity for one in judged for finding in one.findings]
    return {
        "version": VERSION,
        "documents": [_document(one) for one in judged],
        "summary": {
            "documents": len(judged),
            "errors": severities.count(Severity.ERROR),
            "warnings": severities.count(Severity.WARNING),
        },
    }


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
