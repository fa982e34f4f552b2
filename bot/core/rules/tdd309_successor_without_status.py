"""The document names a successor, but its status is not Superseded.

## What it does

It finds a filled `Superseded-By` in a document whose status is Draft, In-Review or Approved.

## Why

Half of the move was made. Lists by status still show the old design as the one in force.

## What it lets be

`Superseded-By: None`, an empty field, and statuses of a house's own.
"""

from collections.abc import Iterator

from bot.core.document import labels
from bot.core.model import Document, Schema, Severity
from bot.core.policy.lifecycle import SUPERSEDED
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import Fault, Rule, always


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del schema, context
    header = document.header
    field = header.field(labels.SUPERSEDED_BY)
    if field and header.superseded_by and header.stage not in {None, SUPERSEDED}:
        yield Fault(field.span, f"a successor is named, and the status is {header.status}", "half", RULE.help)


RULE = Rule(
    code="TDD309",
    name="successor-without-status",
    summary="A successor is named, but the status is not Superseded.",
    severity=always(Severity.WARNING),
    check=_check,
    help="Set the status to Superseded, or take the successor out.",
    good="**Status:** Superseded\n**Superseded-By:** [0012](0012-new-cache.md)",
    bad="**Status:** Approved\n**Superseded-By:** [0012](0012-new-cache.md)",
)
