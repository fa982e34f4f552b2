"""The status made a move that there is not.

## What it does

It compares the status with the base branch's copy.

## Why

An approved design goes back to review or is superseded, never straight back to draft; a superseded one stays
so. What happened between two pushes does not matter.

## What it lets be

A status that stays, and everything where the base branch was not looked at.
"""

from collections.abc import Iterator

from bot.core.document import labels
from bot.core.model import Document, Schema, Severity
from bot.core.policy.lifecycle import explain_move, move_allowed
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import Fault, Rule, Setting, always


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del schema
    status = document.header.status
    field = document.header.field(labels.STATUS)
    if not context.base_known or status is None or field is None:
        return
    before = context.base.header.status if context.base else None
    if not move_allowed(before, status):
        yield Fault(
            field.span,
            f"the status cannot go from {before} to {status}"
            if before
            else f"a new document cannot be {status}",
            label=f"on the base branch: {before}" if before else "new here",
            help=explain_move(before, status),
        )


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
