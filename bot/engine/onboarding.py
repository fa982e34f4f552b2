"""Repositories that have just got the app are offered a first configuration, a few at a time."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog

from bot.core.model import PullRequestRef
from bot.engine.schedule import Turn
from bot.ports import Deed, DeniedError, GoneError, Holding, Newcomers, Onboarding, OutsideError

_log = structlog.get_logger(__name__)

ONBOARDING: Final = "onboarding"
EVERY: Final = timedelta(minutes=1)
AT_ONCE: Final = 3
"""Repositories in one turn: hundreds take hours, so that reviews keep their share of GitHub's limits."""
_AFTER_DENIAL: Final = timedelta(hours=6)
_AFTER_FAILURE: Final = timedelta(minutes=15)

Audit = Callable[[PullRequestRef, list[Deed]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Welcome:
    """The chore."""

    newcomers: Newcomers
    onboarding: Onboarding
    may_create: Callable[[int], Awaitable[bool]]
    """Takes one creation from an installation's budget; False where there is no room."""
    audit: Audit

    async def __call__(self, turn: Turn) -> None:
        """Look at a few of those that wait. One that cannot be written to is tried again for a week."""
        opened = 0
        for looked, holding in enumerate(await self.newcomers.due(AT_ONCE), 1):
            opened += await self._begin(holding)
            await turn.keep("", f"{looked} looked at, {opened} pull requests opened")

    async def _begin(self, holding: Holding) -> bool:
        if not await self.may_create(holding.installation_id):
            await self.newcomers.put_off(holding, EVERY)
            return False
        try:
            number = await self.onboarding.begin(holding)
        except GoneError:
            number = None
        except OutsideError as error:
            denied = isinstance(error, DeniedError)
            place = f"{holding.owner}/{holding.name}"
            _log.warning("no first configuration can be offered", place=place, reason=str(error))
            await self.newcomers.put_off(holding, _AFTER_DENIAL if denied else _AFTER_FAILURE)
            return False
        if number is not None:
            way = (holding.installation_id, holding.repository_id, holding.owner, holding.name)
            deed = Deed("OpenPullRequest", "installed, and there is no configuration", "")
            await self.audit(PullRequestRef(*way, number), [deed])
        await self.newcomers.settled(holding)
        return number is not None
