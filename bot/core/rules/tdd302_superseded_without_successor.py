"""A superseded document does not say by which one.

## What it does

It finds the status Superseded without a link, a name or a `Superseded-By` field.

## Why

Whoever finds the old design has to find the new one from there.

## What it lets be

A link anywhere in the value or in a field of its own, and statuses such as Rejected, which have no successor.
"""

from collections.abc import Iterator

from bot.core.document import labels
from bot.core.document.stages import has_successor
from bot.core.model import Document, Schema, Severity
from bot.core.policy.lifecycle import SUPERSEDED
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import Fault, Rule, always


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del schema, context
    field = document.header.field(labels.STATUS)
    header = document.header
    replaced = header.stage == SUPERSEDED and has_successor(header.status or "")
    if field and replaced and not header.superseded_by:
        yield Fault(
            field.span,
            "a superseded document has to name its successor",
            label="by which document?",
            help=RULE.help,
        )


RULE = Rule(
    code="TDD302",
    name="superseded-without-successor",
    summary="A superseded document does not name its successor.",
    severity=always(Severity.ERROR),
    check=_check,
    help="Write `**Superseded-By:** [new design](0012-new-design.md)` below the status.",
    good="**Status:** Superseded by [0012](0012-new-design.md)",
    bad="**Status:** Superseded",
)
