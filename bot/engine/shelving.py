"""Designs that were merged before the app was there, or past it: read from the default branches.

It costs one request for each hundred repositories; one whose default branch has moved costs two more, and one
for each forty designs that are new or changed. A turn looks at so many of them and leaves the rest to the
next, so that a large installation's limit is left to what people wait for.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from bot.core.render.safe import counted
from bot.engine.schedule import Turn
from bot.ports import Catalogue, Holding, OutsideError, Shelves

_log = structlog.get_logger(__name__)

SHELVES: Final = "shelves"
AT_ONCE: Final = 100
"""Repositories in one request."""
_MOST: Final = 500
"""Repositories that are read in one turn."""
_PATIENCE: Final = 3
"""Failures one after the other with which a turn ends."""
_START: Final = (0, 0)
_CURSOR: Final = re.compile(r"([0-9]{1,18})/([0-9]{1,18})")
"""Installation and repository."""


@dataclass(slots=True)
class _Tally:
    looked: int = 0
    read: int = 0
    left_out: int = 0
    failures: int = 0
    """One after the other."""

    def __str__(self) -> str:
        text = f"{counted(self.looked, 'repository', 'repositories')} looked at, {self.read} of them read"
        return f"{text}, {counted(self.left_out, 'file')} left out" if self.left_out else text


@dataclass(frozen=True, slots=True)
class Shelving:
    """The chore."""

    shelves: Shelves
    catalogue: Catalogue
    most: int = _MOST

    async def __call__(self, turn: Turn) -> None:
        """Look at every default branch once, from where the turn before has ended.

        Raises:
            OutsideError: what was read until then stays read.
        """
        after = _place(turn.cursor)
        tally = _Tally()
        while holdings := await self.catalogue.following(after, AT_ONCE):
            if not await self._look(holdings, tally):
                await turn.keep(_cursor(after), f"{tally}; more of them wait")
                return
            after = holdings[-1].installation_id, holdings[-1].repository_id
            await turn.keep(_cursor(after), str(tally))
        await turn.keep("", str(tally))

    async def _look(self, holdings: Sequence[Holding], tally: _Tally) -> bool:
        """Read those that have moved; tell whether the turn may go on."""
        try:
            tips = await self.shelves.tips(holdings)
        except OutsideError as error:
            _failed(tally, holdings[0], error)
            return True
        tally.looked += len(holdings)
        by_number = {one.repository_id: one for one in holdings}
        for number in await self.catalogue.outdated(tips):
            if tally.read >= self.most:
                return False
            holding = by_number[number]
            try:
                shelf = await self.shelves.shelf(holding, await self.catalogue.editions(number))
            except OutsideError as error:
                _failed(tally, holding, error)
                continue
            await self.catalogue.put(holding, shelf)
            tally.read += 1
            tally.left_out += shelf.left_out
            tally.failures = 0
        return True


def _failed(tally: _Tally, holding: Holding, error: OutsideError) -> None:
    tally.failures += 1
    place = f"{holding.owner}/{holding.name}"
    _log.warning("designs of a default branch cannot be read", repository=place, reason=str(error))
    if tally.failures >= _PATIENCE:
        raise error


def _cursor(after: tuple[int, int]) -> str:
    return f"{after[0]}/{after[1]}"


def _place(cursor: str) -> tuple[int, int]:
    """Return after which repository to go on; from the start where the cursor is not one of ours."""
    found = _CURSOR.fullmatch(cursor)
    return (int(found[1]), int(found[2])) if found else _START
