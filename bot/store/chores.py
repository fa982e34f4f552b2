"""``ports.Chores`` on the database: one row a chore, each turn a lease by the database's clock."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import sqlalchemy as sa

from bot.ports import ChoreState
from bot.store.clock import database_now
from bot.store.database import Database, insert_into
from bot.store.tables import chore

_NOTE_CAP: Final = 500
"""Characters."""


class DatabaseChores:
    """Whose turn it is, over all processes on one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def enroll(self, names: Sequence[str]) -> None:
        """See ``ports.Chores``."""
        new = {"holder": "", "cursor": "", "note": "", "due": 0.0, "until": 0.0, "ended": None}
        rows = [{"name": name, **new} for name in sorted(names)]

        def work(connection: sa.Connection) -> None:
            once = insert_into(connection, chore).on_conflict_do_nothing(index_elements=[chore.c.name])
            connection.execute(once, rows)

        if rows:
            await self._database.write(work)

    async def due(self) -> Sequence[str]:
        """See ``ports.Chores``."""
        query = sa.select(chore.c.name).where(_free(), chore.c.due <= database_now()).order_by(chore.c.due)
        return await self._database.read(lambda connection: connection.execute(query).scalars().all())

    async def claim(self, name: str, holder: str, patience: timedelta) -> str | None:
        """See ``ports.Chores``. One conditional update: of two processes that try, one finds it taken."""
        now = database_now()
        take = (
            sa.update(chore)
            .where(chore.c.name == name, _free(), chore.c.due <= now)
            # Due at once where the turn is cut; a hint that comes meanwhile goes below, see ``hasten``.
            .values(holder=holder, until=now + patience.total_seconds(), due=0.0)
        )
        cursor = sa.select(chore.c.cursor).where(chore.c.name == name)

        def work(connection: sa.Connection) -> str | None:
            if connection.execute(take).rowcount != 1:
                return None
            return str(connection.execute(cursor).scalar_one())

        return await self._database.write(work)

    async def keep(self, name: str, holder: str, cursor: str, note: str, patience: timedelta) -> bool:
        """See ``ports.Chores``."""
        until = database_now() + patience.total_seconds()
        values = {"cursor": cursor, "note": note[:_NOTE_CAP], "until": until}
        return await self._held(name, holder, values)

    async def renew(self, name: str, holder: str, patience: timedelta) -> bool:
        """See ``ports.Chores``."""
        return await self._held(name, holder, {"until": database_now() + patience.total_seconds()})

    async def finish(self, name: str, holder: str, again: timedelta, note: str = "") -> None:
        """See ``ports.Chores``. A chore that was hastened during its turn is due at once."""
        now = database_now()
        hastened = chore.c.due < 0
        values: dict[str, object] = {
            "holder": "",
            "until": 0.0,
            "ended": now,
            "due": sa.case((hastened, now), else_=now + again.total_seconds()),
        }
        await self._held(name, holder, values | ({"note": note[:_NOTE_CAP]} if note else {}))

    async def hasten(self, name: str) -> None:
        """See ``ports.Chores``. Below zero: earlier than any clock, which ``finish`` knows again."""
        sooner = sa.update(chore).where(chore.c.name == name).values(due=-1.0)
        await self._database.write(lambda connection: connection.execute(sooner))

    async def states(self) -> Sequence[ChoreState]:
        """See ``ports.Chores``."""
        columns = (chore.c.name, chore.c.due, ~_free(), chore.c.note, chore.c.ended)
        query = sa.select(*columns).order_by(chore.c.name)
        rows = await self._database.read(lambda connection: connection.execute(query).all())
        return [
            ChoreState(name, _time(max(0.0, due)), bool(held), note, None if ended is None else _time(ended))
            for name, due, held, note, ended in rows
        ]

    async def _held(self, name: str, holder: str, values: Mapping[str, object]) -> bool:
        mine = sa.update(chore).where(chore.c.name == name, chore.c.holder == holder).values(dict(values))
        return await self._database.write(lambda connection: connection.execute(mine).rowcount == 1)


def chores_ended(connection: sa.Connection) -> Mapping[str, datetime]:
    """Return when the last turn of each chore ended."""
    query = sa.select(chore.c.name, chore.c.ended).where(chore.c.ended.is_not(None))
    return {name: _time(ended) for name, ended in connection.execute(query)}


def _free() -> sa.ColumnElement[bool]:
    return chore.c.until < database_now()


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
