"""Text from documents, branches and people, made harmless for a comment of ours.

It must not mention anybody, link anywhere, open HTML, break a table or forge our marker. What GitHub turns
into a mention or a reference is broken with a zero-width space, which holds in code and in e-mail too.
"""

import re
from collections.abc import Sequence
from itertools import cycle
from typing import Final

_BREAK: Final = "\u200b"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_SPACE = re.compile(r"\s+")
_REFERENCE = re.compile(r"(?<=[@#])(?=[\w<])|(?<=\bGH-)(?=\d)|(?<=://)|(?<=\bwww)(?=\.)", re.IGNORECASE)
_MARKUP = re.compile(r"([\\`*_\[\]|~$>])")


def inline(text: str, limit: int = 160) -> str:
    """Return text as one line of plain Markdown that shows what was written and does nothing else."""
    line = shorten(text, limit)
    line = _REFERENCE.sub(_BREAK, line)
    line = _MARKUP.sub(r"\\\1", line)
    return line.replace("&", "&amp;").replace("<", "&lt;")


def prose(text: str, limit: int = 400) -> str:
    """Return a sentence of ours, whose quotations in backticks are shown as code, everything else as text."""
    parts = shorten(text, limit).split("`")
    if len(parts) % 2 == 0:
        return inline(text, limit)
    return "".join(
        code(part, limit) if odd and part else spaced(part) for odd, part in zip(cycle((0, 1)), parts)
    )


def spaced(part: str) -> str:
    """Escape a part of a line, keeping the spaces at its ends."""
    return part[: len(part) - len(part.lstrip())] + inline(part, len(part)) + part[len(part.rstrip()) :]


def code(text: str, limit: int = 160) -> str:
    """Return text as a code span that holds in a table cell and whatever backticks are in it."""
    line = _REFERENCE.sub(_BREAK, shorten(text, limit)).replace("|", "\\|")
    longest = max((len(run) for run in re.findall(r"`+", line)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def plain(text: str, limit: int = 160) -> str:
    """Return text as one line for places that are not Markdown: the check's title, an annotation, a log."""
    return _REFERENCE.sub(_BREAK, shorten(text, limit))


def shorten(text: str, limit: int) -> str:
    """Return text as one line of so many characters at most, without control characters."""
    line = _SPACE.sub(" ", _CONTROL.sub("", text)).strip()
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def listed(names: Sequence[str], last: str = "and") -> str:
    """Join names as a person would: ``a, b and c``."""
    if len(names) < 2:  # noqa: PLR2004 - nothing to join
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"


def counted(number: int, noun: str, many: str = "") -> str:
    """Return ``1 section`` or ``3 sections``."""
    return f"{number} {noun if number == 1 else many or noun + 's'}"
