"""Where the app is installed: looked up now and then, since webhooks about it may be missed like others."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from bot.core.render.safe import counted
from bot.engine.schedule import Turn
from bot.ports import Estate, Holdings, OutsideError

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Discovery:
    """The chore. Costs one request for each hundred installations, and for each hundred repositories."""

    estate: Estate
    holdings: Holdings
    found_new: Callable[[], Awaitable[None]]
    """Called where there are repositories that were not known: their open pull requests wait for a check."""

    async def __call__(self, turn: Turn) -> None:
        """Look everything up once.

        Raises:
            OutsideError: the installations cannot be listed. One of which the repositories cannot be listed
                is left for the next turn.
        """
        active = await self.holdings.settle(await self.estate.installations())
        new = failed = 0
        for number, one in enumerate(active, 1):
            try:
                new += await self.holdings.hold(one.id, await self.estate.repositories(one.id))
            except OutsideError as error:
                failed += 1
                _log.warning("repositories cannot be listed", installation=one.id, reason=str(error))
            await turn.keep("", f"{number} of {len(active)} installations, {new} new repositories")
        known, _ = await self.holdings.counts()
        repositories = counted(known, "repository", "repositories")
        note = f"{counted(len(active), 'installation')}, {repositories}, {new} of them new"
        await turn.keep("", f"{note}, {failed} failed" if failed else note)
        if new:
            _log.info("new repositories", number=new)
            await self.found_new()
