"""``ports.Cache`` on the database: what one process has read, all have."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

import sqlalchemy as sa

from bot.store.clock import Clock, system_clock
from bot.store.database import Database
from bot.store.tables import cache
from bot.store.upsert import Upsert

_KEYS_AT_ONCE = 500
"""Well below the number of values that either database takes in one statement."""

# What every run says is made once: making a statement costs more than the database takes to carry it out.
_FRESH: Final = sa.select(cache.c.key, cache.c.value).where(
    cache.c.key.in_(sa.bindparam("some", expanding=True)), cache.c.expires > sa.bindparam("now")
)
_PUT: Final = Upsert(cache, ("key",), new=("value", "expires"))
# What another process is putting anew at this moment is passed over: it must not be waited for.
_EXPIRED: Final = (
    sa.select(cache.c.key).where(cache.c.expires <= sa.bindparam("now")).with_for_update(skip_locked=True)
)
_EXPIRE: Final = sa.delete(cache).where(cache.c.key.in_(_EXPIRED))


class BriefCache:
    """For a process that ends before anything in it could expire."""

    def __init__(self) -> None:
        self._values: dict[str, bytes] = {}

    async def get(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        """See ``ports.Cache``."""
        return {key: self._values[key] for key in keys if key in self._values}

    async def put(self, values: Mapping[str, bytes], lifetime: timedelta) -> None:
        """See ``ports.Cache``; ``lifetime`` is longer than that of the process."""
        del lifetime
        self._values |= values

    async def drop(self, prefix: str) -> None:
        """See ``ports.Cache``."""
        self._values = {key: one for key, one in self._values.items() if not key.startswith(prefix)}


class DatabaseCache:
    """Values that expire. Expired ones are never returned, and are swept out as new ones come in."""

    def __init__(self, database: Database, clock: Clock = system_clock) -> None:
        self._database = database
        self._clock = clock

    async def get(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        """See ``ports.Cache``."""
        if not keys:
            return {}
        now = self._clock()

        def work(connection: sa.Connection) -> dict[str, bytes]:
            found: dict[str, bytes] = {}
            for start in range(0, len(keys), _KEYS_AT_ONCE):
                some = list(keys[start : start + _KEYS_AT_ONCE])
                rows = connection.execute(_FRESH, {"some": some, "now": now})
                found.update((key, bytes(value)) for key, value in rows)
            return found

        return await self._database.read(work)

    async def put(self, values: Mapping[str, bytes], lifetime: timedelta) -> None:
        """See ``ports.Cache``."""
        if not values:
            return
        now = self._clock()
        expires = now + lifetime.total_seconds()
        # In one order everywhere: two processes that put the same keys must not wait in a circle.
        rows = [{"key": key, "value": values[key], "expires": expires} for key in sorted(values)]

        def work(connection: sa.Connection) -> None:
            connection.execute(_PUT.on(connection), rows)
            connection.execute(_EXPIRE, {"now": now})

        await self._database.write(work)

    async def drop(self, prefix: str) -> None:
        """See ``ports.Cache``. An empty prefix would mean everything, and is refused."""
        if not prefix:
            raise ValueError("a prefix must name something")
        # Not LIKE: on SQLite it ignores case.
        begins = sa.func.substr(cache.c.key, 1, len(prefix)) == prefix
        await self._database.write(lambda connection: connection.execute(sa.delete(cache).where(begins)))
