"""Inline markup as most people write it (code, emphasis, links, none in another's way) without a parser.

Whatever is not beyond doubt is left to the full parser: the answer is None. Any other answer is what the full
parser would say; a property test holds it to that on arbitrary text.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from markdown_it.common.normalize_url import normalizeLink, validateLink

from bot.core.document.runs import Run

# https://spec.commonmark.org/0.31.2/#code-spans: one tick on each side, and none within.
_CODE = re.compile(r"(?<!`)`([^`]+)`(?!`)")
# https://spec.commonmark.org/0.31.2/#links: a label and a target without a mark of any kind in them.
_LINK = re.compile(r"(?<!!)\[([^\[\]`*_~\\&<>!\n]+)\]\(([A-Za-z0-9./#?=:@+_-]+)\)")
_DOUBTFUL = re.compile(r"`|~~|\\|&[#A-Za-z]|<[A-Za-z/!?]|\]\(")
_MARK = re.compile(r"\*+|_+")
_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_BLANK = frozenset(" \t\n")
_BOLD = 2
"""Marks of emphasis that make bold; one makes italics, and more are left to the parser."""

_Place = tuple[int, int, "Run | str"]
"""Start, end, and what stands there: code, a link, or the marks of emphasis."""


def simple_runs(text: str, *, references: bool) -> tuple[Run, ...] | None:
    """Return the runs of a text in order; None where only the full parser can tell.

    ``references`` says whether the document has link definitions, by which any bracket may be a link.
    """
    places: list[_Place] = []
    masked = text
    if "`" in text:
        places += ((one.start(), one.end(), Run(_code(one[1]), code=True)) for one in _CODE.finditer(text))
        masked = _CODE.sub(_mask, text)
    if "](" in masked:
        places += ((one.start(), one.end(), Run(one[1], href=one[2])) for one in _LINK.finditer(masked))
        masked = _LINK.sub(_mask, masked)
    if _DOUBTFUL.search(masked) or (references and "[" in masked):
        return None
    marks = _emphasis(masked)
    if marks is None or not all(
        _is_target(one.href) for _, _, one in places if isinstance(one, Run) and one.href
    ):
        return None
    return tuple(_cut(text, sorted([*places, *marks], key=lambda one: one[0])))


def _mask(found: re.Match[str]) -> str:
    """Return what stands for code or a link: punctuation to its neighbours, and no marks within."""
    return f"<{' ' * (len(found[0]) - 2)}>"


def _code(written: str) -> str:
    """Return the content of a code span: lines joined, and one blank on each side taken off."""
    joined = written.replace("\n", " ")
    return joined[1:-1] if joined[0] == joined[-1] == " " and joined.strip(" ") else joined


@lru_cache(maxsize=1024)
def _is_target(target: str) -> bool:
    """Whether a link may lead there, and is written as the parser would write it."""
    return normalizeLink(target) == target and validateLink(target)


def _emphasis(masked: str) -> list[_Place] | None:
    """Return the marks of emphasis, by turns opening and closing; None where they are more than that."""
    marks: list[_Place] = []
    for mark in _MARK.finditer(masked):
        side = _side(mark, masked)
        if side == 0:
            continue
        opens = len(marks) % 2 == 0
        if len(mark[0]) > _BOLD or side != (1 if opens else -1) or not (opens or mark[0] == marks[-1][2]):
            return None
        marks.append((mark.start(), mark.end(), mark[0]))
    return None if len(marks) % 2 else marks


def _side(mark: re.Match[str], masked: str) -> int | None:
    """Return 1 for marks that can but open, -1 for those that can but close, 0 for neither, None in doubt.

    https://spec.commonmark.org/0.31.2/#left-flanking-delimiter-run
    """
    before = masked[mark.start() - 1] if mark.start() else " "
    after = masked[mark.end()] if mark.end() < len(masked) else " "
    left, right = before in _BLANK, after in _BLANK
    if left or right:
        odd = (before.isspace() and not left) or (after.isspace() and not right)
        return None if odd else left - right
    if not (before.isascii() and after.isascii()) or before.isspace() or after.isspace():
        return None
    if (before in _PUNCTUATION) != (after in _PUNCTUATION):
        return 1 if before in _PUNCTUATION else -1
    return 0 if mark[0][0] == "_" and before not in _PUNCTUATION else None


def _cut(text: str, places: Sequence[_Place]) -> Iterator[Run]:
    at = 0
    bold = italic = False
    for start, end, what in places:
        if at < start:
            yield Run(joined_lines(text[at:start]), bold=bold, italic=italic)
        if isinstance(what, Run):
            yield Run(what.text, bold=bold, italic=italic, code=what.code, href=what.href)
        elif len(what) == _BOLD:
            bold = not bold
        else:
            italic = not italic
        at = end
    if at < len(text):
        yield Run(joined_lines(text[at:]), bold=bold, italic=italic)


def joined_lines(text: str) -> str:
    """Return lines as one, without the blanks around their breaks."""
    first, *rest = text.split("\n")
    if not rest:
        return text
    *middle, last = (line.lstrip(" \t") for line in rest)
    return " ".join([*(line.rstrip(" ") for line in (first, *middle)), last])
