"""The template cannot do its work.

## What it does

It finds what makes a template useless as a schema: no section, no status to choose from, one of the lines for
author, status, date and reviewers missing, two headings that say the same, directives that mean nothing.

## Why

Every document of the repository is judged by the template. A fault there turns up in all of them, in front
of people who did not make it; here it is shown to the one who is editing the template.

## What it lets be

Any header syntax, any statuses and any headings of the house. A template with a `## Status` section instead
of a status line has a status.
"""

from collections.abc import Iterator

from bot.core.document import labels
from bot.core.document.directives import unknown_directives
from bot.core.document.heading_words import key_of
from bot.core.document.schema import DEFAULT_STATUSES
from bot.core.model import Document, Finding, Heading, Schema, Severity, Span
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import Fault, Rule, Setting, Subject, always, header_span, line_span

_NEEDED = (labels.STATUS, labels.REVIEWERS)
_USUAL = (labels.AUTHOR, labels.DATE)


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del context
    top = header_span(document)
    if not schema.sections:
        yield Fault(top, "the template asks for no section", "no headings", "Add one for each question.")
    for name in (*_NEEDED, *_USUAL):
        if name not in schema.fields and not (name == labels.STATUS and document.header.field(name)):
            yield Fault(
                top,
                f"the template has no {name.capitalize()} line",
                "below this title",
                f"Add `**{name.capitalize()}:** ...` below the title.",
                severity=Severity.ERROR if name in _NEEDED else Severity.NOTE,
            )
    field = document.header.field(labels.STATUS)
    if field and schema.statuses == DEFAULT_STATUSES and not document.header.status_is_menu and field.raw:
        yield Fault(
            field.span,
            "the template offers no statuses to choose from",
            "not a menu",
            f"Write them all: `[{' / '.join(DEFAULT_STATUSES)}]`.",
            severity=Severity.NOTE,
        )
    yield from _namesakes(document)
    for span, words in unknown_directives(document):
        yield Fault(
            span,
            f"`{words}` is no directive of a template",
            "means nothing",
            "There are `optional`, `reason`, `aliases=A, B` and `owners=@org/team`.",
            severity=Severity.WARNING,
        )


def _namesakes(document: Document) -> Iterator[Fault]:
    """Two sections of one name under one heading cannot be told apart in a document."""
    seen: dict[tuple[int, str], Heading] = {}
    above: list[Heading] = []
    for heading in document.headings:
        while above and above[-1].level >= heading.level:
            above.pop()
        key = (above[-1].line if above else 0, key_of(heading.text))
        above.append(heading)
        first = seen.setdefault(key, heading)
        if first is not heading:
            yield Fault(
                line_span(document, heading.line),
                f"the heading in line {first.line} says the same",
                "cannot be told apart",
                "Give one of them another name.",
                severity=Severity.WARNING,
            )


def unreadable(path: str, why: str) -> Finding:
    """Return the finding for a template that is over a cap."""
    fault = Fault(Span(1, 1, 1, 1), f"the template cannot be used: {why}", "refused", "Shorten it.")
    return RULE.finding(path, fault, Severity.ERROR)


RULE = Rule(
    code="TDD901",
    name="faulty-template",
    summary="The template cannot do its work.",
    severity=always(Severity.ERROR),
    check=_check,
    help="Repair the template: a status menu, a reviewers line, and a heading for each question.",
    good="**Author:** [Your Name]\n**Status:** [Draft / Approved]\n**Date:** YYYY-MM-DD\n"
    "**Reviewers:** @eng-lead",
    bad="**Author:** [Your Name]\n**Status:** [Draft / Approved]\n**Date:** YYYY-MM-DD",
    setting=Setting(path="docs/tdd/TEMPLATE.md"),
    subject=Subject.TEMPLATE,
    silenceable=False,
)
