"""The change that sets the status to Approved changes the text as well.

## What it does

It names the sections that differ from the base branch's copy when the status moves to Approved.

## Why

Who reads the history expects of "set to Approved" that nothing else changed. What did change was perhaps read
by nobody.

## What it lets be

Changes of status, date and reviewers, wrapping, and a document that is new.
"""

from collections.abc import Iterator

from bot.core.document import labels
from bot.core.model import Document, Schema, Severity
from bot.core.policy.lifecycle import APPROVED
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import Fault, Rule, Setting, always
from bot.core.rules.sections import changed_sections


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del schema
    field, base = document.header.field(labels.STATUS), context.base
    if field is None or base is None or document.header.stage != APPROVED or base.header.stage == APPROVED:
        return
    changed = changed_sections(document, base)
    if changed:
        names = ", ".join(changed[:3]) + (f" and {len(changed) - 3} more" if len(changed) > 3 else "")  # noqa: PLR2004 - what fits on a line
        yield Fault(field.span, f"set to Approved together with a change of {names}", "not alone", RULE.help)


RULE = Rule(
    code="TDD303",
    name="approved-with-edits",
    summary="The change that sets the status to Approved changes the text as well.",
    severity=always(Severity.NOTE),
    check=_check,
    help="Approve in a change of its own, so that the history shows what was approved.",
    good="**Status:** Approved\n\n## 2.2 Goals\n\nA page in 200 ms.",
    bad="**Status:** Approved\n\n## 2.2 Goals\n\nA page in 100 ms.",
    setting=Setting(
        frame="# TDD: Price cache\n\n{}\n", base="**Status:** Draft\n\n## 2.2 Goals\n\nA page in 200 ms."
    ),
)
