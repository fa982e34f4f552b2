"""A reviewer is nobody who can be asked.

## What it does

It finds names that are no team and no person of the organisation, and those that GitHub would refuse to ask:
a team without access, a secret team, a user who is no member.

## Why

A review that cannot be requested never comes.

## What it lets be

Names that could not be looked up (TDD402), and everything on a laptop, where GitHub is not asked.
"""

from collections.abc import Iterator

from bot.core.model import Absence, Document, Schema, Severity, Unresolved
from bot.core.rules.context import RuleContext
from bot.core.rules.example_names import NAMES
from bot.core.rules.rule import Fault, Rule, Setting, by_status

_WHY = {
    Absence.NO_SUCH_NAME: "no team or person of that name is in this organisation",
    Absence.NO_ACCESS: "the team has no access to this repository",
    Absence.HIDDEN: "the team is secret, and a secret team cannot be asked",
    Absence.NOT_A_MEMBER: "the user is neither a member of the organisation nor a collaborator",
}
_WAY_OUT = {
    Absence.NO_SUCH_NAME: "Write the team as @org/team, or a login.",
    Absence.NO_ACCESS: "Give the team read access to the repository, or name another one.",
    Absence.HIDDEN: "Make the team visible, or name another one.",
    Absence.NOT_A_MEMBER: "Name a member, or add the user to the repository.",
}


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    examples = {name.casefold() for name in schema.example_reviewers}
    for reviewer in document.header.reviewers:
        name = reviewer.text.casefold()
        found = (context.names or {}).get(name)
        if not isinstance(found, Unresolved):
            continue
        if name in examples and found.why is Absence.NO_SUCH_NAME:
            continue  # TDD403
        way_out = _WAY_OUT[found.why]
        if found.suggestion:
            way_out = f"Did you mean {found.suggestion}? {way_out}"
        shown = reviewer.text.replace("`", "")
        yield Fault(
            reviewer.span, f"reviewer `{shown}` cannot be asked: {_WHY[found.why]}", "not found", way_out
        )


RULE = Rule(
    code="TDD401",
    name="unknown-reviewer",
    summary="A reviewer is nobody who can be asked.",
    severity=by_status(Severity.WARNING, Severity.ERROR, Severity.ERROR, Severity.OFF),
    check=_check,
    help="Write the team as @org/team, or a login.",
    good="**Reviewers:** @acme/security",
    bad="**Reviewers:** @acme/securty",
    setting=Setting(context=NAMES),
)
