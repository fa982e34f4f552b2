"""A reviewer could not be looked up.

## What it does

It names reviewers for whom GitHub did not answer, or whom the app may not look up.

## Why

That says nothing about the name: it is never called invalid, and the next run asks again.

## What it lets be

Names that were looked up, with whatever result.
"""

from collections.abc import Iterator

from bot.core.model import Document, Schema, Severity, Unverified
from bot.core.rules.context import RuleContext
from bot.core.rules.example_names import NAMES
from bot.core.rules.rule import Fault, Rule, Setting, always


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del schema
    for reviewer in document.header.reviewers:
        found = (context.names or {}).get(reviewer.text.casefold())
        if isinstance(found, Unverified):
            shown = reviewer.text.replace("`", "")
            yield Fault(
                reviewer.span,
                f"could not verify reviewer `{shown}`: {found.cause}",
                "not looked up",
                RULE.help,
            )


RULE = Rule(
    code="TDD402",
    name="unverified-reviewer",
    summary="A reviewer could not be looked up.",
    severity=always(Severity.NOTE),
    check=_check,
    help="Nothing to do for the author; it is tried again.",
    good="**Reviewers:** @acme/security",
    bad="**Reviewers:** @acme/platform",
    setting=Setting(context=NAMES),
)
