"""A document's text and the schema to a document."""

from collections.abc import Mapping, Sequence

from bot.core.document import labels
from bot.core.document.asked import Asked, asked_by
from bot.core.document.content import Reading, combined, read
from bot.core.document.fingerprint import Fingerprints
from bot.core.document.header import header_of, markdown_of, named_fields
from bot.core.document.inline import plain
from bot.core.document.limits import DocumentTooLargeError
from bot.core.document.matching import Matches, match
from bot.core.document.outline import Outline, field_lines, outline_of
from bot.core.document.prompts import NONE, Prompts
from bot.core.document.raw_fields import RawField
from bot.core.document.signed import fingerprints_of
from bot.core.document.units import units_of, without_footer
from bot.core.model import (
    Document,
    File,
    Header,
    Heading,
    Schema,
    SchemaSection,
    Section,
    SectionId,
    SectionState,
    Span,
)


def read_document(path: str, text: str, schema: Schema) -> Document:
    """Read a document; whatever stands in it is read, only its size can be refused.

    Raises:
        DocumentTooLargeError: it has over ``MAX_BYTES`` bytes or ``MAX_BLOCKS`` blocks.
    """
    outline = outline_of(text)
    matches = match(schema, outline.parts)
    header = header_of(outline, schema.statuses, schema.roles)
    asked = asked_by(schema)
    readings = _readings(outline, matches, asked, header)
    title, line = _title(outline)
    return Document(
        path=path,
        title=title,
        title_line=line,
        header=header,
        sections=_sections(outline, matches, readings, schema, asked),
        headings=_headings(outline, readings),
        fingerprints=Fingerprints(
            lambda: fingerprints_of(outline, matches, schema, title, header.superseded_by)
        ),
        source=text,
        line_count=len(outline.text.lines),
    )


def read_version(file: File | None, schema: Schema, path: str = "") -> Document | None:
    """Read a version of a document; None where it is not there, or cannot be read.

    Args:
        file: What is at that version.
        schema: Of the template that it is read by.
        path: Where its links begin, for one that has been moved; empty: where it is.
    """
    if file is None or file.text is None:
        return None
    try:
        return read_document(path or file.path, file.text, schema)
    except DocumentTooLargeError:
        return None


def _title(outline: Outline) -> tuple[str | None, int | None]:
    if outline.title:
        return outline.title, outline.title_line
    for name, field in named_fields(outline):
        if name == labels.TITLE and field.pieces:
            return header_text(field, outline), field.label_span.line
    for part in outline.parts:
        if part.heading.level == 1 and not part.in_header:
            return part.text, part.heading.line
    return None, None


def header_text(field: RawField, outline: Outline) -> str:
    """Return a field's value as a reader sees it."""
    return plain(markdown_of(field), outline.text.references)


def _readings(outline: Outline, matches: Matches, asked: Asked, header: Header) -> tuple[Reading, ...]:
    found = []
    fields = frozenset(field_lines(outline.fields))
    for at, part in enumerate(outline.parts):
        owner = matches.owner(at, outline.parts)
        prompts = asked.anywhere
        if owner is not None:
            prompts = Prompts.joined(asked.prompts[one] for one in matches.by_heading[owner])
        blocks = part.blocks if at + 1 < len(outline.parts) else without_footer(part.blocks, outline.text)
        units = list(units_of(blocks, outline.text))
        if part.in_header:
            besides = [unit for unit in units if unit.span.line not in fields]
            is_field = len(besides) < len(units) and part.heading.line != outline.title_line
            found.append(_of_fields(header) if is_field else read(besides, NONE))
        else:
            found.append(read(units, prompts))
    return tuple(found)


def _of_fields(header: Header) -> Reading:
    """Judge a section of fields: it is filled once it says who or when."""
    asked = header.field(labels.AUTHOR) or header.field(labels.DATE)
    told = header.authors or header.date or not asked
    return Reading(SectionState.FILLED if told else SectionState.PLACEHOLDER)


def _headings(outline: Outline, readings: Sequence[Reading]) -> tuple[Heading, ...]:
    states = [{reading.state} for reading in readings]
    for at in reversed(range(len(outline.parts))):
        parent = outline.parts[at].parent
        if parent is not None:
            states[parent].add(combined(states[at]))
    return tuple(
        Heading(part.text, part.heading.level, part.heading.line, combined(state))
        for part, state in zip(outline.parts, states, strict=True)
    )


def _sections(
    outline: Outline, matches: Matches, readings: Sequence[Reading], schema: Schema, asked: Asked
) -> tuple[Section, ...]:
    covered: dict[int, list[int]] = {}
    for at in range(len(outline.parts)):
        owner = matches.owner(at, outline.parts)
        if owner is not None:
            covered.setdefault(owner, []).append(at)
    found: dict[SectionId, Section] = {}
    for section in reversed(schema.sections):  # subsections first: a parent is what they are
        below = [found[one] for one in asked.below.get(section.id, ()) if one in found]
        found[section.id] = _section(section, outline, matches, readings, covered, below)
    return tuple(found[section.id] for section in schema.sections)


def _section(
    section: SchemaSection,
    outline: Outline,
    matches: Matches,
    readings: Sequence[Reading],
    covered: Mapping[int, Sequence[int]],
    below: Sequence[Section],
) -> Section:
    ats = matches.by_section.get(section.id, ())
    choices = [(at, [readings[one] for one in covered[at]]) for at in ats]
    at, own = next(
        ((at, own) for at, own in choices if combined(one.state for one in own).answered),
        choices[0] if choices else (None, []),
    )
    states = [one.state for one in own]
    states += [one.state for one in below if one.state is not SectionState.MISSING]
    heading = outline.parts[at].heading if at is not None else None
    return Section(
        id=section.id,
        title=section.title,
        level=section.level,
        state=combined(states) if states else SectionState.MISSING,
        required=section.required,
        line=heading.line if heading else None,
        span=_heading_span(at, outline) if at is not None else None,
        prompts=section.prompts,
        reason=next((one.reason for one in own if one.reason), ""),
        leaf=section.leaf,
        suggestion=matches.suggestions.get(section.id, ""),
        leftovers=tuple(leftover for one in own for leftover in one.leftovers),
        duplicates=tuple(_heading_span(other, outline) for other in ats if other != at),
        reason_required=section.reason_required,
    )


def _heading_span(at: int, outline: Outline) -> Span:
    heading = outline.parts[at].heading
    last = max(heading.line, heading.end - 1)
    if heading.mark:
        last = max(heading.line, last - 1)
    lead = len(outline.text.line(heading.line)) - len(outline.text.line(heading.line).lstrip())
    return Span(heading.line, lead + 1, last, len(outline.text.line(last).rstrip()) + 1)
