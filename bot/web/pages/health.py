"""How this server is, for those who look after it: ``GET /health``; what was given up may be begun again."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog
from aiohttp import hdrs, web

from bot.ports import Allowance, ChoreState, DeadLetter, Level, Levels, Pause, Visitor
from bot.web.pages.access import Access
from bot.web.pages.look import Look
from bot.web.pages.signin import SignIn

_log = structlog.get_logger(__name__)

SHOWN: Final = 50
"""Dead letters on the page."""
_LONGEST: Final = 200
"""Characters of a job's id."""
_PARKED: Final = 9000
"""A pause until such a year is one without an end."""
_ABOUT: Final[Mapping[str, str]] = {
    "discovery": "where the app is installed",
    "sweep": "pull requests that changed without a webhook",
    "redelivery": "webhooks that could not be delivered",
    "shelves": "designs on default branches",
    "waking": "pull requests whose time has come: reminders, ends of absence",
    "digest": "the weekly issue",
    "onboarding": "first configurations to offer",
    "housekeeping": "what has been kept long enough",
}
"""A chore -> what it looks after."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What GitHub last said of an installation's limit."""

    installation_id: int
    allowance: Allowance
    at: datetime


@dataclass(frozen=True, slots=True)
class Health:
    """How this server is, at one moment."""

    levels: Levels
    letters: Sequence[DeadLetter]
    chores: Sequence[ChoreState]
    limits: Sequence[Limit]
    """Of this process alone."""
    webhooks: Mapping[tuple[str, str], int]
    """Event and outcome -> how many this process has answered."""
    pauses: Mapping[int, Pause]
    """Installations that are asked nothing at the moment."""


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What operators see and do."""

    health: Callable[[], Awaitable[Health]]
    replay: Callable[[str, str], Awaitable[bool]]
    """Have a dead letter judged again, for an operator by login; False where it is none any more."""


class HealthPages:
    """The page, and its one button. For everybody but operators neither is there."""

    def __init__(self, upkeep: Upkeep, access: Access, look: Look, sign_in: SignIn) -> None:
        self._upkeep = upkeep
        self._access = access
        self._look = look
        self._sign_in = sign_in

    async def health(self, request: web.Request, visitor: Visitor) -> web.Response:
        """``GET /health``."""
        if not await self._access.operates(visitor):
            return self._look.gone(visitor)
        health = await self._upkeep.health()
        return self._look.page(
            "health.html",
            visitor,
            operates=True,
            health=health,
            queues=_queues(health.levels),
            pauses=sorted(health.pauses.items()),
            parked=_PARKED,
            about=_ABOUT,
            shown=SHOWN,
            token=self._sign_in.form_token(request),
        )

    async def replay(self, request: web.Request, visitor: Visitor) -> web.Response:
        """``POST /health/replay``: judge what a dead letter was about again."""
        if not await self._access.operates(visitor):
            return self._look.gone(visitor)
        fields = await request.post()
        if not self._sign_in.accepts(request, str(fields.get("token", ""))):
            return self._look.trouble(
                "Nothing was done", "This form is too old, or was not made for you. Open Health again.", 403
            )
        job = str(fields.get("job", ""))
        if len(job) > _LONGEST or not await self._upkeep.replay(job, visitor.login):
            return self._look.trouble("Nothing was done", "No job of that name is given up any more.", 404)
        _log.info("job replayed", job=job, person=visitor.id)
        headers = {hdrs.LOCATION: f"{self._look.base}/health", hdrs.CACHE_CONTROL: "no-store"}
        return web.Response(status=303, headers=headers)


def _queues(levels: Levels) -> Sequence[tuple[str, str, Level]]:
    """Return name, state and level of each queue, the inbox first."""
    states = {"waiting": levels.waiting, "put off": levels.delayed, "running": levels.running}
    rows = [("inbox", "accepted", levels.inbox)]
    return rows + [
        (queue, state, level) for state, queues in states.items() for queue, level in sorted(queues.items())
    ]
