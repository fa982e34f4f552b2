"""How faults are weighed: by status, against the base branch's copy, and in which order they come."""

from collections.abc import Mapping

import pytest

from bot.builtin import template
from bot.core.document import read_document, schema_of
from bot.core.model import Document, Severity
from bot.core.rules import RuleContext, judge
from tests.builders import design

SCHEMA = schema_of(template())


def _document(
    status: str,
    reviewers: str = "@eng-lead",
    *,
    without: tuple[str, ...] = (),
    bodies: Mapping[str, str] | None = None,
    header: str = "",
) -> Document:
    text = design(status, reviewers, without=without, bodies=bodies, header=header)
    return read_document("docs/tdd/0007-price-cache.md", text, SCHEMA)


def _severity(document: Document, code: str, context: RuleContext | None = None) -> Severity | None:
    findings = judge(document, SCHEMA, context or RuleContext())
    return next((one.severity for one in findings if one.rule == code), None)


def _against(base: Document) -> RuleContext:
    return RuleContext(base=base, base_known=True)


def test_a_complete_design_has_no_findings() -> None:
    assert judge(_document("In-Review"), SCHEMA, RuleContext()) == ()


@pytest.mark.parametrize(
    ("status", "severity"),
    [
        ("Draft", Severity.WARNING),
        ("In-Review", Severity.ERROR),
        ("Approved", Severity.ERROR),
        ("Superseded by [0012](0012-b.md)", Severity.NOTE),
        ("Something else", Severity.ERROR),
    ],
)
def test_a_missing_section_weighs_as_the_status_says(status: str, severity: Severity) -> None:
    assert _severity(_document(status, without=("4.2",)), "TDD201") is severity


def test_findings_come_by_place_and_code() -> None:
    document = _document("In-Review", "@<handle>", bodies={"2.1": "TBD", "7": "", "4.2": "N/A"})
    findings = judge(document, SCHEMA, RuleContext())
    places = [(one.span.line, one.span.column, one.rule) for one in findings]
    assert places == sorted(places)
    assert {one.rule for one in findings} == {"TDD109", "TDD203", "TDD204", "TDD207"}


def test_an_old_fault_of_an_approved_design_is_a_note_in_an_edit() -> None:
    base = _document("Approved", without=("4.2",))
    head = _document("Approved", without=("4.2",), bodies={"1": "Another summary."})
    assert _severity(head, "TDD201", _against(base)) is Severity.NOTE


def test_a_new_fault_blocks_an_edit_of_an_approved_design() -> None:
    base = _document("Approved")
    head = _document("Approved", without=("4.2",))
    assert _severity(head, "TDD201", _against(base)) is Severity.ERROR


def test_an_old_fault_blocks_once_the_design_moves_to_review() -> None:
    base = _document("Draft", without=("4.2",))
    head = _document("In-Review", without=("4.2",))
    assert _severity(head, "TDD201", _against(base)) is Severity.ERROR


def test_a_draft_cannot_pass_its_old_faults_by_skipping_the_review() -> None:
    base = _document("Draft", without=("4.2",))
    head = _document("Approved", without=("4.2",))
    assert _severity(head, "TDD201", _against(base)) is Severity.ERROR


def test_an_old_fault_of_the_header_weighs_as_ever() -> None:
    base = _document("Approved", header="**Status:** Draft")
    head = _document("Approved", header="**Status:** Draft", bodies={"1": "Another summary."})
    assert _severity(head, "TDD110", _against(base)) is Severity.ERROR


def test_statuses_of_another_house_weigh_by_where_they_stand() -> None:
    house = schema_of("# T\n\nStatus: Proposed | Accepted | Deprecated\n\n## Context\n\n## Decision\n")
    for status, severity in (("Accepted", Severity.ERROR), ("Deprecated", Severity.NOTE)):
        document = read_document("a.md", f"# A\n\nStatus: {status}\n\n## Context\n\nSo it is.\n", house)
        assert [one.severity for one in judge(document, house, RuleContext())] == [severity]


def test_an_optional_section_may_be_left_out() -> None:
    schema = schema_of("# T\n\n## A\n\n## B (optional)\n")
    document = read_document("a.md", "# X\n\n## A\n\nYes.\n", schema)
    assert not [one for one in judge(document, schema, RuleContext()) if one.section]


def test_a_heading_that_only_groups_others_wants_no_answer() -> None:
    document = _document("In-Review", without=("2", "3", "4", "5"))
    assert judge(document, SCHEMA, RuleContext()) == ()
