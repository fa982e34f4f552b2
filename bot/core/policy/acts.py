"""What the commands that change a document make of it. Only the header and what is missing are touched."""

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from bot.core.document import Edit, apply_edits, complete, read_document
from bot.core.document.header_edits import iso_date, replaced_in_value, status_spelling
from bot.core.model import Document, DocumentDecision, Rewrite, Schema, Step
from bot.core.policy.lifecycle import APPROVED, DRAFT, IN_REVIEW, explain_move, move_allowed


def rewritten(name: str, one: DocumentDecision, schema: Schema, today: date) -> tuple[Rewrite, ...] | str:
    """Return the new version that a command asks for.

    A sentence where it cannot be made; nothing where there is nothing to do, because it is so already.
    """
    if one.document is None:
        return "there is no document that could be read"
    made = _ACTS[name](one, one.document, schema, today)
    if isinstance(made, str):
        return made
    after, message = made or (one.document.source, "")
    if after == one.document.source:
        return ()
    return (Rewrite(one.path, one.document.source, after, message),)


_Made = tuple[str, str] | str | None
"""(the new text, the commit's message), or why not, or nothing to do."""


def _with_status(one: DocumentDecision, document: Document, schema: Schema, status: str) -> _Made:
    if not move_allowed(one.base_status, status):
        return explain_move(one.base_status, status).rstrip(".")
    if document.header.stage == status:
        return None
    spelled = next((one for one, role in schema.roles.items() if role == status), status)
    text = _edited(document, status_spelling(document))
    document = read_document(document.path, text, schema)
    known = document.header.status or document.header.status_raw
    edit = replaced_in_value(document, "status", known, spelled) if known else None
    if edit is None:
        return f"the header has no status that could be replaced; write `**Status:** {spelled}` yourself"
    return _edited(document, edit), f"Set the status of {document.path} to {spelled}"


def _edited(document: Document, *edits: Edit | None) -> str:
    return apply_edits(document.source, [edit for edit in edits if edit])


def _submit(one: DocumentDecision, document: Document, schema: Schema, _: date) -> _Made:
    return _with_status(one, document, schema, IN_REVIEW)


def _draft(one: DocumentDecision, document: Document, schema: Schema, _: date) -> _Made:
    return _with_status(one, document, schema, DRAFT)


def _fix(_: DocumentDecision, document: Document, schema: Schema, today: date) -> _Made:
    text = apply_edits(document.source, complete(document, schema, today=today))
    return text, f"Add what the template asks for to {document.path}"


def _finalize(one: DocumentDecision, document: Document, schema: Schema, today: date) -> _Made:
    if document.header.stage == APPROVED:
        return None
    if one.step is not Step.FINALIZE:
        return "not everybody has signed it yet"
    made = _with_status(one, document, schema, APPROVED)
    if not isinstance(made, tuple):
        return made
    dated = read_document(document.path, made[0], schema)
    dated = read_document(document.path, _edited(dated, iso_date(dated)), schema)
    before = dated.header.date.isoformat() if dated.header.date else ""
    edit = replaced_in_value(dated, "date", before, today.isoformat()) if before else None
    return _edited(dated, edit), f"Approve {document.path}"


_Act = Callable[[DocumentDecision, Document, Schema, date], _Made]
_ACTS: Final[Mapping[str, _Act]] = MappingProxyType(
    {"submit": _submit, "draft": _draft, "fix": _fix, "finalize": _finalize}
)
