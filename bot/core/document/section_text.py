"""What one section of a document says, as written, to be shown beside an older version of it."""

import re
from collections.abc import Iterator

from bot.core.document import labels
from bot.core.document.outline import Outline, Part, outline_of
from bot.core.model import Document, Section

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_SIGNED = (labels.AUTHOR, labels.SUPERSEDED_BY)


def section_text(document: Document, section_id: str) -> str:
    r"""Return the Markdown under a section's headings.

    The parts are those that are fingerprinted: ``"header"`` is title, author and successor, ``"rest"`` what
    no section of the schema covers; a heading that is a section of its own is not part of the one above it.
    Line ends are ``\n``, comments are left out. A missing or unknown section is ``""``.
    """
    if section_id == "header":
        return "\n".join(_header_lines(document))
    outline = outline_of(document.source)
    owned = {line for section in document.sections for line in _lines(section)}
    wanted: set[int | None] = {None} if section_id == "rest" else set()
    wanted.update(line for one in document.sections if one.id == section_id for line in _lines(one))
    parts = [_part(part, outline, owned) for part in outline.parts if _owner(part, outline, owned) in wanted]
    return _COMMENT.sub("", "\n\n".join(part for part in parts if part)).strip()


def _header_lines(document: Document) -> Iterator[str]:
    if document.title:
        yield document.title
    for field in document.header.fields:
        if field.name in _SIGNED:
            yield f"{field.label}: {field.raw}"


def _lines(section: Section) -> Iterator[int]:
    if section.line is not None:
        yield section.line
    yield from (span.line for span in section.duplicates)


def _owner(part: Part, outline: Outline, owned: set[int]) -> int | None:
    """Return the line of the section's heading that a part is under; None where it is under none."""
    above: Part | None = part
    while above is not None and above.heading.line not in owned:
        above = outline.parts[above.parent] if above.parent is not None else None
    return above.heading.line if above else None


def _part(part: Part, outline: Outline, owned: set[int]) -> str:
    """Return a part's lines; of a section's own heading only what is below it."""
    if part.in_header:
        return ""
    heading = part.heading
    first = heading.end if heading.line in owned else heading.line
    last = max([heading.end, *(block.end for block in part.blocks)])
    return "\n".join(outline.text.lines[first - 1 : last - 1]).strip("\n")
