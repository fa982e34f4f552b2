"""A section has a heading and nothing under it.

## What it does

It finds a heading with nothing under it.

## Why

Comments, rules and link definitions are nothing to a reader.

## What it lets be

A diagram, a block of code or a table alone, and a heading that only groups others.
"""

from collections.abc import Iterator

from bot.core.model import Document, Schema, SectionState, Severity
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import BODY_FRAME, Fault, Rule, Setting, by_status
from bot.core.rules.sections import asking, fault, place


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del schema, context
    for section in asking(document):
        if section.state is SectionState.EMPTY:
            yield fault(
                section,
                place(section, ()),
                f"section {section.label} is empty",
                "nothing below this heading",
                'Answer it, or write "N/A" with the reason.',
            )


RULE = Rule(
    code="TDD203",
    name="empty-section",
    summary="A section has nothing under its heading.",
    severity=by_status(Severity.WARNING, Severity.ERROR, Severity.ERROR, Severity.NOTE),
    check=_check,
    help='Answer it, or write "N/A" with the reason.',
    good="## 7. Risks & Unknowns\n\nThe vendor may change the price list without notice.",
    bad="## 7. Risks & Unknowns",
    setting=Setting(frame=BODY_FRAME),
)
