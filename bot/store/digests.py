"""``ports.Digests`` on the database: which repositories want a weekly overview, and what waits there."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Final

import sqlalchemy as sa

from bot.core.model import PullRequestRef
from bot.core.render.digest import Stuck
from bot.ports import Digest, Holding
from bot.store.database import Database, insert_into
from bot.store.records import RANK_STUCK
from bot.store.tables import design, digest

_WAY = ("installation", "repository", "owner", "name")
_KNOWN: Final = sa.select(digest.c.days, *(digest.c[name] for name in _WAY)).where(
    digest.c.repository == sa.bindparam("mine")
)
"""Asked by every run, so it is made once."""


class DatabaseDigests:
    """One row for each repository that wants it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def want(self, ref: PullRequestRef, days: int | None) -> None:
        """See ``ports.Digests``. Where nothing changes, which is most of the time, nothing is written."""
        mine = {"mine": ref.repository_id}
        known = await self._database.read(lambda connection: connection.execute(_KNOWN, mine).first())
        way = (ref.installation_id, ref.repository_id, ref.owner, ref.name)
        if (tuple(known) if known else None) == (None if days is None else (days, *way)):
            return

        def work(connection: sa.Connection) -> None:
            if days is None:
                connection.execute(sa.delete(digest).where(digest.c.repository == ref.repository_id))
                return
            row: dict[str, object] = {"days": days, **dict(zip(_WAY, way, strict=True))}
            insert = insert_into(connection, digest)
            upsert = insert.on_conflict_do_update(index_elements=[digest.c.repository], set_=row)
            connection.execute(upsert, row | {"issue": None, "written": 0.0})

        await self._database.write(work)

    async def due(self, before: datetime) -> Sequence[Digest]:
        """See ``ports.Digests``."""
        columns = [digest.c[name] for name in (*_WAY, "days", "issue")]
        query = sa.select(*columns).where(digest.c.written < before.timestamp()).order_by(digest.c.repository)
        rows = await self._database.read(lambda connection: connection.execute(query).all())
        return [Digest(Holding(*row[:4]), row.days, row.issue) for row in rows]

    async def stuck(self, repository_id: int, before: datetime) -> Sequence[Stuck]:
        """See ``ports.Digests``."""
        waits = (design.c.repository == repository_id) & (design.c.rank == RANK_STUCK)
        columns = [design.c[name] for name in ("number", "path", "title", "sentence", "since")]
        query = sa.select(*columns).where(waits, design.c.since <= before.timestamp())
        rows = await self._database.read(lambda connection: connection.execute(query).all())
        return [Stuck(row.number, row.path, row.title, row.sentence, _day(row.since)) for row in rows]

    async def written(self, repository_id: int, issue: int | None, at: datetime) -> None:
        """See ``ports.Digests``."""
        mine = sa.update(digest).where(digest.c.repository == repository_id)
        done = mine.values(issue=issue, written=at.timestamp())
        await self._database.write(lambda connection: connection.execute(done))


def _day(seconds: float) -> date:
    return datetime.fromtimestamp(seconds, UTC).date()
