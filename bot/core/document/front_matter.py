"""Fields of YAML front matter, and of a preamble that stands in a block of code."""

import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from bot.core.document.blocks import Block, Text
from bot.core.document.labels import AUTHOR, REVIEWERS, STATUS, canonical
from bot.core.document.raw_fields import MAX_FIELDS, MAX_PIECES, Piece, RawField
from bot.core.model import HeaderSyntax, Span

_KEY = re.compile(r"^(?P<label>[^\s#:\-'\"][^:#]{0,60}?|\"[^\"]+\"|'[^']+')\s*:(?:\s+|$)(?P<value>.*)$")
_LIST_ITEM = re.compile(r"^\s*-\s+(?P<value>.*)$")
_YAML_COMMENT = re.compile(r"(?:^|\s)#\s.*$")
_PAIR = re.compile(r"(?P<key>[A-Za-z][\w-]{0,30}):\s+(?P<value>\S.*)$")
_HANDLE_KEYS = frozenset({"github", "login", "handle", "username", "user", "gh", "team"})
_LEAST_FIELDS = 3
"""So many known fields make a block of code a preamble and not an example."""


def front_matter_fields(block: Block) -> Iterator[RawField]:
    """Read the top level of YAML as people write it: `reviewers: @a` is no YAML and yet meant."""
    lines = enumerate(block.text.split("\n"), start=block.line + 1)
    return _fields(((number, 1, line) for number, line in lines), HeaderSyntax.FRONT_MATTER)


def preamble_fields(block: Block, text: Text) -> tuple[RawField, ...]:
    """Return the fields of a block of code that is the header itself, as the oldest proposals have it.

    It names who and how far, in at least three fields; anything else in code is an example.
    """
    fenced = text.line(block.line).lstrip().startswith(("```", "~~~"))
    first = block.line + 1 if fenced else block.line
    lines = textwrap.dedent(block.text.expandtabs(1)).split("\n")
    found = tuple(islice(_fields(_placed(lines, first, text), HeaderSyntax.PLAIN), MAX_FIELDS))
    known = [name for field in found if (name := canonical(field.label))]
    names = {name for name, _ in known}
    return found if len(known) >= _LEAST_FIELDS and STATUS in names and names & {AUTHOR, REVIEWERS} else ()


def _placed(lines: Sequence[str], first: int, text: Text) -> Iterator[tuple[int, int, str]]:
    """Return lines that have lost what all of them were indented by, with their places."""
    for number, line in enumerate(lines, start=first):
        yield number, max(0, len(text.line(number)) - len(line)) + 1, line


def _fields(lines: Iterator[tuple[int, int, str]], syntax: HeaderSyntax) -> Iterator[RawField]:
    found: RawField | None = None
    for number, column, line in lines:
        key = _KEY.match(line)
        if key:
            if found:
                yield found
            label = key["label"].strip("\"'")
            found = RawField(
                label=label,
                label_span=Span(number, column, number, column + len(key["label"])),
                pieces=tuple(_flow(key["value"], number, column + key.start("value"))),
                syntax=syntax,
                listed=key["value"].lstrip().startswith("["),
            )
        elif found and line.strip() and not line.lstrip().startswith("#") and len(found.pieces) < MAX_PIECES:
            found = _continued(found, line, number, column)
    if found:
        yield found


def _continued(field: RawField, line: str, number: int, column: int) -> RawField:
    """Return a field with one more line of its value: an item, a key of an item, or more words."""
    item = _LIST_ITEM.match(line)
    value = item["value"] if item else line.strip()
    at = item.start("value") if item else line.find(value)
    pair = _PAIR.match(value) if field.listed or item else None
    if pair and not item:
        login = next(_scalar(pair["value"], number, column + at + pair.start("value")), None)
        return _with_login(field, login) if login and pair["key"].casefold() in _HANDLE_KEYS else field
    if pair and "@" not in value:  # `- name: Ann Lee` is Ann Lee
        at, value = at + pair.start("value"), pair["value"]
    more = tuple(_scalar(value, number, column + at))
    return replace(field, pieces=(*field.pieces, *more), listed=field.listed or item is not None)


def _with_login(field: RawField, login: Piece) -> RawField:
    """Return a list whose last item names a reviewer by the login; an author's name says more than it."""
    known = canonical(field.label)
    if not field.pieces or not known or known[0] != REVIEWERS:
        return field
    return replace(field, pieces=(*field.pieces[:-1], login))


def _flow(value: str, line: int, column: int) -> Iterator[Piece]:
    bare = _YAML_COMMENT.sub("", value).rstrip()
    if bare.startswith("[") and bare.endswith("]") and "|" not in bare and " / " not in bare:
        at = 1
        for part in bare[1:-1].split(","):
            lead = len(part) - len(part.lstrip())
            yield from _scalar(part.strip(), line, column + at + lead)
            at += len(part) + 1
    elif bare not in {"|", ">", "|-", ">-"}:
        yield from _scalar(value, line, column)


def _scalar(value: str, line: int, column: int) -> Iterator[Piece]:
    quoted = re.match(r"^(?P<quote>[\"'])(?P<value>.*?)(?P=quote)\s*(?:#.*)?$", value)
    text = quoted["value"] if quoted else _YAML_COMMENT.sub("", value).strip()
    if text and text not in {"null", "~", "[]"}:
        yield Piece(text, line, column + (1 if quoted else 0))
