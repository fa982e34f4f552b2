"""``ports.Generations`` and ``ports.Executors`` on the database: the engine's own rows."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import sqlalchemy as sa

from bot.core.model import PullRequestRef
from bot.ports import Executor, Turn
from bot.store.clock import Clock, database_now, system_clock
from bot.store.database import Database
from bot.store.tables import bulk, chore, pause, pull_request
from bot.store.tables import executor as executors
from bot.store.upsert import Upsert

_LATELY = timedelta(minutes=1)
_SEVERAL = 5
"""Failed runs in a row; by then each is as far from the next as it gets."""
_WAY = ("installation", "repository", "owner", "name", "number")
"""The columns that make a ``PullRequestRef``, in its order."""

# What every run asks is made once: making a statement costs more than the database takes to carry it out.
_MINE: Final = pull_request.c.key == sa.bindparam("mine")
_ITS_WAY: Final = tuple(pull_request.c[name] for name in _WAY)
_CURRENT: Final = sa.select(pull_request.c.generation, *_ITS_WAY).where(_MINE)
_KNOW: Final = Upsert(pull_request, ("key",), new=_WAY)
_BEGINNING: Final = sa.select(
    *_ITS_WAY, pull_request.c.widened, pull_request.c.cuts, pull_request.c.failures
).where(_MINE)
_FOLLOWING: Final = sa.bindparam("following", type_=sa.Integer)
"""The generation after that of the run which begins."""
_BEHIND: Final = pull_request.c.generation < _FOLLOWING
_AGAIN: Final = pull_request.c.generation == _FOLLOWING
"""A run that is the newest already has begun before, and was cut."""
_BEGUN: Final = (
    sa.update(pull_request)
    .where(_MINE)
    .values(
        generation=sa.case((_BEHIND, _FOLLOWING), else_=pull_request.c.generation),
        cuts=sa.case((_BEHIND, 0), (_AGAIN, pull_request.c.cuts + 1), else_=pull_request.c.cuts),
    )
)
_IN_BULK: Final = bulk.c.key == sa.bindparam("mine")
_SETTLED: Final = sa.select(bulk.c.checks_only, bulk.c.taken).where(_IN_BULK)
_UNSETTLED: Final = sa.delete(bulk).where(_IN_BULK)
_PAUSED: Final = sa.select(pause.c.until).where(
    pause.c.installation == sa.bindparam("whose"), pause.c.until > sa.bindparam("now")
)


class DatabaseGenerations:
    """The next run's generation of every pull request ever seen."""

    def __init__(self, database: Database, clock: Clock = system_clock) -> None:
        self._database = database
        self._clock = clock

    async def current(self, ref: PullRequestRef) -> int:
        """See ``ports.Generations``. Nothing is written where all is known: most of the time."""
        known = await self._database.read(
            lambda connection: connection.execute(_CURRENT, {"mine": ref.key}).first()
        )
        if known is not None and PullRequestRef(*known[1:]) == ref:
            return int(known[0])
        row = dict(zip(_WAY, _values(ref), strict=True))

        def work(connection: sa.Connection) -> int:
            connection.execute(_KNOW.on(connection), row | {"key": ref.key, "generation": 0})
            return int(connection.execute(_CURRENT, {"mine": ref.key}).one().generation)

        return await self._database.write(work)

    async def begin(self, key: str, generation: int) -> Turn | None:
        """See ``ports.Generations``."""
        mine = {"mine": key}
        now = self._clock()

        def work(connection: sa.Connection) -> Turn | None:
            connection.execute(_BEGUN, {**mine, "following": generation + 1})
            settled = connection.execute(_SETTLED, mine).first()
            if settled is not None:
                connection.execute(_UNSETTLED, mine)
            found = connection.execute(_BEGINNING, mine).first()
            if found is None:
                return None
            ref = PullRequestRef(*found[: len(_WAY)])
            whole = found.widened >= generation or (settled is not None and not settled.checks_only)
            taken = settled is not None and settled.taken > 0
            paused = _paused(connection, ref.installation_id, now)
            return Turn(ref, whole, taken, found.cuts, paused, found.failures)

        return await self._database.write(work)

    async def widen(self, key: str, generation: int) -> bool:
        """See ``ports.Generations``."""
        not_begun = (pull_request.c.key == key) & (pull_request.c.generation <= generation)
        widened = sa.update(pull_request).where(not_begun).values(widened=generation)
        return await self._database.write(lambda connection: connection.execute(widened).rowcount == 1)

    async def count(self, key: str, failures: int) -> None:
        """See ``ports.Generations``."""
        counted = sa.update(pull_request).where(pull_request.c.key == key).values(failures=failures)
        await self._database.write(lambda connection: connection.execute(counted))

    async def blame(self, key: str, cuts: int) -> None:
        """See ``ports.Generations``."""
        blamed = sa.update(pull_request).where(pull_request.c.key == key).values(cuts=cuts)
        await self._database.write(lambda connection: connection.execute(blamed))

    async def find(self, keys: Sequence[str]) -> Mapping[str, PullRequestRef]:
        """See ``ports.Generations``."""
        columns = [pull_request.c[name] for name in _WAY]
        query = sa.select(*columns).where(pull_request.c.key.in_(list(keys)))
        rows = await self._database.read(lambda connection: connection.execute(query).all())
        return {ref.key: ref for ref in (PullRequestRef(*row) for row in rows)}


