"""Headings for the sections that a document lacks: in the template's order, in the document's own style."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median_low

from bot.core.document.blocks import Kind, parse
from bot.core.document.edits import Edit, places_of
from bot.core.document.heading_words import number_of, number_prefix
from bot.core.document.limits import DocumentTooLargeError
from bot.core.document.outline import Outline, outline_of
from bot.core.document.units import without_footer
from bot.core.model import Document, Schema, SchemaSection, SectionId, SectionState

_DEEPEST = 6
_BLANKS = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Insertion:
    """Sections that come in at one place."""

    sections: tuple[SectionId, ...]
    edit: Edit


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a section belongs: before a line of the document, at a level."""

    line: int
    level: int
    after: int | None = None
    """The heading, by index, whose number comes before it."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """A section and those under it that are missing with it."""

    sections: tuple[SchemaSection, ...]
    place: _Place


def missing_sections(
    document: Document, schema: Schema, bodies: Mapping[SectionId, str] | None = None
) -> tuple[Insertion, ...]:
    """Return the edits that add the required sections a document lacks, each with the template's prompts.

    A section that a heading nearly names is left to its author, an optional one may stay away. Nothing is
    added at the end of a document that ends within code or a comment.
    """
    wanted = _wanted(document, schema)
    if not wanted:
        return ()
    site = _Site(document, schema)
    at_line: dict[int, list[_Unit]] = defaultdict(list)
    for section in schema.sections:
        if section.id in wanted and section.parent not in wanted:
            place = site.place(section)
            unit = _Unit(tuple(_with_below(section, schema, wanted)), place)
            at_line[place.line].append(unit)
    found = []
    for line, units in sorted(at_line.items()):
        if line <= site.last or not site.is_open:
            chunks = [chunk for unit in units for chunk in _chunks(unit, site, bodies)]
            ids = tuple(one.id for unit in units for one in unit.sections)
            found.append(Insertion(ids, site.insert(line, "\n\n".join(chunks))))
    return tuple(found)


def _chunks(unit: _Unit, site: "_Site", bodies: Mapping[SectionId, str] | None) -> Iterator[str]:
    root = unit.sections[0]
    for section in unit.sections:
        level = min(max(unit.place.level + section.level - root.level, 1), _DEEPEST)
        yield f"{'#' * level} {site.heading(section, unit.place if section is root else None)}"
        body = section.body if bodies is None else bodies.get(section.id, "")
        if body:
            yield body if "```" in body or "~~~" in body else _BLANKS.sub("\n\n", body)


def _wanted(document: Document, schema: Schema) -> frozenset[SectionId]:
    rows = {one.id: one for one in document.sections}
    below: dict[SectionId, list[SectionId]] = defaultdict(list)
    wanted: set[SectionId] = set()
    for section in reversed(schema.sections):  # what is below a section comes before it
        row = rows[section.id]
        under = below[section.id]
        if section.parent is not None:
            below[section.parent] += (section.id, *under)
        if row.state is not SectionState.MISSING or not row.required or row.suggestion:
            continue
        asks = row.leaf or row.prompts
        if asks or (under and all(one in wanted for one in under)):
            wanted.add(section.id)
    return frozenset(wanted)


def _with_below(
    section: SchemaSection, schema: Schema, wanted: frozenset[SectionId]
) -> Iterator[SchemaSection]:
    inside = {section.id}
    for one in schema.sections:
        if one.id == section.id or (one.parent in inside and one.id in wanted):
            inside.add(one.id)
            yield one


class _Site:
    """A document and where things are in it."""

    def __init__(self, document: Document, schema: Schema) -> None:
        self._outline = outline_of(document.source)
        self._parts = self._outline.parts
        self._places = places_of(document.source)
        self._schema = schema
        self._empty = not document.source.removeprefix("\ufeff")
        lines = {part.heading.line: at for at, part in enumerate(self._parts)}
        self._found = {one.id: lines[one.line] for one in document.sections if one.line in lines}
        self.last = len(self._outline.text.lines)
        self._style = _Style(self._outline, self._found)

    @property
    def is_open(self) -> bool:
        """Whether what is added at the end would be part of code or of a comment."""
        blocks = self._outline.text.blocks
        if not blocks or blocks[-1].kind in {Kind.PARAGRAPH, Kind.HEADING, Kind.RULE, Kind.FRONT_MATTER}:
            return False
        tail = "\n".join((*self._outline.text.lines[blocks[-1].line - 1 :], "", "# a"))
        try:
            return parse(tail).blocks[-1].kind is not Kind.HEADING
        except DocumentTooLargeError:  # there is no room for more
            return True

    def place(self, section: SchemaSection) -> _Place:
        siblings = [one.id for one in self._schema.sections if one.parent == section.parent]
        at = siblings.index(section.id)
        before = next(
            (one for id_ in reversed(siblings[:at]) if (one := self._last_of(id_)) is not None), None
        )
        after = next((one for id_ in siblings[at + 1 :] if (one := self._first_of(id_)) is not None), None)
        nested = before is not None and after is not None and after in range(before, self._past(before))
        if before is not None and not nested:
            return _Place(self._line(self._past(before)), self._level(before), before)
        if after is not None:
            return _Place(self._line(after), self._level(after))
        parent = next((one for one in self._schema.sections if one.id == section.parent), None)
        if parent and parent.id in self._found:
            above = self._found[parent.id]
            level = self._level(above) + section.level - parent.level
            return _Place(self._line(self._past(above)), level)
        return self._among_others(section)

    def _last_of(self, section: SectionId) -> int | None:
        """Return the heading of a section; of a group without its own, the one that holds its last part."""
        if section in self._found:
            return self._found[section]
        below = self._below(section)
        return self._holding(max(below), section) if below else None

    def _first_of(self, section: SectionId) -> int | None:
        if section in self._found:
            return self._found[section]
        below = self._below(section)
        return self._holding(min(below), section) if below else None

    def _below(self, section: SectionId) -> list[int]:
        """Return the headings that are there of all that is under a section of the schema."""
        inside = {section}
        found: list[int] = []
        for one in self._schema.sections:
            if one.parent in inside:
                inside.add(one.id)
                found += [self._found[one.id]] if one.id in self._found else []
        return found

    def _holding(self, at: int, group: SectionId) -> int:
        """Return the heading above that is at the level of a group, which is nobody else's; else the same."""
        level = next(one.level for one in self._schema.sections if one.id == group)
        others = set(self._found.values())
        above: int | None = at
        while above is not None and self._level(above) > level:
            at, above = above, self._parts[above].parent
        return at if above is None or above in others or self._parts[above].in_header else above

    def _among_others(self, section: SchemaSection) -> _Place:
        ids = [one.id for one in self._schema.sections]
        at = ids.index(section.id)
        shifts = [
            self._level(self._found[one.id]) - one.level
            for one in self._schema.sections
            if one.id in self._found
        ]
        level = section.level + (median_low(shifts) if shifts else 0)
        before = next((self._found[one] for one in reversed(ids[:at]) if one in self._found), None)
        if before is not None:
            return _Place(self._line(self._past(before)), level)
        after = next((self._found[one] for one in ids[at + 1 :] if one in self._found), None)
        return _Place(self._line(after if after is not None else len(self._parts)), level)

    def _level(self, at: int) -> int:
        return self._parts[at].heading.level

    def _past(self, at: int) -> int:
        """Return the index of the first heading that is not under this one."""
        level = self._level(at)
        rest = range(at + 1, len(self._parts))
        return next((one for one in rest if self._level(one) <= level), len(self._parts))

    def _line(self, at: int) -> int:
        return self._parts[at].heading.line if at < len(self._parts) else self._end()

    def _end(self) -> int:
        """Return the line before which a last section comes: a footer stays at the end."""
        if not self._parts:
            return self.last + 1
        blocks = self._parts[-1].blocks
        kept = len(without_footer(blocks, self._outline.text))
        own = self._parts[-1].heading.line
        if kept == len(blocks) and not self._parts[-1].in_header:
            fields = {one.label_span.line for one in self._outline.fields if one.label_span.line > own}
            kept = next(
                (at for at, one in enumerate(blocks) if not fields.isdisjoint(range(one.line, one.end))), kept
            )
            if 0 < kept < len(blocks) and blocks[kept - 1].kind is Kind.RULE:
                kept -= 1
        return blocks[kept].line if kept < len(blocks) else self.last + 1

    def heading(self, section: SchemaSection, place: _Place | None) -> str:
        """Return a heading's text, with a number where the document numbers its headings."""
        before = self._parts[place.after].text if place and place.after is not None else ""
        title = section.heading[len(number_prefix(section.heading)) :] or section.title
        return f"{self._style.number(section, before)}{title}"

    def insert(self, line: int, text: str) -> Edit:
        """Return the edit that puts blocks before a line, with an empty line around them."""
        lines = self._outline.text.lines
        if self._empty:
            return self._places.insert(line, f"{text}\n")
        if line <= self.last:
            lead = "\n" if line > 1 and lines[line - 2].strip() else ""
            return self._places.insert(line, f"{lead}{text}\n\n")
        if lines[-1]:  # the last line has no end, and gets none
            lead = "\n\n" if lines[-1].strip() else "\n"
            return self._places.insert(line, f"{lead}{text}")
        lead = "\n" if len(lines) > 1 and lines[-2].strip() else ""
        return self._places.insert(line, f"{lead}{text}\n")


