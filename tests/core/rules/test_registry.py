"""The rules as a whole: what is generated from them holds."""

import importlib
import re

import pytest

from bot.builtin import template
from bot.core.document import read_document, schema_of
from bot.core.model import Severity
from bot.core.rules import RULES, Rule, RuleContext

SCHEMA = schema_of(template())


def test_codes_and_names_are_unique_and_in_order() -> None:
    codes = [rule.code for rule in RULES]
    assert codes == sorted(set(codes))
    assert len({rule.name for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_can_be_explained(rule: Rule) -> None:
    assert re.fullmatch(r"TDD[1-59]\d\d", rule.code)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)
    assert rule.summary.endswith(".")
    assert all((rule.help, rule.good, rule.bad))
    module = importlib.import_module(f"bot.core.rules.{rule.code.lower()}_{rule.name.replace('-', '_')}")
    assert len(module.__doc__ or "") > len(rule.summary)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_weighs_every_status(rule: Rule) -> None:
    for status in (*SCHEMA.statuses, None, "unheard of"):
        assert isinstance(rule.severity_at(status), Severity)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
@pytest.mark.parametrize("text", ["", "\0", "#", "---\n---\n", "- \n", "| a |\n|--|\n"])
def test_a_rule_judges_whatever_can_be_read(rule: Rule, text: str) -> None:
    document = read_document("a.md", text, SCHEMA)
    assert list(rule.check(document, SCHEMA, RuleContext())) is not None
