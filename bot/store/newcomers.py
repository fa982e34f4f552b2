"""``ports.Newcomers`` on the database: repositories that are to be offered a first configuration."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import sqlalchemy as sa

from bot.ports import Holding
from bot.store.clock import Clock, system_clock
from bot.store.database import Database
from bot.store.tables import newcomer, pause, repository

GIVEN_UP: Final = timedelta(days=7)
"""One that could not be written to for so long is left alone."""


class DatabaseNewcomers:
    """One row for each; ``DatabaseHoldings`` puts them here as it finds them."""

    def __init__(self, database: Database, clock: Clock = system_clock) -> None:
        self._database = database
        self._clock = clock

    async def due(self, most: int) -> Sequence[Holding]:
        """See ``ports.Newcomers``."""
        now = self._clock()
        paused = sa.select(pause.c.installation).where(pause.c.until > now)
        query = (
            sa.select(repository.c.installation, repository.c.id, repository.c.owner, repository.c.name)
            .join(newcomer, newcomer.c.repository == repository.c.id)
            .where(
                newcomer.c.due <= now, repository.c.gone.is_(None), repository.c.installation.not_in(paused)
            )
            .order_by(newcomer.c.due, repository.c.id)
            .limit(most)
        )
        rows = await self._database.read(lambda connection: connection.execute(query).all())
        return [Holding(*row) for row in rows]

    async def put_off(self, holding: Holding, by: timedelta) -> None:
        """See ``ports.Newcomers``."""
        now = self._clock()
        mine = newcomer.c.repository == holding.repository_id
        old = mine & (newcomer.c.since < now - GIVEN_UP.total_seconds())
        later = sa.update(newcomer).where(mine).values(due=now + by.total_seconds())

        def work(connection: sa.Connection) -> None:
            connection.execute(sa.delete(newcomer).where(old))
            connection.execute(later)

        await self._database.write(work)

    async def settled(self, holding: Holding) -> None:
        """See ``ports.Newcomers``."""
        done = sa.delete(newcomer).where(newcomer.c.repository == holding.repository_id)
        await self._database.write(lambda connection: connection.execute(done))
