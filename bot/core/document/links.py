"""Links of a document to its own headings and to files of the repository; no address is ever fetched."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from urllib.parse import unquote

from bot.core.document.blocks import Block, Kind
from bot.core.document.outline import Outline, outline_of
from bot.core.model import Document, Span

_INLINE = re.compile(
    r"\]\(\s{0,9}(?:<(?P<angled>[^<>\n]{1,2000})>|(?P<bare>[^\s()<>]{1,2000}(?:\([^\s()]{0,200}\)[^\s()]{0,200})?))"
    r"(?:\s{1,9}(?:\"[^\"]{0,400}\"|'[^']{0,400}'))?\s{0,9}\)"
)
_TICKS = re.compile(r"`+")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_NAMED = re.compile(r"<[a-z][^<>]{0,400}?\b(?:id|name)\s*=\s*[\"']?([\w:.-]+)|\{#([\w:.-]+)\}", re.IGNORECASE)
_NUMBER = re.compile(r"^\W*(?:[A-Za-z]{2,5}[-_ #]{0,2})?0*(\d{1,9})(?=\D|$)")
_MAX_LINKS = 5_000
"""In one document; what comes after is not followed."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link or picture that leads into the repository."""

    target: str
    """As written."""
    span: Span

    @property
    def path(self) -> str:
        """The file, ``""`` for this document."""
        return unquote(self.target.partition("#")[0].partition("?")[0])

    @property
    def anchor(self) -> str:
        """What follows ``#``."""
        return unquote(self.target.partition("#")[2])


def links_of(document: Document) -> tuple[Link, ...]:
    """Return the links that lead to this document or another file, in order; those in code are none."""
    if "](" not in document.source and "]:" not in document.source:
        return ()
    outline = outline_of(document.source)
    written = (link for block in outline.text.blocks for link in _in_block(block, outline))
    found = islice(chain(written, _definitions(outline)), _MAX_LINKS)
    kept = [one for one in found if not _SCHEME.match(one.target)]
    return tuple(sorted(kept, key=lambda one: (one.span.line, one.span.column)))


def _in_block(block: Block, outline: Outline) -> Iterator[Link]:
    for child in block.children:
        yield from _in_block(child, outline)
    if block.kind not in {Kind.PARAGRAPH, Kind.HEADING, Kind.CELL} or "](" not in block.text:
        return
    text = _COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), without_code(block.text))
    line, done = block.line, 0
    for found in _INLINE.finditer(text):
        name = "angled" if found["angled"] else "bare"
        target = block.text[found.start(name) : found.end(name)]
        line, done = line + block.text.count("\n", done, found.start(name)), found.start(name)
        column = outline.text.column(line, target)
        if outline.text.line(line).startswith(target, column - 1):
            yield Link(target, Span(line, column, line, column + len(target)))


def _definitions(outline: Outline) -> Iterator[Link]:
    for definition in outline.text.references.values():
        if not isinstance(definition, dict) or not isinstance(definition.get("map"), list):
            continue
        target, line = str(definition.get("href", "")), int(definition["map"][0]) + 1
        at = outline.text.line(line).rfind(target) if target else -1
        if at >= 0:
            yield Link(target, Span(line, at + 1, line, at + 1 + len(target)))


def without_code(text: str) -> str:
    """Return inline source with blanks in the place of code; of the same length."""
    marks = list(_TICKS.finditer(text))
    if not marks:
        return text
    following: dict[int, int] = {}
    closing: list[int | None] = [None] * len(marks)
    for at in range(len(marks) - 1, -1, -1):
        length = len(marks[at][0])
        closing[at] = following.get(length)
        following[length] = at
    parts: list[str] = []
    done = at = 0
    while at < len(marks):
        end = closing[at]
        if end is None:
            at += 1
            continue
        start, stop = marks[at].start(), marks[end].end()
        parts += (text[done:start], re.sub(r"[^\n]", " ", text[start:stop]))
        done, at = stop, end + 1
    return "".join([*parts, text[done:]])


def anchors_of(document: Document) -> frozenset[str]:
    """Return a document's anchors: those that GitHub makes of its headings, and those it names itself."""
    found: set[str] = {"", "top"}
    seen: dict[str, int] = {}
    for heading in document.headings:
        slug = slug_of(heading.text)
        count = seen.get(slug, 0)
        seen[slug] = count + 1
        found.add(f"{slug}-{count}" if count else slug)
    for named in _NAMED.finditer(document.source):
        found.add((named[1] or named[2]).casefold())
    return frozenset(found)


def slug_of(heading: str) -> str:
    """Return the anchor of a heading: lower case, words and hyphens only, blanks as hyphens."""
    kept = (
        one
        for one in heading.casefold()
        if one in "- _" or one.isalnum() or unicodedata.category(one).startswith("M")
    )
    return "".join(kept).strip().replace(" ", "-")


def resolved(path: str, target: str) -> str:
    """Return a link's target in the document at ``path`` as a path from the repository's root.

    One that leads out of the repository, or to another site, is returned as written.
    """
    bare = unquote(target.partition("#")[0].partition("?")[0]).strip()
    if not bare or _SCHEME.match(bare):
        return target if bare else path
    parts = [] if bare.startswith("/") else path.split("/")[:-1]
    for part in bare.split("/"):
        if part == "..":
            if not parts:
                return target
            parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts)


def document_number(name: str) -> str | None:
    """Return the number in a file's name or a reference, without leading zeros: ``0012-cache.md`` is 12."""
    found = _NUMBER.search(name.rpartition("/")[2])
    return found[1] if found else None
