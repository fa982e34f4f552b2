"""``tdd-bot rules``: every rule, as a table, as JSON, or as the pages under ``docs/rules``."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from bot.cli.console import FAILED, OK, complain, reason, show, tell
from bot.cli.files import write
from bot.core.model import Severity
from bot.core.policy.lifecycle import KNOWN
from bot.core.render.rule_page import FAMILIES, reason_of, rule_page, rules_index
from bot.core.render.safe import counted
from bot.core.rules import RULES, Rule

_PAGE: Final = re.compile(r"TDD\d{3}\.md")


def run(*, as_json: bool, folder: Path | None) -> int:
    """Print the rules, or write their pages into a folder; return the exit code."""
    if folder is not None:
        return _write(folder)
    show(f"{json.dumps([_json(rule) for rule in RULES], indent=2)}\n" if as_json else table())
    return OK


def table() -> str:
    """Return a line for each rule, by family, and how much it weighs in each status."""
    width = max(len(rule.name) for rule in RULES) + 2
    columns = [max(len(status), len("warning")) for status in KNOWN]
    head = "  ".join(status.ljust(column) for status, column in zip(KNOWN, columns, strict=True))
    lines: list[str] = []
    for digit, family in FAMILIES.items():
        own = [rule for rule in RULES if rule.code[3] == digit]
        if own:
            lines += [f"{family.ljust(8 + width)}{head}".rstrip()]
            for rule in own:
                weighs = [
                    _word(rule.severity_at(status)).ljust(n) for status, n in zip(KNOWN, columns, strict=True)
                ]
                lines.append(f"{rule.code}  {rule.name.ljust(width)}{'  '.join(weighs)}".rstrip())
            lines.append("")
    lines.append("tdd-bot explain CODE says why, and shows a bad and a good example.")
    return "\n".join(lines) + "\n"


def _word(severity: Severity) -> str:
    return "-" if severity is Severity.OFF else severity.label


def _json(rule: Rule) -> Mapping[str, object]:
    return {
        "code": rule.code,
        "name": rule.name,
        "family": FAMILIES[rule.code[3]],
        "summary": rule.summary,
        "why": reason_of(rule),
        "severity": {status: rule.severity_at(status).label for status in KNOWN},
        "severity_otherwise": rule.severity_at(None).label,
        "help": rule.help,
        "good": rule.good,
        "bad": rule.bad,
    }


def pages() -> Mapping[str, str]:
    """Return the text of every page by its file's name."""
    found = {f"{rule.code}.md": rule_page(rule) for rule in RULES}
    return {"README.md": rules_index(RULES), **found}


def _write(folder: Path) -> int:
    wanted = pages()
    written = 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.iterdir():
            if _PAGE.fullmatch(path.name) and path.name not in wanted:
                path.unlink()  # the page of a rule that is no more
                written += 1
        for name, text in wanted.items():
            path = folder / name
            if not path.exists() or path.read_text("utf-8") != text:
                write(path, text)
                written += 1
    except (OSError, UnicodeDecodeError) as problem:
        complain(f"{folder}: {reason(problem)}")
        return FAILED
    tell(f"{counted(len(RULES), 'rule')}, {counted(written, 'page')} written anew in {folder}")
    return OK
