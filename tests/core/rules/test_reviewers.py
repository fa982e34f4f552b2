"""Rules on reviewers: what GitHub says of each name decides."""

from dataclasses import replace

import pytest

from bot.builtin import template
from bot.core.document import read_document, schema_of
from bot.core.model import (
    Absence,
    Finding,
    Origin,
    Resolution,
    Seat,
    SeatKey,
    Severity,
    Span,
    Unresolved,
    Unverified,
)
from bot.core.rules import RuleContext, judge, seat_without_holder
from tests.builders import ALICE, BOB, TEAMS, design

SCHEMA = schema_of(template())


def _findings(reviewers: str, status: str = "In-Review", **names: Resolution) -> list[Finding]:
    document = read_document("a.md", design(status, reviewers), SCHEMA)
    context = RuleContext(names={**TEAMS, **{name.replace("_", "-"): one for name, one in names.items()}})
    return [one for one in judge(document, SCHEMA, context) if one.rule.startswith("TDD4")]


def test_a_team_that_resolves_is_no_finding() -> None:
    assert _findings("@eng-lead") == []


@pytest.mark.parametrize("why", list(Absence))
def test_a_name_that_cannot_be_asked_is_told_why_and_the_way_out(why: Absence) -> None:
    (found,) = _findings("@platform, @eng-lead", platform=Unresolved(why))
    assert (found.rule, found.severity) == ("TDD401", Severity.ERROR)
    assert found.span == Span(6, 16, 6, 25)
    assert found.message.startswith("reviewer `platform` cannot be asked: ")
    assert found.help


def test_a_near_name_is_suggested() -> None:
    (found,) = _findings("@secureity", secureity=Unresolved(Absence.NO_SUCH_NAME, "acme/security-team"))
    assert found.help.startswith("Did you mean acme/security-team?")


def test_a_name_that_could_not_be_looked_up_is_never_called_invalid() -> None:
    (found,) = _findings("@platform", platform=Unverified("GitHub did not answer"))
    assert (found.rule, found.severity) == ("TDD402", Severity.NOTE)
    assert "GitHub did not answer" in found.message


def test_the_templates_example_that_is_nobody_here_is_its_own_fault() -> None:
    (found,) = _findings("@infrastructure", infrastructure=Unresolved(Absence.NO_SUCH_NAME))
    assert (found.rule, found.severity) == ("TDD403", Severity.ERROR)


def test_on_a_laptop_nobody_is_called_missing() -> None:
    document = read_document("a.md", design("In-Review", "@nobody-at-all"), SCHEMA)
    assert judge(document, SCHEMA, RuleContext()) == ()


def test_a_seat_that_nobody_can_sign_is_shown_at_its_name() -> None:
    document = read_document("a.md", design("In-Review", "@eng-lead, @acme/security-team"), SCHEMA)
    found = seat_without_holder(document, seat())
    assert (found.rule, found.severity) == ("TDD404", Severity.ERROR)
    assert found.span == Span(6, 27, 6, 46)


def test_a_seat_from_elsewhere_is_shown_at_the_reviewers_field() -> None:
    document = read_document("a.md", design("Draft", "@eng-lead"), SCHEMA)
    found = seat_without_holder(document, seat(label="acme/legal"))
    assert (found.severity, found.span.line) == (Severity.WARNING, 6)


def seat(**changes: object) -> Seat:
    """Return the seat of a team whose only member has opened the pull request."""
    one = Seat(
        SeatKey("team:12"),
        "acme/security-team",
        frozenset({Origin.HEAD}),
        eligible={},
        barred=frozenset({ALICE.id}),
    )
    return replace(one, **changes)  # type: ignore[arg-type] # the test names fields of Seat


NOBODY = "nobody can sign for "


@pytest.mark.parametrize(
    ("one", "message"),
    [
        (
            seat(),
            f"{NOBODY}acme/security-team: everybody in it opened, wrote or pushed this design",
        ),
        (seat(barred=frozenset()), f"{NOBODY}acme/security-team: the team has no members"),
        (
            seat(eligible={BOB.id: BOB.login}, approvals=2),
            "too few can sign for acme/security-team: only 1 of its members can, and 2 have to",
        ),
        (
            seat(label="alice", team=False),
            f"{NOBODY}alice: alice opened, wrote or pushed this design",
        ),
    ],
)
def test_why_a_seat_cannot_be_signed_is_told(one: Seat, message: str) -> None:
    document = read_document("a.md", design(), SCHEMA)
    assert seat_without_holder(document, one).message == message


ADD = "Add somebody to the team who did not write this design, "
ADMIN = "sk an admin to let it pass with `/tdd override REASON`."


@pytest.mark.parametrize(
    ("one", "ways"),
    [
        (seat(), f"{ADD}name another reviewer in its place, or a{ADMIN}"),
        (seat(origins=frozenset({Origin.HEAD, Origin.BASE})), f"{ADD}or a{ADMIN}"),
        (seat(origins=frozenset({Origin.HEAD, Origin.ASKED})), f"{ADD}or a{ADMIN}"),
        (
            seat(origins=frozenset({Origin.HEAD, Origin.CONFIGURATION})),
            f"{ADD}have the configuration name another one, or a{ADMIN}",
        ),
        (
            seat(origins=frozenset({Origin.REQUESTED})),
            f"{ADD}take it back with `/tdd unrequest @acme/security-team`, or a{ADMIN}",
        ),
        (
            seat(origins=frozenset({Origin.BASE}), eligible={BOB.id: BOB.login}, approvals=2),
            f"{ADD}ask one of them to let the seat leave with `/tdd release @acme/security-team`, "
            f"or a{ADMIN}",
        ),
        (seat(label="alice", team=False, origins=frozenset({Origin.BASE})), f"A{ADMIN}"),
    ],
)
def test_only_what_helps_is_a_way_out(one: Seat, ways: str) -> None:
    assert seat_without_holder(read_document("a.md", design(), SCHEMA), one).help == ways
