"""Inserts that mind a row with the same keys, made once for both databases.

SQLAlchemy knows such an insert only in each database's own class, and making one with the key of its compiled
form costs several times what the database takes to carry it out. So what each run says is said here once.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite


class Upsert:
    """An insert into one table; what it inserts is given to ``Connection.execute`` beside it."""

    def __init__(
        self, table: sa.Table, keys: Sequence[str], new: Sequence[str] = (), grows: str | None = None
    ) -> None:
        """Make it.

        Args:
            table: Where rows go.
            keys: The columns of a unique index: rows that are equal in them are the same row.
            new: What a row that is there takes over from the new one; nothing: it stays as it is.
            grows: A column that must be greater in the new row for that: otherwise the row stays as it is.
        """
        self._made = {
            "postgresql": _made(postgresql.insert(table), keys, new, grows),
            "sqlite": _made(sqlite.insert(table), keys, new, grows),
        }

    def on(self, connection: sa.Connection) -> sa.Insert:
        """Return the statement for the connection's database."""
        return self._made[connection.dialect.name]


def _made(
    insert: postgresql.Insert | sqlite.Insert, keys: Sequence[str], new: Sequence[str], grows: str | None
) -> postgresql.Insert | sqlite.Insert:
    if not new:
        return insert.on_conflict_do_nothing(index_elements=keys)
    taken_over = {name: insert.excluded[name] for name in new}
    newer = None if grows is None else insert.excluded[grows] > insert.table.c[grows]
    return insert.on_conflict_do_update(index_elements=keys, set_=taken_over, where=newer)
