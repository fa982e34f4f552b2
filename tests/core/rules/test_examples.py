"""Every rule by its own examples: what `bench/rules.py` prints, asserted."""

import pytest

from bot.core.document import apply_edits, read_document, schema_of
from bot.core.rules import RULES, Rule, Subject, fixes
from bot.core.rules.examples import context_of, edits_between, faults_of

JUDGED = [rule for rule in RULES if rule.subject is not Subject.GATE]
MENDED = [rule for rule in RULES if rule.fix is not None]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_one_edit_lies_between_a_rules_examples(rule: Rule) -> None:
    assert edits_between(rule) == 1


@pytest.mark.parametrize("rule", JUDGED, ids=lambda rule: rule.code)
def test_the_bad_example_is_a_fault_and_the_good_one_is_none(rule: Rule) -> None:
    assert faults_of(rule, rule.bad)
    assert not faults_of(rule, rule.good)


@pytest.mark.parametrize("rule", JUDGED, ids=lambda rule: rule.code)
def test_without_the_rule_nobody_finds_its_fault(rule: Rule) -> None:
    assert not faults_of(rule, rule.bad, [one for one in RULES if one is not rule])


@pytest.mark.parametrize("rule", MENDED, ids=lambda rule: rule.code)
def test_the_fix_of_the_bad_example_leaves_no_fault(rule: Rule) -> None:
    schema = schema_of(rule.setting.template)
    source = rule.setting.frame.replace("{}", rule.bad)
    document = read_document(rule.setting.path, source, schema)
    assert any(one.fixable for one in faults_of(rule, rule.bad))
    edits = fixes(document, schema, context_of(rule), {rule.code})
    after = read_document(rule.setting.path, apply_edits(source, edits), schema)
    assert after.source != source
    assert not [one for one in rule.check(after, schema, context_of(rule)) if one.edits or not one.section]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rules_page_says_what_it_does_why_and_what_it_lets_be(rule: Rule) -> None:
    page = __import__(rule.check.__module__, fromlist=["__doc__"]).__doc__ or ""
    for heading in ("## What it does", "## Why", "## What it lets be"):
        assert page.count(f"\n{heading}\n\n") == 1
