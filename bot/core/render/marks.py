"""What tells one app's writing from another's: the name of its check, and the marks in its comments.

Two apps on one repository, such as staging and production, each carry their own slug in both, so that people
and rulesets can tell them apart. The marks find a comment again; whether it is ours its author says.
"""

import re
from typing import Final

from bot.core.model import USUAL_NAME

SLUG: Final = r"[a-z0-9]+(?:[-_][a-z0-9]+)*"
"""How GitHub writes an app's name in addresses; it can neither end an HTML comment nor begin one."""
LONGEST_SLUG: Final = 60
"""Characters. GitHub takes names of up to 34."""
_CHECK: Final = "tdd/review"


def check_name(name: str) -> str:
    """Return the name of the check that an app of this name writes, and a ruleset requires."""
    return _CHECK if name == USUAL_NAME else f"{_CHECK} ({name})"


def mark(name: str, what: str) -> str:
    """Return the mark that a comment of this kind begins with: an HTML comment, which nobody sees."""
    return f"<!-- {name}:{what} -->"


def bears(body: str, what: str) -> bool:
    """Tell whether a comment carries the mark of a kind, under whatever name.

    An app whose name was changed so finds what it wrote under the old one, and goes on writing there.
    """
    return re.search(rf"<!-- {SLUG}:{re.escape(what)} -->", body, re.ASCII) is not None
