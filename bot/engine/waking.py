"""Pull requests whose time has come are judged: nothing has happened, but a reminder is due."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.core.render.safe import counted
from bot.engine.schedule import Turn
from bot.ports import Bulk, Wakes

REASON: Final = "reminder"
_AT_ONCE: Final = 200
_GRACE: Final = timedelta(hours=6)
"""A run that does not come to its end sets no next time: then it is tried again."""


@dataclass(frozen=True, slots=True)
class Waking:
    """The chore."""

    wakes: Wakes
    bulk: Bulk

    async def __call__(self, turn: Turn) -> None:
        """Put everything that is due into the bulk queue."""
        number = 0
        while refs := await self.wakes.due(_AT_ONCE, _GRACE):
            await self.bulk.add(refs, REASON)
            number += len(refs)
            await turn.keep("", f"{counted(number, 'pull request')} whose time has come")
