"""What one run does: it begins its turn, judges, and says what follows where it fails."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import structlog
from dbos import DBOS
from sqlalchemy.exc import InterfaceError, OperationalError

from bot.core.model import PullRequestRef
from bot.engine.arrival import arrived, since
from bot.engine.attempt import Attempt
from bot.engine.entrance import QUEUE, Entrance
from bot.engine.failures import LONGEST_WAIT, Drop, GiveUp, Park, Retry, classify, reason_of, sentence
from bot.engine.guard import Run, under_way
from bot.engine.letters import CUTS
from bot.engine.library import GivenUpError
from bot.engine.solitude import Solitude
from bot.ports import (
    UNMETERED,
    Ending,
    Generations,
    LimitedError,
    Meter,
    OutsideError,
    Pause,
    Pauses,
    Reconciler,
    StoreUnavailableError,
    Turn,
)

_log = structlog.get_logger(__name__)

_TOLD_AFTER: Final = 3
"""Failed attempts, 26 seconds in all, after which the check says that GitHub does not answer."""
_SPREAD: Final = timedelta(seconds=10)
"""Over which the jobs of an installation come back after its pause."""
_AGAIN: Final = 1.0
"""Seconds until a database that was away is asked again."""
_ANNOUNCING: Final = 20
"""Seconds that saying so may take."""

Announce = Callable[[PullRequestRef, str], Awaitable[None]]
"""Says on the pull request's check, in one sentence, why it could not be judged."""


async def silently(_: PullRequestRef, __: str) -> None:
    """Announce nothing."""


@dataclass(frozen=True, slots=True)
class Hands:
    """What a run works with."""

    reconciler: Reconciler
    meter: Meter = UNMETERED
    announce: Announce = silently


