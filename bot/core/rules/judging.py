"""All rules on one document."""

from collections.abc import Iterable, Iterator

from bot.core.model import Document, Finding, Schema, Severity
from bot.core.policy.lifecycle import APPROVED, DRAFT, SUPERSEDED
from bot.core.rules.context import RuleContext
from bot.core.rules.registry import RULES
from bot.core.rules.rule import Fault, Rule


def judge(document: Document, schema: Schema, context: RuleContext) -> tuple[Finding, ...]:
    """Return every finding, by place and code; nothing stops at the first."""
    status = document.header.status
    known = _of_base(schema, context) if _spares_old_faults(document, context) else frozenset()
    found = (
        _finding(rule, fault, document, severity, known)
        for rule in RULES
        if (severity := rule.severity_at(status)) or rule.about_sections
        for fault in rule.check(document, schema, context)
    )
    kept = (one for one in found if one.severity)
    return tuple(sorted(kept, key=lambda one: (one.span.line, one.span.column, one.rule, one.message)))


def _finding(
    rule: Rule, fault: Fault, document: Document, severity: Severity, known: Iterable[tuple[str, str]]
) -> Finding:
    if fault.severity is not None:
        # An optional section weighs less; a reason that the template requires is worth more than the rule.
        severity = fault.severity if fault.severity > Severity.NOTE else min(severity, fault.severity)
        if document.header.status == DRAFT:
            severity = min(severity, Severity.WARNING)
    if (rule.code, fault.section or "") in known:
        severity = min(severity, Severity.NOTE)
    return Finding(
        rule=rule.code,
        name=rule.name,
        severity=severity,
        path=document.path,
        span=fault.span,
        message=fault.message,
        label=fault.label,
        help=fault.help,
        fixable=fault.fixable,
        section=fault.section,
    )


def _spares_old_faults(document: Document, context: RuleContext) -> bool:
    """Whether faults of sections that the base branch has as well are notes: only while nothing moves on.

    A draft that goes straight to Approved is judged as strictly as one that goes by way of In-Review.
    """
    if context.base is None:
        return False
    status = document.header.status
    return status in {DRAFT, SUPERSEDED} or (status == APPROVED and context.base.header.status == APPROVED)


def _of_base(schema: Schema, context: RuleContext) -> frozenset[tuple[str, str]]:
    return frozenset(_faults(context.base, schema)) if context.base else frozenset()


def _faults(base: Document, schema: Schema) -> Iterator[tuple[str, str]]:
    for rule in RULES:
        if rule.about_sections:
            for fault in rule.check(base, schema, RuleContext()):
                yield rule.code, fault.section or ""
