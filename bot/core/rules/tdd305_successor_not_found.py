"""The document that takes this one's place is not in the repository.

## What it does

It looks for what `Superseded by` names: a linked file, a file's name, or a number.

## Why

Whoever finds the old design has to get to the new one from there. A link that leads nowhere is worse than a
search, because it looks as if something was deleted.

## What it lets be

Addresses of other sites, and everything where the repository was not looked at.
"""

from collections.abc import Iterator

from bot.core.model import Document, Schema, Severity
from bot.core.rules.context import RuleContext
from bot.core.rules.example_repository import REPOSITORY
from bot.core.rules.rule import Fault, Rule, Setting, by_status
from bot.core.rules.successors import successor, successor_span


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del schema
    found = successor(document, context)
    if found and found.there is None:
        shown = found.named.replace("`", "")[:80]
        message = f"the successor `{shown}` is no document of this repository"
        yield Fault(successor_span(document), message, "not found", RULE.help)


RULE = Rule(
    code="TDD305",
    name="successor-not-found",
    summary="The document that takes this one's place is not in the repository.",
    severity=by_status(Severity.WARNING, Severity.ERROR, Severity.ERROR, Severity.ERROR),
    check=_check,
    help="Link the new design by its path from here, and add it in the same pull request if it is new.",
    good="**Status:** Superseded by [0012](0012-new-cache.md)",
    bad="**Status:** Superseded by [0021](0021-lost.md)",
    setting=Setting(context=REPOSITORY),
)
