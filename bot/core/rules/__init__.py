"""Faults of documents: one file per rule, its docstring is its documentation page."""

from bot.core.rules.context import RuleContext
from bot.core.rules.judging import Judgement, Severities, Silenced, fixes, judge, judgement
from bot.core.rules.registry import RULES
from bot.core.rules.rule import Fault, Rule
from bot.core.rules.tdd404_seat_without_holder import seat_without_holder
from bot.core.rules.tdd501_refused_file import refused

__all__ = [
    "RULES",
    "Fault",
    "Judgement",
    "Rule",
    "RuleContext",
    "Severities",
    "Silenced",
    "fixes",
    "judge",
    "judgement",
    "refused",
    "seat_without_holder",
]
