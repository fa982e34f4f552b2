"""Faults of documents: one file per rule, its docstring is its documentation page."""

from bot.core.rules.context import Listed, RuleContext, listed
from bot.core.rules.judging import Judgement, Severities, Silenced, fixes, judge, judgement, mending
from bot.core.rules.registry import RULES
from bot.core.rules.rule import Fault, Rule, Subject
from bot.core.rules.tdd404_seat_without_holder import seat_without_holder, shortage
from bot.core.rules.tdd501_refused_file import refused
from bot.core.rules.templates import judge_template

__all__ = [
    "RULES",
    "Fault",
    "Judgement",
    "Listed",
    "Rule",
    "RuleContext",
    "Severities",
    "Silenced",
    "Subject",
    "fixes",
    "judge",
    "judge_template",
    "judgement",
    "listed",
    "mending",
    "refused",
    "seat_without_holder",
    "shortage",
]
