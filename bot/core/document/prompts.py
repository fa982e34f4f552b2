"""A template's own lines, and whether a text is nothing but these."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_WORDS = re.compile(r"[^\W_]+")
_CHECKBOX = re.compile(r"\[[ xX]\]\s+")
_ORDER = re.compile(r"(?:\(?\d+[.)]|[a-z][.)])\s+")
_OPENING = re.compile(
    r"\s*+(?:\[[ xX]\]\s+)?+(?:(?:\(?[0-9]+[.)]|[a-z][.)])\s+)?+(?:[^A-Za-z0-9])*+([A-Za-z0-9]++)"
)
"""The first word of a text in ASCII, past its marks."""
_LABEL_WORDS = 6
"""A label has no more of them."""


def without_mark(text: str) -> str:
    """Return a text without the box, the number or the letter that it begins with."""
    bare = text.strip()
    for pattern in (_CHECKBOX, _ORDER):
        mark = pattern.match(bare)
        if mark:
            bare = bare[mark.end() :]
    return bare


def normal(text: str) -> str:
    """Return a line in the form in which it is compared with the template's."""
    bare = without_mark(text)
    return " ".join(_WORDS.findall(bare.casefold())) or bare.strip()


def is_label(text: str) -> bool:
    """Whether a text is short enough to be the label of what follows its colon."""
    return len(text.split(maxsplit=_LABEL_WORDS)) <= _LABEL_WORDS


@dataclass(frozen=True, slots=True)
class Prompts:
    """Lines of a template, as documents are compared with them."""

    keys: frozenset[str] = frozenset()
    """Each in its normal form, and those of their labels alone, ``metrics:``, which answer nothing either."""
    openings: frozenset[str] = frozenset()
    """Their first words. Most of what people write begins with none of these, and need not be compared."""
    phrases: tuple[str, ...] = ()
    """Those of several words, the longest first."""

    @classmethod
    def of(cls, lines: Iterable[str]) -> "Prompts":
        """Return what a template's lines are as prompts."""
        keys: set[str] = set()
        for line in lines:
            keys.add(normal(line))
            label, colon, _ = line.partition(":")
            if colon and is_label(label):
                keys.add(normal(label) + ":")
        return cls._of_keys(keys - {""})

    @classmethod
    def joined(cls, several: Iterable["Prompts"]) -> "Prompts":
        """Return the prompts of several places as one."""
        found = [one for one in several if one.keys]
        return found[0] if len(found) == 1 else cls._of_keys(set().union(*(one.keys for one in found)))

    @classmethod
    def _of_keys(cls, keys: Iterable[str]) -> "Prompts":
        phrases = [one for one in keys if " " in one and not one.endswith(":")]
        return cls(
            keys=frozenset(keys),
            openings=frozenset(_first(one) for one in keys),
            phrases=tuple(sorted(phrases, key=lambda one: (-len(one), one))),
        )

    def open(self, text: str) -> bool:
        """Whether a text begins as one of these does; it is none of them where not."""
        if not self.openings:
            return False
        opening = _OPENING.match(text) if text.isascii() else None
        first = opening[1].lower() if opening else _first(without_mark(text).casefold())
        return first in self.openings

    def hold(self, text: str) -> bool:
        """Whether a text is one of these."""
        return self.open(text) and normal(text) in self.keys

    def hold_label(self, text: str) -> bool:
        """Whether a text is the label of one of these, with its colon and nothing more."""
        return text.rstrip().endswith(":") and self.open(text) and normal(text) + ":" in self.keys

    def make(self, text: str) -> bool:
        """Whether a text is nothing but several of these, joined by a new wrapping."""
        if not self.open(text):
            return False
        rest = f" {normal(text)} "
        for phrase in self.phrases:
            if phrase in rest:
                rest = rest.replace(f" {phrase} ", " ", 1)
        return not rest.strip()


NONE = Prompts()
"""Where no template asks anything."""


def _first(folded: str) -> str:
    found = _WORDS.search(folded)
    return found[0] if found else folded.strip()
