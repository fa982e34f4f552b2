"""Edits of a header in its own syntax: lines that are missing, and what is there as the template has it."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from bot.core.document import labels
from bot.core.document.blocks import Kind
from bot.core.document.edits import Edit, Places, places_of
from bot.core.document.header import named_fields
from bot.core.document.outline import Outline, outline_of
from bot.core.document.raw_fields import Piece, RawField
from bot.core.document.values import find_date, offers_only
from bot.core.model import Document, HeaderSyntax, Schema, Span

_TAIL = re.compile(r"[\s\\|\"'`_>*]*(?:<br\s*/?>)?\s*$")
"""What may follow a value on its line and is no more of its words."""
_YAML_QUOTED = re.compile(r"^[@\[{&*!|>%`\"'#-]|: | #")
_EMPTY = re.compile(r"\s*[:=]\s*(?P<value>\"\"|''|)\s*")
_WORD_GAP = r"[\s_\-–—]*"


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A line of the header that another one can be written like."""

    line: int
    before: str
    between: str
    after: str
    lower: bool
    front: bool
    """In front matter, where a value may need quotes."""

    def line_for(self, label: str, value: str) -> str:
        """Return a line of the same form."""
        bare = self.front and bool(value) and not self.after.strip()
        if bare and ("=" in self.between or _YAML_QUOTED.search(value)):
            value = f'"{value}"'
        said = f"{self.before}{label.lower() if self.lower else label}{self.between}{value}"
        return said.rstrip() if not value else said + self.after


def missing_fields(document: Document, schema: Schema, today: date | None = None) -> dict[str, Edit]:
    """Return, by name, the edits that add the template's fields that a header lacks; some share one.

    A new line is written like those around it and stands in the template's order; the value is the
    template's, for a status its first one, for a date ``today`` where it is known.
    """
    missing = [name for name in schema.fields if document.header.field(name) is None]
    if not missing:
        return {}
    outline = outline_of(document.source)
    places = places_of(document.source)
    patterns = _patterns(document, outline)
    values = {name: first_value(name, schema, today) for name in missing}
    names = {name: schema.labels.get(name) or name.capitalize() for name in missing}
    if patterns:
        return _joined(
            {
                name: _beside(_neighbour(name, schema, patterns), names[name], values[name], places)
                for name in missing
            }
        )
    at, lead, tail = _own_place(outline)
    lines = "\n".join(f"**{names[name]}:** {values[name]}".rstrip() for name in missing)
    return dict.fromkeys(missing, places.insert(at, f"{lead}{lines}\n{tail}"))


def _joined(edits: Mapping[str, Edit]) -> dict[str, Edit]:
    """Return the lines that come in at one place as one edit, so that they keep their order."""
    texts: dict[int, str] = {}
    for edit in edits.values():
        texts[edit.start] = texts.get(edit.start, "") + edit.text
    return {name: Edit(edit.start, edit.start, texts[edit.start]) for name, edit in edits.items()}


def first_value(name: str, schema: Schema, today: date | None = None) -> str:
    """Return what a new document says in a field."""
    if name == labels.STATUS:
        return schema.statuses[0]
    if name == labels.DATE and today is not None:
        return today.isoformat()
    return schema.placeholders.get(name, "")


def _patterns(document: Document, outline: Outline) -> dict[str, _Pattern]:
    fields = named_fields(outline)
    taken = Counter(field.label_span.line for _, field in fields)
    found: dict[str, _Pattern] = {}
    for name, field in fields:
        alone = taken[field.label_span.line] == 1
        if alone and field.syntax is document.header.syntax and (pattern := _pattern(field, outline)):
            found.setdefault(name, pattern)
    return found


