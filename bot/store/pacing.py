"""``ports.Pacing`` and ``ports.Pauses`` on the database.

The numbers are GitHub's for "content creation"; it says that they may change without notice:
https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import sqlalchemy as sa

from bot.core.model import Creation, PullRequestRef
from bot.ports import Pause
from bot.store.bulk import put
from bot.store.clock import Clock, system_clock
from bot.store.database import Database, insert_into, one_at_a_time
from bot.store.tables import bulk, creation, pause

PACED: Final = "paced"
PARKED: Final = "parked"
"""Reasons in the bulk queue."""
NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
"""When a parked installation may be asked again, as far as is known."""
_MINUTE: Final = 60.0
_HOUR: Final = 3_600.0


@dataclass(frozen=True, slots=True)
class _Ceiling:
    """Up to how many creations of all kinds one more of this kind may be made."""

    minute: int
    hour: int
    own_minute: int
    """Of this kind alone."""


CEILINGS: Final[Mapping[Creation, _Ceiling]] = {
    Creation.REQUEST: _Ceiling(minute=80, hour=500, own_minute=80),
    Creation.REPLY: _Ceiling(minute=70, hour=450, own_minute=70),
    Creation.COMMENT: _Ceiling(minute=60, hour=400, own_minute=20),
    Creation.REMINDER: _Ceiling(minute=50, hour=350, own_minute=20),
    Creation.ONBOARDING: _Ceiling(minute=40, hour=300, own_minute=3),
}
"""In the order in which they are granted: the lower one stops earlier, so there is room for the higher."""


class DatabasePacing:
    """Counts what every installation has created in the last hour."""

    def __init__(self, database: Database, clock: Clock = system_clock) -> None:
        self._database = database
        self._clock = clock

    async def claim(self, ref: PullRequestRef, wanted: Mapping[Creation, int]) -> frozenset[Creation]:
        """See ``ports.Pacing``."""
        if not any(wanted.values()):
            return frozenset()
        now, installation = self._clock(), ref.installation_id

        def work(connection: sa.Connection) -> frozenset[Creation]:
            made, denied = _claim(connection, installation, wanted, now)
            if denied:
                due = _next_room(made, denied, now, _queue(connection, installation))
                put(connection, [ref], PACED, checks_only=False, due=due)
            return denied

        return await self._database.write(work)

    async def one_more(self, installation_id: int, kind: Creation) -> bool:
        """Claim one creation that no pull request waits for; False where there is no room now."""
        now = self._clock()
        denied = await self._database.write(
            lambda connection: _claim(connection, installation_id, {kind: 1}, now)[1]
        )
        return not denied


def _claim(
    connection: sa.Connection, installation: int, wanted: Mapping[Creation, int], now: float
) -> tuple[list[float], frozenset[Creation]]:
    """Write down what is granted; return when the last hour's were made, and the kinds that have to wait."""
    one_at_a_time(connection, f"pacing/{installation}")
    mine = creation.c.installation == installation
    connection.execute(sa.delete(creation).where(mine, creation.c.at <= now - _HOUR))
    made = connection.execute(sa.select(creation.c.kind, creation.c.at).where(mine)).all()
    granted, denied = _granted([(row.kind, row.at) for row in made], wanted, now)
    if granted:
        rows = [{"installation": installation, "kind": one.value, "at": now} for one in granted]
        connection.execute(sa.insert(creation), rows)
    return [row.at for row in made], denied


def _granted(
    made: list[tuple[str, float]], wanted: Mapping[Creation, int], now: float
) -> tuple[list[Creation], frozenset[Creation]]:
    """Return what may be created, one entry each, and the kinds that may not."""
    hour, recent = len(made), [kind for kind, at in made if at > now - _MINUTE]
    granted: list[Creation] = []
    denied: set[Creation] = set()
    for kind, ceiling in CEILINGS.items():
        number = wanted.get(kind, 0)
        total = number + len(granted)
        own = number + recent.count(kind.value)
        fits = hour + total <= ceiling.hour and len(recent) + total <= ceiling.minute
        if fits and own <= ceiling.own_minute:
            granted += [kind] * number
        elif number:
            denied.add(kind)
    return granted, frozenset(denied)


def _next_room(made: list[float], denied: frozenset[Creation], now: float, before: int) -> float:
    """Guess when there is room again: behind those that wait already, as many of them as a minute takes."""
    slowest = min((CEILINGS[kind] for kind in denied), key=lambda one: one.own_minute)
    due = now + _MINUTE * (1 + before // slowest.own_minute)
    # The hour's limit ends one by one: when the oldest that is in the way leaves it.
    in_the_way = len(made) + before + 1 - slowest.hour
    if in_the_way > 0:
        due = max(due, sorted(made)[min(in_the_way, len(made)) - 1] + _HOUR)
    return due


def _queue(connection: sa.Connection, installation: int) -> int:
    waiting = (bulk.c.installation == installation) & (bulk.c.reason == PACED)
    return connection.execute(sa.select(sa.func.count()).select_from(bulk).where(waiting)).scalar_one()


class DatabasePauses:
    """One row for each installation that waits."""

    def __init__(self, database: Database, clock: Clock = system_clock) -> None:
        self._database = database
        self._clock = clock

    async def pause(self, installation_id: int, to: Pause) -> None:
        """See ``ports.Pauses``."""
        await self._database.write(lambda connection: _pause(connection, installation_id, to))

    async def park(self, ref: PullRequestRef, reason: str) -> None:
        """See ``ports.Pauses``."""

        def work(connection: sa.Connection) -> None:
            _pause(connection, ref.installation_id, Pause(NEVER, reason))
            put(connection, [ref], PARKED, checks_only=False, due=NEVER.timestamp())

        await self._database.write(work)

    async def lift(self, installation_id: int) -> int:
        """See ``ports.Pauses``. Where there is nothing to lift nothing is written."""
        paused = pause.c.installation == installation_id
        parked = (bulk.c.installation == installation_id) & (bulk.c.reason == PARKED)

        def any_there(connection: sa.Connection) -> bool:
            queries = sa.select(pause.c.installation).where(paused), sa.select(bulk.c.key).where(parked)
            return any(connection.execute(query.limit(1)).first() for query in queries)

        def work(connection: sa.Connection) -> int:
            connection.execute(sa.delete(pause).where(paused))
            return connection.execute(sa.update(bulk).where(parked).values(due=0.0)).rowcount

        return await self._database.write(work) if await self._database.read(any_there) else 0

    async def standing(self) -> Mapping[int, Pause]:
        """See ``ports.Pauses``."""
        query = sa.select(pause).where(pause.c.until > self._clock())
        rows = await self._database.read(lambda connection: connection.execute(query).all())
        return {row.installation: Pause(datetime.fromtimestamp(row.until, UTC), row.reason) for row in rows}


def paused_installations(connection: sa.Connection, now: float | None = None) -> int:
    """Count those that wait until a time to come; ``now``: seconds since 1970, without it this moment."""
    moment = system_clock() if now is None else now
    waits = (pause.c.until > moment) & (pause.c.until < NEVER.timestamp())
    return connection.execute(sa.select(sa.func.count()).select_from(pause).where(waits)).scalar_one()


def _pause(connection: sa.Connection, installation_id: int, to: Pause) -> None:
    insert = insert_into(connection, pause)
    new = insert.excluded
    later = insert.on_conflict_do_update(
        index_elements=[pause.c.installation],
        set_={"until": new.until, "reason": new.reason},
        where=new.until > pause.c.until,
    )
    row = {"installation": installation_id, "until": to.until.timestamp(), "reason": to.reason}
    connection.execute(later, row)
