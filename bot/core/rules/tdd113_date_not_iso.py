"""The date is written in another form than YYYY-MM-DD.

## What it does

It finds a date that can be read, such as `1 Mar 2026`, and offers the same day as `2026-03-01`.

## Why

Dates of one form can be sorted and searched; `03/01` is January to some and March to others.

## What it lets be

Words around an ISO date, brackets, and a date that cannot be read at all: that one is TDD106.
"""

from collections.abc import Iterator

from bot.core.document import Edit, labels
from bot.core.document.header_edits import iso_date
from bot.core.model import Document, Schema, Severity
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import Fault, Rule, always


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del schema, context
    field, day = document.header.field(labels.DATE), document.header.date
    if field is None or day is None or day.isoformat() in field.raw:
        return
    yield Fault(field.span, f"the date is {day.isoformat()} in another form", "not YYYY-MM-DD", RULE.help)


def _fix(document: Document, schema: Schema, context: RuleContext, fault: Fault) -> tuple[Edit, ...]:
    del schema, context, fault
    edit = iso_date(document)
    return (edit,) if edit else ()


RULE = Rule(
    code="TDD113",
    name="date-not-iso",
    summary="The date is written in another form than YYYY-MM-DD.",
    severity=always(Severity.NOTE),
    check=_check,
    help="Write the day as YYYY-MM-DD.",
    good="**Date:** 2026-03-01",
    bad="**Date:** 1 Mar 2026",
    fix=_fix,
)
