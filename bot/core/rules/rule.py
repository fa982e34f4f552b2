"""What a rule is: a code, its weight by status, and a check that finds every fault."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from bot.core.document.edits import Edit
from bot.core.document.outline import outline_of
from bot.core.document.stages import stage_of
from bot.core.model import Document, Finding, Schema, Severity, Span
from bot.core.policy.lifecycle import APPROVED, DRAFT, IN_REVIEW, SUPERSEDED
from bot.core.rules.context import RuleContext

EXAMPLE_TEMPLATE = """# TDD: [Title]

**Author:** [Your Name]
**Status:** [Draft / In-Review / Approved / Superseded]
**Date:** YYYY-MM-DD
**Reviewers:** @eng-lead, @security-team, @infrastructure

## 2. Context
### 2.1 Problem Statement
*Describe the pain point.*

### 2.2 Goals

## 4. Non-Functional Requirements
### 4.2 Security & Privacy
* How is data encrypted (at rest/in transit)?

### 4.3 Observability

## 5. Plan
### 5.2 Test Plan

## 7. Risks & Unknowns
*What could go wrong?*
"""
"""A small template, for the examples."""
HEADER_FRAME = """# TDD: Price cache

{}

## 2.1 Problem Statement

Prices are fetched on every page view.
"""
"""A document around the example of a header."""
BODY_FRAME = """# TDD: Price cache

**Author:** Alice (@alice)
**Status:** In-Review
**Date:** 2026-03-01
**Reviewers:** @acme/security

{}
"""
"""A document around the example of a section."""

DEFAULT = "default"
"""Key of the severity for a status that is unknown or missing."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault before it is weighed."""

    span: Span
    message: str
    label: str = ""
    help: str = ""
    section: str | None = None
    severity: Severity | None = None
    """Where this one weighs differently from its rule; a rule that is off for a status stays off."""
    edits: tuple[Edit, ...] = ()
    """What mends it, where the check finds that along the way."""


Fix = Callable[[Document, Schema, RuleContext, Fault], tuple[Edit, ...]]
"""Returns the edits that mend one fault; none where this one is for the author to mend."""

Check = Callable[[Document, Schema, RuleContext], Iterable[Fault]]


_ALONE = RuleContext()


class Subject(Enum):
    """What a rule judges."""

    DOCUMENT = "document"
    TEMPLATE = "template"
    """The template file itself, where it is edited."""
    GATE = "gate"
    """What only the gate can see; it raises the finding itself."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What stands around a rule's examples and is the same for both."""

    template: str = EXAMPLE_TEMPLATE
    frame: str = HEADER_FRAME
    """The document, with ``{}`` in the example's place."""
    path: str = "docs/tdd/0007-price-cache.md"
    base: str | None = None
    """The example on the base branch, put into the same frame."""
    context: RuleContext = _ALONE
    """All else; the base is added."""


_PLAIN = Setting()


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; the docstring of its module is its page."""

    code: str
    name: str
    """The fault in kebab-case."""
    summary: str
    severity: Mapping[str, Severity]
    """Status of the built-in template, or ``default``, -> how much a fault weighs."""
    check: Check
    help: str
    """The way out, in one sentence."""
    good: str
    bad: str
    """Differs from ``good`` by one edit."""
    setting: Setting = _PLAIN
    fix: Fix | None = None
    subject: Subject = Subject.DOCUMENT
    reveals: bool = False
    """Whether its fix lets a line of the header be read that was none before."""
    silenceable: bool = True
    """Whether a comment in the document may allow it; not where the gate itself would be blinded."""

    @property
    def about_sections(self) -> bool:
        """Whether it judges sections, so that faults that the base branch has as well do not block."""
        return self.code.startswith("TDD2")

    def severity_at(self, status: str | None) -> Severity:
        """Return how much a fault weighs in a document of this status."""
        stage = status if status in self.severity else stage_of(status or "")
        return self.severity[stage or DEFAULT]

    def finding(self, path: str, fault: Fault, severity: Severity, *, fixable: bool = False) -> Finding:
        """Return a fault of the file at a path as it is reported."""
        return Finding(
            rule=self.code,
            name=self.name,
            severity=severity,
            path=path,
            span=fault.span,
            message=fault.message,
            label=fault.label,
            help=fault.help,
            fixable=fixable,
            section=fault.section,
        )


def by_status(
    draft: Severity,
    in_review: Severity,
    approved: Severity,
    superseded: Severity,
    default: Severity | None = None,
) -> Mapping[str, Severity]:
    """Return the severities of the four statuses; an unknown status weighs as In-Review does."""
    return MappingProxyType(
        {
            DRAFT: draft,
            IN_REVIEW: in_review,
            APPROVED: approved,
            SUPERSEDED: superseded,
            DEFAULT: in_review if default is None else default,
        }
    )


def always(severity: Severity) -> Mapping[str, Severity]:
    """Return one severity for every status."""
    return by_status(severity, severity, severity, severity)


def found_edits(document: Document, schema: Schema, context: RuleContext, fault: Fault) -> tuple[Edit, ...]:
    """Return the edits that came with a fault."""
    del document, schema, context
    return fault.edits


def header_span(document: Document) -> Span:
    """Return where a fault of the whole header is shown: at the title, else at the top."""
    return line_span(document, document.title_line or 1)


def line_span(document: Document, line: int) -> Span:
    """Return the span of a whole line."""
    return Span(line, 1, line, len(outline_of(document.source).text.line(line)) + 1)
