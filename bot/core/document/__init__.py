"""Markdown to documents, templates to schemas, and the edits that mend a document."""

from bot.core.document.completing import complete
from bot.core.document.edits import Edit, apply_edits
from bot.core.document.limits import MAX_BLOCKS, MAX_BYTES, DocumentTooLargeError
from bot.core.document.merging import merged
from bot.core.document.reading import read_document, read_version
from bot.core.document.schema import schema_of
from bot.core.document.section_text import section_text
from bot.core.document.worddiff import Piece, PieceKind, worddiff

__all__ = [
    "MAX_BLOCKS",
    "MAX_BYTES",
    "DocumentTooLargeError",
    "Edit",
    "Piece",
    "PieceKind",
    "apply_edits",
    "complete",
    "merged",
    "read_document",
    "read_version",
    "schema_of",
    "section_text",
    "worddiff",
]
