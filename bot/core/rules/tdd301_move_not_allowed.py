"""The status made a move that there is not.

## What it does

It compares the status with the base branch's copy.

## Why

An approved design goes back to review or is superseded, never straight back to draft; a superseded one stays
so. What happened between two pushes does not matter.

## What it lets be

A status that stays, and everything where the base branch was not looked at.
"""

import re
from collections.abc import Iterator

from bot.core.document import labels
from bot.core.model import Document, Schema, Severity
from bot.core.policy.lifecycle import KNOWN, move_allowed, ways_from
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import Fault, Rule, Setting, always

_STAGES = re.compile(rf"\b(?:{'|'.join(KNOWN)})\b")


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    head, field = document.header, document.header.field(labels.STATUS)
    if not context.base_known or head.stage is None or field is None:
        return
    base = context.base.header if context.base else None
    if base is not None and base.status is not None and base.stage is None:
        return  # a status of the house's own: where it may go is not known here
    stage = base.stage if base else None
    if not move_allowed(stage, head.stage):
        before, way = base.status if base else None, ways_from(stage)
        yield Fault(
            field.span,
            f"the status cannot go from {before} to {head.status}"
            if before
            else f"a new document cannot be {head.status}",
            label=f"on the base branch: {before}" if before else "new here",
            help=_in_house_words(f"{way[0].upper()}{way[1:]}.", schema),
        )


def _in_house_words(sentence: str, schema: Schema) -> str:
    """Return a sentence on the lifecycle with the statuses as the template writes them."""
    words = {stage: status for status, stage in reversed(tuple(schema.roles.items()))}
    return _STAGES.sub(lambda found: words.get(found[0], found[0]), sentence)


RULE = Rule(
    code="TDD301",
    name="move-not-allowed",
    summary="The status made a move that there is not.",
    severity=always(Severity.ERROR),
    check=_check,
    help="Set a status that follows on the base branch's.",
    good="**Status:** In-Review",
    bad="**Status:** Draft",
    setting=Setting(base="**Status:** Approved"),
    silenceable=False,
)
