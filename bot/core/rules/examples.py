"""A rule's examples, judged: the bad one is at fault, the good one is not, and one edit lies between them."""

from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from bot.core.document import read_document, schema_of
from bot.core.model import Finding, Severity
from bot.core.rules.context import RuleContext
from bot.core.rules.judging import judge
from bot.core.rules.registry import RULES
from bot.core.rules.rule import Rule, Subject
from bot.core.rules.templates import judge_template


def faults_of(rule: Rule, text: str, rules: Sequence[Rule] = RULES) -> tuple[Finding, ...]:
    """Return what a rule finds in one of its examples, as all of ``rules`` judge it; also one that is off.

    A rule that only the gate can raise finds nothing here.
    """
    setting = rule.setting
    framed = setting.frame.replace("{}", text)
    path = setting.path.replace("{}", text)
    if rule.subject is Subject.TEMPLATE:
        base = setting.base if setting.base is None else setting.frame.replace("{}", setting.base)
        found = judge_template(setting.path, framed, base, rules=rules)
    else:
        schema = schema_of(setting.template)
        document = read_document(path, framed, schema)
        severities = {rule.code: Severity.WARNING}
        found = judge(document, schema, context_of(rule), severities=severities, rules=rules)
    return tuple(one for one in found if one.rule == rule.code)


def context_of(rule: Rule) -> RuleContext:
    """Return what surrounds a rule's examples."""
    setting = rule.setting
    if setting.base is None:
        return setting.context
    schema = schema_of(setting.template)
    base = read_document(setting.path, setting.frame.replace("{}", setting.base), schema)
    return replace(setting.context, base=base, base_known=True)


def edits_between(rule: Rule) -> int:
    """Return how many stretches of lines differ between a rule's examples; one that was moved is one."""
    good, bad = rule.good.split("\n"), rule.bad.split("\n")
    steps = SequenceMatcher(None, good, bad, autojunk=False).get_opcodes()
    changed = [step for step in steps if step[0] != "equal"]
    went = sorted(line for _, start, end, *_ in changed for line in good[start:end] if line)
    came = sorted(line for *_, start, end in changed for line in bad[start:end] if line)
    return 1 if went == came and went else len(changed)
