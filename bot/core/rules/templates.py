"""The rules on a template itself: a fault there would be a fault of every document written from it."""

from collections.abc import Sequence

from bot.core.document import DocumentTooLargeError, read_document, schema_of
from bot.core.model import Document, Finding
from bot.core.rules.context import RuleContext
from bot.core.rules.registry import RULES
from bot.core.rules.rule import Rule, Subject
from bot.core.rules.tdd901_faulty_template import unreadable


def judge_template(
    path: str, text: str, base_text: str | None = None, *, rules: Sequence[Rule] = RULES
) -> tuple[Finding, ...]:
    """Return what is wrong with a template, by place and code.

    ``base_text`` is the copy on the base branch: what that one asks for and this one no longer does is a
    finding as well.
    """
    try:
        schema = schema_of(text)
        document = read_document(path, text, schema)
    except DocumentTooLargeError as problem:
        return (unreadable(path, str(problem)),)
    context = RuleContext(base=_base(path, base_text), base_known=base_text is not None)
    found = [
        rule.finding(path, fault, severity)
        for rule in rules
        if rule.subject is Subject.TEMPLATE
        for fault in rule.check(document, schema, context)
        if (severity := fault.severity or rule.severity_at(None))
    ]
    return tuple(sorted(found, key=lambda one: (one.span.line, one.span.column, one.rule, one.message)))


def _base(path: str, text: str | None) -> Document | None:
    if text is None:
        return None
    try:
        return read_document(path, text, schema_of(text))
    except DocumentTooLargeError:
        return None
