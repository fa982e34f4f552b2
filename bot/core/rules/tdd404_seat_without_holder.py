"""Nobody can sign for a reviewer.

## What it does

It finds a team that is empty, or in which everybody wrote the design. Who is in a team is known on GitHub
only, so the gate raises this one and not `tdd-bot check`.

## Why

Its author and those who pushed to it do not sign their own work, so nobody is left who can.

## What it lets be

A team with one member who did not write the design.
"""

from collections.abc import Iterator

from bot.core.document import labels
from bot.core.model import Document, Finding, Schema, Severity
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import Fault, Rule, Subject, by_status, header_span


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del document, schema, context
    yield from ()


RULE = Rule(
    code="TDD404",
    name="seat-without-holder",
    summary="Nobody can sign for a reviewer.",
    severity=by_status(Severity.WARNING, Severity.ERROR, Severity.ERROR, Severity.NOTE),
    check=_check,
    help="Add somebody to the team who did not write this design, or name another reviewer.",
    good="**Reviewers:** @acme/security",
    bad="**Reviewers:** @alice (the author)",
    subject=Subject.GATE,
    silenceable=False,
)


def seat_without_holder(document: Document, label: str) -> Finding:
    """Return the finding that nobody can sign for the seat of this label, ``org/team`` or a login."""
    tail = label.casefold().rpartition("/")[2]
    field = document.header.field(labels.REVIEWERS)
    listed = (one.span for one in document.header.reviewers if one.text.casefold().rpartition("/")[2] == tail)
    return Finding(
        rule=RULE.code,
        name=RULE.name,
        severity=RULE.severity_at(document.header.status),
        path=document.path,
        span=next(listed, field.span if field else header_span(document)),
        message=f"nobody can sign for {label}: it has no member who did not write this design",
        label="no one to ask",
        help=RULE.help,
    )
