"""The document says no status.

## What it does

It finds a header without a status, or with a status line that says nothing.

## Why

The status decides what is asked of whom. Without one nothing can be judged, so the gate stays shut.

## What it lets be

A `## Status` section, and front matter.
"""

from collections.abc import Iterator

from bot.core.document import Edit, labels
from bot.core.document.header_edits import empty_status, missing_fields
from bot.core.model import Document, Schema, Severity
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import Fault, Rule, always, header_span


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del context
    field = document.header.field(labels.STATUS)
    choices = ", ".join(schema.statuses)
    if field is None:
        yield Fault(
            header_span(document),
            "the header has no Status",
            label="below this title",
            help=f"Add a line `**Status:** {schema.statuses[0]}`; there are {choices}.",
        )
    elif not field.raw:
        yield Fault(field.span, "the status is empty", label="no value", help=f"Write one of {choices}.")


def _fix(document: Document, schema: Schema, context: RuleContext, fault: Fault) -> tuple[Edit, ...]:
    del fault
    missing = missing_fields(document, schema, context.today)
    edit = missing.get(labels.STATUS) or empty_status(document, schema)
    return (edit,) if edit else ()


RULE = Rule(
    code="TDD103",
    name="missing-status",
    summary="The document says no status.",
    severity=always(Severity.ERROR),
    check=_check,
    help="Add a status line to the header.",
    good="**Status:** Draft",
    bad="**Author:** Alice",
    fix=_fix,
    silenceable=False,
)
