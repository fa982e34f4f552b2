"""A header line looks like a field but has no colon after its label.

## What it does

It finds a header line without a colon after its label.

## Why

It is read all the same. Other tools, and people who search for `Status:`, would miss it.

## What it lets be

A missing blank after the colon, a colon in or after the bold, and words that are no field.
"""

from collections.abc import Iterator

from bot.core.document.header_edits import colons
from bot.core.model import Document, Schema, Severity
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import Fault, Rule, by_status, found_edits


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del schema, context
    edits = dict(colons(document)) if document.header.malformed else {}
    for span in document.header.malformed:
        yield Fault(
            span,
            "a header line has no colon after its label",
            label="value without a colon",
            help=RULE.help,
            edits=(edits[span],) if span in edits else (),
        )


RULE = Rule(
    code="TDD111",
    name="malformed-field",
    summary="A header line has no colon after its label.",
    severity=by_status(Severity.WARNING, Severity.ERROR, Severity.ERROR, Severity.WARNING),
    check=_check,
    help="Write `**Status:** Draft`, with a colon.",
    good="**Status:** Draft",
    bad="**Status** Draft",
    fix=found_edits,
)
