"""Brackets that a template leaves to be filled in: a text of nothing else, and a form with gaps."""

import re

_OPEN = {"[": "]", "{": "}", "<": ">"}
_AFFIX = re.compile(r"(\])[A-Za-z%/]{1,6}(?![\w\[(])")
"""The unit of what is to be filled in, as in ``[X]ms``."""
_WORD_FIRST = re.compile(r"[^\[{<\w]*(?:_[^\[{<\w]*)*[^\W_]")


def only_brackets(text: str) -> bool:
    """Whether a text is nothing but square, curly or pointed brackets with something in them."""
    if _WORD_FIRST.match(text):
        return False
    opened, depth = "", 0
    seen = False
    for one in _AFFIX.sub(r"\1", text):
        if not depth and one in _OPEN:
            opened, depth, seen = one, 1, True
        elif depth and one == opened:
            depth += 1
        elif depth and one == _OPEN[opened]:
            depth -= 1
        elif not depth and one.isalnum():
            return False
    return seen and not depth


_GAP = re.compile(r"(?<![\w/.\])}-])(?:\[([^\[\]]*)\](?![\w(\[])|\{([^{}]*)\}(?![\w/])|<([^<>]*)>(?!\w))")
"""A gap stands alone: ``list[int]``, ``/users/{id}`` and a link are none."""
_SHORT_LABEL = re.compile(r"\W*(?:[\w ]{1,24}:\W*)?")
_LEADS_TO_GAP = re.compile(
    r"\b(?:because|that|as an?|the|of|is|are|to|by|with|for|from|option)\W*$", re.IGNORECASE
)
_FEW_WORDS, _MORE_WORDS = 4, 8
"""Words around one gap, and around several, that still say nothing by themselves."""


def is_form(text: str) -> bool:
    """Whether a line is a form with gaps: "Good, because [argument]", "As a [role], I want [goal]".

    Labels between gaps say nothing either: "[Question] — owner: [name] — by: [date]".
    """
    if not _GAP.search(text):
        return False
    gaps = list(_GAP.finditer(text))
    parts = _GAP.split(text)[:: _GAP.groups + 1]
    if len(gaps) > 1 and all(_SHORT_LABEL.fullmatch(part) for part in parts):
        return True
    said = [next(one for one in found.groups() if one is not None) for found in gaps]
    if not all(_asks(one) for one in said):
        return False
    around = sum(any(one.isalnum() for one in word) for part in parts for word in part.split())
    if len(gaps) > 1:
        return around <= _MORE_WORDS and any(" " in one.strip() or one[:1].islower() for one in said)
    return around <= _FEW_WORDS and bool(_LEADS_TO_GAP.search(parts[0])) and " " in said[0].strip()


def _asks(words: str) -> bool:
    """Whether what stands in brackets is prose without a number, as what is asked for is."""
    bare = words.strip()
    return bare[:1].isalpha() and not any(one.isdigit() or one in "=;:(" for one in bare)
