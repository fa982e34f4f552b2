"""Every rule on small documents kept as files: `tests/cases/RULE/CASE/input.md` and what is shown for it.

A case may have ``template.md`` for another template and ``base.md`` for the copy on the base branch.
``pytest tests/core/rules --rewrite`` writes ``expected.txt`` anew; the diff is then read by a person.
"""

from datetime import date
from pathlib import Path

import pytest

from bot.builtin import template
from bot.core.document import read_document, schema_of
from bot.core.render.report import Judged
from bot.core.render.terminal import to_text
from bot.core.rules import RULES, RuleContext, judge

CASES = Path(__file__).parents[2] / "cases"
TODAY = date(2026, 11, 24)


def _cases() -> list[Path]:
    return sorted(path.parent for path in CASES.glob("*/*/input.md"))


def _shown(case: Path) -> str:
    own = case / "template.md"
    schema = schema_of(own.read_text("utf-8") if own.exists() else template())
    document = read_document("input.md", (case / "input.md").read_text("utf-8"), schema)
    base = case / "base.md"
    context = RuleContext(
        base=read_document("input.md", base.read_text("utf-8"), schema) if base.exists() else None,
        base_known=base.exists(),
        today=TODAY,
    )
    findings = [one for one in judge(document, schema, context) if one.rule == case.parent.name]
    if not findings:
        return "nothing\n"
    return to_text([Judged("input.md", document, tuple(findings))], color=False).partition("\nSections\n")[0]


@pytest.mark.parametrize("case", _cases(), ids=lambda case: f"{case.parent.name}-{case.name}")
def test_a_document_is_told_what_its_case_says(case: Path, pytestconfig: pytest.Config) -> None:
    shown = _shown(case)
    expected = case / "expected.txt"
    if pytestconfig.getoption("--rewrite"):
        expected.write_text(shown, "utf-8")
    assert shown == expected.read_text("utf-8")


# Those that look at more than a file are tested beside; each has its examples as well.
@pytest.mark.parametrize("code", sorted({case.parent.name for case in _cases()}))
def test_every_rule_with_cases_has_one_that_it_faults_and_one_that_it_lets_be(code: str) -> None:
    assert code in {rule.code for rule in RULES}
    shown = [(case / "expected.txt").read_text("utf-8") for case in _cases() if case.parent.name == code]
    assert any(one == "nothing\n" for one in shown)
    assert any(one != "nothing\n" for one in shown)
