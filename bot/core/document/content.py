"""What the blocks of a section say: an answer, "not applicable", or nothing yet."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from bot.core.document.blocks import Block, Kind, Text
from bot.core.document.inline import is_plain, is_stand_in, plain, runs, squeeze
from bot.core.document.prompts import NONE, Prompts, is_label, without_mark
from bot.core.model import Leftover, LeftoverKind, SectionState, Span


class Unit(NamedTuple):
    """The smallest part of a section that can be an answer: a line, a bullet, a table row, a code block."""

    text: str
    span: Span
    code: bool = False
    picture: bool = False
    cells: tuple[str, ...] = ()
    """Of a table row; the first one is its label."""
    italic: bool = False
    """All of it is in italics, as templates set their instructions."""
    comment: bool = False
    """It is hidden from readers."""
    source: tuple[str, ...] = ()
    """The lines of a paragraph of several lines, as written."""


class Says(Enum):
    """What a unit is."""

    ANSWER = 1
    NOT_APPLICABLE = 2
    PROMPT = 3
    STUB = 4
    LATER = 5
    COMMENT = 6
    NOTHING = 7


_COMMENT = re.compile(r"<!--(?P<words>.*?)(?:-->|$)", re.DOTALL)
_MACHINE_COMMENT = re.compile(
    r"(?!(?:todo|tbd|fixme)$)/?[\w-]+$"
    r"|(?:tdd|tdd-bot|markdownlint|prettier|vale|lint|textlint|cspell|toc|omit|no toc|begin|end)\b",
    re.IGNORECASE,
)
"""Markers and switches of tools, such as ``<!-- toc -->`` or ``<!-- tdd: optional -->``."""
_TAG = re.compile(r"<[^<>]*>")
_HTML_CONTENT = re.compile(r"<\s*(?:img|svg|video|iframe|object|embed)\b", re.IGNORECASE)
_BRACKET_DEFINITION = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+\[[^\]]+\]:\s*\[")

_NA = (
    r"n\s?[/\\]\s?a|n\.a\.?|n\.v\.t\.?|na|nil|not relevant|not required|not needed|non applicable"
    r"|(?:there (?:are|is) )?none(?: (?:known|identified|needed|required|planned|expected))?"
    r"|(?:(?:this|it)(?: section)? )?(?:is )?not applicable|(?:this(?: section)? )?does(?: not|n't) apply"
    r"|irrelevant|nothing new|see above"
    r"|no aplica|ningun[oa]|não se aplica|não aplicável|nenhum[a]?|entfällt|nicht zutreffend|kein[e]?"
    r"|sans objet|néant|aucune?|non applicabile|nessun[oa]?|не применимо|нет"
    r"|不适用|不涉及|无|該当なし|なし|해당 없음|없음"
)
_SO_FAR = (
    r"here|yet|at (?:this|the) (?:time|stage|point|moment)|at present|currently|for now|so far"
    r"|por ahora|zurzeit"
)
_NOT_APPLICABLE = re.compile(
    rf"^\(?(?:{_NA})(?: (?:{_SO_FAR}))?\)?\s*[?!]?(?:$|[.:;,!。：，；]+\s*(?P<reason>.*)$"
    r"|\s*[—–-]+(?:\s+(?P<remark>.*))?$|\s*[(（](?P<inner>[^()（）]*)[)）][.。]?$"
    r"|\s+(?P<because>(?:because|since|as|for|to|due)\b.*)$)",
    re.IGNORECASE | re.DOTALL,
)
_LATER_DONE = (
    r"(?:added|written|decided|determined|done|defined|completed|discussed|clarified|documented|specified"
    r"|provided|detailed|continued|agreed|finali[sz]ed|designed|filled(?: in| out)?)"
)
_LATER = re.compile(
    r"^\W*(?:tbd|tba|tbc|todo|fixme|wip|(?:still )?to be " + _LATER_DONE + r"|forthcoming|coming soon"
    r"|needs discussion|work in progress|pending|fill (?:me |this )?in|replace me|placeholder"
    r"|under construction|(?:not yet|not) "
    + _LATER_DONE
    + r" yet|not yet "
    + _LATER_DONE
    + r"|(?:this (?:section )?)?will be "
    + _LATER_DONE
    + r"(?= (?:later|soon|here|once|when|after|before)\b|\W*$)"
    r"|(?:to follow|to[ -]do|tk|x{3,}|offen|folgt)(?=\W*$)"
    r"|por definir|por completar|pendiente|a definir|preencher|da definire"
    r"|à (?:définir|compléter|venir|faire)|noch (?:offen|zu klären|zu definieren)"
    r"|待定|待补充|待完善|未定|作成中|検討中|уточняется)\b(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_LATER_REST = 6
"""Words after TBD that still promise and do not answer, as in "TODO for the storage team"."""
_GO_ON = re.compile(
    r"\s+(?!(?:who|what|how|which|when|where|why|if)\b)(?:[\w-]+\s+){0,3}"
    r"(?:is|are|was|were|has|have|can|may|must|will)\b",
    re.IGNORECASE,
)
"""A sentence of which such a word is only the beginning: "Pending payments are tried again"."""
_FILL_IN_HERE = re.compile(
    r"^\W*(?:insert|add|put|paste|write|enter|provide|place|your)\b[^.!?]{0,60}\bhere\b\W*$|\bgoes here\W*$",
    re.IGNORECASE,
)
"""A sentence that asks to be replaced: "Your text here"."""
_ELLIPSIS = re.compile(r"…|\.\.\.|\?\?|__")
_PROMISE = 30
"""The same after a colon: "TODO: describe how the data is moved"."""
_ALNUM = re.compile(r"[^\W_]")
_SHORT = 40
"""Characters; what is longer is none of a few words."""
_EMPTY_WORDS = frozenset({"empty", "nothing here", "nothing"})
_PROGRESS = frozenset({"pending", "wip", "todo", "work in progress", "no", "none"})
"""Where a table tells how far things are, or whether they are, these are answers."""


def units_of(blocks: Sequence[Block], text: Text) -> Iterator[Unit]:
    """Return what stands in these blocks; rules, comments, tags and link definitions are nothing."""
    for block in blocks:
        match block.kind:
            case Kind.PARAGRAPH | Kind.HEADING:
                yield from _paragraph(block, text)
            case Kind.CODE:
                if block.text.strip():
                    yield Unit(block.text.strip(), _span(block, text), code=True)
            case Kind.HTML:
                yield from _html(block, text)
            case Kind.TABLE:
                yield from _rows(block, text)
            case Kind.ITEM if not block.children:
                yield from _definition(block, text)
            case Kind.QUOTE | Kind.LIST | Kind.ITEM:
                yield from units_of(block.children, text)
            case _:
                continue


def without_footer(blocks: Sequence[Block], text: Text) -> Sequence[Block]:
    """Return blocks without lines in italics below a last rule: they are the document's footer."""
    for at in reversed(range(len(blocks))):
        if blocks[at].kind is Kind.RULE:
            tail = list(units_of(blocks[at + 1 :], text))
            return blocks[:at] if tail and all(unit.italic for unit in tail) else blocks
    return blocks


