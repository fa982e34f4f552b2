"""``tdd-bot explain``."""

import pytest

from bot.cli.explain import run
from bot.core.render.rule_page import rule_page
from bot.core.rules import RULES


@pytest.mark.parametrize("name", ["TDD201", "tdd201", "missing-section", " TDD201 "])
def test_a_rule_is_found_by_code_or_name(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(name) == 0
    assert capsys.readouterr().out.startswith("# TDD201 missing-section\n")


@pytest.mark.parametrize(("name", "near"), [("TDD2O1", "TDD2"), ("mising-section", "missing-section")])
def test_a_slip_is_answered_with_what_was_meant(
    name: str, near: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(name) == 2
    assert f"there is no rule {name}; did you mean {near}" in capsys.readouterr().err


def test_what_is_near_no_rule_is_answered_with_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("\x1b[2J") == 2
    shown = capsys.readouterr().err
    assert "tdd-bot rules lists them" in shown
    assert "\x1b" not in shown


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_page_has_the_reason_the_way_out_and_both_examples(rule: object) -> None:
    (found,) = (one for one in RULES if one is rule)
    page = rule_page(found)
    for part in (found.summary, found.help, "## Bad", "## Good", found.good.rstrip(), found.bad.rstrip()):
        assert part in page
    assert "``" not in page.replace("```", "")
