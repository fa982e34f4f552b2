"""The same field stands in the header twice, with different values.

## What it does

It finds a field that stands in the header twice, with different values.

## Why

The first one counts. Whoever reads only the second is misled, so one of them has to go.

## What it lets be

The same value twice, as in front matter with a visible copy, reviewers of different kinds, and one person to
a line, each labelled "Reviewer".
"""

from collections.abc import Iterator

from bot.core.document import labels
from bot.core.model import Document, Field, Schema, Severity
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import Fault, Rule, by_status

_NAMES = frozenset({labels.AUTHOR, labels.STATUS, labels.DATE, labels.REVIEWERS, labels.SUPERSEDED_BY})


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del schema, context
    first: dict[tuple[str, str], Field] = {}
    for field in document.header.fields:
        if field.name not in _NAMES:
            continue
        # "Security reviewers" and "Platform reviewers" do not contradict each other.
        label = labels.label_key(field.label) if field.name == labels.REVIEWERS else ""
        known = first.setdefault((field.name, label), field)
        if known is field or labels.goes_on(field.label, known.label):
            continue
        if labels.label_key(known.raw) != labels.label_key(field.raw):
            yield Fault(
                field.span,
                f"{field.label} says something else in line {known.span.line}",
                label="this one does not count",
                help="Leave the value that is true, once.",
            )


RULE = Rule(
    code="TDD110",
    name="contradicting-field",
    summary="A header field stands there twice, with different values.",
    severity=by_status(Severity.WARNING, Severity.ERROR, Severity.ERROR, Severity.WARNING),
    check=_check,
    help="Leave the value that is true, once.",
    good="**Status:** Draft",
    bad="**Status:** Draft\n**Status:** Approved",
)
