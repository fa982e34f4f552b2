"""How large a document may be: what is beyond is refused, so that one file cannot hold a worker."""

MAX_BYTES = 262_144
"""Of a document's UTF-8 text."""
MAX_BLOCKS = 10_000
"""Paragraphs, headings, list items, table rows and their like in one document."""

MAX_MARKS = 25_000
"""Of inline markup in one document, a bracket counting twice: so many the full parser reads in half a second.
In a document with more only what is plain, or short and simple, is read; the rest is compared as written."""

MAX_SECTIONS = 250
"""Of a template: every heading of a document is compared with each."""


class DocumentTooLargeError(ValueError):
    """A text is over one of the caps; the message names the measure and the cap."""


def check_size(text: str) -> None:
    """Refuse a text of more than ``MAX_BYTES``, without parsing it.

    Raises:
        DocumentTooLargeError: it is larger.
    """
    size = len(text)
    if size <= MAX_BYTES:
        size = len(text.encode("utf-8", errors="replace"))
    if size > MAX_BYTES:
        raise DocumentTooLargeError(f"{size:,} bytes: a document may have {MAX_BYTES:,}")


def check_blocks(count: int) -> None:
    """Refuse a text of more than ``MAX_BLOCKS``.

    Raises:
        DocumentTooLargeError: it has more.
    """
    if count > MAX_BLOCKS:
        raise DocumentTooLargeError(f"{count:,} blocks: a document may have {MAX_BLOCKS:,}")


def check_tokens(count: int) -> None:
    """Stop a parse that has made so many tokens, of which a block has three at most.

    Raises:
        DocumentTooLargeError: the text has more than ``MAX_BLOCKS``.
    """
    if count > 3 * MAX_BLOCKS:
        raise DocumentTooLargeError(f"over {MAX_BLOCKS:,} blocks: a document may have {MAX_BLOCKS:,}")


def is_overmarked(text: str) -> bool:
    """Whether a text has more than ``MAX_MARKS``."""
    marks = 2 * text.count("[") + sum(text.count(one) for one in "*_`<\\&~")
    return marks > MAX_MARKS


def check_sections(count: int) -> None:
    """Refuse a template of more than ``MAX_SECTIONS``.

    Raises:
        DocumentTooLargeError: it has more.
    """
    if count > MAX_SECTIONS:
        raise DocumentTooLargeError(f"{count:,} sections: a template may have {MAX_SECTIONS:,}")
