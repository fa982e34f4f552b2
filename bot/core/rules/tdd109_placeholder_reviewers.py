"""The reviewers field holds a stand-in: TBD, brackets to fill in, ``@<handle>``.

## What it does

It finds TBD, brackets to fill in, or `@<handle>` where reviewers should be named.

## Why

It looks filled in and asks nobody.

## What it lets be

A stand-in beside a real name, and the template's example teams: they may be real (TDD403 knows).
"""

import re
from collections.abc import Iterator

from bot.core.document import labels
from bot.core.model import Document, Field, Schema, Severity
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import Fault, Rule, by_status

_NONE = re.compile(r"\W*(?:none|n\s?/?\s?a|no one|nobody|not applicable)\b", re.IGNORECASE)


def stands_in(field: Field, schema: Schema) -> bool:
    """Whether the value is a stand-in, not an outspoken "none"."""
    if not field.raw or not any(one.isalnum() or one == "?" for one in field.raw):
        return False
    if field.raw == schema.placeholders.get(labels.REVIEWERS):
        return True
    return not _NONE.match(field.raw)


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del context
    field = document.header.field(labels.REVIEWERS)
    if field is None or document.header.reviewers or not stands_in(field, schema):
        return
    yield Fault(field.span, "the reviewers field holds a stand-in", label="nobody is asked", help=RULE.help)


RULE = Rule(
    code="TDD109",
    name="placeholder-reviewers",
    summary="The reviewers field holds a stand-in such as TBD.",
    severity=by_status(Severity.NOTE, Severity.ERROR, Severity.ERROR, Severity.OFF),
    check=_check,
    help="Name teams or people: `@acme/security, @alice`.",
    good="**Reviewers:** @acme/security, @alice",
    bad="**Reviewers:** TBD",
)
