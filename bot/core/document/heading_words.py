"""What a heading says, whatever its number, case, emoji, marks and endings."""

import re
import unicodedata
from functools import lru_cache

_NUMBER = re.compile(
    r"^\s*(?:(?:step|section|part|chapter)\s+)?(?:§\s*)?"
    r"(?P<number>\d+(?:\.\d+)*|[A-Z](?=[.):])|[ivxIVX]+(?=[.):]))[.):]*(?:\s+|$)",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\})")
_ANCHOR = re.compile(r"\s*\{#[^{}]*\}\s*$")
_NEGATION = re.compile(r"\b(?:non|not|no|out[\s-]of)[\s-]+(?=\w)")
_LONGEST = 400
"""Characters of a heading that are looked at."""
_FILLERS = frozenset(
    {
        "a",
        "an",
        "analysis",
        "and",
        "approach",
        "aspects",
        "changes",
        "concerns",
        "considerations",
        "considered",
        "current",
        "description",
        "designs",
        "details",
        "evaluated",
        "explored",
        "for",
        "general",
        "impact",
        "implications",
        "in",
        "initial",
        "is",
        "key",
        "notes",
        "of",
        "on",
        "or",
        "other",
        "our",
        "overview",
        "plan",
        "proposed",
        "requirements",
        "section",
        "statement",
        "strategies",
        "strategy",
        "the",
        "this",
        "to",
        "with",
    }
)


def number_of(text: str) -> str:
    """Return a heading's number, such as ``3.1``; empty where it has none."""
    found = _NUMBER.match(text)
    return found["number"] if found and found["number"][0].isdigit() else ""


def number_prefix(text: str) -> str:
    """Return a heading's number with what belongs to it, such as ``3.1 `` or ``Step 2: ``."""
    found = _NUMBER.match(text)
    return found[0] if found else ""


def without_anchor(text: str) -> str:
    """Return a heading without an anchor such as ``{#goals}`` at its end."""
    return _ANCHOR.sub("", text)


def title_of(text: str) -> str:
    """Return a heading without number, anchor and trailing colon; the whole where nothing is left."""
    bare = without_anchor(text)
    rest = _NUMBER.sub("", bare).strip()
    return (rest or bare).rstrip(":： ").strip()


def key_of(text: str, *, brackets: bool = False) -> str:
    """Return the words of a heading in the form by which headings are equal.

    ``brackets`` keeps what stands in brackets; without it "Goals (Must-Haves)" is "goals".
    """
    return _key_of(text[:_LONGEST], brackets)


@lru_cache(maxsize=4096)
def _key_of(text: str, brackets: bool) -> str:
    bare = title_of(text)
    if not brackets:
        bare = _BRACKETS.sub(" ", bare).strip() or bare
    folded = unicodedata.normalize("NFKC", bare).casefold().replace("&", " and ").replace("+", " and ")
    folded = re.sub(r"[‐-―]", "-", folded).replace("'", "").replace("’", "")
    folded = _NEGATION.sub("non", folded)
    words = "".join(
        one if one.isalnum() or unicodedata.category(one).startswith("M") else " " for one in folded
    )
    return " ".join(_singular(word) for word in words.split())


def _singular(word: str) -> str:
    """Fold a plural, so that "Test Plans" says what "Test Plan" says."""
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):  # noqa: PLR2004 - "apis", not "as"
        return word[:-1]
    return word


_FOLDED_FILLERS = frozenset(_singular(word) for word in _FILLERS)


@lru_cache(maxsize=4096)
def words_of(key: str) -> frozenset[str]:
    """Return the words of a key that carry its meaning; all of them where none does."""
    words = frozenset(key.split())
    return words - _FOLDED_FILLERS or words


_AND = re.compile(r"\s*(?:[&/+,、]|\band\b|\by\b|\bet\b|\bund\b|\bor\b|[与和及])\s*", re.IGNORECASE)


def conjuncts(text: str) -> tuple[str, ...]:
    """Return the keys of the parts of "A and B" or "A / B"; empty where a heading is no such pair."""
    return _conjuncts(text[:_LONGEST])


@lru_cache(maxsize=4096)
def _conjuncts(text: str) -> tuple[str, ...]:
    bare = _BRACKETS.sub(" ", title_of(text))
    if ":" in bare:
        return ()
    parts = [part for part in _AND.split(bare) if part.strip()]
    return tuple(key_of(part) for part in parts) if len(parts) > 1 else ()
