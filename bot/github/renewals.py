"""When what an installation may do has changed: told to all processes by the one that hears of it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from bot.ports import Cache

_KEPT: Final = timedelta(hours=1)
"""No token lives longer, so none from before is left."""
_SKEW: Final = timedelta(seconds=10)
"""By which the clocks of two machines may differ; so long a refusal may cost a token in vain."""


class Renewals:
    """When each installation's permissions or repositories last changed.

    A token has the permissions that its installation had when it was made, as far as GitHub says:
    https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app
    """

    def __init__(self, cache: Cache, clock: Callable[[], datetime]) -> None:
        self._cache = cache
        self._clock = clock

    async def note(self, installation_id: int) -> None:
        """Tell all processes that a change has been heard of now."""
        await self._cache.put({_key(installation_id): self._clock().isoformat().encode()}, _KEPT)

    async def outdate(self, installation_id: int, made: datetime) -> bool:
        """Tell whether a token made at that time may know less than one made now."""
        key = _key(installation_id)
        noted = (await self._cache.get([key])).get(key)
        return noted is not None and made - _SKEW <= datetime.fromisoformat(noted.decode())


def _key(installation_id: int) -> str:
    return f"renewed/{installation_id}"
