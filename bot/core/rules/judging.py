"""All rules on one document."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.core.document.completing import harmless
from bot.core.document.edits import Edit
from bot.core.document.silences import Silence, silences_of
from bot.core.model import Document, Finding, Schema, Section, Severity
from bot.core.policy.lifecycle import APPROVED, DRAFT, SUPERSEDED
from bot.core.rules.context import RuleContext
from bot.core.rules.registry import RULES
from bot.core.rules.rule import Fault, Rule, Subject

Severities = Mapping[str, Severity] | Mapping[str | tuple[str, str], Severity]
"""What a configuration makes of rules: by code, or by code and status (as the template writes it, or the
lifecycle's word for it); the latter comes first."""


@dataclass(frozen=True, slots=True)
class Silenced:
    """A finding that a comment in the document allows."""

    finding: Finding
    reason: str
    line: int
    """Of the comment."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is wrong with a document, and what its author says may be so."""

    findings: tuple[Finding, ...]
    silenced: tuple[Silenced, ...] = ()


@dataclass(frozen=True, slots=True)
class _Judged:
    finding: Finding
    edits: tuple[Edit, ...]
    reveals: bool
    silence: Silence | None


def judge(
    document: Document,
    schema: Schema,
    context: RuleContext,
    *,
    severities: Severities | None = None,
    rules: Sequence[Rule] = RULES,
) -> tuple[Finding, ...]:
    """Return every finding, by place and code; nothing stops at the first. Silenced ones are left out."""
    return judgement(document, schema, context, severities=severities, rules=rules).findings


def judgement(
    document: Document,
    schema: Schema,
    context: RuleContext,
    *,
    severities: Severities | None = None,
    rules: Sequence[Rule] = RULES,
) -> Judgement:
    """Return every finding and every silenced one, each by place and code."""
    judged = sorted(
        _judged(document, schema, context, severities, rules), key=lambda one: _place(one.finding)
    )
    return Judgement(
        findings=tuple(one.finding for one in judged if one.silence is None),
        silenced=tuple(
            Silenced(one.finding, one.silence.reason, one.silence.span.line) for one in judged if one.silence
        ),
    )


def fixes(
    document: Document,
    schema: Schema,
    context: RuleContext,
    select: Collection[str] | None = None,
    *,
    severities: Severities | None = None,
) -> tuple[Edit, ...]:
    """Return the edits that mend what can be mended, by place; ``select`` are codes, None all of them.

    Only what is a finding is mended: no rule that is off, and nothing that a comment allows. Edits that would
    change what the author's sections say are left out.
    """
    chosen = [
        one
        for one in _judged(document, schema, context, severities, RULES)
        if one.edits and one.silence is None and (select is None or one.finding.rule in select)
    ]
    revealing = [edit for one in chosen if one.reveals for edit in one.edits]
    groups = [one.edits for one in chosen if not one.reveals]
    return harmless(document, schema, groups, revealing)


def mending(
    document: Document, schema: Schema, context: RuleContext, *, severities: Severities | None = None
) -> Mapping[Finding, tuple[Edit, ...]]:
    """Return the edits that mend each finding by themselves, for whoever takes up one and not the others.

    A finding whose edits would change what the author's sections say has none.
    """
    found: dict[Finding, tuple[Edit, ...]] = {}
    for one in _judged(document, schema, context, severities, RULES):
        if one.edits and one.silence is None:
            alone = harmless(
                document, schema, [] if one.reveals else [one.edits], one.edits if one.reveals else ()
            )
            if alone:
                found[one.finding] = alone
    return found


def _place(finding: Finding) -> tuple[int, int, str, str]:
    return finding.span.line, finding.span.column, finding.rule, finding.message


def _judged(
    document: Document,
    schema: Schema,
    context: RuleContext,
    severities: Severities | None,
    rules: Sequence[Rule],
) -> Iterator[_Judged]:
    weights: Mapping[str | tuple[str, str], Severity] = {key: one for key, one in (severities or {}).items()}  # noqa: C416 - a mapping of codes alone has narrower keys
    known = _of_base(schema, context, rules) if _spares_old_faults(document, context) else frozenset()
    silences = silences_of(document)
    sections = {str(one.id): one for one in document.sections} if silences else {}
    for rule in rules:
        if rule.subject is not Subject.DOCUMENT:
            continue
        asked = _configured(rule, document, weights)
        severity = rule.severity_at(document.header.stage) if asked is None else asked
        if not severity and (asked is not None or not rule.about_sections):
            continue
        for fault in rule.check(document, schema, context):
            weight = _weight(rule, fault, document, severity, known)
            if weight:
                edits = rule.fix(document, schema, context, fault) if rule.fix else ()
                found = rule.finding(document.path, fault, weight, fixable=bool(edits))
                yield _Judged(found, edits, rule.reveals, _silence(rule, found, silences, sections))


def _silence(
    rule: Rule, finding: Finding, silences: Sequence[Silence], sections: Mapping[str, Section]
) -> Silence | None:
    if not rule.silenceable:
        return None
    section = sections.get(finding.section or "")
    fitting = (one for one in silences if one.code == rule.code and one.reason)
    return next((one for one in fitting if one.covers(finding.span, section)), None)


def _configured(
    rule: Rule, document: Document, severities: Mapping[str | tuple[str, str], Severity]
) -> Severity | None:
    for status in (document.header.status, document.header.stage):
        if status is not None and (rule.code, status) in severities:
            return severities[rule.code, status]
    return severities.get(rule.code)


def _weight(
    rule: Rule, fault: Fault, document: Document, severity: Severity, known: Collection[tuple[str, str]]
) -> Severity:
    if fault.severity is not None:
        # An optional section weighs less; a reason that the template requires is worth more than the rule.
        severity = fault.severity if fault.severity > Severity.NOTE else min(severity, fault.severity)
        if document.header.stage == DRAFT:
            severity = min(severity, Severity.WARNING)
    return min(severity, Severity.NOTE) if (rule.code, fault.section or "") in known else severity


def _spares_old_faults(document: Document, context: RuleContext) -> bool:
    """Whether faults of sections that the base branch has as well are notes: only while nothing moves on.

    A draft that goes straight to Approved is judged as strictly as one that goes by way of In-Review.
    """
    if context.base is None:
        return False
    stage = document.header.stage
    return stage in {DRAFT, SUPERSEDED} or (stage == APPROVED and context.base.header.stage == APPROVED)


def _of_base(schema: Schema, context: RuleContext, rules: Sequence[Rule]) -> frozenset[tuple[str, str]]:
    return frozenset(_faults(context.base, schema, rules)) if context.base else frozenset()


def _faults(base: Document, schema: Schema, rules: Sequence[Rule]) -> Iterator[tuple[str, str]]:
    for rule in rules:
        if rule.about_sections:
            for fault in rule.check(base, schema, RuleContext()):
                yield rule.code, fault.section or ""
