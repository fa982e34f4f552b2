"""What of a document reviewers sign, part by part: all that they read but status, date and reviewers.

Left out is only what stands in those fields; whatever else is on their lines, between them or below them is
signed, because a reader sees it.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from bot.core.document import labels
from bot.core.document.asked import asked_by
from bot.core.document.blocks import Block, Kind
from bot.core.document.fingerprint import Content, content_of, digest, field_content
from bot.core.document.header import markdown_of, named_fields
from bot.core.document.heading_words import key_of, title_of, without_anchor
from bot.core.document.html_fields import html_lines
from bot.core.document.inline import content, plain
from bot.core.document.matching import Matches
from bot.core.document.outline import Outline, Part
from bot.core.document.people import is_prose
from bot.core.document.raw_fields import RawField
from bot.core.document.values import is_choice, is_unfilled_date, read_date
from bot.core.model import HeaderSyntax, Schema, SectionId

_SIGNED = frozenset({labels.AUTHOR, labels.SUPERSEDED_BY})
_WORD = re.compile(r"\w+")

Named = Sequence[tuple[str, RawField]]
"""The fields of a header with their names; see ``named_fields``."""


def fingerprints_of(
    outline: Outline, matches: Matches, schema: Schema, title: str | None, superseded_by: str | None
) -> dict[str, str]:
    """Return the digests of the sections, by id, of the header, and of the rest."""
    named = named_fields(outline)
    lines = frozenset(line for at in range(len(named)) for line in _own_lines(named, at, schema.statuses))
    said: dict[str, Content] = {section.id: [] for section in schema.sections}
    rest = _loose_content(outline, named, lines)
    in_order = sorted(lines)
    for at, part in enumerate(outline.parts):
        if part.in_header:
            continue
        owner = matches.owner(at, outline.parts)
        own = content_of(part.blocks, outline.text, _within(in_order, part.blocks))
        if owner != at:
            own = [*content_of([part.heading], outline.text), *own]
        else:
            own = [*_beyond_title(part, matches.by_heading[at], outline, schema), *own]
        for name in matches.by_heading[owner] if owner is not None else ():
            said[name] += own
        if owner is None:
            rest += own
    found = {str(name): digest(parts) for name, parts in said.items()}
    found["header"] = digest(_header_content(outline, named, title, superseded_by))
    found["rest"] = digest(rest)
    return found


def told_elsewhere(outline: Outline) -> frozenset[int]:
    """Return the lines of the fields that are no part of the rest: what is left out, and the header."""
    named = named_fields(outline)
    return frozenset(
        line
        for at, (name, _) in enumerate(named)
        if name in _SIGNED or _is_left_out(named, at)
        for line in _own_lines(named, at, ())
    )


def _within(lines: Sequence[int], blocks: Sequence[Block]) -> frozenset[int]:
    """Return those of the lines, which are in order, that these blocks take."""
    if not blocks or not lines:
        return frozenset()
    return frozenset(lines[bisect_left(lines, blocks[0].line) : bisect_left(lines, blocks[-1].end)])


def _beyond_title(part: Part, names: Sequence[SectionId], outline: Outline, schema: Schema) -> Content:
    """Return what a section's heading says besides the section's name: `## Rollback: not needed`."""
    references = outline.text.references
    said = content(title_of(part.heading.text), references)
    if said == plain(title_of(part.heading.text), references):
        asked = asked_by(schema)
        known = {key for name in names for key in asked.names[name]}
        known |= {key_of(one.title, brackets=True) for one in schema.sections if one.id in names}
        if key_of(part.text, brackets=True) in known:
            return []
    return [said]


def _header_content(outline: Outline, named: Named, title: str | None, superseded_by: str | None) -> Content:
    headings = (part.heading.text for part in outline.parts if part.heading.line == outline.title_line)
    written = next(headings, None)
    signed = content(without_anchor(written), outline.text.references) if written else title or ""
    parts: Content = [signed, superseded_by or ""]
    parts += [[name, *field_content(field, outline.text)[1:]] for name, field in named if name in _SIGNED]
    return parts


def _is_left_out(named: Named, at: int) -> bool:
    """Whether a field is the status, a date or reviewers, so that its value is nothing to sign.

    A second status is none, and a second date only while it says when: else anything could stand there.
    """
    name, field = named[at]
    known = labels.canonical(field.label)
    first = all(other != name for other, _ in named[:at])
    if known and known[0] == labels.REVIEWERS:
        return True
    if first and name in {labels.STATUS, labels.DATE}:
        return True
    value = markdown_of(field)
    return bool(known and known[0] == labels.DATE and (read_date(value) or is_unfilled_date(value)))


def _own_lines(named: Named, at: int, statuses: Sequence[str]) -> Iterator[int]:
    """Return the lines that are a field's: what stands between or below the parts of its value is prose."""
    name, field = named[at]
    known = labels.canonical(field.label)
    yield field.label_span.line
    if field.syntax is HeaderSyntax.FRONT_MATTER:
        # No reader sees its keys one by one: what is below a key is its value.
        yield from field.lines
    elif _is_left_out(named, at) and not (known and known[0] == labels.REVIEWERS):
        first = field.pieces[0].line if field.pieces else field.label_span.line
        yield from range(field.label_span.line, first + 1)
        if name == labels.STATUS:
            yield from (one.line for one in field.pieces if is_choice(one.text, statuses))
    else:
        people = known is not None and known[0] == labels.REVIEWERS
        yield from (one.line for one in field.pieces if not (people and is_prose(one.text)))


