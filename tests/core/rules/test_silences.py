"""Faults that an author allows with a reason, and severities that a configuration sets."""

import pytest

from bot.builtin import template
from bot.core.document import apply_edits, read_document, schema_of
from bot.core.model import Finding, Severity
from bot.core.rules import Judgement, RuleContext, Severities, fixes, judge, judgement
from tests.builders import design

SCHEMA = schema_of(template())
HERE = '<!-- tdd: allow TDD204 reason="the vendor answers in May" -->'


def _judged(text: str, severities: Severities | None = None) -> Judgement:
    return judgement(read_document("a.md", text, SCHEMA), SCHEMA, RuleContext(), severities=severities)


def _codes(findings: tuple[Finding, ...]) -> list[str]:
    return [one.rule for one in findings]


def test_a_comment_allows_its_sections_fault_and_tells_the_reason() -> None:
    judged = _judged(design(bodies={"4.2": f"{HERE}\n\nTBD", "7": "TBD"}))
    assert [(one.rule, one.section) for one in judged.findings] == [("TDD204", "7")]
    (silenced,) = judged.silenced
    assert (silenced.finding.section, silenced.reason) == ("4.2", "the vendor answers in May")


def test_a_comment_in_the_header_allows_it_in_the_whole_document() -> None:
    judged = _judged(design(bodies={"4.2": "TBD", "7": "TBD"}).replace("\n---\n", f"\n{HERE}\n\n---\n"))
    assert (judged.findings, len(judged.silenced)) == ((), 2)


def test_a_comment_for_one_section_leaves_the_others() -> None:
    comment = HERE.replace("TDD204", "TDD201(4.2)")
    judged = _judged(design(without=("4.2", "7")).replace("\n---\n", f"\n{comment}\n\n---\n"))
    assert [one.section for one in judged.findings] == ["7"]
    assert [one.finding.section for one in judged.silenced] == ["4.2"]


@pytest.mark.parametrize(
    "comment",
    [
        "<!-- tdd: allow TDD204 -->",
        '<!-- tdd: allow TDD204 reason="" -->',
        '<!-- tdd: allow TDD999 reason="x" -->',
    ],
)
def test_a_comment_that_allows_nothing_is_a_finding_of_its_own(comment: str) -> None:
    judged = _judged(design(bodies={"4.2": f"{comment}\n\nTBD"}))
    assert sorted(_codes(judged.findings)) == ["TDD204", "TDD903"]
    assert judged.silenced == ()


def test_the_status_cannot_be_allowed_away() -> None:
    text = design("Nearly").replace("\n---\n", '\n<!-- tdd: allow TDD104 reason="x" -->\n\n---\n')
    assert sorted(_codes(_judged(text).findings)) == ["TDD104", "TDD903"]


def test_a_comment_in_code_allows_nothing() -> None:
    judged = _judged(design(bodies={"4.2": "TBD", "7": f"```\n{HERE}\n```"}))
    assert _codes(judged.findings) == ["TDD204"]


def test_an_allowed_fault_is_not_mended() -> None:
    comment = HERE.replace("TDD204", "TDD113")
    text = design().replace("2026-11-20", "20 Nov 2026").replace("\n---\n", f"\n{comment}\n\n---\n")
    document = read_document("a.md", text, SCHEMA)
    assert fixes(document, SCHEMA, RuleContext()) == ()
    bare = read_document("a.md", text.replace(comment, ""), SCHEMA)
    assert "2026-11-20" in apply_edits(bare.source, fixes(bare, SCHEMA, RuleContext()))


@pytest.mark.parametrize(
    ("severities", "expected"),
    [
        ({"TDD204": Severity.WARNING}, Severity.WARNING),
        ({"TDD204": Severity.OFF}, None),
        ({"TDD204": Severity.OFF, ("TDD204", "In-Review"): Severity.NOTE}, Severity.NOTE),
        ({("TDD204", "Draft"): Severity.OFF}, Severity.ERROR),
    ],
)
def test_a_configuration_weighs_rules_by_code_and_status(
    severities: Severities, expected: Severity | None
) -> None:
    found = _judged(design(bodies={"7": "TBD"}), severities).findings
    assert next((one.severity for one in found), None) is expected


def test_a_rule_that_is_off_can_be_switched_on() -> None:
    document = read_document("a.md", design().replace(" (@alice)", ""), SCHEMA)
    assert judge(document, SCHEMA, RuleContext()) == ()
    found = judge(document, SCHEMA, RuleContext(), severities={"TDD116": Severity.NOTE})
    assert _codes(found) == ["TDD116"]


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        (f"{HERE}\n\nTBD", []),
        (f"{HERE}\n\nTLS everywhere.", ["TDD903"]),
        (f"{HERE.replace('TDD204', 'TDD205')}\n\nTLS everywhere.", ["TDD903"]),
        (f"{HERE.replace('TDD204', 'TDD503')}\n\nTLS everywhere.", []),
    ],
    ids=["at work", "left over", "another rule", "a rule that looks around the document"],
)
def test_a_comment_with_nothing_to_allow_is_a_finding(body: str, codes: list[str]) -> None:
    assert _codes(_judged(design(bodies={"4.2": body})).findings) == codes


def test_a_comment_rests_while_its_rule_does() -> None:
    body = f"{HERE.replace('TDD204', 'TDD207')}\n\nTLS everywhere."
    assert _codes(_judged(design("Draft", bodies={"4.2": body})).findings) == []
    assert _codes(_judged(design("In-Review", bodies={"4.2": body})).findings) == ["TDD903"]
