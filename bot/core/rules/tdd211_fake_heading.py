"""A bold line is meant as the heading of a section that is missing.

## What it does

It looks for paragraphs of nothing but bold words that are the title of a missing section.

## Why

A bold line looks like a heading and is none: it has no anchor, no place in the outline, and the section
counts as missing.

## What it lets be

Bold lines that are not a missing section's title, and bold words within a text.
"""

from collections.abc import Iterator

from bot.core.document.asked import asked_by
from bot.core.document.bold_lines import bold_lines
from bot.core.document.heading_words import key_of
from bot.core.model import Document, Schema, SectionState, Severity
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import BODY_FRAME, Fault, Rule, Setting, by_status
from bot.core.rules.sections import fault


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del context
    missing = {one.id: one for one in document.sections if one.state is SectionState.MISSING}
    bold = tuple(bold_lines(document)) if missing else ()
    if not bold:
        return
    keys = asked_by(schema).names
    names = {key: section for one, section in missing.items() for key in keys.get(one, ())}
    for words, span in bold:
        section = names.get(key_of(words))
        if section:
            message = f"section {section.label} is a bold line here, not a heading"
            yield fault(section, span, message, "did you mean a heading?", f"Write `## {section.label}`.")


RULE = Rule(
    code="TDD211",
    name="fake-heading",
    summary="A bold line stands where a section's heading belongs.",
    severity=by_status(Severity.NOTE, Severity.WARNING, Severity.WARNING, Severity.NOTE),
    check=_check,
    help="Make it a heading.",
    good="## Test Plan\n\nA replay of last week's traffic.",
    bad="**Test Plan**\n\nA replay of last week's traffic.",
    setting=Setting(frame=BODY_FRAME.replace("{}", "## 2.2 Goals\n\nFast.\n\n{}")),
)