def _pattern(field: RawField, outline: Outline) -> _Pattern | None:
    if field.syntax is HeaderSyntax.SECTION or field.listed or field.malformed or len(field.pieces) > 1:
        return None
    at = field.label_span
    line = outline.text.line(at.line)
    label = line[at.column - 1 : at.end_column - 1]
    if not label.strip() or at.line != at.end_line:
        return None
    value = field.pieces[0] if field.pieces else Piece("", at.line, len(line.rstrip()) + 1)
    start, end = value.column - 1, value.column - 1 + len(value.text)
    between, after = line[at.end_column - 1 : start], line[end:]
    front = field.syntax is HeaderSyntax.FRONT_MATTER
    if value.line != at.line or start < at.end_column - 1 or line[start:end] != value.text:
        return None
    if front:  # what follows there is a remark on this value
        after = after[:1] if after[:1] in {'"', "'"} and between.endswith(after[:1]) else ""
    if not _TAIL.fullmatch(after) or (not field.pieces and field.syntax is HeaderSyntax.TABLE):
        return None
    if front and not field.pieces and between.strip() != ":":
        return None  # an empty text in quotes, or a remark
    if not field.pieces:
        between, after = f"{between} ", ""
    return _Pattern(at.line, line[: at.column - 1], between, after, lower=label.islower(), front=front)


def _neighbour(name: str, schema: Schema, patterns: Mapping[str, _Pattern]) -> tuple[_Pattern, bool]:
    """Return the line to write a field like, and whether it comes before the new one."""
    at = schema.fields.index(name)
    before = next((patterns[one] for one in reversed(schema.fields[:at]) if one in patterns), None)
    if before:
        return before, True
    after = next((patterns[one] for one in schema.fields[at + 1 :] if one in patterns), None)
    return (after, False) if after else (list(patterns.values())[-1], True)


def _beside(neighbour: tuple[_Pattern, bool], label: str, value: str, places: Places) -> Edit:
    pattern, above = neighbour
    new = pattern.line_for(label, value)
    if not above:
        return places.insert(pattern.line, f"{new}\n")
    if pattern.line + 1 > places.lines:
        return places.insert(pattern.line + 1, f"\n{new}")
    return places.insert(pattern.line + 1, f"{new}\n")


def _own_place(outline: Outline) -> tuple[int, str, str]:
    """Return where a header's own paragraph begins, below the title or at the top, and what is around it."""
    lines = outline.text.lines
    title = next((one for one in outline.parts if one.heading.line == outline.title_line), None)
    first = outline.text.blocks[0] if outline.text.blocks else None
    if title is not None:
        line, lead = title.heading.end, "\n"
    elif first is not None and first.kind is Kind.FRONT_MATTER:
        line, lead = first.end, "\n"
    else:
        line, lead = 1, ""
    if line > len(lines):
        return line, f"\n{lead}", ""
    return line, lead, "\n" if lines[line - 1].strip() or len(lines) == 1 else ""


def status_spelling(document: Document) -> Edit | None:
    """Return the edit that writes a known status as the template does; its remark stays."""
    status = document.header.status
    piece = _piece(document, labels.STATUS)
    if status is None or piece is None:
        return None
    words = re.findall(r"[^\W_]+", status)
    pattern = rf"(?<!\w){_WORD_GAP.join(map(re.escape, words))}(?!\w)"
    found = re.search(pattern, piece.text, re.IGNORECASE)
    if found is None or found[0] == status or "[" in piece.text[: found.start()]:
        return None
    return _replace(document, piece, found.span(), status)


def chosen_status(document: Document, schema: Schema) -> Edit | None:
    """Return the edit that puts the first status in the place of the template's menu, and of no other one."""
    piece = _piece(document, labels.STATUS)
    if piece is None or not document.header.status_is_menu:
        return None
    written = labels.label_key(document.header.status_raw or "")
    untouched = written == labels.label_key(schema.placeholders.get(labels.STATUS, ""))
    if not untouched and not offers_only(piece.text, schema.statuses):
        return None
    return _replace(document, piece, (0, len(piece.text)), schema.statuses[0])


def empty_status(document: Document, schema: Schema) -> Edit | None:
    """Return the edit that says the first status where the field has no value."""
    return filled_field(document, labels.STATUS, schema.statuses[0])


