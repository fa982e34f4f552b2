"""The status is none of those that the template offers.

## What it does

It compares the first words of the status with the statuses of the template's menu.

## Why

A word that the gate does not know could mean anything: it asks nobody and lets nothing through.

## What it lets be

What follows a known status, as in `In-Review (second round)`; other spellings such as `in_review`; words that
are struck out.
"""

import re
from collections.abc import Iterator

from bot.core.document import Edit, labels
from bot.core.document.header_edits import replaced_in_value
from bot.core.document.likeness import nearest
from bot.core.model import Document, Schema, Severity
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import Fault, Rule, by_status

_NEAR = 70
_WORDS = re.compile(r"[^\W\d_]+(?:[ _-][^\W\d_]+)*")


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del context
    header = document.header
    field = header.field(labels.STATUS)
    if field is None or not field.raw or header.status or header.status_is_menu:
        return
    words = _WORDS.search(field.raw[:60])
    near = _near(words[0], schema) if words else None
    shown = field.raw if len(field.raw) <= 60 else field.raw[:60] + "…"  # noqa: PLR2004 - what fits on a line
    yield Fault(
        field.span,
        f"unknown status `{shown.replace('`', '')}`",
        label=f"did you mean {near}?" if near else "none of the template's statuses",
        help=f"Write one of {', '.join(schema.statuses)}; a remark may follow it.",
    )


def _near(word: str, schema: Schema) -> str | None:
    if word.casefold().startswith(("not ", "un")) or word in schema.statuses:
        return None  # the opposite is as similar as it is wrong
    near = nearest(word.casefold(), map(str.casefold, schema.statuses), _NEAR)
    return next((one for one in schema.statuses if one.casefold() == near), None)


def _fix(document: Document, schema: Schema, context: RuleContext, fault: Fault) -> tuple[Edit, ...]:
    del context, fault
    field = document.header.field(labels.STATUS)
    words = _WORDS.search(field.raw) if field else None
    near = _near(words[0], schema) if words else None
    edit = replaced_in_value(document, labels.STATUS, words[0], near) if words and near else None
    return (edit,) if edit else ()


RULE = Rule(
    code="TDD104",
    name="unknown-status",
    summary="The status is none of the template's.",
    severity=by_status(Severity.WARNING, Severity.ERROR, Severity.ERROR, Severity.ERROR),
    check=_check,
    help="Write one of the template's statuses.",
    good="**Status:** In-Review (second round)",
    bad="**Status:** In-Reveiw (second round)",
    fix=_fix,
    silenceable=False,
)
