"""A section says "N/A" and does not say why.

## What it does

It finds a section that says "N/A" and nothing more.

## Why

It counts as answered. With a reason the reviewers need not ask; a template or a configuration can require
it.

## What it lets be

"N/A: nothing is stored", "None, because ...", and any draft.
"""

from collections.abc import Iterator
from dataclasses import replace

from bot.core.model import Document, Schema, SectionState, Severity
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import BODY_FRAME, Fault, Rule, Setting, by_status
from bot.core.rules.sections import asking, fault, place


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del schema, context
    for section in asking(document):
        if section.state is not SectionState.NOT_APPLICABLE or section.reason:
            continue
        found = fault(
            section,
            place(section, ()),
            f"section {section.label} does not apply, and does not say why",
            "N/A without a reason",
            "Add the reason: `N/A: nothing is stored`.",
        )
        yield replace(found, severity=Severity.ERROR if section.reason_required else None)


RULE = Rule(
    code="TDD207",
    name="not-applicable-without-reason",
    summary='A section says "N/A" without a reason.',
    severity=by_status(Severity.OFF, Severity.NOTE, Severity.NOTE, Severity.OFF),
    check=_check,
    help="Add the reason: `N/A: nothing is stored`.",
    good="### 4.2 Security & Privacy\n\nN/A: nothing is stored.",
    bad="### 4.2 Security & Privacy\n\nN/A",
    setting=Setting(frame=BODY_FRAME),
)
