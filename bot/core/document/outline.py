"""A text's headings and what stands under each: the header's blocks apart from the sections'."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from bot.core.document.blocks import Block, Kind, Text, parse
from bot.core.document.fields import code_fields, fields_of, paragraph_fields, pieces_of
from bot.core.document.heading_words import key_of, without_anchor
from bot.core.document.inline import plain, squeeze
from bot.core.document.labels import (
    AUTHOR,
    REVIEWERS,
    STATUS,
    TITLE,
    canonical,
    field_in_heading,
    field_of_section,
    is_header_section,
    is_status_section,
    label_key,
)
from bot.core.document.raw_fields import MAX_FIELDS, Piece, RawField
from bot.core.document.synonyms import BUILT_IN
from bot.core.document.table_fields import people_of_table
from bot.core.model import HeaderSyntax, Span

# A document whose sections are all of the first level may have no title at all.
_OPENINGS = frozenset(
    key_of(name)
    for section in ("Executive Summary", "Problem Statement", "Goals")
    for name in (section, *BUILT_IN[section])
)
_HTML_TITLE = re.compile(r"<h1\b[^>]*>(.{1,400}?)</h1>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_PEOPLE = frozenset({AUTHOR, REVIEWERS})
_FOOTER_FIELDS = 2
"""So many known fields at a document's very end are its header."""


@dataclass(frozen=True, slots=True)
class Part:
    """A heading and the blocks up to the next one."""

    heading: Block
    text: str
    """Of the heading, as a reader sees it."""
    blocks: tuple[Block, ...]
    parent: int | None
    """Index of the heading above it by level."""
    in_header: bool = False
    """It is the title, or a section that holds the header."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A text, cut into header and parts."""

    text: Text
    parts: tuple[Part, ...]
    title: str | None
    title_line: int | None
    fields: tuple[RawField, ...]
    """Of the header, those that a reader sees before those of the front matter."""
    status_section: tuple[Block, ...]
    """Blocks of a section called Status that holds no fields."""
    loose: tuple[Block, ...]
    """Blocks before the first heading or under the title, and of the header's sections."""
    underlined: Span | None
    """Fields that an underline turns into a heading."""


@lru_cache(maxsize=8)
def outline_of(source: str) -> Outline:
    """Cut a text into header and parts; the last few are kept, because edits are found in the same text.

    Raises:
        DocumentTooLargeError: it is over a cap.
    """
    text = parse(source)
    before, headed, underlined = _divide(text)
    parts = _parts(headed, text)
    title_at = _title_index(parts, before, text)
    zone = _zone(parts, title_at)
    marked = tuple(
        Part(part.heading, part.text, part.blocks, part.parent, in_header=at in zone)
        for at, part in enumerate(parts)
    )
    loose = (*before, *(block for at in sorted(zone) for block in parts[at].blocks))
    status_section = _status_section(marked, text)
    fields = _fields(before, marked, text)
    title = marked[title_at] if title_at is not None else None
    return Outline(
        text=text,
        parts=marked,
        title=without_anchor(title.text) if title else _html_title(before),
        title_line=title.heading.line if title else None,
        fields=fields,
        status_section=status_section,
        loose=loose,
        underlined=underlined,
    )


def _divide(text: Text) -> tuple[list[Block], list[tuple[Block, list[Block]]], Span | None]:
    before: list[Block] = []
    headed: list[tuple[Block, list[Block]]] = []
    underlined: Span | None = None
    for block in text.blocks:
        if block.kind is not Kind.HEADING:
            (headed[-1][1] if headed else before).append(block)
        elif block.mark and any(field.known for field in paragraph_fields(block, text)):
            # The blank line above the rule is gone: Markdown sees one big heading, the author a header.
            underlined = Span(block.line, 1, block.end - 1, len(text.line(block.end - 1)) + 1)
            paragraph = Block(Kind.PARAGRAPH, block.line, block.end, text=block.text)
            (headed[-1][1] if headed else before).append(paragraph)
        else:
            headed.append((block, []))
    return before, headed, underlined


def _parts(headed: Sequence[tuple[Block, list[Block]]], text: Text) -> tuple[Part, ...]:
    parts: list[Part] = []
    above: list[int] = []
    for at, (heading, blocks) in enumerate(headed):
        while above and headed[above[-1]][0].level >= heading.level:
            above.pop()
        parent = above[-1] if above else None
        parts.append(Part(heading, plain(heading.text, text.references), tuple(blocks), parent))
        above.append(at)
    return tuple(parts)


