"""``ports.Holdings`` on the database: where the app is installed, and how far each repository is swept."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from bot.core.model import PullRequestRef
from bot.ports import Holding, Installed, ListedPull, Look, Missed, Seen
from bot.store.clock import Clock, system_clock
from bot.store.database import Database, insert_into
from bot.store.relocation import follow
from bot.store.tables import installation, newcomer, pause, repository, verdict

_OVERLAP: Final = timedelta(minutes=10)
"""GitHub's lists may be behind by minutes, and our clock is not its."""
_LATE: Final = timedelta(minutes=1)
"""A verdict is written so long after its pull request was read, at most."""
_ROWS_AT_ONCE: Final = 500
_WAY: Final = ("installation", "id", "owner", "name")


class DatabaseHoldings:
    """One row for each installation and each repository, those that are gone for thirty days too.

    ``welcomes``: a repository that is new is put among ``DatabaseNewcomers`` in the same transaction.
    """

    def __init__(self, database: Database, clock: Clock = system_clock, *, welcomes: bool = False) -> None:
        self._database = database
        self._clock = clock
        self._welcomes = welcomes

    async def settle(self, installed: Sequence[Installed]) -> Sequence[Installed]:
        """See ``ports.Holdings``."""
        now = self._clock()
        rows = [
            {"id": one.id, "account": one.account, "suspended": one.suspended, "gone": None}
            for one in installed
        ]

        def work(connection: sa.Connection) -> None:
            _upsert(connection, installation, rows, ("account", "suspended", "gone"))
            here = set(connection.execute(sa.select(installation.c.id).where(_there(installation))).scalars())
            _gone(connection, installation, here - {one.id for one in installed}, now)
            # Its repositories went with it.
            left = sa.select(installation.c.id).where(installation.c.gone.is_not(None))
            lost = repository.c.installation.in_(left) & _there(repository)
            connection.execute(sa.update(repository).where(lost).values(gone=now))

        await self._database.write(work)
        return [one for one in installed if not one.suspended]

    async def hold(self, installation_id: int, held: Sequence[Holding]) -> int:
        """See ``ports.Holdings``. One that comes back counts as new: much may have happened meanwhile.

        So does one that was transferred from another installation's account.
        """
        now = self._clock()
        fresh = {"watermark": None, "page": "", "begun": 0.0, "gone": None, "held": now}
        rows = [
            {"id": one.repository_id, "installation": installation_id, "owner": one.owner, "name": one.name}
            for one in held
        ]
        mine = repository.c.installation == installation_id

        def work(connection: sa.Connection) -> int:
            for one in _moved(connection, held):
                follow(connection, one)
            here = set(
                connection.execute(sa.select(repository.c.id).where(mine, _there(repository))).scalars()
            )
            known = [row for row in rows if row["id"] in here]
            new = [row | fresh for row in rows if row["id"] not in here]
            _upsert(connection, repository, new, ("installation", "owner", "name", *fresh))
            _upsert(connection, repository, [row | fresh for row in known], ("owner", "name"))
            if self._welcomes:
                guests = [{"repository": row["id"], "since": now, "due": now} for row in new]
                _upsert(connection, newcomer, guests, ("since", "due"))
            _gone(connection, repository, here - {one.repository_id for one in held}, now)
            return len(new)

        return await self._database.write(work)

    async def unswept(self, begun: datetime, most: int) -> Sequence[Look]:
        """See ``ports.Holdings``. One that a crash left half swept goes on at its page."""
        waiting = awake(self._clock()) & (repository.c.begun < begun.timestamp())
        order = (repository.c.watermark.is_not(None), repository.c.begun, repository.c.id)
        first = sa.select(repository.c.installation).where(waiting).order_by(*order).limit(1)
        query = (
            sa.select(*(repository.c[name] for name in (*_WAY, "watermark", "page")))
            .where(waiting, repository.c.installation == first.scalar_subquery())
            .order_by(*order)
            .limit(most)
        )
        rows = await self._database.read(lambda connection: connection.execute(query).all())
        return [Look(Holding(*row[:4]), _since(row.watermark), row.page) for row in rows]

    async def swept(self, seen: Sequence[Seen], begun: datetime) -> None:
        """See ``ports.Holdings``. The watermark moves once the last page has been seen."""
        at = begun.timestamp()

        def work(connection: sa.Connection) -> None:
            for one in seen:
                mine = repository.c.id == one.look.holding.repository_id
                done = {"page": "", "begun": at, "watermark": at}
                values: Mapping[str, object] = {"page": one.following} if one.following else done
                connection.execute(sa.update(repository).where(mine).values(dict(values)))

        await self._database.write(work)

    async def skipped(self, looks: Sequence[Look], begun: datetime) -> None:
        """See ``ports.Holdings``."""
        some = repository.c.id.in_([one.holding.repository_id for one in looks])
        skip = sa.update(repository).where(some).values(begun=begun.timestamp())
        await self._database.write(lambda connection: connection.execute(skip))

    async def missed(self, seen: Seen) -> Sequence[Missed]:
        """See ``ports.Holdings``."""
        holding = seen.look.holding
        numbers = [one.number for one in seen.pulls]
        if not numbers:
            return []
        query = sa.select(verdict.c.number, verdict.c.head, verdict.c.at).where(
            verdict.c.repository == holding.repository_id, verdict.c.number.in_(numbers)
        )
        since = sa.select(repository.c.held).where(repository.c.id == holding.repository_id)

        def work(connection: sa.Connection) -> tuple[Sequence[Any], float]:
            return connection.execute(query).all(), connection.execute(since).scalar() or 0.0

        rows, held = await self._database.read(work)
        # What was judged before the repository came back counts for nothing: it may not have been written.
        judged = {(row.number, row.head): _time(row.at) - _LATE for row in rows if row.at >= held}
        # The run of a closed one forgets its verdicts.
        standing = {row.number for row in rows}
        return [
            Missed(_ref(holding, one), one.updated.timestamp() < held)
            for one in seen.pulls
            if (not _known(one, judged.get((one.number, one.head))) if one.open else one.number in standing)
        ]

    async def counts(self) -> tuple[int, int]:
        """See ``ports.Holdings``."""
        new = sa.func.sum(sa.case((repository.c.watermark.is_(None), 1), else_=0))
        query = sa.select(sa.func.count(), sa.func.coalesce(new, 0)).where(_there(repository))
        known, unswept = await self._database.read(lambda connection: connection.execute(query).one())
        return int(known), int(unswept)


