"""Judged documents as SARIF 2.1.0, the format that code scanning and editors read.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html. No clock and no machine is in it: the
same documents give the same text.
"""

import json
import posixpath
import re
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from typing import Final
from urllib.parse import quote

from bot.core.model import Finding, Severity, Span
from bot.core.render.report import Judged, Piece, Replacement
from bot.core.render.rule_page import reason_of
from bot.core.render.terminal import safe
from bot.core.rules import RULES, Rule

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
_DRIVE: Final = re.compile(r"[A-Za-z]:/")

_Json = dict[str, object]


def sarif_piece(one: Judged) -> str:
    """Return a document's elements of ``results``, with commas between them."""
    return ", ".join(json.dumps(_result(finding, one.mending.get(finding, ()))) for finding in one.findings)


def sarif_whole(pieces: Sequence[Piece]) -> str:
    """Return the log: one run, whose tool lists every rule, whether or not it found something."""
    run: _Json = {
        "tool": {"driver": {"name": "tdd-bot", "rules": [_rule(rule) for rule in RULES]}},
        "columnKind": "unicodeCodePoints",
        "results": [],
    }
    head = json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})
    results = ", ".join(piece.text for piece in pieces if piece.text)
    start, end = head.rsplit('"results": []', 1)
    return f'{start}"results": [{results}]{end}\n'


@cache
def _indexes() -> Mapping[str, int]:
    return {rule.code: at for at, rule in enumerate(RULES)}


def _rule(rule: Rule) -> _Json:
    return {
        "id": rule.code,
        "name": rule.name.title().replace("-", ""),
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": reason_of(rule)},
        "help": {"text": f"{rule.help}\n\nMore: tdd-bot explain {rule.code}"},
        "defaultConfiguration": {"level": _LEVELS.get(rule.severity_at(None), "none")},
    }


def _result(finding: Finding, mending: Sequence[Replacement]) -> _Json:
    span = finding.span
    text = ". ".join(safe(part).rstrip(".") for part in (finding.message, finding.help) if part)
    # The place is not in it: a line added above makes no new fault.
    key = "\0".join((finding.rule, finding.section or "", finding.message))
    return {
        "ruleId": finding.rule,
        **({"ruleIndex": at} if (at := _indexes().get(finding.rule)) is not None else {}),
        "level": _LEVELS.get(finding.severity, "none"),
        "message": {"text": f"{text}."},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": _location(finding.path),
                    "region": _region(span),
                }
            }
        ],
        **({"fixes": [_fix(finding, mending)]} if mending else {}),
        "partialFingerprints": {"tddBotFinding/v1": sha256(key.encode("utf-8", "replace")).hexdigest()[:32]},
    }


def _region(span: Span) -> _Json:
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }


def _fix(finding: Finding, mending: Sequence[Replacement]) -> _Json:
    """Return what an editor can offer to do (section 3.55 of the standard)."""
    replacements: list[_Json] = [
        {
            "deletedRegion": _region(one.span),
            **({"insertedContent": {"text": one.text}} if one.text else {}),
        }
        for one in mending
    ]
    return {
        "description": {"text": safe(finding.help or finding.message)},
        "artifactChanges": [{"artifactLocation": _location(finding.path), "replacements": replacements}],
    }


def _location(path: str) -> _Json:
    """Return where a file is: below the root of the sources, or anywhere by an address of its own."""
    quoted = quote(posixpath.normpath(path), errors="replace")
    if path.startswith("/"):
        return {"uri": f"file://{quoted}"}
    if _DRIVE.match(path):
        return {"uri": f"file:///{path[:2]}{quoted[4:]}"}
    return {"uri": quoted, "uriBaseId": "%SRCROOT%"}