class Runs:
    """The runs under way in this process."""

    def __init__(self, generations: Generations, pauses: Pauses, entrance: Entrance, hands: Hands) -> None:
        self._generations = generations
        self._pauses = pauses
        self._entrance = entrance
        self._reconciler = hands.reconciler
        self._meter = hands.meter
        self._announce = hands.announce
        self._solitude = Solitude()
        self.tasks: set[asyncio.Task[Any]] = set()
        self._ids: dict[asyncio.Task[Any], str] = {}
        self.bulk = 0
        """How many of them were taken from the bulk queue."""

    async def run(self, attempt: Attempt) -> str:
        """Make an attempt; return what came of it, for whoever looks into the queue's table.

        Raises:
            GivenUpError: it is a dead letter now.
        """
        if task := asyncio.current_task():
            self.tasks.add(task)
            self._ids[task] = attempt.id
            task.add_done_callback(self._forget)
        run = Run(DBOS.executor_id, attempt.key, attempt.generation)
        with (
            structlog.contextvars.bound_contextvars(job=attempt.id, delivery=attempt.delivery),
            under_way(run),
            arrived(attempt.arrival),
            self._meter.span("job", job=attempt.id, delivery=attempt.delivery, attempt=attempt.number),
        ):
            return await self._reconcile(attempt)

    def under_way(self) -> frozenset[str]:
        """Return the ids of the runs that have not ended, their end being stored included."""
        return frozenset(self._ids.values())

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self.tasks.discard(task)
        self._ids.pop(task, None)

    async def _follow(self, attempt: Attempt, delay: timedelta) -> None:
        """Enqueue what follows a run, however long the database is away: nothing else would."""
        while True:
            try:
                return await self._entrance.follow(attempt, delay)
            except (OperationalError, InterfaceError, StoreUnavailableError) as error:
                _log.warning("what follows cannot be queued yet", reason=reason_of(error))
                await asyncio.sleep(_AGAIN)

    async def _reconcile(self, attempt: Attempt) -> str:
        began = time.perf_counter()
        turn: Turn | None = None
        try:
            turn = await self._generations.begin(attempt.key, attempt.generation)
            if turn is None:
                _log.error("job of an unknown pull request dropped")
                return "unknown"
            attempt = _continued(attempt, turn)
            if turn.paused is not None and turn.cuts <= CUTS:
                return await self._wait_out(attempt, turn, turn.paused)
            others = await self._judge(attempt, turn)
            for other in others:
                await self._entrance.submit(other, checks_only=attempt.checks_only)
            await self._count(turn, 0)
        except GivenUpError:
            raise
        except Exception as error:  # noqa: BLE001 - every failure is classified, in one place
            return await self._after(attempt, turn, error, time.perf_counter() - began)
        self._meter.job(QUEUE, Ending.DONE, time.perf_counter() - began)
        if (waited := since(attempt.arrival)) is not None:
            self._meter.settled(waited)
        _log.info("job done", pull_request=str(turn.pull_request), attempt=attempt.number)
        return "done"

    async def _judge(self, attempt: Attempt, turn: Turn) -> Sequence[PullRequestRef]:
        if turn.cuts > CUTS:
            reason = f"Its process ended {turn.cuts} times while it ran."
            _log.error("job given up", reason=reason)
            await self._tell(turn.pull_request, "It could not be judged: the server ended while it tried.")
            raise GivenUpError(reason)
        way = self._alone(turn.pull_request.key) if turn.cuts == CUTS else self._solitude.together()
        async with way:
            with self._counted(turn):
                return await self._reconciler(turn.pull_request, checks_only=attempt.checks_only)

    @asynccontextmanager
    async def _alone(self, key: str) -> AsyncIterator[None]:
        """Run alone. What ends the process while others are before it is not its doing and not counted."""
        await self._generations.blame(key, CUTS - 1)
        async with self._solitude.alone():
            await self._generations.blame(key, CUTS)
            yield

    async def _wait_out(self, attempt: Attempt, turn: Turn, until: datetime) -> str:
        """Put a run off whose installation may not be asked yet; that is no failed attempt."""
        now = datetime.now(UTC)
        if until - now > LONGEST_WAIT * 2:
            await self._pauses.park(turn.pull_request, "suspended")
            return "parked"
        at = until + _SPREAD * random.random()  # noqa: S311 - spreads load, guards nothing
        later = replace(attempt, generation=attempt.generation + 1, asked=True)
        await self._follow(later, at - now)
        _log.info("job put off", again=at.isoformat())
        return f"paused until {at.isoformat()}"

    async def _tell(self, ref: PullRequestRef, text: str) -> None:
        """Say on the check why there is no judgement, if that can be said at all."""
        try:
            async with asyncio.timeout(_ANNOUNCING):
                await self._announce(ref, text)
        except Exception as error:  # noqa: BLE001 - whatever it is, the failure itself is what counts
            _log.info("the check could not be told", reason=reason_of(error))

    async def _count(self, turn: Turn | None, failures: int) -> None:
        """Keep how many attempts in a row have failed: an event's run, which may come next, knows of none."""
        if turn is None or turn.failures == failures:
            return
        try:
            await self._generations.count(turn.pull_request.key, failures)
        except StoreUnavailableError as error:
            # A count that is too small costs an attempt; what has to happen next must happen all the same.
            _log.warning("failed attempts not counted", reason=reason_of(error))

    @contextmanager
    def _counted(self, turn: Turn) -> Iterator[None]:
        """Count the run among those of bulk work while it lasts, if it is one."""
        self.bulk += turn.bulk
        try:
            yield
        finally:
            self.bulk -= turn.bulk

    async def _after(self, attempt: Attempt, turn: Turn | None, error: Exception, seconds: float) -> str:
        now = datetime.now(UTC)
        ref = turn.pull_request if turn else None
        # Of what fails outside, its sentence is all there is to know; of a mistake of ours the place matters.
        trace = None if isinstance(error, OutsideError) else error
        match classify(error, attempt.number, now, random.random()):  # noqa: S311 - spreads load, guards nothing
            case Drop(reason):
                self._meter.job(QUEUE, Ending.DROPPED, seconds)
                _log.info("job dropped", reason=reason)
                return f"dropped: {reason}"
            case GiveUp(reason):
                self._meter.job(QUEUE, Ending.GIVEN_UP, seconds)
                _log.error("job given up", reason=reason, exc_info=trace)
                if ref:
                    await self._tell(ref, sentence(error))
                # Whatever comes next, a replay or an event, has all its attempts before it.
                await self._count(turn, 0)
                raise GivenUpError(reason) from None
            case Park(reason):
                self._meter.job(QUEUE, Ending.RETRY, seconds)
                _log.warning("job parked", reason=reason)
                if ref:
                    await self._pauses.park(ref, reason)
                return f"parked: {reason}"
            case Retry(at, asked):
                self._meter.job(QUEUE, Ending.RETRY, seconds)
                _log.warning(
                    "job failed",
                    attempt=attempt.number,
                    again=at.isoformat(),
                    reason=reason_of(error),
                    exc_info=trace,
                )
                await self._count(turn, attempt.number)
                await self._pause_or_tell(attempt, ref, error, at)
                later = replace(
                    attempt, generation=attempt.generation + 1, number=attempt.number + 1, asked=asked
                )
                await self._follow(later, at - now)
                return f"failed, again at {at.isoformat()}"

    async def _pause_or_tell(
        self, attempt: Attempt, ref: PullRequestRef | None, error: Exception, at: datetime
    ) -> None:
        if ref and isinstance(error, LimitedError):
            await self._pauses.pause(ref.installation_id, Pause(at, str(error)))
        elif ref and attempt.number >= _TOLD_AFTER and not isinstance(error, StoreUnavailableError):
            await self._tell(ref, sentence(error))


def _continued(attempt: Attempt, turn: Turn) -> Attempt:
    """Return the attempt as its turn shows it: what it is for by now, and which one in a row it is."""
    return replace(
        attempt,
        checks_only=attempt.checks_only and not turn.whole,
        number=max(attempt.number, turn.failures + 1),
    )
