"""Front matter as a block at the beginning of a text: YAML between lines ``---``, TOML between ``+++``."""

from typing import Final

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from mdit_py_plugins.front_matter import front_matter_plugin

TOML: Final = "+++"


def front_matter(parser: MarkdownIt) -> None:
    """Teach a parser both kinds."""
    parser.use(front_matter_plugin)
    parser.block.ruler.before("front_matter", "toml_front_matter", _toml)


def _toml(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take the block where the text begins with it, and only if it ends."""
    if start != 0 or silent or not state.src.startswith(TOML):
        return False
    lines = (state.src[state.bMarks[at] : state.eMarks[at]].rstrip() for at in range(end))
    if next(lines, "") != TOML:
        return False
    last = next((at for at, line in enumerate(lines, start=1) if line == TOML), None)
    if last is None:
        return False
    token = state.push("front_matter", "", 0)
    token.markup = TOML
    token.content = state.src[state.bMarks[1] : max(state.bMarks[1], state.eMarks[last - 1])]
    token.map = [0, last + 1]
    state.line = last + 1
    return True