def filled_field(document: Document, name: str, value: str) -> Edit | None:
    """Return the edit that gives a value to a field that has none; None where it is not plain how."""
    outline = outline_of(document.source)
    fields = named_fields(outline)
    field = next((one for known, one in fields if known == name), None)
    if field is None or field.pieces:
        return None
    at = field.label_span
    if sum(one.label_span.line == at.line for _, one in fields) > 1:
        return None  # what is put at the line's end would be another field's
    line = outline.text.line(at.line)
    if field.syntax is HeaderSyntax.FRONT_MATTER:
        empty = _EMPTY.fullmatch(line, at.end_column - 1)
        if empty is None:
            return None
        words = name in {labels.STATUS, labels.DATE}  # these mean themselves; others may say `yes`, or `- a`
        start, said = empty.start("value"), value
        if empty["value"] or "=" in empty[0] or not words or _YAML_QUOTED.search(value):
            said = _quoted(value)
    elif _pattern(field, outline):
        start, said = len(line.rstrip()), f" {value}"
    else:
        return None
    before = " " if start and not said.startswith(" ") and not line[start - 1].isspace() else ""
    return places_of(document.source).replace(Span(at.line, start + 1, at.line, len(line) + 1), before + said)


def _quoted(value: str) -> str:
    """Return a value as YAML and TOML both take it: https://yaml.org/spec/1.2.2/#731-double-quoted-style."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def iso_date(document: Document) -> Edit | None:
    """Return the edit that writes a date that can be read as YYYY-MM-DD."""
    piece = _piece(document, labels.DATE)
    if document.header.date is None or piece is None:
        return None
    found = find_date(piece.text)
    if found is None or found.day != document.header.date:
        return None
    iso = found.day.isoformat()
    if piece.text[found.start : found.end] == iso:
        return None
    return _replace(document, piece, (found.start, found.end), iso)


def replaced_in_value(document: Document, name: str, before: str, after: str) -> Edit | None:
    """Return the edit that replaces words at the beginning of a field's value."""
    piece = _piece(document, name)
    if piece is None or (at := piece.text.find(before)) < 0:
        return None
    return _replace(document, piece, (at, at + len(before)), after)


def with_field(document: Document, name: str, label: str, value: str) -> Edit | None:
    """Return the edit that gives a field a value: in its place, or in a new line below the status.

    None where the header has no line that another could be written like, or the field cannot be told apart.
    """
    outline = outline_of(document.source)
    there = next((field for known, field in named_fields(outline) if known == name), None)
    if there is not None and there.pieces:
        piece = _piece(document, name)
        return _replace(document, piece, (0, len(piece.text)), value) if piece else None
    patterns = _patterns(document, outline)
    if there is not None or not patterns:
        return None
    pattern = patterns.get(labels.STATUS) or list(patterns.values())[-1]
    return _beside((pattern, True), label, value, places_of(document.source))


def colons(document: Document) -> Iterator[tuple[Span, Edit]]:
    """Return the edits that put a colon after each label that has none, with the value's place."""
    outline = outline_of(document.source)
    places = places_of(document.source)
    for field in outline.fields:
        if not field.malformed:
            continue
        label = field.label_span
        value = field.pieces[0].span if field.pieces else None
        end = value.column if value else len(outline.text.line(label.line)) + 1
        gap = Span(label.line, label.end_column, label.line, end)
        marks = places.text(gap)
        bold = re.match(r"\*\*|__", marks)
        text = f":{bold[0] if bold else ''}{' ' if value else ''}"
        if not value or value.line == label.line:
            yield field.span, places.replace(gap, text)


def line_above_rule(document: Document) -> Edit | None:
    """Return the edit that keeps a rule from underlining the header."""
    underlined = document.header.underlined
    return places_of(document.source).insert(underlined.end_line, "\n") if underlined else None


def renamed_label(document: Document, label: str, after: str) -> Edit | None:
    """Return the edit that writes another label for a field."""
    places = places_of(document.source)
    for field in outline_of(document.source).fields:
        if field.label == label and places.text(field.label_span) == label:
            return places.replace(field.label_span, after)
    return None


def _piece(document: Document, name: str) -> Piece | None:
    """Return the first part of a field's value, where it stands as it was read."""
    for known, field in named_fields(outline_of(document.source)):
        if known == name:
            piece = field.pieces[0] if field.pieces else None
            return piece if piece and places_of(document.source).text(piece.span) == piece.text else None
    return None


def _replace(document: Document, piece: Piece, at: tuple[int, int], text: str) -> Edit | None:
    if piece.text[at[0] : at[1]] == text:
        return None
    span = Span(piece.line, piece.column + at[0], piece.line, piece.column + at[1])
    return places_of(document.source).replace(span, text)
