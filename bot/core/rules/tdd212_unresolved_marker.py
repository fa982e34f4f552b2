"""The text has an `<<[UNRESOLVED ...]>>` mark, so something in it is not decided.

## What it does

It names each such mark. An approved design with one is an error, a draft with one a note.

## Why

Authors set the mark to come back to it. What is approved with it in place is approved half-decided.

## What it lets be

Marks in code, and the closing `<<[/UNRESOLVED]>>`.
"""

from collections.abc import Iterator

from bot.core.document.body_marks import unresolved
from bot.core.model import Document, Schema, Severity
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import BODY_FRAME, Fault, Rule, Setting, by_status


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del schema, context
    for span in unresolved(document):
        yield Fault(span, "something is still marked as unresolved", "to be decided", RULE.help)


RULE = Rule(
    code="TDD212",
    name="unresolved-marker",
    summary="Something in the text is still marked as unresolved.",
    severity=by_status(Severity.NOTE, Severity.WARNING, Severity.ERROR, Severity.NOTE),
    check=_check,
    help="Decide it, and take the mark out.",
    good="## 2.2 Goals\n\nA page in 200 ms.",
    bad="## 2.2 Goals\n\n<<[UNRESOLVED how fast? @alice]>>",
    setting=Setting(frame=BODY_FRAME),
)
