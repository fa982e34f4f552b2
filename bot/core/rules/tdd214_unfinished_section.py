"""A section has an answer, and beside it something put off or left to fill in.

## What it does

It names the first "TBD", empty label or bracketed stub in a section that is otherwise answered.

## Why

The section counts as written, so nobody would come back to the line that is not.

## What it lets be

"TODO" inside a sentence of the author's, and sections without any answer: those are TDD202 and TDD204.
"""

from collections.abc import Iterator

from bot.core.model import Document, LeftoverKind, Schema, SectionState, Severity
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import BODY_FRAME, Fault, Rule, Setting, by_status
from bot.core.rules.sections import asking, fault, place

_KINDS = (LeftoverKind.LATER, LeftoverKind.STUB)


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del schema, context
    for section in asking(document):
        left = [one for one in section.leftovers if one.kind in _KINDS]
        if left and section.state is SectionState.FILLED:
            more = f", and {len(left) - 1} more" if len(left) > 1 else ""
            message = f"section {section.label} has a line that is not written yet{more}"
            yield fault(section, place(section, _KINDS), message, "to fill in", RULE.help)


RULE = Rule(
    code="TDD214",
    name="unfinished-section",
    summary="A section has a line that is not written yet.",
    severity=by_status(Severity.OFF, Severity.NOTE, Severity.NOTE, Severity.OFF),
    check=_check,
    help="Write it, or take the line out.",
    good="## 5.2 Test Plan\n\n- A replay of last week's traffic.\n- Ten users at once.",
    bad="## 5.2 Test Plan\n\n- A replay of last week's traffic.\n- TBD",
    setting=Setting(frame=BODY_FRAME),
)
