"""A chain of successors leads back to this document.

## What it does

It follows `Superseded by` from document to document until one has no successor, or one comes twice.

## Why

In a circle no design is in force, and each sends its reader on.

## What it lets be

Long chains that end.
"""

from collections.abc import Iterator

from bot.core.model import Document, Schema, Severity
from bot.core.rules.context import RuleContext, found_document
from bot.core.rules.example_repository import REPOSITORY
from bot.core.rules.rule import Fault, Rule, Setting, always
from bot.core.rules.successors import successor, successor_span


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del schema
    found = successor(document, context)
    seen = [document.path]
    at = found.there if found else None
    while at is not None and at[0] not in seen:
        seen.append(at[0])
        named = at[1].superseded_by
        at = found_document(named, at[0], context.repository or {}) if named else None
    if at is not None and at[0] == document.path:
        chain = " → ".join(path.rpartition("/")[2] for path in (*seen, document.path))
        message = f"the successors lead back here: {chain}"
        yield Fault(successor_span(document), message, "a circle", RULE.help)


RULE = Rule(
    code="TDD307",
    name="superseded-in-a-circle",
    summary="A chain of successors leads back to this document.",
    severity=always(Severity.ERROR),
    check=_check,
    help="Take the successor out of the document that is in force.",
    good="**Status:** Superseded by [0012](0012-new-cache.md)",
    bad="**Status:** Superseded by [0014](0014-loop.md)",
    setting=Setting(context=REPOSITORY),
)