class _Style:
    """How a document numbers its headings."""

    def __init__(self, outline: Outline, found: Mapping[SectionId, int]) -> None:
        texts = [outline.parts[at].text for at in found.values()]
        numbered = [text for text in texts if number_of(text)]
        self._used = {number_of(part.text) for part in outline.parts}
        self._numbers = len(numbered) * 2 > len(texts) or not texts
        same = sum(number_of(outline.parts[at].text) == one for one, at in found.items())
        self._as_template = same * 2 >= len(numbered)
        self._prefixes = _prefixes(numbered)

    def number(self, section: SchemaSection, before: str) -> str:
        """Return the number with what stands around it; empty where none would be true."""
        if not self._numbers:
            return ""
        number = number_of(section.heading) if self._as_template else _next(number_of(before))
        if not number or number in self._used:
            return ""
        self._used.add(number)
        own = number_prefix(section.heading).replace(number_of(section.heading), "{}", 1)
        prefix = self._prefixes.get(number.count("."), own if "{}" in own else "{} ")
        return prefix.replace("{}", number)


def _prefixes(numbered: Sequence[str]) -> dict[int, str]:
    """Return, by depth of the number, how most headings write it: ``{}. `` or ``{} ``."""
    seen: dict[int, Counter[str]] = defaultdict(Counter)
    for text in numbered:
        number = number_of(text)
        seen[number.count(".")][number_prefix(text).replace(number, "{}", 1)] += 1
    return {depth: counts.most_common(1)[0][0] for depth, counts in seen.items()}


def _next(number: str) -> str:
    found = re.fullmatch(r"((?:\d+\.)*)(\d{1,6})", number)
    return f"{found[1]}{int(found[2]) + 1}" if found else ""
