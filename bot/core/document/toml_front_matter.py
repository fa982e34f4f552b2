"""TOML front matter as a block: what stands between two lines ``+++`` at the beginning of a text."""

from typing import Final

from markdown_it.rules_block import StateBlock

FENCE: Final = "+++"


def toml_front_matter(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take the block, for markdown-it: only where the text begins with it, and only if it ends."""
    if start != 0 or silent or not state.src.startswith(FENCE):
        return False
    lines = (state.src[state.bMarks[at] : state.eMarks[at]].rstrip() for at in range(end))
    if next(lines, "") != FENCE:
        return False
    last = next((at for at, line in enumerate(lines, start=1) if line == FENCE), None)
    if last is None:
        return False
    token = state.push("front_matter", "", 0)
    token.markup = FENCE
    token.content = state.src[state.bMarks[1] : max(state.bMarks[1], state.eMarks[last - 1])]
    token.map = [0, last + 1]
    state.line = last + 1
    return True
