"""The header stands right above a ``---``.

## What it does

It finds a header right above a `---`.

## Why

Markdown takes the rule for an underline and shows the whole header as one big heading. It is read as the
header all the same.

## What it lets be

A rule with an empty line above it, and real headings that are underlined.
"""

from collections.abc import Iterator

from bot.core.document import Edit
from bot.core.document.header_edits import line_above_rule
from bot.core.model import Document, Schema, Severity
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import Fault, Rule, always


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del schema, context
    if document.header.underlined:
        yield Fault(
            document.header.underlined,
            "the rule right below the header turns it into a heading",
            label="underlined by ---",
            help=RULE.help,
        )


def _fix(document: Document, schema: Schema, context: RuleContext, fault: Fault) -> tuple[Edit, ...]:
    del schema, context, fault
    edit = line_above_rule(document)
    return (edit,) if edit else ()


RULE = Rule(
    code="TDD112",
    name="underlined-header",
    summary="A rule right below the header turns it into a heading.",
    severity=always(Severity.NOTE),
    check=_check,
    help="Put an empty line between the header and the `---`.",
    good="**Status:** Draft\n\n---",
    bad="**Status:** Draft\n---",
    fix=_fix,
)
