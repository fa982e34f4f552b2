"""``tdd-bot explain TDD201``: a rule's page in the terminal. For a pull request see ``bot.cli.why``."""

import shutil
import sys
from difflib import get_close_matches
from typing import Final

from bot.cli.console import FAILED, OK, complain, has_colors, show
from bot.core.render.rule_page import rule_page
from bot.core.rules import RULES, Rule

_WIDEST: Final = 100


def is_pull_request(text: str) -> bool:
    """Tell whether somebody means a pull request, as ``OWNER/REPO#N`` or by its address; no rule looks so."""
    return "/" in text


def run(name: str) -> int:
    """Show the page of the rule with this code or name; return the exit code."""
    rule = _find(name)
    if rule is None:
        near = _near(name)
        complain(
            f"there is no rule {name}{f'; did you mean {near}?' if near else ''} (tdd-bot rules lists them)"
        )
        return FAILED
    page = rule_page(rule)
    if has_colors(sys.stdout):
        _rendered(page)
    else:
        show(page)
    return OK


def _find(name: str) -> Rule | None:
    wanted = name.strip()
    return next((one for one in RULES if wanted.upper() == one.code or wanted.lower() == one.name), None)


def _near(name: str) -> str | None:
    known = [word for rule in RULES for word in (rule.code, rule.name)]
    found = get_close_matches(name, known, n=1) or get_close_matches(name.upper(), known, n=1)
    return found[0] if found else None


def _rendered(page: str) -> None:
    # Only a terminal needs it, and it takes longer to import than the page to make.
    from rich.console import Console  # noqa: PLC0415 - see above
    from rich.markdown import Markdown  # noqa: PLC0415 - see above

    width = min(shutil.get_terminal_size().columns, _WIDEST)
    # Without a language the examples need no lexer.
    Console(width=width).print(Markdown(page.replace("```markdown", "```"), code_theme="ansi_dark"))
