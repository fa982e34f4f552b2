"""The audit table from its other end: what an operator exports, and when rows end."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

import sqlalchemy as sa

from bot.ports import AuditEntry, Deed
from bot.store.clock import Clock, system_clock
from bot.store.database import Database
from bot.store.tables import audit

_PAGE: Final = 1_000
CAP: Final = 2_000
"""Characters of a text in an audit row."""


class DatabaseAudit:
    """Rows in the order in which they were written."""

    def __init__(self, database: Database, clock: Clock = system_clock) -> None:
        self._database = database
        self._clock = clock

    async def record(self, place: str, deed: Deed) -> None:
        """Append what was done to more than one pull request, such as an operator's purge."""
        nowhere = {"installation": 0, "repository": 0, "number": 0}
        row = row_of(deed) | nowhere | {"at": self._clock(), "place": place}
        await self._database.write(lambda connection: connection.execute(sa.insert(audit), row))

    async def rows(self, since: datetime, place: str = "") -> AsyncIterator[AuditEntry]:
        """Yield rows from a time on, oldest first, page by page: there may be millions.

        Args:
            since: The first moment.
            place: ``owner``, ``owner/repo`` or ``owner/repo#number``; empty: everything.
        """
        columns = (audit.c.id, audit.c.at, audit.c.place, *(audit.c[name] for name in _DEED))
        wanted = sa.select(*columns).where(audit.c.at >= since.timestamp()).order_by(audit.c.id).limit(_PAGE)
        if place:
            # Not LIKE: on SQLite it ignores case only for some letters, and `_` is in many names.
            begins = [sa.func.substr(audit.c.place, 1, len(place) + 1) == place + mark for mark in "/#"]
            wanted = wanted.where((audit.c.place == place) | sa.or_(*begins))
        last = 0
        while True:
            query = wanted.where(audit.c.id > last)
            page = await self._database.read(partial(_all, query))
            for row in page:
                deed = Deed(row.what, row.why, row.content, row.who)
                yield AuditEntry(row.id, datetime.fromtimestamp(row.at, UTC), row.place, deed)
            if len(page) < _PAGE:
                return
            last = page[-1].id


_DEED: Final = ("what", "why", "content", "who")


def _all(query: sa.Select[Any], connection: sa.Connection) -> Sequence[sa.Row[Any]]:
    return connection.execute(query).all()


def row_of(deed: Deed) -> dict[str, object]:
    """Return the columns of a deed, each cut to what a row takes."""
    return {name: getattr(deed, name)[:CAP] for name in _DEED}
