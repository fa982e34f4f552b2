"""The date lies in the future.

## What it does

It compares the date with today's.

## Why

Most often it is a slip of the year.

## What it lets be

Tomorrow: it may have come already where the author lives.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from bot.core.document import labels
from bot.core.model import Document, Schema, Severity
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import Fault, Rule, Setting, always


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del schema
    header = document.header
    field = header.field(labels.DATE)
    if field is None or header.date is None or context.today is None:
        return
    if header.date > context.today + timedelta(days=1):
        yield Fault(
            field.span,
            f"the date {header.date.isoformat()} lies in the future",
            label=f"today is {context.today.isoformat()}",
            help=RULE.help,
        )


RULE = Rule(
    code="TDD107",
    name="future-date",
    summary="The date lies in the future.",
    severity=always(Severity.NOTE),
    check=_check,
    help="Check the year.",
    good="**Date:** 2026-03-01",
    bad="**Date:** 2126-03-01",
    setting=Setting(context=RuleContext(today=date(2026, 11, 24))),
)
