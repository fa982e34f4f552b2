"""Markdown to documents, templates to schemas."""

from bot.core.document.limits import MAX_BLOCKS, MAX_BYTES, DocumentTooLargeError
from bot.core.document.reading import read_document
from bot.core.document.schema import schema_of

__all__ = ["MAX_BLOCKS", "MAX_BYTES", "DocumentTooLargeError", "read_document", "schema_of"]
