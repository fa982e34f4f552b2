"""The date is empty, still a pattern such as ``YYYY-MM-DD``, or cannot be read.

## What it does

It finds a date that is empty, still a pattern such as `YYYY-MM-DD`, or cannot be read.

## Why

`2/10/2026` is February for some readers and October for others.

## What it lets be

`2026-03-01`, `1 Mar 2026`, `March 1, 2026`, brackets around them, and words beside them.
"""

from collections.abc import Iterator

from bot.core.document import labels
from bot.core.document.values import is_unfilled_date
from bot.core.model import Document, Schema, Severity
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import Fault, Rule, by_status


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    header = document.header
    field = header.field(labels.DATE)
    if field is None or header.date is not None:
        return
    today = f", such as {context.today.isoformat()}" if context.today else ""
    if not field.raw:
        yield Fault(field.span, "the date is empty", label="no value", help=f"Write YYYY-MM-DD{today}.")
    elif field.raw == schema.placeholders.get(labels.DATE) or is_unfilled_date(field.raw):
        yield Fault(
            field.span,
            "the date still holds the template's text",
            label="not a date",
            help=f"Write the day in this form: YYYY-MM-DD{today}.",
        )
    else:
        yield Fault(
            field.span,
            "the date cannot be read",
            label="not a date that reads the same everywhere",
            help=f"Write YYYY-MM-DD{today}.",
        )


RULE = Rule(
    code="TDD106",
    name="unreadable-date",
    summary="The date is empty, untouched or unreadable.",
    severity=by_status(Severity.WARNING, Severity.WARNING, Severity.WARNING, Severity.NOTE),
    check=_check,
    help="Write the date as YYYY-MM-DD.",
    good="**Date:** 2026-03-01",
    bad="**Date:** YYYY-MM-DD",
)
