"""A section still holds the template's text and nothing else.

A prompt is found by comparing lines with the template's: a question that you answer below its own line is
answered. Brackets to fill in count as well where they are all there is.
"""

from collections.abc import Iterator

from bot.core.model import Document, LeftoverKind, Schema, Severity
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import Fault, Rule, by_status
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
)
