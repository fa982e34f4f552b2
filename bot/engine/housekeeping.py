"""What has had its time is deleted: answers that expired, audit rows and journals past their days."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.engine.schedule import Turn


@dataclass(frozen=True, slots=True)
class Housekeeping:
    """The chore. ``expire`` deletes, and returns what it has deleted as a text for people."""

    expire: Callable[[], Awaitable[object]]

    async def __call__(self, turn: Turn) -> None:
        """Delete once."""
        await turn.keep("", f"deleted {await self.expire()}")
