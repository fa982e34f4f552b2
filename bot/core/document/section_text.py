"""What one section of a document says, as written, to be shown beside an older version of it."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from bot.core.document import labels
from bot.core.document.blocks import Block, Kind
from bot.core.document.fingerprint import uncommented
from bot.core.document.heading_words import key_of
from bot.core.document.inline import without_comments
from bot.core.document.outline import Outline, Part, outline_of
from bot.core.document.signed import told_elsewhere
from bot.core.model import Document, Section

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
    owned = {line: one.title for one in document.sections for line in _lines(one)}
    wanted: set[int | None] = {None} if section_id == "rest" else set()
    wanted.update(line for one in document.sections if one.id == section_id for line in _lines(one))
    parts = [_part(part, outline, owned) for part in outline.parts if _owner(part, owned, outline) in wanted]
    if section_id == "rest":
        parts.insert(0, _lines_of(outline.loose, outline, told_elsewhere(outline)))
    return "\n\n".join(part for part in parts if part).strip()


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


def _owner(part: Part, owned: Mapping[int, str], outline: Outline) -> int | None:
    """Return the line of the section's heading that a part is under; None where it is under none."""
    above: Part | None = part
    while above is not None and above.heading.line not in owned:
        above = outline.parts[above.parent] if above.parent is not None else None
    return above.heading.line if above else None


def _part(part: Part, outline: Outline, owned: Mapping[int, str]) -> str:
    """Return a part's lines; a section's own heading only where it says more than the section's name."""
    if part.in_header:
        return ""
    title = owned.get(part.heading.line)
    named = title is not None and key_of(part.text, brackets=True) == key_of(title, brackets=True)
    return _lines_of([*([] if named else [part.heading]), *part.blocks], outline)


def _lines_of(blocks: Sequence[Block], outline: Outline, without: AbstractSet[int] = frozenset()) -> str:
    """Return the lines from the first of these blocks to the last, without comments of their own."""
    lines: list[str] = []
    last = blocks[0].line if blocks else 0
    for block in blocks:
        # Definitions of links stand between blocks.
        lines += (outline.text.line(number) for number in range(last, block.line))
        if without:
            kept = (number for number in range(block.line, block.end) if number not in without)
            lines += (outline.text.line(number) for number in kept if block.kind is not Kind.RULE)
        else:
            lines += _written(block, outline)
        last = max(last, block.end)
    return "\n".join(lines).strip("\n")


def _written(block: Block, outline: Outline) -> Sequence[str]:
    """Return a block's lines as written; a comment is left out where no reader could take it for text."""
    match block.kind:
        case Kind.RULE:
            return ()
        case Kind.HTML:
            return uncommented(block.text).rstrip("\n").split("\n")
        case Kind.PARAGRAPH:
            return without_comments(block.text, outline.text.references).split("\n")
        case _:
            return [outline.text.line(number) for number in range(block.line, block.end)]
