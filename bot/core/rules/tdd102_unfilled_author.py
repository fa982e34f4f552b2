"""The author field is empty or still holds the template's text.

## What it does

It finds an author field that is empty, still the template's, or brackets to fill in.

## Why

Readers want to know whom to ask, and a sign-off by the author does not count: both need a name.

## What it lets be

A name without a login, an address, and a team.
"""

from collections.abc import Iterator

from bot.core.document import labels
from bot.core.model import Document, Schema, Severity
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import Fault, Rule, by_status


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del context
    field = document.header.field(labels.AUTHOR)
    if field is None:
        return
    if not field.raw:
        yield Fault(field.span, "the author field is empty", label="no name", help=RULE.help)
    elif not document.header.authors or field.raw == schema.placeholders.get(labels.AUTHOR):
        yield Fault(
            field.span, "the author field still holds the template's text", label="not a name", help=RULE.help
        )


RULE = Rule(
    code="TDD102",
    name="unfilled-author",
    summary="The author field names nobody.",
    severity=by_status(Severity.NOTE, Severity.WARNING, Severity.WARNING, Severity.OFF),
    check=_check,
    help="Write your name, your @login or both.",
    good="**Author:** Alice (@alice)",
    bad="**Author:** [Your Name]",
)
