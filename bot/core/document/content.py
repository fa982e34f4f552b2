"""What the units of a section say: an answer, "not applicable", or nothing yet."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from bot.core.document.gaps import is_form, only_brackets
from bot.core.document.phrases import is_later, is_not_applicable, not_applicable_reason
from bot.core.document.prompts import NONE, Prompts, is_label, without_mark
from bot.core.document.units import ALNUM, Unit
from bot.core.model import Leftover, LeftoverKind, SectionState, Span


class Says(Enum):
    """What a unit is."""

    ANSWER = 1
    NOT_APPLICABLE = 2
    PROMPT = 3
    STUB = 4
    LATER = 5
    COMMENT = 6
    NOTHING = 7


_ELLIPSIS = re.compile(r"…|\.\.\.|\?\?|__")
_SHORT = 40
"""Characters; what is longer is none of a few words."""
_EMPTY_WORDS = frozenset({"empty", "nothing here", "nothing"})
_PROGRESS = frozenset({"pending", "wip", "todo", "work in progress", "no", "none"})
"""Where a table tells how far things are, or whether they are, these are answers."""


def classify(unit: Unit, prompts: Prompts) -> Says:
    """Tell what a unit is."""
    if not prompts.open(unit.text):
        prompts = NONE
    if prompts.hold(unit.text):
        return Says.PROMPT
    if unit.comment:
        return Says.COMMENT
    if unit.code:
        return Says.STUB if _is_bracketed_prose(unit.text) else Says.ANSWER
    if unit.picture:
        return Says.ANSWER
    if prompts.hold_label(unit.text):
        return Says.PROMPT
    if unit.cells:
        return _row(unit.cells)
    says = _words(unit.text, prompts)
    return Says.STUB if says is Says.ANSWER and unit.italic and _INSTRUCTION.search(unit.text) else says


# An instruction in italics is a template's, even where it was reworded or comes from another template.
_INSTRUCTION = re.compile(
    r"^\W*(?:describe|explain|list|provide|outline|summari[sz]e|define|include|add|write|identify|discuss|specify"
    r"|give|break down|mention|insert|fill|enumerate|briefly|what|why|how|which|optional"
    r"|(?:a |an )?(?:brief|short|concise|one[- ]paragraph)"
    r"|(?:in |use )?this section(?: should| must| describes| covers)?)\b"
    r"|\?\W*$",
    re.IGNORECASE,
)
# A template's sample row: `| YYYY-MM-DD | @reviewer | #XXXX |`.
_SAMPLE_DAY = re.compile(r"\W*(?:YYYY-MM-DD|YYYY/MM/DD|DD[./-]MM[./-]YYYY)\W*$")
_SAMPLE_NUMBER = re.compile(r"\W*#?X{3,}\W*$")


def _is_bracketed_prose(code: str) -> bool:
    """Whether a block of code is no code but a sentence in brackets that says what belongs there."""
    inner = code[1:-1]
    if not (code[1:2].isalpha() and " " in inner and only_brackets(code)):
        return False
    return sum(one.isalpha() or one.isspace() for one in inner) * 5 > len(inner) * 4


def _row(cells: Sequence[str]) -> Says:
    if any(_SAMPLE_DAY.match(cell) for cell in cells) or any(_SAMPLE_NUMBER.match(cell) for cell in cells):
        return Says.STUB
    kinds = {_cell(cell) for cell in cells[1:] or cells}
    if Says.ANSWER in kinds:
        return Says.ANSWER
    if kinds == {Says.NOTHING}:
        return Says.STUB
    return min(kinds, key=lambda kind: kind.value)


def _cell(cell: str) -> Says:
    if cell.casefold() in _PROGRESS:
        return Says.ANSWER
    return _words(cell, NONE) if cell else Says.NOTHING


def _words(shown: str, prompts: Prompts) -> Says:
    bare = without_mark(shown).strip()
    if not ALNUM.search(bare) or (len(bare) < _SHORT and bare.casefold().strip(" .()") in _EMPTY_WORDS):
        return Says.LATER if _ELLIPSIS.search(bare) else Says.NOTHING
    if only_brackets(bare) or is_form(bare):
        return Says.STUB if not is_not_applicable(bare.strip("[](){}<> ")) else Says.NOT_APPLICABLE
    label, colon, value = bare.partition(":")
    if colon and is_label(label):
        if not value.strip():
            return Says.STUB
        if only_brackets(value) or is_later(value.strip()):
            return Says.STUB
    if is_later(bare):
        return Says.LATER
    if is_not_applicable(bare):
        return Says.NOT_APPLICABLE
    return Says.PROMPT if prompts.make(shown) else Says.ANSWER


@dataclass(frozen=True, slots=True)
class Reading:
    """What a section's own blocks say, its subsections left out."""

    state: SectionState
    leftovers: tuple[Leftover, ...] = ()
    reason: str = ""


_LEFTOVER = {
    Says.PROMPT: LeftoverKind.PROMPT,
    Says.STUB: LeftoverKind.STUB,
    Says.LATER: LeftoverKind.LATER,
    Says.COMMENT: LeftoverKind.COMMENT,
}


def read(units: Sequence[Unit], prompts: Prompts) -> Reading:
    """Judge the units of one section."""
    says = [classify(unit, prompts) for unit in units]
    leftovers = tuple(
        one for unit, kind in zip(units, says, strict=True) for one in _leftovers(unit, kind, prompts)
    )
    answers = [unit for unit, kind in zip(units, says, strict=True) if kind is Says.ANSWER]
    if answers and not _bracketed_together(units, says):
        return Reading(SectionState.FILLED, leftovers)
    if Says.NOT_APPLICABLE in says:
        told = units[says.index(Says.NOT_APPLICABLE)]
        return Reading(SectionState.NOT_APPLICABLE, leftovers, not_applicable_reason(told.text))
    if leftovers or answers:
        return Reading(SectionState.PLACEHOLDER, leftovers)
    return Reading(SectionState.EMPTY)


def _leftovers(unit: Unit, kind: Says, prompts: Prompts) -> Iterator[Leftover]:
    if kind in _LEFTOVER:
        yield Leftover(_LEFTOVER[kind], unit.text, unit.span)
    elif kind is Says.ANSWER:  # an answer written right below the template's line
        for offset, line in enumerate(unit.source):
            if prompts.hold(line):
                at = unit.span.line + offset
                column = len(line) - len(line.lstrip()) + 1
                yield Leftover(
                    LeftoverKind.PROMPT, line.strip(), Span(at, column, at, column + len(line.strip()))
                )


def _bracketed_together(units: Sequence[Unit], says: Sequence[Says]) -> bool:
    """Whether one bracket opens in one paragraph and closes in another, around all that is said."""
    joined = "\n".join(
        unit.text
        for unit, kind in zip(units, says, strict=True)
        if kind in {Says.ANSWER, Says.STUB} and not unit.code and not unit.picture
    )
    told = any(
        (unit.code or unit.picture) and kind is Says.ANSWER for unit, kind in zip(units, says, strict=True)
    )
    return not told and joined.lstrip().startswith("[") and only_brackets(joined)


def combined(states: Iterable[SectionState]) -> SectionState:
    """Return the state of a section from its own and its subsections'."""
    found = set(states)
    for state in (SectionState.FILLED, SectionState.PLACEHOLDER, SectionState.NOT_APPLICABLE):
        if state in found:
            return state
    return SectionState.EMPTY