class DatabaseExecutors:
    """One row for every process that runs jobs, from its boot until its jobs are taken over."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def enlist(self, executor: Executor) -> None:
        """See ``ports.Executors``."""
        row = sa.insert(executors).values(
            id=executor.id,
            place=executor.place,
            pid=executor.pid,
            started=executor.started,
            beat=database_now(),
            dead=False,
        )
        await self._database.write(lambda connection: connection.execute(row))

    async def beat(self, executor_id: str) -> bool:
        """See ``ports.Executors``."""
        alive = (executors.c.id == executor_id) & ~executors.c.dead
        beat = sa.update(executors).where(alive).values(beat=database_now())
        return await self._database.write(lambda connection: connection.execute(beat).rowcount == 1)

    async def holds(self, executor_id: str, key: str, generation: int) -> bool:
        """See ``ports.Executors``."""
        newest = sa.exists().where(pull_request.c.key == key, pull_request.c.generation == generation + 1)
        alive = (executors.c.id == executor_id) & ~executors.c.dead
        proof = sa.update(executors).where(alive, newest).values(beat=database_now())
        return await self._database.write(lambda connection: connection.execute(proof).rowcount == 1)

    async def living(self, place: str) -> Sequence[Executor]:
        """See ``ports.Executors``."""
        columns = (executors.c.id, executors.c.place, executors.c.pid, executors.c.started)
        query = sa.select(*columns).where(executors.c.place == place, ~executors.c.dead)
        rows = await self._database.read(lambda connection: connection.execute(query).all())
        return [Executor(*row) for row in rows]

    async def condemn(self, ids: Sequence[str]) -> None:
        """See ``ports.Executors``."""
        dead = sa.update(executors).where(executors.c.id.in_(list(ids))).values(dead=True)
        await self._database.write(lambda connection: connection.execute(dead))

    async def condemned(self, silence: timedelta) -> Sequence[str]:
        """See ``ports.Executors``."""

        def work(connection: sa.Connection) -> Sequence[str]:
            silent = executors.c.beat < database_now() - silence.total_seconds()
            connection.execute(sa.update(executors).where(silent, ~executors.c.dead).values(dead=True))
            return connection.execute(sa.select(executors.c.id).where(executors.c.dead)).scalars().all()

        return await self._database.write(work)

    async def remove(self, ids: Sequence[str]) -> None:
        """See ``ports.Executors``."""
        dead = executors.c.id.in_(list(ids)) & executors.c.dead
        theirs = chore.c.holder.in_(sa.select(executors.c.id).where(dead))
        free = sa.update(chore).where(theirs).values(holder="", until=0.0)

        def work(connection: sa.Connection) -> None:
            connection.execute(free)
            connection.execute(sa.delete(executors).where(dead))

        await self._database.write(work)


def by_installation(connection: sa.Connection, keys: sa.Select[tuple[str]]) -> dict[int, int]:
    """Count the pull requests that a query names, by installation."""
    named = keys.subquery()
    query = (
        sa.select(pull_request.c.installation, sa.func.count())
        .join(named, pull_request.c.key == named.c[0])
        .group_by(pull_request.c.installation)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def failing(connection: sa.Connection, keys: sa.Select[tuple[str]]) -> int:
    """Count those pull requests that a query names whose last runs have all failed, several in a row."""
    query = sa.select(sa.func.count()).where(
        pull_request.c.key.in_(keys), pull_request.c.failures >= _SEVERAL
    )
    return connection.execute(query).scalar_one()


def living_executors(connection: sa.Connection) -> int:
    """Count the processes that run jobs and that nobody has declared dead."""
    query = sa.select(sa.func.count()).select_from(executors).where(~executors.c.dead)
    return connection.execute(query).scalar_one()


def beating_executors(connection: sa.Connection) -> int:
    """Count the processes that run jobs and have said so within a minute; one that was killed does not."""
    lately = executors.c.beat > database_now() - _LATELY.total_seconds()
    query = sa.select(sa.func.count()).select_from(executors).where(~executors.c.dead, lately)
    return connection.execute(query).scalar_one()


def _paused(connection: sa.Connection, installation: int, now: float) -> datetime | None:
    until = connection.execute(_PAUSED, {"whose": installation, "now": now}).scalar()
    return None if until is None else datetime.fromtimestamp(until, UTC)


def _values(ref: PullRequestRef) -> tuple[object, ...]:
    return (ref.installation_id, ref.repository_id, ref.owner, ref.name, ref.number)
