"""The tree for a terminal."""

from collections.abc import Iterator
from typing import Final

from bot.core.render.terminal import safe
from bot.core.render.why.node import Mark, Node

_MARKS: Final = {Mark.GOOD: "✔ ", Mark.OPEN: "● ", Mark.BAD: "✘ ", Mark.NOTE: ""}
_BREAK: Final = "\u200b"
"""Keeps GitHub from reading a mention; nobody reads one here, and names are copied from terminals."""
_INKS: Final = {Mark.GOOD: "32", Mark.OPEN: "33", Mark.BAD: "31"}
"""ANSI codes of ECMA-48, Select Graphic Rendition."""


def to_text(root: Node, *, color: bool) -> str:
    """Return the tree, one line for each statement; nothing quoted in it can steer the terminal."""
    return "\n".join(_lines(root, first="", rest="", color=color)) + "\n"


def _lines(node: Node, *, first: str, rest: str, color: bool) -> Iterator[str]:
    yield first + _mark(node.mark, color=color) + safe(node.says.replace(_BREAK, ""))
    for number, one in enumerate(node.below, start=1):
        last = number == len(node.below)
        yield from _lines(
            one,
            first=rest + ("└─ " if last else "├─ "),
            rest=rest + ("   " if last else "│  "),
            color=color,
        )


def _mark(mark: Mark, *, color: bool) -> str:
    ink = _INKS.get(mark)
    return f"\x1b[{ink}m{_MARKS[mark]}\x1b[0m" if color and ink else _MARKS[mark]
