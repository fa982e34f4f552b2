"""Fields of a table: one in each row, one in each column, or a list of people."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bot.core.document.blocks import Block, Text
from bot.core.document.inline import plain
from bot.core.document.labels import AUTHOR, REVIEWERS, STATUS, canonical, label_key
from bot.core.document.raw_fields import Piece, RawField, new_field
from bot.core.model import HeaderSyntax

Row = Sequence[Piece]

_CHANGES = frozenset(
    {
        *("version", "revision", "rev", "change", "changes", "change summary", "change log", "description"),
        *("description of change", "description of changes", "comment", "comments", "notes", "summary"),
        *("cambios", "descripción", "modifications", "änderung", "änderungen", "版本", "说明", "变更内容"),
    }
)
"""A column of these makes a table the history of a document and no header."""
_ROLES = frozenset({"role", "rol", "rolle", "rôle", "function", "capacity", "角色"})
_PEOPLE = frozenset(
    {
        *("name", "names", "who", "person", "people", "reviewer", "reviewers", "team", "member", "members"),
        *("login", "handle", "github", "github handle", "github username", "user", "approver", "owner"),
        *("nombre", "nom", "nome", "姓名", "人员", "名前", "이름"),
    }
)
_BARS = " :："


def table_fields(table: Block, text: Text) -> tuple[RawField, ...]:
    """Return the fields of a Markdown table; empty where it is another one."""
    return fields_of_rows([list(_cells(row, text)) for row in table.children], text)


def people_of_table(table: Block, text: Text) -> tuple[Piece, ...]:
    """Return the cells of a table that name people, one a row."""
    rows = [list(_cells(row, text)) for row in table.children]
    return _column(rows, _people_column(rows, text)) if rows else ()


def fields_of_rows(rows: Sequence[Row], text: Text) -> tuple[RawField, ...]:
    """Return the fields of a table whose first row is its head; empty where it is no header.

    With a role in each row, the role is the label and the person the value. A table with a column of
    reviewers and none of authors lists reviewers: its other columns tell of them and not of the document.
    """
    if not rows:
        return ()
    head = [_label(cell, text) for cell in rows[0]]
    keys = [label_key(label) for label in head]
    names = [known[0] if (known := canonical(label)) else "" for label in head]
    if (role := next((at for at, key in enumerate(keys) if key in _ROLES), None)) is not None and (
        found := _by_role(rows, role, text)
    ):
        return found
    if REVIEWERS in names and AUTHOR not in names and STATUS in names[1:] and names[0] != STATUS:
        return _listed(rows, names.index(REVIEWERS), text)
    if REVIEWERS in names and len(rows) > 2 and names[0] == REVIEWERS:  # noqa: PLR2004 - a head and several
        return _listed(rows, 0, text)
    if len(rows) > 1 and sum(bool(name) for name in names) > 1:
        history = bool(_CHANGES & set(keys)) and STATUS not in names
        if not history and len(rows) > 2:  # noqa: PLR2004 - a head and several: a list of other things
            return ()
        return tuple(_pairs(zip(rows[0], rows[1], strict=False), text, history=history))
    found = tuple(_with_more_people((row for row in rows if len(row) > 1), text))
    return found if any(field.known for field in found) else ()


def _with_more_people(rows: Iterable[Row], text: Text) -> Iterator[RawField]:
    """Return a field a row; handles in reviewers' further cells, or below without a label, are theirs."""
    last: RawField | None = None
    for row in rows:
        more = tuple(cell for cell in row[1:] if cell.text.startswith("@"))
        if last is not None and not row[0].text and more:
            last = replace(last, pieces=(*last.pieces, *more))
            continue
        if last is not None:
            yield last
        last = None
        for field in _pairs([(row[0], row[1])], text):
            known = canonical(field.label)
            if known and known[0] == REVIEWERS:
                last = replace(field, pieces=(*field.pieces, *(one for one in more if one is not row[1])))
            else:
                yield field
    if last is not None:
        yield last


def _by_role(rows: Sequence[Row], role: int, text: Text) -> tuple[RawField, ...]:
    who = _people_column(rows, text, but=role)
    pairs = ((row[role], row[who]) for row in rows[1:] if len(row) > max(role, who))
    return tuple(field for field in _pairs(pairs, text) if field.known)


def _listed(rows: Sequence[Row], at: int, text: Text) -> tuple[RawField, ...]:
    label = rows[0][at]
    return (
        RawField(
            label=_label(label, text),
            label_span=label.span,
            pieces=_column(rows, at),
            syntax=HeaderSyntax.TABLE,
            listed=True,
        ),
    )


def _column(rows: Sequence[Row], at: int) -> tuple[Piece, ...]:
    return tuple(row[at] for row in rows[1:] if at < len(row) and row[at].text)


def _people_column(rows: Sequence[Row], text: Text, but: int = -1) -> int:
    """Return which column names people: that with most logins, else one that says so, else the first."""
    columns = [at for at in range(len(rows[0])) if at != but]
    logins = {at: sum("@" in piece.text for piece in _column(rows, at)) for at in columns}
    most = max(logins.values(), default=0)
    if most:
        return next(at for at in columns if logins[at] == most)
    named = (at for at in columns if label_key(_label(rows[0][at], text)) in _PEOPLE)
    return next(named, columns[0] if columns else 0)


def _pairs(pairs: Iterable[tuple[Piece, Piece]], text: Text, *, history: bool = False) -> Iterator[RawField]:
    for label, value in pairs:
        name = _label(label, text)
        if name:
            field = new_field(name, label.line, label.column, (value,), HeaderSyntax.TABLE, text)
            yield replace(field, history=True) if history else field


def _cells(row: Block, text: Text) -> Iterator[Piece]:
    """Return a row's cells with their places, which the parser does not tell."""
    after = 0
    for cell in row.children:
        column = text.column(row.line, cell.text, after)
        yield Piece(cell.text, row.line, column)
        after = max(after, column - 1 + len(cell.text))


def _label(cell: Piece, text: Text) -> str:
    return plain(cell.text, text.references).rstrip(_BARS)
