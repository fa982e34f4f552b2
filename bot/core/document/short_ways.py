"""A block rule for markdown-it that takes what most lines are - prose, bullets, headings - at one go.

The parser asks eleven rules at every line whether a block of theirs begins there, and takes a paragraph only
when none does. Where a line begins with a letter, all of them say no. This rule comes first, takes what is
beyond doubt, and leaves every doubt to the others.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from markdown_it.common.utils import mdTrim
from markdown_it.rules_block import StateBlock, heading

from bot.core.document.limits import check_tokens

# The beginnings of lines at which no block but a paragraph can begin or go on:
# https://spec.commonmark.org/0.31.2/#blocks-and-inlines. Emphasis, code, numbers and brackets only where they
# are no rule, fence, list or definition.
_WORDS = (
    r"[^\W\d_]|[^\x00-\x7f]|[\"'(!@$%&/,;.?^{}\\)\]]|[0-9]+(?![0-9.)])"
    r"|\*{1,2}(?=[^\s*])|_{1,2}(?=[^\s_])|`{1,2}(?!`)|~{1,2}(?!~)"
)
_BEGINS = re.compile(rf"{_WORDS}|\[[^\[\]\\\n]{{0,200}}\](?!:)")
_GOES_ON = re.compile(rf"{_WORDS}|\[")
_LINES = re.compile(rf"(?:[ ]*(?:{_WORDS}|\[)[^\n]*\n)+")
_ENDS = re.compile(r"[-+*][ \t]+[^\s*_=|:-]|\#{1,6}[ \t]|>|```+[^`\n]*(?:\n|\Z)")
"""What ends a paragraph without an empty line, where it is certain: a bullet, a heading, a quote, a fence."""
_HEADING = re.compile(r"(#{1,6})[ \t]")
_ITEM = re.compile(rf"[-+*] {{1,4}}(?={_BEGINS.pattern})")
ITEMS = "items"
"""Under this name a token has the items of its list."""
_BULLETS = frozenset("-+*")
_NEW_LIST = frozenset("-+*0123456789")
_TABLE = frozenset("|:-")
_CODE = 4
"""Columns of indentation from which a line is no beginning of a block."""


def short_way(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take the block that begins at a line, where it is beyond doubt which.

    Raises:
        DocumentTooLargeError: there are more blocks than a document may have.
    """
    check_tokens(len(state.tokens))
    # It interrupts nothing, and is asked whether it would for the check above: by a table, before each row.
    if silent or state.is_code_block(start):
        return False
    at = state.bMarks[start] + state.tShift[start]
    first = state.src[at]
    if first == "#":
        return not _may_be_table(state, start) and _heading(state, start, end)
    if first in _BULLETS and _bullets(state, start, end):
        return True
    return bool(_BEGINS.match(state.src, at)) and _paragraph(state, start)


def _heading(state: StateBlock, start: int, end: int) -> bool:
    line = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    found = _HEADING.match(line)
    if not found or line.rstrip(" \t").endswith("#"):
        return heading(state, start, end, silent=False)
    token = state.push("heading", f"h{found.end(1)}", 0)
    token.map = [start, start + 1]
    token.content = mdTrim(line[found.end() :])
    state.line = start + 1
    return True


def _may_be_table(state: StateBlock, start: int) -> bool:
    """Whether the line below may be the one that makes a table's head of this one."""
    line = start + 1
    return (
        line < state.lineMax
        and not state.isEmpty(line)
        and state.src[state.bMarks[line] + state.tShift[line]] in _TABLE
    )


def _paragraph(state: StateBlock, start: int) -> bool:
    past = _past(state, start)
    if past is None:
        return False
    if state.level == 0:
        text = state.src[state.bMarks[start] : state.eMarks[past - 1]]
    else:
        text = state.getLines(start, past, state.blkIndent, keepLastLF=False)
    token = state.push("paragraph", "p", 0)
    token.map = [start, past]
    token.content = mdTrim(text)
    state.line = past
    return True


def _past(state: StateBlock, start: int) -> int | None:
    """Return the first line past a paragraph; None where that is for others to say."""
    line = start + 1
    if state.level == 0:
        lines = _LINES.match(state.src, state.bMarks[start])
        line = start + max(1, state.src.count("\n", lines.start(), lines.end()) if lines else 1)
    while line < state.lineMax and not state.isEmpty(line):
        at = state.bMarks[line] + state.tShift[line]
        lazy = state.sCount[line] - state.blkIndent >= _CODE or state.sCount[line] < 0
        if not lazy and not _GOES_ON.match(state.src, at):
            return line if _ENDS.match(state.src, at) and not _is_deep(state, line) else None
        line += 1
    return line


def _is_deep(state: StateBlock, line: int) -> bool:
    """Whether what looks like a list item is too far in for its list and not far enough for its text."""
    depth = state.sCount[line]
    return 0 <= state.listIndent <= depth - _CODE and depth < state.blkIndent


class Item(NamedTuple):
    """An item of one paragraph; lines count from 0, as the parser's do."""

    line: int
    past: int
    """The first line past its text."""
    text: str


def _bullets(state: StateBlock, start: int, end: int) -> bool:
    """Take a list whose items are one paragraph each, and have nothing between them."""
    items = _items(state, start) if end == state.lineMax and _has_room(state) else ()
    if not items:
        return False
    past = state.skipEmptyLines(items[-1].past)
    if past < end and (
        state.sCount[past] > state.sCount[start]
        or state.src[state.bMarks[past] + state.tShift[past]] in _NEW_LIST
    ):
        return False
    token = state.push("bullets", "ul", 0)
    token.map = [start, past]
    token.meta = {ITEMS: items}
    state.line = past
    return True


def _has_room(state: StateBlock) -> bool:
    """Whether what stands in a list here is not nested beyond what the parser reads."""
    return state.level + 2 < state.md.options.maxNesting


def _items(state: StateBlock, start: int) -> Sequence[Item]:
    """Return the items of a list; none where an item is more than a paragraph."""
    src, mark = state.src, state.src[state.bMarks[start] + state.tShift[start]]
    items: list[Item] = []
    line = start
    while line < state.lineMax and not state.isEmpty(line):
        begin = state.bMarks[line] + state.tShift[line]
        found = _ITEM.match(src, begin)
        if not found or found[0][0] != mark or state.sCount[line] != state.sCount[start]:
            return ()
        past = line + 1
        while past < state.lineMax and not state.isEmpty(past):
            at = state.bMarks[past] + state.tShift[past]
            if state.sCount[past] < 0 or not _GOES_ON.match(src, at):
                break
            past += 1
        text = src[found.end() : state.eMarks[line]]
        if past > line + 1:
            inside = state.sCount[start] + found.end() - begin
            text += "\n" + state.getLines(line + 1, past, inside, keepLastLF=False)
        items.append(Item(line, past, mdTrim(text)))
        line = past
    return items
