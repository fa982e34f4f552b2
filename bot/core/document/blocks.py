"""Markdown text to a tree of blocks with their lines; inline markup stays text until somebody needs it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from bot.core.document.front_matter_block import TOML, front_matter
from bot.core.document.inline import References
from bot.core.document.limits import check_blocks, check_size, is_overmarked
from bot.core.document.short_ways import ITEMS, Item, short_way

# Inline markup is most of the work of a parse and mostly not needed: `inline.py` does it block by block.
_PARSER = (
    MarkdownIt("commonmark")
    .enable(["table", "strikethrough"])
    .use(front_matter)
    .disable(["inline", "text_join"])
)
_PARSER.block.ruler.before("toml_front_matter", "short_way", short_way, {"alt": ["blockquote"]})


class Kind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    CODE = "code"
    HTML = "html"
    QUOTE = "quote"
    LIST = "list"
    ITEM = "item"
    TABLE = "table"
    ROW = "row"
    CELL = "cell"
    RULE = "rule"
    FRONT_MATTER = "front-matter"


class Block(NamedTuple):
    """A block of Markdown; lines count from 1 and ``end`` is the first line after it."""

    kind: Kind
    line: int
    end: int
    text: str = ""
    """Inline source of headings, paragraphs and cells; content of code, HTML and front matter."""
    level: int = 0
    """Of a heading."""
    mark: str = ""
    """``-`` or ``=`` for an underlined heading; the language of code; ``1`` for an ordered list; ``+++`` for
    front matter in TOML."""
    children: tuple["Block", ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """A text cut into lines and blocks."""

    lines: tuple[str, ...]
    blocks: tuple[Block, ...]
    references: References

    def line(self, number: int) -> str:
        """Return a line's text; empty beyond the end."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def column(self, number: int, part: str, after: int = 0) -> int:
        """Return where ``part`` begins in a line, looking from ``after`` on; 1 when it is not there."""
        return self.line(number).find(part, after) + 1 or 1


_KINDS = {
    "heading": Kind.HEADING,
    "heading_open": Kind.HEADING,
    "paragraph": Kind.PARAGRAPH,
    "paragraph_open": Kind.PARAGRAPH,
    "blockquote_open": Kind.QUOTE,
    "bullet_list_open": Kind.LIST,
    "ordered_list_open": Kind.LIST,
    "list_item_open": Kind.ITEM,
    "table_open": Kind.TABLE,
    "tr_open": Kind.ROW,
    "th_open": Kind.CELL,
    "td_open": Kind.CELL,
    "fence": Kind.CODE,
    "code_block": Kind.CODE,
    "html_block": Kind.HTML,
    "hr": Kind.RULE,
    "front_matter": Kind.FRONT_MATTER,
}


class _Lines(StateBlock):
    """The parser's state, its lines marked by splitting the text instead of by looking at every character."""

    def __init__(self, source: str, environment: dict[str, dict[str, object]]) -> None:
        super().__init__("", _PARSER, environment, [])
        lines = source.split("\n")
        if not lines[-1].strip(" \t"):
            lines.pop()
        self.src = source
        self.bMarks = [0, *accumulate(len(line) + 1 for line in lines)]
        self.eMarks = [start + len(line) for start, line in zip(self.bMarks, lines, strict=False)]
        self.bMarks[-1] = len(source)
        self.eMarks.append(len(source))
        self.tShift, self.sCount, self.bsCount = ([0] * len(self.bMarks) for _ in range(3))
        self.lineMax = len(lines)
        for at, line in enumerate(lines):
            if line.startswith((" ", "\t")):
                lead = line[: len(line) - len(line.lstrip(" \t"))]
                self.tShift[at], self.sCount[at] = len(lead), len(lead.expandtabs(_TAB))


_TAB = 4
"""Columns between two stops: https://spec.commonmark.org/0.31.2/#tabs."""


def parse(text: str) -> Text:
    """Cut a text into blocks.

    Raises:
        DocumentTooLargeError: the text is over a cap.
    """
    check_size(text)
    # A byte order mark is an editor's, not the author's; line ends as CommonMark sees them.
    source = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    environment: dict[str, dict[str, object]] = {}
    state = _Lines(source.replace("\0", "\ufffd"), environment)
    _PARSER.block.tokenize(state, 0, state.lineMax)
    tokens = state.tokens
    check_blocks(sum(_count(token) for token in tokens))
    references = References(environment.get("references", {}))
    references.overmarked = is_overmarked(source)
    return Text(lines=tuple(source.split("\n")), blocks=_tree(tokens), references=references)


def _count(token: Token) -> int:
    """Return how many blocks a token begins; an item is one, and so is its text."""
    if token.nesting < 0 or token.type == "inline":
        return 0
    return 1 + 2 * len(token.meta[ITEMS]) if token.type == "bullets" else 1


def _tree(tokens: Sequence[Token]) -> tuple[Block, ...]:
    """Return the blocks that these tokens open and close; a table's head and body are its rows alone."""
    top: list[Block] = []
    siblings = top
    above: list[tuple[Token, list[Block]]] = []
    text = ""
    for token in tokens:
        if token.nesting == 1:
            if token.type in _KINDS:
                above.append((token, siblings))
                siblings = []
        elif token.type == "inline":
            text = token.content
        elif token.type == "bullets":
            siblings.append(_bullets(token))
        elif token.nesting == 0:
            siblings.append(_block(token, token.content, (), above))
        elif token.type not in _ROWS:
            opening, around = above.pop()
            around.append(_block(opening, text, tuple(siblings), above))
            siblings, text = around, ""
    return tuple(top)


_ROWS = frozenset({"thead_close", "tbody_close"})


def _bullets(token: Token) -> Block:
    """Return the list that was taken at one go."""
    start, end = token.map or (0, 1)
    items: Sequence[Item] = token.meta[ITEMS]
    children = []
    for item, below in zip(items, [*(one.line for one in items[1:]), end], strict=True):
        said = Block(Kind.PARAGRAPH, item.line + 1, item.past + 1, item.text)
        children.append(Block(Kind.ITEM, item.line + 1, below + 1, children=(said,)))
    return Block(Kind.LIST, start + 1, end + 1, children=tuple(children))


def _block(
    token: Token, text: str, children: tuple[Block, ...], above: Sequence[tuple[Token, object]]
) -> Block:
    first, end = token.map or (above[-1][0].map if above else None) or (0, 1)
    kind = _KINDS[token.type]
    level = int(token.tag[1]) if kind is Kind.HEADING else 0
    mark = _mark(token) if token.markup or token.info or kind is Kind.LIST else ""
    return Block(kind, first + 1, end + 1, text, level, mark, children)


def _mark(token: Token) -> str:
    match token.type:
        case "heading_open":
            return token.markup if token.markup in {"-", "="} else ""
        case "fence":
            return token.info.strip()
        case "ordered_list_open":
            return "1"
        case "front_matter":
            return token.markup if token.markup == TOML else ""
        case _:
            return ""
