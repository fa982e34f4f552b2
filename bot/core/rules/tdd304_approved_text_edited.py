"""The text of an approved design was changed.

## What it does

It names the sections of an approved design that differ from the base branch's copy.

## Why

Those who signed it signed other words. They are asked again; a larger change is better a design of its own
that supersedes this one.

## What it lets be

Changes of the header, of wrapping, emphasis and link style: they say nothing else than before.
"""

from collections.abc import Iterator

from bot.core.document import labels
from bot.core.model import Document, Schema, Severity
from bot.core.policy.lifecycle import APPROVED
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import Fault, Rule, Setting, always, header_span
from bot.core.rules.sections import changed_sections


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del schema
    base = context.base
    if base is None or not document.header.stage == base.header.stage == APPROVED:
        return
    changed = changed_sections(document, base)
    if changed:
        field = document.header.field(labels.STATUS)
        names = ", ".join(changed[:3]) + (f" and {len(changed) - 3} more" if len(changed) > 3 else "")  # noqa: PLR2004 - what fits on a line
        span = field.span if field else header_span(document)
        yield Fault(span, f"approved, and {names} changed since", "to be signed again", RULE.help)


RULE = Rule(
    code="TDD304",
    name="approved-text-edited",
    summary="The text of an approved design was changed.",
    severity=always(Severity.NOTE),
    check=_check,
    help="Its reviewers are asked again. For a larger change write a new design that supersedes this one.",
    good="**Status:** Approved\n\n## 2.2 Goals\n\nA page in 200 ms.",
    bad="**Status:** Approved\n\n## 2.2 Goals\n\nA page in 100 ms.",
    setting=Setting(
        frame="# TDD: Price cache\n\n{}\n", base="**Status:** Approved\n\n## 2.2 Goals\n\nA page in 200 ms."
    ),
)
