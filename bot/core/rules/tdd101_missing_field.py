"""A field that the template's header has is not in the document's.

## What it does

It names the fields that the template's header has and the document's has not. A missing status is TDD103.

## Why

Tools and people look for author, date and reviewers in the same place of every design. The template says
which of them a document needs.

## What it lets be

Any syntax (bold lines, bullets, a table, front matter), other words for a field such as `Owner`, any order,
and further fields.
"""

from collections.abc import Iterator

from bot.core.document import Edit, labels
from bot.core.document.header_edits import missing_fields
from bot.core.model import Document, Schema, Severity
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import Fault, Rule, by_status, header_span


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del context
    missing = [
        name.capitalize()
        for name in schema.fields
        if name != labels.STATUS and document.header.field(name) is None
    ]
    if missing:
        names = ", ".join(missing)
        yield Fault(
            header_span(document),
            f"the header has no {names}",
            label="below this title",
            help=f"Add {' and '.join(f'`**{name}:** ...`' for name in missing)} below the title.",
        )


def _fix(document: Document, schema: Schema, context: RuleContext, fault: Fault) -> tuple[Edit, ...]:
    del fault
    edits = missing_fields(document, schema, context.today)
    return tuple(dict.fromkeys(edit for name, edit in edits.items() if name != labels.STATUS))


RULE = Rule(
    code="TDD101",
    name="missing-field",
    summary="A header field of the template is missing.",
    severity=by_status(Severity.WARNING, Severity.ERROR, Severity.ERROR, Severity.NOTE),
    check=_check,
    help="Add the field to the header, below the title.",
    good="**Author:** Alice\n**Status:** Draft\n**Date:** 2026-03-01\n**Reviewers:** @acme/security",
    bad="**Author:** Alice\n**Status:** Draft",
    fix=_fix,
)
