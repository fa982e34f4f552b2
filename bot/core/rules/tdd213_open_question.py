"""A box under the open questions is not ticked.

## What it does

It names each `- [ ]` in a section of risks, unknowns or open questions.

## Why

An open question is fine in a draft. An approved design with one says yes to something nobody knows.

## What it lets be

Boxes in any other section, such as milestones, and ticked ones.
"""

from collections.abc import Iterator

from bot.core.document.body_marks import open_boxes
from bot.core.document.heading_words import key_of
from bot.core.model import Document, Schema, Severity
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import BODY_FRAME, Fault, Rule, Setting, by_status

_WORDS = frozenset(
    {"question", "unknown", "unresolved", "pregunta", "frage", "offene", "inconnue", "abierta"}
    | {"问题", "未决问题"}
)


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del schema, context
    for heading, span in open_boxes(document):
        if not _WORDS.isdisjoint(key_of(heading, brackets=True).split()):
            yield Fault(span, "a question is still open", "not ticked", RULE.help)


RULE = Rule(
    code="TDD213",
    name="open-question",
    summary="A box under the open questions is not ticked.",
    severity=by_status(Severity.NOTE, Severity.WARNING, Severity.ERROR, Severity.NOTE),
    check=_check,
    help="Answer it and tick the box, or say in a sentence why it can stay open.",
    good="## 7. Risks & Unknowns\n\n- [x] Who pays? The shop does.",
    bad="## 7. Risks & Unknowns\n\n- [ ] Who pays?",
    setting=Setting(frame=BODY_FRAME),
)