def awake(now: float) -> sa.ColumnElement[bool]:
    """Tell repositories that may be looked into now: their installation neither sleeps nor waits."""
    asleep = sa.select(installation.c.id).where(installation.c.suspended)
    paused = sa.select(pause.c.installation).where(pause.c.until > now)
    return (
        _there(repository)
        & repository.c.installation.not_in(asleep)
        & repository.c.installation.not_in(paused)
    )


def _since(watermark: float | None) -> datetime | None:
    return None if watermark is None else _time(watermark) - _OVERLAP


def _known(pull: ListedPull, judged: datetime | None) -> bool:
    return judged is not None and pull.updated <= judged


def _ref(holding: Holding, pull: ListedPull) -> PullRequestRef:
    return PullRequestRef(
        holding.installation_id, holding.repository_id, holding.owner, holding.name, pull.number
    )


def _there(table: sa.Table) -> sa.ColumnElement[bool]:
    return table.c.gone.is_(None)


def _gone(connection: sa.Connection, table: sa.Table, ids: set[int], now: float) -> None:
    every = sorted(ids)
    for start in range(0, len(every), _ROWS_AT_ONCE):
        some = table.c.id.in_(every[start : start + _ROWS_AT_ONCE])
        connection.execute(sa.update(table).where(some).values(gone=now))


def _moved(connection: sa.Connection, held: Sequence[Holding]) -> Sequence[Holding]:
    """Return those that were last seen with another installation, owner or name."""
    before: dict[int, Holding] = {}
    for start in range(0, len(held), _ROWS_AT_ONCE):
        ids = [one.repository_id for one in held[start : start + _ROWS_AT_ONCE]]
        query = sa.select(*(repository.c[name] for name in _WAY)).where(repository.c.id.in_(ids))
        before |= {row.id: Holding(*row) for row in connection.execute(query)}
    # In one order everywhere, as below.
    known = sorted((one for one in held if one.repository_id in before), key=lambda one: one.repository_id)
    return [one for one in known if before[one.repository_id] != one]


def _upsert(
    connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, object]], change: Sequence[str]
) -> None:
    insert = insert_into(connection, table)
    upsert = insert.on_conflict_do_update(
        index_elements=list(table.primary_key), set_={name: insert.excluded[name] for name in change}
    )
    # In one order everywhere: two processes that write the same ones must not wait in a circle.
    (key,) = table.primary_key
    ordered = sorted(rows, key=lambda row: str(row[key.name]))
    for start in range(0, len(ordered), _ROWS_AT_ONCE):
        connection.execute(upsert, [dict(row) for row in ordered[start : start + _ROWS_AT_ONCE]])


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
