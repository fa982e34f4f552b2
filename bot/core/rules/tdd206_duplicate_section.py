"""Two headings say the same section.

## What it does

It finds two headings that say the same section.

## Why

The first one with an answer counts. A reader who finds only the other one misses it.

## What it lets be

Sections that the template has twice, such as Risks under each option.
"""

from collections.abc import Iterator

from bot.core.model import Document, Schema, Severity
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import BODY_FRAME, Fault, Rule, Setting, always
from bot.core.rules.sections import fault


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del schema, context
    for section in document.sections:
        for span in section.duplicates:
            yield fault(
                section,
                span,
                f"section {section.label} stands here again; line {section.line} has it",
                "the same heading",
                "Bring both under one heading.",
            )


RULE = Rule(
    code="TDD206",
    name="duplicate-section",
    summary="Two headings say the same section.",
    severity=always(Severity.WARNING),
    check=_check,
    help="Bring both under one heading.",
    good="## Test Plan\n\nReplay and load test.",
    bad="## Test Plan\n\nReplay.\n\n## Test Plan\n\nLoad test.",
    setting=Setting(frame=BODY_FRAME),
)
