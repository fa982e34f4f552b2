"""Digests of what a document says, part by part: the same digest means the same content to sign.

Wrapping, emphasis, list marks, numbers and levels of headings, link style and comments are left out; words,
numbers, punctuation, code, targets of links and pictures, and the structure of lists and tables are in.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property

from bot.core.document.blocks import Block, Kind, Text
from bot.core.document.heading_words import title_of
from bot.core.document.inline import content, squeeze
from bot.core.document.raw_fields import RawField

# What every reader takes for a comment: https://spec.commonmark.org/0.29/#html-comment, as GitHub has it.
# Browsers end others at `--!>`, or at once, and show what follows.
_COMMENT = re.compile(r"\s*<!--(?!-?>)(?:[^-]|-(?!-))*-->")
_COMMENT_WITHIN = re.compile(r"<!--(?:[^-<>]|-(?!-))*-->")
"""One that stands behind something else, and is none where that is a tag left open."""

_LISTS = ("list", "list1")

Content = list["str | Content"]


class Fingerprints(Mapping[str, str]):
    """Digests by part, made when somebody first looks: most who read a document judge no sign-off."""

    def __init__(self, make: Callable[[], Mapping[str, str]]) -> None:
        """``make`` returns them; it is called at most once."""
        self._make = make

    @cached_property
    def _made(self) -> Mapping[str, str]:
        return self._make()

    def __getitem__(self, name: str) -> str:
        """Return a part's digest."""
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        """Return the parts' names."""
        return iter(self._made)

    def __len__(self) -> int:
        """Return how many parts there are."""
        return len(self._made)

    def __repr__(self) -> str:
        """Show them as the mapping that they are."""
        return repr(dict(self))

    def __reduce__(self) -> tuple[type[dict[str, str]], tuple[dict[str, str]]]:
        """Leave a process as a plain mapping, without the document that they are made of."""
        return dict, (dict(self),)


def digest(said: Content) -> str:
    """Return the digest of content."""
    return hashlib.sha256(json.dumps(said, ensure_ascii=True).encode()).hexdigest()[:32]


def content_of(blocks: Sequence[Block], text: Text, without: AbstractSet[int] = frozenset()) -> Content:
    """Return what blocks say; ``without`` are lines that are judged elsewhere."""
    said: Content = []
    for block in blocks:
        for one in _said(block, text, without):
            last = said[-1] if said else ""
            if isinstance(one, list) and isinstance(last, list) and one[0] == last[0] and one[0] in _LISTS:
                # Another mark begins another list to Markdown, and none to a reader.
                said[-1] = [*last, *one[1:]]
            else:
                said.append(one)
    return said


def _said(block: Block, text: Text, without: AbstractSet[int]) -> Iterator["str | Content"]:
    match block.kind:
        case Kind.PARAGRAPH | Kind.HEADING:
            yield from _paragraph(block, text, without)
        case Kind.CODE:
            code = _kept(block, text, without).rstrip("\n")
            if code or not without:
                yield ["code", block.mark.split(maxsplit=1)[0] if block.mark else "", code]
        case Kind.HTML:
            bare = squeeze(uncommented(_kept(block, text, without)))
            if bare:
                yield ["html", bare]
        case Kind.QUOTE | Kind.LIST | Kind.ITEM | Kind.TABLE:
            inside = content_of(block.children, text, without)
            if inside or not without:
                yield [block.kind.value + block.mark, *inside]
        case Kind.ROW if block.line not in without:
            yield ["row", *(content(cell.text, text.references) for cell in block.children)]
        case Kind.FRONT_MATTER:
            yield from _front_matter(block, without)
        case _:
            return


def uncommented(html: str) -> str:
    """Return HTML without its comments; what may be shown to somebody is none."""
    at = 0
    while found := _COMMENT.match(html, at):
        at = found.end()
    return _COMMENT_WITHIN.sub(" ", html[at:])


def _kept(block: Block, text: Text, without: AbstractSet[int]) -> str:
    """Return the text of a block without the lines that are judged elsewhere."""
    if not without:
        return block.text
    fenced = block.kind is Kind.CODE and text.line(block.line).lstrip().startswith(("```", "~~~"))
    lines = enumerate(block.text.split("\n"), start=block.line + fenced)
    return "\n".join(line for number, line in lines if number not in without)


def _front_matter(block: Block, without: AbstractSet[int]) -> Iterator[Content]:
    lines = enumerate(block.text.split("\n"), start=block.line + 1)
    kept: Content = [line.strip() for number, line in lines if number not in without and line.strip()]
    if kept:
        yield ["front-matter", *kept]


def _paragraph(block: Block, text: Text, without: AbstractSet[int]) -> Iterator[str]:
    source = block.text
    if without:
        lines = enumerate(source.split("\n"), start=block.line)
        source = "\n".join(line for number, line in lines if number not in without)
    if block.kind is Kind.HEADING:
        source = title_of(source)
    said = content(source, text.references)
    if said:
        yield said


def field_content(field: RawField, text: Text) -> Content:
    """Return what a field of the header says."""
    return [field.label.casefold(), *(content(piece.text, text.references) for piece in field.pieces)]
