"""Nobody can sign for a reviewer.

## What it does

It finds a reviewer who wrote the design, a team in which everybody did, and one that is empty or has too few
members. Who is in a team is known on GitHub only, so the gate raises this one and not `tdd-bot check`.

## Why

Its author and those who pushed to it do not sign their own work, so nobody is left who can.

## What it lets be

A team with as many members who did not write the design as have to sign.
"""

from collections.abc import Iterator

from bot.core.document import labels
from bot.core.model import Document, Finding, Origin, Schema, Seat, Severity
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


def seat_without_holder(document: Document, seat: Seat) -> Finding:
    """Return the finding that a seat cannot be signed by as many people as have to, with the ways out."""
    tail = seat.label.casefold().rpartition("/")[2]
    field = document.header.field(labels.REVIEWERS)
    listed = (one.span for one in document.header.reviewers if one.text.casefold().rpartition("/")[2] == tail)
    return Finding(
        rule=RULE.code,
        name=RULE.name,
        severity=RULE.severity_at(document.header.status),
        path=document.path,
        span=next(listed, field.span if field else header_span(document)),
        message=f"{'too few' if seat.eligible else 'nobody'} can sign for {seat.label}: {shortage(seat)}",
        label="no one to ask",
        help=_ways_out(seat),
    )


def shortage(seat: Seat) -> str:
    """Say, as a part of a sentence, why not as many people can sign a seat as have to."""
    if seat.eligible:
        return f"only {len(seat.eligible)} of its members can, and {seat.approvals} have to"
    if not seat.team:
        return f"{seat.label} opened, wrote or pushed this design"
    return "everybody in it opened, wrote or pushed this design" if seat.barred else "the team has no members"


def _ways_out(seat: Seat) -> str:
    """Say what can be done. To write another header is a way out only for what nothing else requires."""
    ways = ["add somebody to the team who did not write this design"] if seat.team else []
    if seat.origins <= {Origin.HEAD}:
        ways.append("name another reviewer in its place")
    elif seat.origins <= {Origin.REQUESTED}:
        ways.append(f"take it back with `/tdd unrequest @{seat.label}`")
    elif seat.origins & {Origin.CONFIGURATION, Origin.OWNER}:
        ways.append("have the configuration name another one")
    if seat.eligible:
        ways.append(f"ask one of them to let the seat leave with `/tdd release @{seat.label}`")
    ways.append("ask an admin to let it pass with `/tdd override REASON`")
    *first, last = ways
    said = f"{', '.join(first)}, or {last}" if first else last
    return f"{said[0].upper()}{said[1:]}."
