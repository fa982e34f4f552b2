"""A rule's page in Markdown, from its file alone: why, how much it weighs, a bad and a good example."""

import importlib
import re
from collections.abc import Sequence
from typing import Final

from bot.core.model import Severity
from bot.core.policy.lifecycle import KNOWN
from bot.core.rules import Rule

_TICKS: Final = re.compile(r"`{3,}")
FAMILIES: Final = {
    "1": "Header",
    "2": "Sections",
    "3": "Lifecycle",
    "4": "Reviewers",
    "5": "Repository",
    "9": "Configuration and template",
}
"""The digit after ``TDD`` -> what these rules are about."""
_MENDED: Final = "`tdd-bot check --fix` does it."
_INTRODUCTION: Final = (
    "Each page comes from the rule's own file: `tdd-bot rules --write docs/rules` writes them anew. "
    "`tdd-bot explain CODE` shows one in the terminal."
)


def words_of(rule: Rule) -> str:
    """Return what the rule's file says of it: the docstring without its first line, as paragraphs."""
    module = importlib.import_module(f"bot.core.rules.{rule.code.lower()}_{rule.name.replace('-', '_')}")
    told = (module.__doc__ or rule.summary).strip()
    return told.partition("\n")[2].strip() or told


def reason_of(rule: Rule) -> str:
    """Return the same without headings, as one line, for places that are not Markdown."""
    lines = (line for line in words_of(rule).splitlines() if not line.startswith("#"))
    return " ".join(" ".join(lines).split())


def rule_page(rule: Rule) -> str:
    """Return the page that ``tdd-bot explain`` shows and that is kept under ``docs/rules``."""
    return "\n".join(
        [
            f"# {rule.code} {rule.name}",
            "",
            f"**{rule.summary}**",
            "",
            # Docstrings write code as reStructuredText does; pages are Markdown.
            words_of(rule).replace("``", "`"),
            "",
            "## Way out",
            "",
            " ".join([rule.help, *([_MENDED] if rule.fix else [])]),
            "",
            "## How much it weighs",
            "",
            *_weights(rule),
            "",
            "## Bad",
            "",
            _fenced(rule.bad),
            "",
            "## Good",
            "",
            _fenced(rule.good),
            "",
        ]
    )


def _weights(rule: Rule) -> list[str]:
    weights = {status: rule.severity_at(status) for status in (*KNOWN, None)}
    if not any(weights.values()):
        return ["Off, until a configuration turns it on."]
    if len(set(weights.values())) == 1:
        return [f"{_label(rule.severity_at(None)).capitalize()}, in every status."]
    rows = [f"| {status or 'another, or none'} | {_label(weight)} |" for status, weight in weights.items()]
    return ["| Status | Weight |", "|---|---|", *rows]


def rules_index(rules: Sequence[Rule]) -> str:
    """Return the page that lists all rules by family, for ``docs/rules/README.md``."""
    lines = ["# Rules", "", _INTRODUCTION, ""]
    for digit, family in FAMILIES.items():
        own = [rule for rule in rules if rule.code[3] == digit]
        if own:
            lines += [f"## {family}", "", f"| Code | Name | What | {' | '.join(KNOWN)} |"]
            lines += ["|" + "---|" * (3 + len(KNOWN))]
            lines += [_row(rule) for rule in own]
            lines += [""]
    return "\n".join(lines)


def _row(rule: Rule) -> str:
    weighs = " | ".join(_label(rule.severity_at(status)) for status in KNOWN)
    return f"| [{rule.code}]({rule.code}.md) | {rule.name} | {rule.summary} | {weighs} |"


def _label(severity: Severity) -> str:
    return "–" if severity is Severity.OFF else severity.label


def _fenced(text: str) -> str:
    longest = max((len(run) for run in _TICKS.findall(text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}markdown\n{text.rstrip()}\n{fence}"
