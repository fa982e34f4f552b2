"""``ports.Wakes`` on the database: pull requests that are to be looked at when a time has come."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from bot.core.model import PullRequestRef
from bot.store.clock import Clock, system_clock
from bot.store.database import Database, insert_into
from bot.store.tables import wake

_WAY = ("installation", "repository", "owner", "name", "number")
_KNOWN: Final = sa.select(wake.c.due, *(wake.c[name] for name in _WAY)).where(
    wake.c.key == sa.bindparam("mine")
)
"""Asked by every run, so it is made once."""


class DatabaseWakes:
    """One row for each pull request with something to come."""

    def __init__(self, database: Database, clock: Clock = system_clock) -> None:
        self._database = database
        self._clock = clock

    async def set(self, ref: PullRequestRef, at: datetime | None) -> None:
        """See ``ports.Wakes``. Where nothing changes, which is most of the time, nothing is written."""
        due = None if at is None else at.timestamp()
        mine = {"mine": ref.key}
        known = await self._database.read(lambda connection: connection.execute(_KNOWN, mine).first())
        if (tuple(known) if known else None) == (None if due is None else (due, *_way(ref).values())):
            return

        def work(connection: sa.Connection) -> None:
            if due is None:
                connection.execute(sa.delete(wake).where(wake.c.key == ref.key))
                return
            row = {"key": ref.key, "due": due, **_way(ref)}
            insert = insert_into(connection, wake)
            connection.execute(insert.on_conflict_do_update(index_elements=[wake.c.key], set_=row), row)

        await self._database.write(work)

    async def due(self, most: int, grace: timedelta) -> Sequence[PullRequestRef]:
        """See ``ports.Wakes``."""
        now = self._clock()
        columns = [wake.c[name] for name in _WAY]
        query = sa.select(wake.c.key, *columns).where(wake.c.due <= now).order_by(wake.c.due).limit(most)

        def work(connection: sa.Connection) -> Sequence[PullRequestRef]:
            rows = connection.execute(query).all()
            later = sa.update(wake).where(wake.c.key.in_([row.key for row in rows]))
            if rows:
                connection.execute(later.values(due=now + grace.total_seconds()))
            return [PullRequestRef(*row[1:]) for row in rows]

        return await self._database.write(work)


def _way(ref: PullRequestRef) -> dict[str, object]:
    values = (ref.installation_id, ref.repository_id, ref.owner, ref.name, ref.number)
    return dict(zip(_WAY, values, strict=True))
