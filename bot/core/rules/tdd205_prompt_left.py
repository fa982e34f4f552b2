"""A line of the template was left beside a real answer.

## What it does

It finds lines of the template beside a real answer.

## Why

It does no harm and never blocks; a reader sees instructions that were meant for the author.

## What it lets be

Labels of the template that have a value after them, and hidden comments.
"""

from collections.abc import Iterator

from bot.core.model import Document, LeftoverKind, Schema, SectionState, Severity
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import BODY_FRAME, Fault, Rule, Setting, always
from bot.core.rules.sections import asking, fault, place


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del schema, context
    for section in asking(document):
        left = [one for one in section.leftovers if one.kind is LeftoverKind.PROMPT]
        if left and section.state is SectionState.FILLED:
            count = "a line" if len(left) == 1 else f"{len(left)} lines"
            yield fault(
                section,
                place(section, (LeftoverKind.PROMPT,)),
                f"section {section.label} still has {count} of the template beside its answer",
                "the template's",
                "Delete what was meant for the author.",
            )


RULE = Rule(
    code="TDD205",
    name="prompt-left",
    summary="A line of the template stands beside a real answer.",
    severity=always(Severity.NOTE),
    check=_check,
    help="Delete what was meant for the author.",
    good="### 2.1 Problem Statement\n\nPrices are fetched on every page view.",
    bad="### 2.1 Problem Statement\n\n*Describe the pain point.*\n\nPrices are fetched on every page view.",
    setting=Setting(frame=BODY_FRAME),
)
