"""``ports.Bulk`` and ``ports.BulkBacklog`` on the database: one row for each pull request that can wait."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from bot.core.model import PullRequestRef
from bot.ports import BulkJob, BulkLevel
from bot.store.clock import Clock, system_clock
from bot.store.database import Database, insert_into
from bot.store.tables import bulk, pause

_ROWS_AT_ONCE: Final = 1_000
_TAKEN_FOR: Final = 60.0
"""Seconds after which what was taken and has not begun may be taken again: who took it has died."""
_REASON_CAP: Final = 40
_WAY: Final = (bulk.c.installation, bulk.c.repository, bulk.c.owner, bulk.c.name, bulk.c.number)


class DatabaseBulk:
    """The bulk queue, shared by all processes on one database."""

    def __init__(self, database: Database, clock: Clock = system_clock) -> None:
        self._database = database
        self._clock = clock

    async def add(
        self,
        refs: Sequence[PullRequestRef],
        reason: str,
        *,
        checks_only: bool = False,
        due: datetime | None = None,
    ) -> None:
        """See ``ports.Bulk``."""
        at = due.timestamp() if due else 0.0
        if refs:
            await self._database.write(
                lambda connection: put(connection, refs, reason, checks_only=checks_only, due=at)
            )

    async def left(self) -> Sequence[BulkLevel]:
        """See ``ports.Bulk``."""
        due = sa.func.sum(sa.case((bulk.c.due <= self._clock(), 1), else_=0))
        query = (
            sa.select(bulk.c.installation, bulk.c.reason, sa.func.count(), due)
            .group_by(bulk.c.installation, bulk.c.reason)
            .order_by(bulk.c.installation, bulk.c.reason)
        )
        rows = await self._database.read(lambda connection: connection.execute(query).all())
        return [BulkLevel(*row) for row in rows]

    async def drop(self, installation_id: int, reason: str = "") -> None:
        """See ``ports.Bulk``."""
        which = bulk.c.installation == installation_id
        if reason:
            which &= bulk.c.reason == reason
        await self._database.write(lambda connection: connection.execute(sa.delete(bulk).where(which)))

    async def take(
        self, limit: int, scarce: Collection[int] = (), patient: Collection[str] = ()
    ) -> Sequence[BulkJob]:
        """See ``ports.BulkBacklog``. Where nothing is due, nothing is written."""
        now = self._clock()
        paused = sa.select(pause.c.installation).where(pause.c.until > now)
        free = (bulk.c.due <= now) & (bulk.c.taken < now - _TAKEN_FOR) & bulk.c.installation.not_in(paused)
        if scarce:
            free &= bulk.c.installation.not_in(list(scarce)) | bulk.c.reason.not_in(list(patient))
        if not await self._database.read(
            lambda connection: connection.execute(sa.select(bulk.c.key).where(free).limit(1)).first()
        ):
            return []
        turn = sa.func.row_number().over(partition_by=bulk.c.installation, order_by=(bulk.c.due, bulk.c.key))
        ranked = sa.select(bulk.c.key, bulk.c.due, turn.label("turn")).where(free).subquery()
        first = sa.select(ranked.c.key).order_by(ranked.c.turn, ranked.c.due, ranked.c.key).limit(limit)
        columns = (*_WAY, bulk.c.reason, bulk.c.checks_only)

        def work(connection: sa.Connection) -> Sequence[BulkJob]:
            keys = connection.execute(first).scalars().all()
            # Of two processes that have chosen the same row, one gets it.
            mine = sa.update(bulk).where(bulk.c.key.in_(keys), free).values(taken=now).returning(*columns)
            rows = connection.execute(mine).all()
            return [BulkJob(PullRequestRef(*row[:5]), row.reason, bool(row.checks_only)) for row in rows]

        return await self._database.write(work)

    async def give_back(self, keys: Sequence[str]) -> None:
        """See ``ports.BulkBacklog``."""
        back = sa.update(bulk).where(bulk.c.key.in_(list(keys))).values(taken=0.0)
        await self._database.write(lambda connection: connection.execute(back))

    async def standing(self, keys: Sequence[str]) -> frozenset[str]:
        """See ``ports.BulkBacklog``."""
        if not keys:
            return frozenset()
        query = sa.select(bulk.c.key).where(bulk.c.key.in_(list(keys)), bulk.c.taken > 0)
        rows = await self._database.read(lambda connection: connection.execute(query).scalars().all())
        return frozenset(rows)


def put(
    connection: sa.Connection,
    refs: Sequence[PullRequestRef],
    reason: str,
    *,
    checks_only: bool,
    due: float,
) -> None:
    """Add to the bulk queue inside the caller's transaction; ``due`` in seconds since 1970, 0: at once."""
    unique = {ref.key: ref for ref in refs}
    # In one order everywhere: two processes that add the same ones must not wait in a circle.
    rows = [_row(unique[key], reason[:_REASON_CAP], checks_only, due) for key in sorted(unique)]
    insert = insert_into(connection, bulk)
    new = insert.excluded
    merged = {
        **{column.name: new[column.name] for column in _WAY},
        "reason": new.reason,
        "checks_only": bulk.c.checks_only & new.checks_only,
        "due": sa.case((new.due < bulk.c.due, new.due), else_=bulk.c.due),
        # What is taken already may begin before this is read: it is to be taken once more.
        "taken": 0.0,
    }
    upsert = insert.on_conflict_do_update(index_elements=[bulk.c.key], set_=merged)
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        connection.execute(upsert, rows[start : start + _ROWS_AT_ONCE])


def _row(ref: PullRequestRef, reason: str, checks_only: bool, due: float) -> dict[str, object]:
    return {
        "key": ref.key,
        "installation": ref.installation_id,
        "repository": ref.repository_id,
        "owner": ref.owner,
        "name": ref.name,
        "number": ref.number,
        "reason": reason,
        "checks_only": checks_only,
        "due": due,
        "taken": 0.0,
    }


def bulk_level(connection: sa.Connection) -> dict[str, int]:
    """Count what is in the bulk queue, by reason."""
    query = sa.select(bulk.c.reason, sa.func.count()).group_by(bulk.c.reason)
    return {reason: number for reason, number in connection.execute(query)}  # noqa: C416 - rows, not pairs
