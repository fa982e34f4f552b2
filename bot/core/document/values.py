"""Status and date out of a header's value: the first word decides, what follows it is a remark."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.core.document.inline import plain, runs
from bot.core.document.labels import label_key
from bot.core.document.runs import Run

_MENU_CUT = re.compile(r"\s*[|/｜]\s*")
_BRACKETED = re.compile(r"[`*_]*(?:\[.*\]|\{.*\}|<.*>)[`*_]*", re.DOTALL)
_TICKED = re.compile(r"\[[xX]\]\s*([^\[\]]+)")
_TICK = re.compile(r"^\s*\[[ xX]\]")
_SUPERSEDED = re.compile(
    r"\b(?:superseded|superceded|replaced|reemplazad[ao])\s+(?:by|por)\b:?\s*", re.IGNORECASE
)
_REMARK = re.compile(r"\s(?:[·|–—-]|and\b|with\b)\s|[;,(]\s?")
_LOOSE_WORDS = 3
"""A choice of a menu has no more words."""


@dataclass(frozen=True, slots=True)
class StatusReading:
    """What a status value says."""

    status: str | None
    """One of the schema's statuses; None where the first words are none of them."""
    is_menu: bool
    superseded_by: str | None = None


def read_status(value: str, statuses: Sequence[str], references: dict[str, object]) -> StatusReading:
    """Read a status value, Markdown as written."""
    found = [run for run in runs(value, references) if not run.struck]
    text = "".join(run.text for run in found)
    ticked = _TICKED.findall(text)
    if ticked:
        return StatusReading(_first(ticked[-1], statuses), is_menu=False)
    if is_menu(text, statuses):
        chosen = _bold_choice(found, menu(text))
        return StatusReading(_first(chosen, statuses, whole=True) if chosen else None, is_menu=not chosen)
    return StatusReading(
        _first(text, statuses), is_menu=False, superseded_by=superseded_by(value, references)
    )


def is_menu(text: str, statuses: Sequence[str]) -> bool:
    """Whether a value offers statuses to choose from instead of naming one."""
    choices = menu(text)
    if len(choices) < 2:  # noqa: PLR2004 - one choice is none
        return False
    if _BRACKETED.fullmatch(text.strip()) and len(_MENU_CUT.split(text)) > 2:  # noqa: PLR2004 - two may be a status and a remark
        return True
    known = sum(_first(choice, statuses, whole=True) is not None for choice in choices)
    wordy = all(len(one.split()) <= _LOOSE_WORDS and not any(c.isdigit() for c in one) for one in choices)
    return known > 1 or (wordy and len(choices) > 2)  # noqa: PLR2004 - two may be a status and a remark


def offers_only(text: str, statuses: Sequence[str]) -> bool:
    """Whether each choice of a menu is one of these statuses, so that nothing in it is anybody's own word."""
    return all(_first(choice, statuses) is not None for choice in menu(text))


def is_choice(text: str, statuses: Sequence[str]) -> bool:
    """Whether a line is nothing but one of these statuses, ticked or not."""
    return _first(_TICK.sub("", text), statuses, whole=True) is not None


def menu(text: str) -> tuple[str, ...]:
    """Return the choices of a menu such as ``[Draft / In-Review / Approved]``."""
    bare = text.strip().strip("[](){}<>`").strip()
    parts = [one.strip() for one in _MENU_CUT.split(bare)]
    if len(parts) == 1 and text.strip().startswith(("[", "(", "{", "<")):
        parts = [one.strip() for one in bare.split(",")]
    return tuple(one for one in parts if one)


def superseded_by(value: str, references: dict[str, object]) -> str | None:
    """Return what a value says after "superseded by": a link's target, else its words."""
    text = plain(value, references)
    found = _SUPERSEDED.search(text)
    if not found:
        return None
    for run in runs(value, references):
        if run.href:
            return run.href
    return _REMARK.split(text[found.end() :], maxsplit=1)[0].strip(" .`[]()") or None


