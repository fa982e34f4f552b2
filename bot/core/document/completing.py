"""A document completed from its template, without touching a word of its author's."""

from collections.abc import Iterable, Sequence
from datetime import date

from bot.core.document import labels
from bot.core.document.edits import Edit, apply_edits, without_conflicts
from bot.core.document.header_edits import (
    chosen_status,
    empty_status,
    iso_date,
    missing_fields,
    status_spelling,
)
from bot.core.document.limits import DocumentTooLargeError
from bot.core.document.reading import read_document
from bot.core.document.schema import schema_of
from bot.core.document.section_edits import missing_sections
from bot.core.model import Document, Schema, SectionState

_REWRITTEN = frozenset({labels.STATUS, labels.DATE})
"""Fields whose value may be spelled otherwise afterwards."""


def complete(
    document: Document, schema: Schema, template: str | None = None, *, today: date | None = None
) -> tuple[Edit, ...]:
    """Return the edits that add what is missing and write the header as the template does.

    Each missing required section comes in its place with the template's text under it; fields are added, the
    status is spelled as in the template and a readable date as YYYY-MM-DD. ``template`` is another template
    whose text is put under the headings, ``today`` the date of a document that has none. Edits that would
    change what any section of the author's says are left out; done twice, there is nothing more to do.
    """
    bodies = None
    if template is not None:
        bodies = {section.id: section.body for section in schema_of(template).sections}
    insertions = [one.edit for one in missing_sections(document, schema, bodies)]
    fields = list(missing_fields(document, schema, today).values())
    values = (
        status_spelling(document),
        chosen_status(document, schema),
        empty_status(document, schema),
        iso_date(document),
    )
    return harmless(
        document, schema, [[edit for edit in values if edit], fields, *([one] for one in insertions)]
    )


def harmless(
    document: Document, schema: Schema, groups: Sequence[Iterable[Edit]], revealing: Iterable[Edit] = ()
) -> tuple[Edit, ...]:
    """Return the edits of those groups that leave the author's text as it reads now.

    All together where that is so, else group by group, each on top of those before. ``revealing`` are made in
    any case: a line that is read for the first time changes what the document says.
    """
    kept = without_conflicts(revealing)
    before = _edited(document, schema, kept) if kept else document
    if before is None:
        return ()
    everything = without_conflicts((*kept, *(edit for group in groups for edit in group)))
    if everything == kept or _same(before, _edited(document, schema, everything)):
        return everything
    for group in groups:
        more = without_conflicts((*kept, *group))
        if more != kept and _same(before, _edited(document, schema, more)):
            kept = more
    return kept


def _edited(document: Document, schema: Schema, edits: Iterable[Edit]) -> Document | None:
    try:
        return read_document(document.path, apply_edits(document.source, edits), schema)
    except DocumentTooLargeError:
        return None


def _same(document: Document, after: Document | None) -> bool:
    """Whether all that a document said is still there and reads as before."""
    if after is None:
        return False
    sections = {one.id: one for one in after.sections}
    for section in document.sections:
        if section.state is SectionState.MISSING:
            continue
        same = document.fingerprints[section.id] == after.fingerprints[section.id]
        if not same or sections[section.id].state is SectionState.MISSING:
            return False
    fields = {field.name: field.raw for field in reversed(after.header.fields)}
    return (
        after.title == document.title
        and after.fingerprints["rest"] == document.fingerprints["rest"]
        and all(
            fields.get(field.name) == field.raw or field.name in _REWRITTEN
            for field in document.header.fields
            if field == document.header.field(field.name)
        )
        and (document.header.status is None or after.header.status == document.header.status)
        and (document.header.date is None or after.header.date == document.header.date)
    )
