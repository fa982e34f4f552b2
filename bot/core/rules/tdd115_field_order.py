"""The header's fields stand in another order than the template's. Off unless it is switched on.

## What it does

It compares the order of the fields that template and document share, and names the first that is out of it.

## Why

Some houses read headers by eye, in lists, and want them alike.

## What it lets be

Further fields anywhere between, and front matter, which nobody reads by eye.
"""

from collections.abc import Iterator

from bot.core.model import Document, HeaderSyntax, Schema, Severity
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import Fault, Rule, always


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del context
    if document.header.syntax is HeaderSyntax.FRONT_MATTER:
        return
    there = [field for field in document.header.fields if field.name in schema.fields]
    first = {field.name: field for field in reversed(there)}
    found = sorted(first.values(), key=lambda one: one.span)
    wanted = [name for name in schema.fields if name in first]
    for field, name in zip(found, wanted, strict=True):
        if field.name != name:
            order = ", ".join(wanted)
            yield Fault(
                field.span, f"{field.label} stands where {name} does", f"the order is {order}", RULE.help
            )
            return


RULE = Rule(
    code="TDD115",
    name="field-order",
    summary="The header's fields stand in another order than the template's.",
    severity=always(Severity.OFF),
    check=_check,
    help="Put the lines in the template's order.",
    good="**Author:** Alice\n**Status:** Draft\n**Date:** 2026-03-01",
    bad="**Status:** Draft\n**Author:** Alice\n**Date:** 2026-03-01",
)
