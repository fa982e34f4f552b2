"""A template to the schema that documents are judged by; it is read by the same parser as they are."""

import re
from dataclasses import replace
from functools import lru_cache

from bot.core.document import labels
from bot.core.document.directives import directives_of, without_directives
from bot.core.document.header import header_of
from bot.core.document.heading_words import key_of, number_of, title_of
from bot.core.document.limits import check_sections
from bot.core.document.outline import Outline, Part, outline_of
from bot.core.document.stages import stage_of
from bot.core.document.synonyms import BUILT_IN
from bot.core.document.units import units_of
from bot.core.document.values import menu
from bot.core.model import Header, Schema, SchemaSection, SectionId

DEFAULT_STATUSES = ("Draft", "In-Review", "Approved", "Superseded")
"""Of a template that offers no statuses to choose from."""

_REQUIRED = (labels.AUTHOR, labels.STATUS, labels.DATE, labels.REVIEWERS)
_BRACKETS = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\])")
_OPTIONAL = re.compile(
    r"[(\[](?:optional|if applicable|opcional|optionnel|falls zutreffend)[)\]]", re.IGNORECASE
)
_ANCHOR = re.compile(r"\s*\{#[^{}]*\}\s*$")
_VALUES_COMMENT = re.compile(r"(?:<!--|\s#)\s*[^:<>]*:?\s*(?P<values>[^<>]*?)(?:-->|$)")


@lru_cache(maxsize=64)
def schema_of(template: str) -> Schema:
    """Derive the schema from a template's text.

    Required header fields are those of author, status, date and reviewers that the template has; the status
    menu gives the statuses; every heading that is no part of the header is a section, and its text the
    prompts. ``(optional)`` in a heading, or a comment ``<!-- tdd: optional -->`` under it, makes a section
    optional; ``<!-- tdd: aliases=Rollback, Back-out; owners=@acme/security; reason -->`` names other headings
    and the section's owners, and asks for a reason beside "N/A".

    Raises:
        DocumentTooLargeError: the template is over a cap, or asks for more than ``MAX_SECTIONS``.
    """
    outline = outline_of(template)
    header = header_of(outline, ())
    statuses = _statuses(header, outline)
    names = tuple(dict.fromkeys(field.name for field in header.fields if field.name in _REQUIRED))
    placeholders: dict[str, str] = {}
    labelled: dict[str, str] = {}
    for field in header.fields:
        placeholders.setdefault(field.name, field.raw)
        labelled.setdefault(field.name, field.label)
    statuses = statuses or DEFAULT_STATUSES
    return Schema(
        fields=names,
        statuses=statuses,
        sections=_sections(outline),
        placeholders=placeholders,
        example_reviewers=tuple(one.text for one in header.reviewers),
        labels=labelled,
        roles={one: stage for one in statuses if (stage := stage_of(one))},
    )


def _statuses(header: Header, outline: Outline) -> tuple[str, ...]:
    field = header.field(labels.STATUS)
    if not field:
        return ()
    choices = menu(field.raw)
    if len(choices) > 1:
        return tuple(_status_word(one) for one in choices)
    line = outline.text.line(field.span.line)[field.span.column - 1 :]
    told = _VALUES_COMMENT.search(line)
    return tuple(one.strip() for one in re.split(r"[,|/]", told["values"]) if one.strip()) if told else ()


def _status_word(choice: str) -> str:
    """Return a choice without its remainder: "Superseded by ADR-XXXX" offers Superseded."""
    return re.split(r"\s+by\b", choice, maxsplit=1)[0].strip()


def _sections(outline: Outline) -> tuple[SchemaSection, ...]:
    parts = outline.parts
    check_sections(sum(not part.in_header for part in parts))
    parents = {part.parent for part in parts if not part.in_header}
    ids: dict[int, SectionId] = {}
    for at, part in enumerate(parts):
        if not part.in_header:
            ids[at] = _new_id(part, set(ids.values()))
    titles = {key_of(parts[at].text) for at in ids}
    built_in = all(key_of(title) in titles for title in BUILT_IN)
    found: dict[SectionId, SchemaSection] = {}
    for at in ids:
        section = _section(at, outline, ids, leaf=at not in parents, built_in=built_in)
        above = found.get(section.parent) if section.parent is not None else None
        # What may be left out may be left out with all that is under it.
        found[section.id] = section if above is None or above.required else replace(section, required=False)
    return tuple(found.values())


def _new_id(part: Part, taken: set[SectionId]) -> SectionId:
    words = re.findall(r"\w+", title_of(part.text).casefold())
    wanted = number_of(part.text) or "-".join(words) or "section"
    found, count = wanted, 1
    while found in taken:
        count += 1
        found = f"{wanted}-{count}"
    return SectionId(found)


def _section(
    at: int, outline: Outline, ids: dict[int, SectionId], *, leaf: bool, built_in: bool
) -> SchemaSection:
    part = outline.parts[at]
    told = directives_of(part.blocks)
    title = _BRACKETS.sub("", title_of(part.text)).rstrip(": ") or title_of(part.text)
    aliases = told.aliases
    if built_in:
        known = {key_of(name): others for name, others in BUILT_IN.items()}
        aliases = (*aliases, *known.get(key_of(title), ()))
    return SchemaSection(
        id=ids[at],
        title=title,
        level=part.heading.level,
        parent=ids.get(part.parent) if part.parent is not None else None,
        prompts=tuple(unit.text for unit in units_of(part.blocks, outline.text) if unit.text),
        required=not (told.optional or _OPTIONAL.search(part.text)),
        aliases=aliases,
        leaf=leaf,
        reason_required=told.reason,
        heading=_OPTIONAL.sub("", _ANCHOR.sub("", part.text)).strip(),
        body=_body(part, outline),
        owners=told.owners,
    )


def _body(part: Part, outline: Outline) -> str:
    if not part.blocks:
        return ""
    lines = outline.text.lines[part.heading.end - 1 : max(block.end for block in part.blocks) - 1]
    return without_directives("\n".join(lines)).strip("\n").rstrip()
