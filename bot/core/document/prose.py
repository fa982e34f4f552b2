"""A block rule for markdown-it that takes a plain paragraph at one go.

The parser asks eleven rules at every line whether a block of theirs begins there, and takes a paragraph only
when none does. Most lines of a design begin with a letter, and where one does, all of them say no. This rule
comes first, takes what is certainly a paragraph, and leaves every doubt to the others.
"""

import re

from markdown_it.common.utils import mdTrim
from markdown_it.rules_block import StateBlock

# The beginnings of lines at which no block but a paragraph can begin or go on:
# https://spec.commonmark.org/0.31.2/#blocks-and-inlines. Emphasis, code and numbers only where they are no
# rule, fence or list.
_WORDS = (
    r"[^\W\d_]|[^\x00-\x7f]|[\"'(!@$%&/,;.?^{}\\)\]]|[0-9]+(?![0-9.)])"
    r"|\*{1,2}(?=[^\s*])|_{1,2}(?=[^\s_])|`{1,2}(?!`)|~{1,2}(?!~)"
)
_BEGINS = re.compile(_WORDS)
_GOES_ON = re.compile(rf"{_WORDS}|\[")
_LINES = re.compile(rf"(?:[ ]*(?:{_WORDS}|\[)[^\n]*\n)+")
_ENDS = re.compile(r"[-+*][ \t]+[^\s*_=|:-]|\#{1,6}[ \t]|>|```+[^`\n]*(?:\n|\Z)")
"""What ends a paragraph without an empty line, where it is certain: a bullet, a heading, a quote, a fence."""
_CODE = 4
"""Columns of indentation from which a line is no beginning of a block."""


def prose(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take the paragraph that begins at a line, as one token; not where another block might begin there."""
    del end, silent
    if state.is_code_block(start) or not _BEGINS.match(state.src, state.bMarks[start] + state.tShift[start]):
        return False
    past = _past(state, start)
    if past is None:
        return False
    token = state.push("paragraph", "p", 0)
    token.map = [start, past]
    if state.level == 0:
        token.content = mdTrim(state.src[state.bMarks[start] : state.eMarks[past - 1]])
    else:
        token.content = mdTrim(state.getLines(start, past, state.blkIndent, keepLastLF=False))
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
