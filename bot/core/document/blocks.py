"""Markdown text to a tree of blocks with their lines; inline markup stays text until somebody needs it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

from bot.core.document.limits import check_blocks, check_size
from bot.core.document.prose import prose

# Inline markup is most of the work of a parse and mostly not needed: `inline.py` does it block by block.
_PARSER = (
    MarkdownIt("commonmark")
    .enable(["table", "strikethrough"])
    .use(front_matter_plugin)
    .disable(["inline", "text_join"])
)
_PARSER.block.ruler.before("front_matter", "prose", prose)


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


@dataclass(frozen=True, slots=True)
class Block:
    """A block of Markdown; lines count from 1 and ``end`` is the first line after it."""

    kind: Kind
    line: int
    end: int
    text: str = ""
    """Inline source of headings, paragraphs and cells; content of code, HTML and front matter."""
    level: int = 0
    """Of a heading."""
    mark: str = ""
    """``-`` or ``=`` for an underlined heading; the language of code; ``1`` for an ordered list."""
    children: tuple["Block", ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """A text cut into lines and blocks."""

    lines: tuple[str, ...]
    blocks: tuple[Block, ...]
    references: dict[str, object]
    """Link definitions, as markdown-it's inline rules want them."""

    def line(self, number: int) -> str:
        """Return a line's text; empty beyond the end."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def column(self, number: int, part: str, after: int = 0) -> int:
        """Return where ``part`` begins in a line, looking from ``after`` on; 1 when it is not there."""
        return self.line(number).find(part, after) + 1 or 1


@dataclass(slots=True)
class _Open:
    token: Token
    children: list[Block] = field(default_factory=list)
    text: str = ""


_KINDS = {
    "heading": Kind.HEADING,
    "paragraph": Kind.PARAGRAPH,
    "blockquote": Kind.QUOTE,
    "bullet_list": Kind.LIST,
    "ordered_list": Kind.LIST,
    "list_item": Kind.ITEM,
    "table": Kind.TABLE,
    "tr": Kind.ROW,
    "th": Kind.CELL,
    "td": Kind.CELL,
    "fence": Kind.CODE,
    "code_block": Kind.CODE,
    "html_block": Kind.HTML,
    "hr": Kind.RULE,
    "front_matter": Kind.FRONT_MATTER,
}


def parse(text: str) -> Text:
    """Cut a text into blocks.

    Raises:
        DocumentTooLargeError: the text is over a cap.
    """
    check_size(text)
    # A byte order mark is an editor's, not the author's; line ends as CommonMark sees them.
    source = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    environment: dict[str, dict[str, object]] = {}
    tokens = _PARSER.parse(source, environment)
    check_blocks(sum(1 for token in tokens if token.nesting >= 0 and token.type != "inline"))
    return Text(
        lines=tuple(source.split("\n")),
        blocks=_tree(tokens),
        references=environment.get("references", {}),
    )


def _tree(tokens: Sequence[Token]) -> tuple[Block, ...]:
    stack: list[_Open] = []
    top: list[Block] = []
    for token in tokens:
        if token.type == "inline":
            stack[-1].text = token.content
        elif token.nesting == 1:
            stack.append(_Open(token))
        else:
            opened = stack.pop() if token.nesting == -1 else _Open(token, text=token.content)
            siblings = stack[-1].children if stack else top
            siblings.extend(_close(opened, stack[-1].token.map if stack else None))
    return tuple(top)


def _close(opened: _Open, around: list[int] | None) -> Iterator[Block]:
    token = opened.token
    kind = _KINDS.get(token.type.removesuffix("_open"))
    if kind is None:  # thead and tbody: their rows are the table's
        yield from opened.children
        return
    first, end = token.map or around or (0, 1)
    yield Block(
        kind=kind,
        line=first + 1,
        end=end + 1,
        text=opened.text,
        level=int(token.tag[1]) if kind is Kind.HEADING else 0,
        mark=_mark(token),
        children=tuple(opened.children),
    )


def _mark(token: Token) -> str:
    match token.type:
        case "heading_open":
            return token.markup if token.markup in {"-", "="} else ""
        case "fence":
            return token.info.strip()
        case "ordered_list_open":
            return "1"
        case _:
            return ""