def _first(text: str, statuses: Sequence[str], *, whole: bool = False) -> str | None:
    words = label_key(text).split()
    for status in sorted(statuses, key=len, reverse=True):
        wanted = label_key(status).split()
        if words[: len(wanted)] == wanted and (not whole or len(words) == len(wanted)):
            return status
        # `inreview` and `InReview` are `in review` to their writers.
        if wanted and words and words[0] == "".join(wanted) and (not whole or len(words) == 1):
            return status
    return None


def _bold_choice(found: Sequence[Run], choices: Sequence[str]) -> str | None:
    """Return the one choice of a menu that is set in bold; None where none is, or several are."""
    keys = {label_key(choice) for choice in choices}
    bold = [run.text for run in found if run.bold and label_key(run.text) in keys]
    return bold[0] if len(bold) == 1 else None


_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan", "januar", "enero", "janvier", "janeiro", "gennaio"),
            ("february", "feb", "februar", "febrero", "février", "fevereiro", "febbraio"),
            ("march", "mar", "märz", "marzo", "mars", "março"),
            ("april", "apr", "abril", "avril", "aprile"),
            ("may", "mai", "mayo", "maio", "maggio"),
            ("june", "jun", "juni", "junio", "juin", "junho", "giugno"),
            ("july", "jul", "juli", "julio", "juillet", "julho", "luglio"),
            ("august", "aug", "agosto", "août"),
            ("september", "sep", "sept", "septiembre", "septembre", "setembro", "settembre"),
            ("october", "oct", "oktober", "okt", "octubre", "octobre", "outubro", "ottobre"),
            ("november", "nov", "noviembre", "novembre", "novembro"),
            ("december", "dec", "dezember", "dez", "diciembre", "décembre", "dezembro", "dicembre"),
        ),
        start=1,
    )
    for name in names
}
_DATES = (
    re.compile(r"(?<!\d)(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?!\d)"),
    re.compile(r"(?<!\d)(?P<y>\d{4})\s?[年년]\s?(?P<m>\d{1,2})\s?[月월]\s?(?P<d>\d{1,2})\s?[日일]"),
    # Who writes dots writes the day first, wherever.
    re.compile(r"(?<![\d.])(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>\d{4})(?![\d.])"),
    re.compile(
        r"(?<!\d)(?P<d>\d{1,2})(?:st|nd|rd|th|er|\.)?[ -](?:de |of )?"
        r"(?P<name>[^\W\d_]{3,10})\.?,?[ -](?:de )?(?P<y>\d{4})(?!\d)"
    ),
    re.compile(r"\b(?P<name>[^\W\d_]{3,10})\.? (?P<d>\d{1,2})(?:st|nd|rd|th)?,? (?P<y>\d{4})(?!\d)"),
)
_UNFILLED_DATE = re.compile(
    r"^\W*(?:yyyy|dd[-/. ]|mm[-/. ]|date|today|tbd|tba|todo|none|n/?a|insert|fill|your|pending)\b"
    r"|^\W*(?:fecha|datum)\b|^\W*$|y{4}[-/.]?m{2}|d{2}[-/.]m{2}[-/.]y{2}",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date and where it stands in a text."""

    day: date
    start: int
    end: int


def read_date(text: str) -> date | None:
    """Return the first date of a text: ISO, ``1 Mar 2026`` or ``March 1, 2026``; None without one.

    ``2/10/2023`` is none: it is another day on each side of an ocean.
    """
    found = find_date(text)
    return found.day if found else None


def find_date(text: str) -> FoundDate | None:
    """Return the date that ``read_date`` reads, with its place."""
    for pattern in _DATES:
        for found in pattern.finditer(text[:200]):
            parts = found.groupdict()
            month = int(parts["m"]) if parts.get("m") else _MONTHS.get(parts["name"].casefold(), 0)
            try:
                day = date(int(parts["y"]), month, int(parts["d"]))
            except ValueError:
                continue
            return FoundDate(day, found.start(), found.end())
    return None


def is_unfilled_date(text: str) -> bool:
    """Whether a date still is a pattern to fill in, such as ``YYYY-MM-DD``."""
    return bool(_UNFILLED_DATE.search(text))
