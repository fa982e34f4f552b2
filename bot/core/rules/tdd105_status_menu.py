"""The status still is the template's menu.

## What it does

It finds a status line that offers several statuses to choose from.

## Why

The menu offers every status and says none. It is the header fault that slips through most easily, because
each of its words is a status.

## What it lets be

A menu with the chosen status in bold, or with its box ticked. A menu of words that the template does not have
is told, and left for its author to mend.
"""

from collections.abc import Iterator

from bot.core.document import Edit, labels
from bot.core.document.header_edits import chosen_status
from bot.core.model import Document, Schema, Severity
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import Fault, Rule, always


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del context
    field = document.header.field(labels.STATUS)
    if field is not None and document.header.status_is_menu:
        yield Fault(
            field.span,
            "the status still is the template's menu",
            label="choose one",
            help=f"Replace the line by `**Status:** {schema.statuses[0]}`.",
        )


def _fix(document: Document, schema: Schema, context: RuleContext, fault: Fault) -> tuple[Edit, ...]:
    del context, fault
    edit = chosen_status(document, schema)
    return (edit,) if edit else ()


RULE = Rule(
    code="TDD105",
    name="status-menu",
    summary="The status still is the template's menu.",
    severity=always(Severity.ERROR),
    check=_check,
    help="Leave the one status that is true.",
    good="**Status:** Draft",
    bad="**Status:** [Draft / In-Review / Approved / Superseded]",
    fix=_fix,
    silenceable=False,
)
