"""The document that takes this one's place is a draft, or superseded itself.

## What it does

It looks at the successor's status: In-Review and Approved can take another's place.

## Why

Between a superseded design and a draft there is no design at all.

## What it lets be

Statuses of a house's own that stand for none of the four, and successors on other sites.
"""

from collections.abc import Iterator

from bot.core.model import Document, Schema, Severity
from bot.core.policy.lifecycle import DRAFT, SUPERSEDED
from bot.core.rules.context import RuleContext
from bot.core.rules.example_repository import REPOSITORY
from bot.core.rules.rule import Fault, Rule, Setting, by_status
from bot.core.rules.successors import successor, successor_span


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del schema
    found = successor(document, context)
    if found and found.there and found.there[1].stage in {DRAFT, SUPERSEDED}:
        path, other = found.there
        yield Fault(
            successor_span(document), f"the successor {path} is {other.status}", "not in force", RULE.help
        )


RULE = Rule(
    code="TDD308",
    name="successor-not-in-force",
    summary="The document that takes this one's place is a draft, or superseded itself.",
    severity=by_status(Severity.NOTE, Severity.WARNING, Severity.WARNING, Severity.WARNING),
    check=_check,
    help="Bring the new design to review first, or name the one that is in force.",
    good="**Status:** Superseded by [0012](0012-new-cache.md)",
    bad="**Status:** Superseded by [0013](0013-draft.md)",
    setting=Setting(context=REPOSITORY),
)
