"""A reviewer is nobody who can be asked.

The name is no team and no person of the organisation, or GitHub would refuse to ask it: a team without
access to the repository, a secret team, a user who is no member. Names are looked up on GitHub only, so a
laptop does not run this rule.
"""

from collections.abc import Iterator

from bot.core.model import Absence, Document, Schema, Severity, Unresolved
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import Fault, Rule, by_status

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
    bad="**Reviewers:** the security people",
)
