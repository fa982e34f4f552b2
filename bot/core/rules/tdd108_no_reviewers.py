"""The header names no reviewers.

## What it does

It finds a reviewers field that is empty, or says outright that there are none.

## Why

A design that nobody is asked to read is not reviewed. While it is a draft that is only worth a note.

## What it lets be

Names of teams and people in any form, also without `@`.
"""

from collections.abc import Iterator

from bot.core.document import labels
from bot.core.model import Document, Schema, Severity
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import Fault, Rule, by_status
from bot.core.rules.tdd109_placeholder_reviewers import stands_in


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del context
    field = document.header.field(labels.REVIEWERS)
    if field is None or document.header.reviewers or stands_in(field, schema):
        return
    yield Fault(field.span, "the header names no reviewers", label="nobody is asked", help=RULE.help)


RULE = Rule(
    code="TDD108",
    name="no-reviewers",
    summary="The reviewers field names nobody.",
    severity=by_status(Severity.NOTE, Severity.WARNING, Severity.WARNING, Severity.OFF),
    check=_check,
    help="Name teams or people: `@acme/security, @alice`.",
    good="**Reviewers:** @acme/security, @alice",
    bad="**Reviewers:** none",
)