def _span(block: Block, text: Text) -> Span:
    last = max(block.line, block.end - 1)
    first = text.line(block.line)
    return Span(block.line, len(first) - len(first.lstrip()) + 1, last, len(text.line(last)) + 1)


def _paragraph(block: Block, text: Text) -> Iterator[Unit]:
    written = _uncommented(block.text)
    lines = tuple(block.text.split("\n")) if "\n" in block.text else ()
    if is_plain(written, text.references):
        shown = squeeze(written)
        if shown:
            italic = not _ALNUM.search(shown)
            yield Unit(shown, _span(block, text), italic=italic, source=lines)
        return
    found = runs(written, text.references)
    shown = squeeze("".join(run.text for run in found if not run.struck))
    picture = any(run.image for run in found)
    italic = all(run.italic for run in found if _ALNUM.search(run.text))
    if shown or picture:
        yield Unit(shown, _span(block, text), picture=picture, italic=italic, source=lines)


def _uncommented(text: str) -> str:
    return _COMMENT.sub(" ", text) if "<!--" in text else text


def _html(block: Block, text: Text) -> Iterator[Unit]:
    bare = _uncommented(block.text)
    shown = squeeze(_TAG.sub(lambda found: found[0] if is_stand_in(found[0]) else " ", bare))
    picture = bool(_HTML_CONTENT.search(bare))
    if shown or picture:
        yield Unit(shown, _span(block, text), picture=picture)
    for found in _COMMENT.finditer(block.text):
        words = squeeze(found["words"])
        if words and not _MACHINE_COMMENT.match(words):
            yield Unit(words, _span(block, text), comment=True)


