"""The author field names nobody by login. Off unless it is switched on.

## What it does

It asks for one `@login` in the author field.

## Why

Authors do not sign their own design. Whom a plain name means is known to people and not to GitHub.

## What it lets be

Names beside a login, several authors of whom one has a login, and links to a profile.
"""

from collections.abc import Iterator

from bot.core.document import labels
from bot.core.model import Document, Schema, Severity
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import Fault, Rule, always


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del schema, context
    header = document.header
    field = header.field(labels.AUTHOR)
    if field and header.authors and not header.author_handles:
        yield Fault(field.span, "the author field names nobody by login", "which account?", RULE.help)


RULE = Rule(
    code="TDD116",
    name="author-without-login",
    summary="The author field names nobody by login.",
    severity=always(Severity.OFF),
    check=_check,
    help="Write your login beside your name: `Alice (@alice)`.",
    good="**Author:** Alice (@alice)",
    bad="**Author:** Alice",
)