def _title_index(parts: Sequence[Part], before: Sequence[Block], text: Text) -> int | None:
    if not parts:
        return None
    first = parts[0]
    if is_header_section(first.text) and label_key(first.text) != TITLE:
        return None
    lone = all(part.heading.level > first.heading.level for part in parts[1:])
    if first.heading.level == 1:
        below_fields = any(
            block.kind is not Kind.FRONT_MATTER and fields_of([block], text) for block in before
        )
        opening = key_of(first.text) in _OPENINGS
        return None if (below_fields and (opening or not lone)) or (opening and not lone) else 0
    prose = any(block.kind not in {Kind.FRONT_MATTER, Kind.HTML, Kind.RULE} for block in before)
    if prose or len(parts) == 1:
        return None
    return 0 if lone or _begins_with_header(first, text) else None


def _begins_with_header(part: Part, text: Text) -> bool:
    """Whether fields stand right below a heading, which then is the title, whatever its level."""
    if key_of(part.text) in _OPENINGS or not part.blocks:
        return False
    return any(field.known for field in fields_of(part.blocks[:1], text))


def _html_title(before: Sequence[Block]) -> str | None:
    for block in before:
        found = _HTML_TITLE.search(block.text) if block.kind is Kind.HTML else None
        if found:
            return squeeze(_TAG.sub(" ", found[1])) or None
    return None


def _zone(parts: Sequence[Part], title_at: int | None) -> set[int]:
    zone = {title_at} if title_at is not None else set[int]()
    for at in range(len(zone), len(parts)):
        if not is_header_section(parts[at].text):
            break
        zone.add(at)
    return zone


def _status_section(parts: Sequence[Part], text: Text) -> tuple[Block, ...]:
    for part in parts:
        if not is_status_section(part.text):
            continue
        blocks = [block for block in part.blocks if block.kind not in {Kind.HTML, Kind.RULE}]
        fields = [(block, fields_of([block], text)) for block in blocks]
        if not any(canonical(one.label) == (STATUS, 0) for _, found in fields for one in found):
            return tuple(block for block, found in fields if not found)
    return ()


def _section_fields(part: Part, text: Text) -> Iterator[RawField]:
    """Return the field that a section of the header is: `## Date` with a day below, `## Status: Draft`."""
    line = part.heading.line
    whole = Span(line, 1, line, len(text.line(line)) + 1)
    if told := field_in_heading(part.text):
        label, value = told
        piece = Piece(value, line, text.column(line, value))
        yield RawField(label, whole, (piece,), HeaderSyntax.SECTION)
        return
    name = field_of_section(part.text)
    if not name or name == STATUS or not part.blocks:
        return
    first = part.blocks[0]
    if name in _PEOPLE and first.kind is Kind.TABLE:
        pieces = people_of_table(first, text)
    elif fields_of(part.blocks, text):
        return
    else:
        pieces = tuple(pieces_of(first, text))
    yield RawField(
        part.text, whole, pieces, HeaderSyntax.SECTION, listed=first.kind in {Kind.LIST, Kind.TABLE}
    )


def _fields(before: Sequence[Block], parts: Sequence[Part], text: Text) -> tuple[RawField, ...]:
    hidden = fields_of([block for block in before if block.kind is Kind.FRONT_MATTER], text)
    opening = [block for block in before if block.kind is not Kind.FRONT_MATTER]
    visible = [*fields_of(opening, text)]
    for part in parts:
        if part.in_header and len(visible) < MAX_FIELDS:
            names_people = field_of_section(part.text) in _PEOPLE
            opening += part.blocks
            visible += _section_fields(part, text)
            visible += fields_of(
                [block for block in part.blocks if not (names_people and block.kind is Kind.TABLE)], text
            )
    if not any(one.known for one in (*visible, *hidden)):
        visible += _preamble(opening, text) or (_footer(parts[-1], text) if parts else ())
    return tuple(islice(_without_history((*visible, *hidden)), MAX_FIELDS))


def _preamble(blocks: Sequence[Block], text: Text) -> tuple[RawField, ...]:
    """Return the fields of the first block of code, for a document that has none anywhere else."""
    first = next((block for block in blocks if block.kind is Kind.CODE), None)
    return code_fields(first, text) if first else ()


def _without_history(fields: Sequence[RawField]) -> Iterator[RawField]:
    """Return the fields without those of a history of versions that are told elsewhere."""
    told = {known[0] for one in fields if not one.history and (known := canonical(one.label))}
    for one in fields:
        known = canonical(one.label)
        if not one.history or (known and known[0] not in told):
            yield one


def _footer(last: Part, text: Text) -> tuple[RawField, ...]:
    """Return the fields at the very end, for a document that has none at its top."""
    for block in reversed(last.blocks):
        if block.kind in {Kind.RULE, Kind.HTML}:
            continue
        found = fields_of([block], text)
        return found if sum(one.known for one in found) >= _FOOTER_FIELDS else ()
    return ()


def field_lines(fields: Sequence[RawField]) -> Iterator[int]:
    """Return the lines that these fields take."""
    for field in fields:
        yield from field.lines
