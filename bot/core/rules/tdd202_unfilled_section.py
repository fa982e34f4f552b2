"""A section still holds the template's text and nothing else.

## What it does

It compares the lines of a section with the template's, and finds a section that has nothing but those, or
brackets to fill in.

## Why

It looks written in the outline and says nothing.

## What it lets be

A question that is answered below or beside its own line, short answers, and brackets around real text.
"""

from collections.abc import Iterator

from bot.core.model import Document, LeftoverKind, Schema, Severity
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import BODY_FRAME, Fault, Rule, Setting, by_status
from bot.core.rules.sections import fault, place, placeholders


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del schema, context
    for section in placeholders(document, None):
        kinds = {one.kind for one in section.leftovers}
        prompts = LeftoverKind.PROMPT in kinds
        what = "the template's text" if prompts else "only gaps or instructions to fill in"
        if kinds == {LeftoverKind.COMMENT}:
            what = "only a comment, which no reader sees"
        yield fault(
            section,
            place(section, LeftoverKind),
            f"section {section.label} still holds {what}",
            "prompt, not an answer" if prompts else "to fill in",
            'Answer it, or write "N/A" with the reason.',
        )


RULE = Rule(
    code="TDD202",
    name="unfilled-section",
    summary="A section still holds the template's text.",
    severity=by_status(Severity.WARNING, Severity.ERROR, Severity.ERROR, Severity.NOTE),
    check=_check,
    help='Answer it, or write "N/A" with the reason.',
    good="### 4.2 Security & Privacy\n\nTokens are encrypted at rest.",
    bad="### 4.2 Security & Privacy\n\n* How is data encrypted (at rest/in transit)?",
    setting=Setting(frame=BODY_FRAME),
)
