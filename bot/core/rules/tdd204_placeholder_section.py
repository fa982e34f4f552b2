"""A section only says that it will be written later: TBD, TODO, to be added.

## What it does

It finds a section whose whole body is a promise: TBD, TODO, to be added.

## Why

Reviewers cannot read what is not written yet.

## What it lets be

A TODO inside a real answer.
"""

from collections.abc import Iterator

from bot.core.model import Document, LeftoverKind, Schema, Severity
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import BODY_FRAME, Fault, Rule, Setting, by_status
from bot.core.rules.sections import fault, place, placeholders


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del schema, context
    for section in placeholders(document, LeftoverKind.LATER):
        yield fault(
            section,
            place(section, (LeftoverKind.LATER,)),
            f"section {section.label} is put off",
            "a promise, not an answer",
            'Answer it, or write "N/A" with the reason.',
        )


RULE = Rule(
    code="TDD204",
    name="placeholder-section",
    summary="A section only says TBD or TODO.",
    severity=by_status(Severity.WARNING, Severity.ERROR, Severity.ERROR, Severity.NOTE),
    check=_check,
    help='Answer it, or write "N/A" with the reason.',
    good="### 5.2 Test Plan\n\nA replay of last week's traffic against both stores.",
    bad="### 5.2 Test Plan\n\nTBD",
    setting=Setting(frame=BODY_FRAME),
)