def _definition(item: Block, text: Text) -> Iterator[Unit]:
    """Return `- [FR-1]: [what it does]`: a definition to Markdown, a gap to its author."""
    line = text.line(item.line)
    if _BRACKET_DEFINITION.search(line):
        yield Unit(line.strip(" \t*+-"), _span(item, text))


def _rows(table: Block, text: Text) -> Iterator[Unit]:
    for row in table.children[1:]:
        cells = [plain(cell.text, text.references) for cell in row.children]
        if any(cells):
            yield Unit(squeeze(" ".join(cells)), _span(row, text), cells=tuple(cells))


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
    if not _ALNUM.search(bare) or (len(bare) < _SHORT and bare.casefold().strip(" .()") in _EMPTY_WORDS):
        return Says.LATER if _ELLIPSIS.search(bare) else Says.NOTHING
    if only_brackets(bare) or _is_form(bare):
        return Says.STUB if not _NOT_APPLICABLE.match(bare.strip("[](){}<> ")) else Says.NOT_APPLICABLE
    label, colon, value = bare.partition(":")
    if colon and is_label(label):
        if not value.strip():
            return Says.STUB
        if only_brackets(value) or _is_later(value.strip()):
            return Says.STUB
    if _is_later(bare):
        return Says.LATER
    if _NOT_APPLICABLE.match(bare):
        return Says.NOT_APPLICABLE
    return Says.PROMPT if prompts.make(shown) else Says.ANSWER


def _is_later(bare: str) -> bool:
    words = bare.strip("[](){}<>*_ ")
    if words[:11].casefold() == "lorem ipsum":
        return True
    found = _LATER.match(words)
    if not found or _GO_ON.match(found["rest"]):
        return "here" in words.casefold() and bool(_FILL_IN_HERE.search(words))
    rest = found["rest"]
    most = _PROMISE if rest.lstrip().startswith((":", "-", "–", "—", "(")) else _LATER_REST
    return len(rest.split()) <= most


_OPEN = {"[": "]", "{": "}", "<": ">"}


# `[X]ms`, `$[X]`: the unit of what is to be filled in.
_AFFIX = re.compile(r"(\])[A-Za-z%/]{1,6}(?![\w\[(])")


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


# A gap stands alone: `list[int]`, `/users/{id}` and a link are none.
_GAP = re.compile(r"(?<![\w/.\])}-])(?:\[([^\[\]]*)\](?![\w(\[])|\{([^{}]*)\}(?![\w/])|<([^<>]*)>(?!\w))")
_SHORT_LABEL = re.compile(r"\W*(?:[\w ]{1,24}:\W*)?")
_LEADS_TO_GAP = re.compile(
    r"\b(?:because|that|as an?|the|of|is|are|to|by|with|for|from|option)\W*$", re.IGNORECASE
)
_FEW_WORDS, _MORE_WORDS = 4, 8
"""Words around one gap, and around several, that still say nothing by themselves."""


def _is_form(text: str) -> bool:
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


def not_applicable_reason(text: str) -> str:
    """Return the reason given beside N/A; empty where there is none."""
    found = _NOT_APPLICABLE.match(text.strip())
    if not found:
        return ""
    reason = found["reason"] or found["remark"] or found["inner"] or found["because"] or ""
    return reason.strip(" .")


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
