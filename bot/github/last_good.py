"""The configuration as it was last read whole and found right: for while GitHub fails to give it.

A row for each repository, under its number, its owner and its default branch: what another owner or another
branch said is nothing that it could be judged by.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from cachetools import TTLCache
from pydantic import TypeAdapter, ValidationError

from bot.core.model import File, Sha
from bot.ports import Cache

LIFETIME: Final = timedelta(days=7)
"""An outage is over by then; what is older says little about what holds."""
_RENEWED: Final = timedelta(days=1)
_MOST_KNOWN: Final = 10_000


@dataclass(frozen=True, slots=True)
class Good:
    """A file as a default branch had it; None: it had none."""

    tip: Sha
    file: File | None


@dataclass(frozen=True, slots=True)
class Shelf:
    """The files of one default branch."""

    repository_id: int
    owner: str
    name: str
    branch: str
    tip: Sha
    files: Mapping[str, Good]
    """By path."""


@dataclass(frozen=True, slots=True)
class LastGood:
    """All that a configuration was read from."""

    own: Shelf | None
    shared: Shelf | None


NOTHING: Final = LastGood(None, None)
_ROW: Final = TypeAdapter(LastGood)


class LastGoodStore:
    """Keeps and finds them; a row that has not changed is written once a day."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._known: TTLCache[str, bytes] = TTLCache(_MOST_KNOWN, _RENEWED.total_seconds(), time.monotonic)

    async def find(self, repository_id: int, owner: str, branch: str) -> LastGood:
        """Return what is kept; nothing where another release has written it."""
        key = _key(repository_id, owner, branch)
        value = (await self._cache.get([key])).get(key)
        try:
            return _ROW.validate_json(value) if value is not None else NOTHING
        except ValidationError:
            return NOTHING

    async def keep(self, repository_id: int, owner: str, branch: str, good: LastGood) -> None:
        """Keep what was read just now."""
        key, value = _key(repository_id, owner, branch), _ROW.dump_json(good)
        if self._known.get(key) != value:
            await self._cache.put({key: value}, LIFETIME)
            self._known[key] = value

    async def drop(self, repository_id: int, owner: str, branch: str) -> None:
        """Forget it: what stands there now can be read and is wrong."""
        key = _key(repository_id, owner, branch)
        self._known.pop(key, None)
        await self._cache.drop(key)


def _key(repository_id: int, owner: str, branch: str) -> str:
    return f"last-good/{repository_id}/{owner.casefold()}/{branch}/"