def _loose_content(outline: Outline, named: Named, lines: AbstractSet[int]) -> Content:
    """Return what the header says besides its fields, and what its other fields say."""
    others: Content = [
        field_content(field, outline.text)
        for at, (name, field) in enumerate(named)
        if name not in _SIGNED
        and not _is_left_out(named, at)
        and not (name == labels.TITLE and outline.title is None)
    ]
    return [
        *content_of(outline.loose, outline.text, lines),
        *others,
        *_beside(outline, named, lines),
        *_footnotes(outline),
    ]


def _footnotes(outline: Outline) -> Iterator[Content]:
    """Return the footnotes that Markdown takes for definitions of links: ``[^1]: Never "but for tests"``.

    GitHub shows all of their words: https://docs.github.com/en/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#footnotes
    """
    references = outline.text.references
    for label in references:
        if label.startswith("^"):
            yield ["footnote", label, references.definition(label)]


def _beside(outline: Outline, named: Named, lines: AbstractSet[int]) -> Iterator[Content]:
    """Return what stands on the fields' lines and is no part of them: more cells, more HTML."""
    said: dict[int, list[str]] = {line: [] for line in lines}
    of_people: set[int] = set()
    for _, field in named:
        for line, words in (
            (field.label_span.line, field.label),
            *((one.line, one.text) for one in field.pieces),
        ):
            said.setdefault(line, []).append(words)
        known = labels.canonical(field.label)
        if known and known[0] == labels.REVIEWERS:
            # What a table tells of a reviewer is not about the design.
            of_people.update(field.lines)
    for block in outline.loose:
        if block.kind is Kind.TABLE:
            rows = (row for row in block.children if row.line in lines and row.line not in of_people)
            for row in rows:
                yield from _other_cells(row, said[row.line], outline)
        elif block.kind is Kind.HTML:
            shown = ((words, line) for words, line, _ in html_lines(block) if line in lines)
            for words, line in shown:
                yield from _other_words(words, said[line])


def _other_cells(row: Block, said: Sequence[str], outline: Outline) -> Iterator[Content]:
    references = outline.text.references
    claimed = {one.strip(" :：") for one in said}
    cells: Content = [
        content(cell.text, references)
        for cell in row.children
        if cell.text not in said and plain(cell.text, references).strip(" :：") not in claimed
    ]
    if any(cells):
        yield ["row", *cells]


def _other_words(shown: str, said: Sequence[str]) -> Iterator[Content]:
    claimed = {word for one in said for word in _WORD.findall(one)}
    more: Content = [word for word in _WORD.findall(shown) if word not in claimed]
    if more:
        yield ["html", *more]
