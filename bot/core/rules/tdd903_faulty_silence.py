"""A comment that should allow a fault does not work.

## What it does

It finds `<!-- tdd: allow ... -->` without a reason, for a rule that there is not, for one that no comment can
allow, and for one that has nothing to allow there.

## Why

An author believes that a fault is allowed, and the gate still shows it. A comment that is left over hides the
next fault of its kind from everybody.

## What it lets be

Comments in code, and other comments for tools.
"""

from collections.abc import Iterator

from bot.core.document.silences import Silence, silences_of
from bot.core.model import Document, Schema, Severity
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import BODY_FRAME, Fault, Rule, Setting, always


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    # The registry imports this module; it is whole by the time a document is judged.
    from bot.core.rules.registry import RULES  # noqa: PLC0415 - see above

    for silence in silences_of(document):
        rule = next((one for one in RULES if one.code == silence.code), None)
        message = _why(silence, rule)
        if message:
            yield Fault(silence.span, message, "allows nothing", RULE.help)
        elif rule and _is_idle(silence, rule, document, schema, context):
            message = f"{silence.code} finds nothing here that needs to be allowed"
            yield Fault(silence.span, message, "allows nothing", "Take the comment out.")


def _why(silence: Silence, rule: Rule | None) -> str:
    if rule is None:
        return f"there is no rule {silence.code} to allow"
    if not rule.silenceable:
        return f"{silence.code} cannot be allowed by a comment"
    return "" if silence.reason else f"{silence.code} is not allowed here: the comment gives no reason"


def _is_idle(silence: Silence, rule: Rule, document: Document, schema: Schema, context: RuleContext) -> bool:
    """Whether a rule that needs the text alone has no fault there; what others would find is not known."""
    if not rule.code.startswith(_OF_THE_TEXT) or not rule.severity_at(document.header.stage):
        return False
    sections = {str(one.id): one for one in document.sections}
    faults = rule.check(document, schema, context)
    return not any(silence.covers(one.span, sections.get(one.section or "")) for one in faults)


_OF_THE_TEXT = ("TDD1", "TDD2")
"""Families whose rules look at the document alone."""


RULE = Rule(
    code="TDD903",
    name="faulty-silence",
    summary="A comment that should allow a fault does not work.",
    severity=always(Severity.WARNING),
    check=_check,
    help='Write `<!-- tdd: allow TDD203 reason="what makes it right here" -->` below the heading.',
    good='## 2.2 Goals\n\n<!-- tdd: allow TDD203 reason="the product page has them" -->',
    bad="## 2.2 Goals\n\n<!-- tdd: allow TDD203 -->",
    setting=Setting(frame=BODY_FRAME),
    silenceable=False,
)
