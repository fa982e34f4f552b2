"""What a person may see: GitHub says so, with that person's own token; its word is good for a minute."""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Final

from cachetools import TTLCache

from bot.ports import Cache, People, Place, Visitor, ended_key

LIFETIME: Final = timedelta(seconds=60)
"""So long at most a person sees what GitHub has just closed to them, and a cookie outlives its token."""
_MOST: Final = 50_000
_UNKNOWN: Final = -1


class Access:
    """Answers of GitHub about persons, each kept briefly under the token that they were given to."""

    def __init__(
        self,
        people: People,
        operators: Sequence[str],
        clock: Callable[[], float],
        told: Cache,
        lifetime: timedelta = LIFETIME,
    ) -> None:
        self._told = told
        self._people = people
        self._logins = frozenset(name for name in operators if "/" not in name)
        self._teams = [name.split("/", 1) for name in operators if "/" in name]
        self._said: TTLCache[tuple[str, str], int | bool | None] = TTLCache(
            _MOST, lifetime.total_seconds(), clock
        )

    async def repository(self, visitor: Visitor, owner: str, name: str) -> int | None:
        """Return the number of a repository that the person may read; None also where there is none.

        Raises:
            SignedOutError: GitHub no longer takes the person's token.
            OutsideError: GitHub does not say, so nothing is shown.
        """
        (number,) = await self._readable(visitor, [(owner, name)])
        return number

    async def repositories(self, visitor: Visitor, places: Sequence[Place]) -> Sequence[Place]:
        """Return those of these repositories that the person may read.

        Raises:
            SignedOutError: GitHub no longer takes the person's token.
            OutsideError: GitHub does not say, so nothing is shown.
        """
        found = await self._readable(visitor, [(place.owner, place.name) for place in places])
        # A name may belong to another repository by now.
        return [place for place, number in zip(places, found, strict=True) if place.id == number]

    async def _readable(self, visitor: Visitor, names: Sequence[tuple[str, str]]) -> Sequence[int | None]:
        keys = [self._key(visitor, f"{owner}/{name}".lower()) for owner, name in names]
        # Looked up once: what expires between two looks must not be missing. None is an answer.
        looks = {key: self._said.get(key, _UNKNOWN) for key in keys}
        known = {key: number for key, number in looks.items() if number != _UNKNOWN}
        unknown = [(key, place) for key, place in zip(keys, names, strict=True) if key not in known]
        if unknown:
            answers = await self._people.readable(visitor, [place for _, place in unknown])
            for (key, _), answer in zip(unknown, answers, strict=True):
                known[key] = self._said[key] = answer
        return [known[key] for key in keys]

    async def operates(self, visitor: Visitor) -> bool:
        """Tell whether the person is one of those who look after this server.

        Raises:
            SignedOutError: GitHub no longer takes the person's token.
            OutsideError: GitHub does not say.
        """
        if visitor.login.lower() in self._logins:
            # The name in the cookie proves nothing once its token is dead or its owner has another one.
            return await self._once(self._key(visitor, "@"), lambda: self._people.confirm(visitor))
        for organization, slug in self._teams:
            key = self._key(visitor, f"@{organization}/{slug}")
            if await self._once(key, partial(self._people.in_team, visitor, organization, slug)):
                return True
        return False

    async def _once(self, key: tuple[str, str], ask: Callable[[], Awaitable[bool]]) -> bool:
        known = self._said.get(key)
        if known is None:
            known = self._said[key] = await ask()
        return bool(known)

    async def ended(self, person_id: int, since: float) -> bool:
        """Tell whether GitHub has told that a person took back their word, given at ``since``.

        Raises:
            StoreUnavailableError: the database does not answer.
        """
        key = ended_key(person_id)
        at = (await self._told.get([key])).get(key)
        return at is not None and since <= float(at)

    def forget(self, visitor: Visitor) -> None:
        """Forget everything that was said to this token."""
        mine, _ = self._key(visitor, "")
        for key in [key for key in self._said if key[0] == mine]:
            self._said.pop(key, None)

    @staticmethod
    def _key(visitor: Visitor, what: str) -> tuple[str, str]:
        # Not the token itself: a dump of this memory should not hold more of them than it must.
        return hashlib.sha256(visitor.token.encode()).hexdigest(), what
