"""A reviewer is the template's example and nobody here.

## What it does

It finds names of the template's own reviewers line that are nobody in this organisation.

## Why

The template names teams to show the form. Where they do not exist, the line was left as it came.

## What it lets be

Example names that are real here: they are reviewers like any other.
"""

from collections.abc import Iterator

from bot.core.model import Absence, Document, Schema, Severity, Unresolved
from bot.core.rules.context import RuleContext
from bot.core.rules.example_names import NAMES
from bot.core.rules.rule import Fault, Rule, Setting, by_status


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    examples = {name.casefold() for name in schema.example_reviewers}
    for reviewer in document.header.reviewers:
        name = reviewer.text.casefold()
        found = (context.names or {}).get(name)
        if name in examples and isinstance(found, Unresolved) and found.why is Absence.NO_SUCH_NAME:
            way_out = RULE.help
            if found.suggestion:
                way_out = f"Did you mean {found.suggestion}? {way_out}"
            yield Fault(
                reviewer.span,
                f"reviewer `{reviewer.text}` is the template's example and nobody here",
                "left from the template",
                way_out,
            )


RULE = Rule(
    code="TDD403",
    name="example-reviewer",
    summary="A reviewer is the template's example and nobody here.",
    severity=by_status(Severity.WARNING, Severity.ERROR, Severity.ERROR, Severity.OFF),
    check=_check,
    help="Replace it by a team or person who is to read this design, or take it out.",
    good="**Reviewers:** @acme/security",
    bad="**Reviewers:** @infrastructure",
    setting=Setting(context=NAMES),
)
