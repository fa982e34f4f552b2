"""The header's raw fields to a header: which field is which, and what its value says."""

from collections.abc import Mapping, Sequence

from bot.core.document import labels
from bot.core.document.fields import pieces_of
from bot.core.document.inline import plain
from bot.core.document.outline import Outline
from bot.core.document.people import Entry, entries, is_stand_in
from bot.core.document.raw_fields import RawField
from bot.core.document.values import read_date, read_status, superseded_by
from bot.core.model import Field, Header, HeaderSyntax, ReviewerName, Span


def named_fields(outline: Outline) -> tuple[tuple[str, RawField], ...]:
    """Return the fields with their names; of several labels for one thing, the plainest is the field."""
    fields = outline.fields
    known = [labels.canonical(field.label) for field in fields]
    best: dict[str, int] = {}
    for one in known:
        if one:
            best[one[0]] = min(one[1], best.get(one[0], one[1]))
    named = [
        (one[0] if one and one[1] == best[one[0]] else labels.label_key(field.label), field)
        for one, field in zip(known, fields, strict=True)
    ]
    if labels.STATUS not in best and (section := _from_section(outline)):
        named.append((labels.STATUS, section))
    return tuple(named)


def _from_section(outline: Outline) -> RawField | None:
    if not outline.status_section:
        return None
    block = outline.status_section[0]
    pieces = tuple(pieces_of(block, outline.text))
    if not pieces:
        return None
    heading = Span(block.line, 1, block.line, 1)
    return RawField("Status", heading, pieces, HeaderSyntax.SECTION)


def markdown_of(field: RawField) -> str:
    """Return a field's value as written, on one line."""
    return (", " if field.listed else " ").join(piece.text for piece in field.pieces)


def header_of(outline: Outline, statuses: Sequence[str], roles: Mapping[str, str] | None = None) -> Header:
    """Read the header; what cannot be read stays as written. ``roles`` as the schema has them."""
    references = outline.text.references
    named = named_fields(outline)
    first: dict[str, RawField] = {}
    for name, field in named:
        first.setdefault(name, field)
    raw = {name: plain(markdown_of(field), references) for name, field in first.items()}
    status = first.get(labels.STATUS)
    reading = read_status(markdown_of(status), statuses, references) if status else None
    authors = _all_people(named, labels.AUTHOR, references)
    reviewers = _all_people(named, labels.REVIEWERS, references)
    return Header(
        fields=tuple(
            Field(name, field.label, plain(markdown_of(field), references), field.span)
            for name, field in named
        ),
        syntax=next((field.syntax for _, field in named if field.known), HeaderSyntax.NONE),
        authors=tuple(entry.written if not _is_handle(entry) else f"@{entry.written}" for entry in authors),
        author_handles=tuple(name for entry in authors if entry.handles for name, _ in entry.names),
        status=reading.status if reading else None,
        status_raw=raw.get(labels.STATUS) or None,
        status_is_menu=reading.is_menu if reading else False,
        date=read_date(raw.get(labels.DATE, "")),
        date_raw=raw.get(labels.DATE) or None,
        reviewers=_reviewer_names(reviewers),
        superseded_by=_successor(outline, first) or (reading.superseded_by if reading else None),
        malformed=tuple(field.span for _, field in named if field.malformed),
        underlined=outline.underlined,
        stage=(roles or {}).get(reading.status) if reading and reading.status else None,
    )


def _is_handle(entry: Entry) -> bool:
    return entry.handles and len(entry.names) == 1 and entry.names[0][0] == entry.written


def _all_people(
    named: Sequence[tuple[str, RawField]], name: str, references: dict[str, object]
) -> list[Entry]:
    """Return whom the fields of one name list: the first, and those beside it that go on with the list.

    "Security reviewers" and "Platform reviewers" are two fields that name people for one thing, and so are
    two lines "Reviewer"; a second field "Reviewers" with other names contradicts the first, which counts.
    """
    fields = [field for one, field in named if one == name]
    return [
        entry
        for field in fields
        if field is fields[0] or labels.goes_on(field.label, fields[0].label)
        for entry in entries(field, references)
    ]


def _reviewer_names(found: Sequence[Entry]) -> tuple[ReviewerName, ...]:
    names: dict[str, ReviewerName] = {}
    for entry in found:
        for name, span in entry.names:
            names.setdefault(name.casefold(), ReviewerName(name, span, entry.written))
    return tuple(names.values())


def _successor(outline: Outline, first: dict[str, RawField]) -> str | None:
    references = outline.text.references
    field = first.get(labels.SUPERSEDED_BY)
    if field:
        value = markdown_of(field)
        words = plain(value, references)
        return None if is_stand_in(words) else superseded_by(f"superseded by {value}", references)
    for block in outline.status_section[1:]:
        for piece in pieces_of(block, outline.text):
            if found := superseded_by(piece.text, references):
                return found
    return None
