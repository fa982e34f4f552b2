"""One design takes another's place: where the other is, and what both say then."""

import posixpath

from bot.core.document import apply_edits, labels, read_document
from bot.core.document.header_edits import replaced_in_value, status_spelling, with_field
from bot.core.document.links import resolved
from bot.core.model import Document, HeaderSyntax, Rewrite, Schema
from bot.core.policy.lifecycle import SUPERSEDED, explain_move, move_allowed

_PLAIN = frozenset({HeaderSyntax.FRONT_MATTER, HeaderSyntax.PLAIN})
"""Headers in which a link would be read as brackets."""


def successor_path(path: str, named: str) -> str:
    """Return the path of a document that another names, relative to itself or to the repository's root."""
    target = named.split("#", 1)[0].strip()
    if target.startswith("/"):
        return posixpath.normpath(target.lstrip("/"))
    beside = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
    rooted = posixpath.normpath(target)
    return rooted if target.startswith(path.split("/", 1)[0] + "/") else beside


def superseding(
    new: Document, old: Document | None, named: str, base_status: str | None, schema: Schema
) -> tuple[Rewrite, ...] | str:
    """Return new versions of both documents that name each other, or why there are none.

    Args:
        new: The document that takes the other's place, at the head.
        old: The other one at the head; None where there is no such document.
        named: How it was named.
        base_status: The other one's on the base branch.
        schema: Of the other one's template.
    """
    if old is None:
        return f"{named} is no design on this branch"
    if old.path == new.path:
        return "a design cannot take its own place"
    if new.header.superseded_by and successor_path(new.path, new.header.superseded_by) == old.path:
        return f"{old.path} is this design's own successor: they would send their readers to each other"
    if not move_allowed(base_status, SUPERSEDED):
        return explain_move(base_status, SUPERSEDED).rstrip(".")
    retired = _retired(old, new.path, schema)
    if retired is None:
        return f"the header of {old.path} cannot be changed by this app; write both names yourself"
    made = (
        Rewrite(old.path, old.source, retired, f"Supersede {old.path} by {new.path}"),
        Rewrite(new.path, new.source, _naming(new, old.path), f"Name {old.path} in {new.path}"),
    )
    return tuple(one for one in made if one.before != one.after)


def _retired(old: Document, successor: str, schema: Schema) -> str | None:
    """Return the old document with its status and its successor; None where that cannot be written."""
    status = next((one for one, role in schema.roles.items() if role == SUPERSEDED), None)
    if status is None:
        return None
    text = old.source
    if old.header.stage != SUPERSEDED:
        spelling = status_spelling(old)
        document = read_document(old.path, apply_edits(text, [spelling] if spelling else []), schema)
        known = document.header.status or ""
        edit = replaced_in_value(document, labels.STATUS, known, status) if known else None
        if edit is None:
            return None
        text = apply_edits(document.source, [edit])
    document = read_document(old.path, text, schema)
    if not _leads_to(document, successor):
        edit = with_field(document, labels.SUPERSEDED_BY, "Superseded-By", _link(document, successor))
        edit = edit or replaced_in_value(
            document, labels.STATUS, status, f"{status} by {_link(document, successor)}"
        )
        document = read_document(old.path, apply_edits(text, [edit] if edit else []), schema)
    done = document.header.stage == SUPERSEDED and _leads_to(document, successor)
    return document.source if done else None


def _leads_to(document: Document, successor: str) -> bool:
    named = document.header.superseded_by
    return named is not None and successor_path(document.path, named) == successor


def _naming(new: Document, old_path: str) -> str:
    """Return the new document with the old one under ``Supersedes``; as it is where it cannot be written."""
    place = posixpath.relpath(old_path, posixpath.dirname(new.path) or ".")
    there = [one for one in new.header.fields if labels.label_key(one.label) in labels.SUPERSEDES]
    known = [one.strip() for field in there for one in field.raw.split(",") if one.strip()]
    if old_path in {resolved(new.path, one) for one in known}:
        return new.source
    if there and known:
        edit = replaced_in_value(new, there[0].name, known[0], f"{place}, {known[0]}")
    else:
        edit = with_field(new, there[0].name if there else "supersedes", "Supersedes", place)
    return apply_edits(new.source, [edit] if edit else [])


def _link(document: Document, path: str) -> str:
    place = posixpath.relpath(path, posixpath.dirname(document.path) or ".")
    if document.header.syntax in _PLAIN:
        return place
    return f"[{posixpath.basename(place).removesuffix('.md')}]({place})"
