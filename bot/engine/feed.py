"""From the bulk queue to the engine's: a few at a time, so that there is always room for an event."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection
from datetime import timedelta
from typing import Final, Protocol

import structlog

from bot.core.model import PullRequestRef
from bot.engine.background import Background
from bot.engine.sweep import BACKFILL, SWEEP
from bot.ports import BulkBacklog

_log = structlog.get_logger(__name__)

PATIENT: Final = frozenset({SWEEP, BACKFILL})
"""Reasons that no event stands behind. What a push to a base branch leads to is not among them: until it has
been judged, a verdict may be wrong."""
SHARE: Final = 4
"""Bulk work gets one of that many slots, and one at least."""
_PAUSE: Final = timedelta(seconds=1)
"""After a failure, which most likely is the database's."""
_IDLE: Final = timedelta(seconds=1)
"""Between two looks where there was nothing: nobody waits for bulk work."""
_FORGOTTEN: Final = 120.0
"""Seconds after which a run that has not begun no longer counts: the bulk queue gives it out again."""


class Submit(Protocol):
    """``ports.Jobs.submit``."""

    def __call__(self, ref: PullRequestRef, *, checks_only: bool = False) -> Awaitable[None]:
        """Submit a run."""
        ...


class Feeder:
    """Hands bulk work to the engine; one runs in every process that takes jobs.

    What it has handed over and what of bulk work runs here together stay below a quarter of the slots. It may
    die anywhere: what it took is given out again after a minute, and is one run all the same. Where an
    installation is ``scarce``, what nobody waits for stays in the queue.
    """

    def __init__(
        self,
        backlog: BulkBacklog,
        submit: Submit,
        running: Callable[[], int],
        slots: int,
        poll: timedelta = timedelta(seconds=0.2),
        scarce: Callable[[], Collection[int]] = tuple,
    ) -> None:
        self._backlog = backlog
        self._submit = submit
        self._running = running
        self._room = max(1, slots // SHARE)
        self._poll = poll
        self._scarce = scarce
        self._handed: dict[str, float] = {}
        self._going = Background(self._run)

    def start(self) -> None:
        """Begin to hand over."""
        self._going.start()

    async def stop(self) -> None:
        """Stop; what was taken and not submitted is taken again later."""
        await self._going.stop()

    async def _run(self) -> None:
        while True:
            try:
                await self.feed()
            except Exception as error:  # noqa: BLE001 - nobody else would go on with bulk work
                _log.warning("bulk work cannot be handed over", error=str(error))
                await asyncio.sleep(_PAUSE.total_seconds())
            else:
                rest = self._poll if self._handed else max(self._poll, _IDLE)
                await asyncio.sleep(rest.total_seconds())

    async def feed(self) -> int:
        """Hand over as much as there is room for; return how much it was."""
        now = time.monotonic()
        recent = [key for key, at in self._handed.items() if now - at < _FORGOTTEN]
        standing = await self._backlog.standing(recent)
        self._handed = {key: at for key, at in self._handed.items() if key in standing}
        room = self._room - len(self._handed) - self._running()
        if room <= 0:
            return 0
        jobs = list(await self._backlog.take(room, self._scarce(), PATIENT))
        handed = 0
        try:
            for job in jobs:
                await self._submit(job.pull_request, checks_only=job.checks_only)
                self._handed[job.pull_request.key] = now
                handed += 1
                _log.debug("bulk job submitted", pull_request=str(job.pull_request), reason=job.reason)
        except Exception:
            await self._backlog.give_back([job.pull_request.key for job in jobs[handed:]])
            raise
        return handed
