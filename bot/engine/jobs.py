"""``ports.Jobs`` on DBOS Transact: one durable queue, the same on SQLite and PostgreSQL.

The rule that loses no event: the run of generation ``g`` has the id ``KEY@g``, and its first act is to
make the next generation ``g + 1``; only then it reads. Who submits reads the generation and enqueues that
id. If the id is there already, its run has not begun to read, and will see the event; if the run has begun,
the id is a new one. So at most one run waits for a pull request, and at most one is under way, because the
pull request is its partition of the queue.

Submitting cannot wake the queue: DBOS has no public call for that, its threads look every ``poll`` seconds.
"""

import asyncio
import logging
import math
import os
import random
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

import structlog
from dbos import (
    DBOS,
    DBOSConfig,
    DBOSPortableJSONSerializer,
    SetEnqueueOptions,
    SetWorkflowID,
    WorkflowStatus,
)

from bot.core.model import PullRequestRef
from bot.engine.arrival import arrival, arrived, since
from bot.engine.failures import LONGEST_WAIT, Drop, GiveUp, Park, Retry, classify, reason_of, sentence
from bot.engine.guard import Run, under_way
from bot.engine.heart import BEAT, Heart
from bot.engine.process import this_process
from bot.engine.solitude import Solitude
from bot.engine.sqlite_clock import lend_clock
from bot.ports import (
    UNMETERED,
    DeadLetter,
    Ending,
    Executors,
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

_T = TypeVar("_T")
_log = structlog.get_logger(__name__)

QUEUE: Final = "pull-requests"
WORKFLOW: Final = "reconcile"
VERSION: Final = "1"
"""Fixed: by default it is a hash of the code, and jobs of the release before would never be run."""
CUTS: Final = 2
"""How often a run may be cut by the death of its process and begin again, the last time alone.

After that it is a dead letter: it may be what ends the processes.
"""
_LIBRARYS_CUTS: Final = CUTS + 4
"""Where the library itself stops beginning again, should a run not even come to its first act."""
_TOLD_AFTER: Final = 3
"""Failed attempts, 26 seconds in all, after which the check says that GitHub does not answer."""
_SPREAD: Final = timedelta(seconds=10)
"""Over which the jobs of an installation come back after its pause."""
_ANNOUNCING: Final = 20
"""Seconds that saying so may take."""
_LETTERS: Final = ["ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
_UNFINISHED: Final = ("ENQUEUED", "DELAYED", "PENDING")
_FINISHED: Final = frozenset({"SUCCESS", "CANCELLED", *_LETTERS})
_LETTERS_SHOWN: Final = 1_000
_ASKED: Final = 4
_CHECKS_ONLY: Final = 6
"""Where ``_Attempt.asked`` and ``_Attempt.checks_only`` stand among the stored arguments."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How much is done at once, and how often is looked."""

    slots: int = 16
    """Jobs under way together in each process, as the last one to start said; 0: this one only submits."""
    poll: timedelta = timedelta(seconds=0.2)
    beat: timedelta = BEAT


@dataclass(frozen=True, slots=True)
class Books:
    """What the engine keeps in tables of our own."""

    generations: Generations
    executors: Executors
    pauses: Pauses


Announce = Callable[[PullRequestRef, str], Awaitable[None]]
"""Says on the pull request's check, in one sentence, why it could not be judged."""


async def _silently(_: PullRequestRef, __: str) -> None:
    """Announce nothing."""


class GivenUpError(Exception):
    """Ends a run as a dead letter; DBOS keeps its text."""


@dataclass(frozen=True, slots=True)
class _Attempt:
    """What a run is told: plain values only, they are stored as JSON."""

    key: str
    generation: int
    number: int = 1
    delivery: str = ""
    asked: bool = False
    """Its delay was named by GitHub."""
    arrival: float = 0.0
    """When the event arrived that led to it, in seconds since 1970; 0 where none did."""
    checks_only: bool = False
    """Bulk work led to it, which says nothing new to people."""

    @property
    def id(self) -> str:
        return f"{self.key}@{self.generation}"

    @property
    def arguments(self) -> tuple[object, ...]:
        """As they are stored; the last one only where it says something, as older releases know it not."""
        always = (self.key, self.generation, self.number, self.delivery, self.asked, self.arrival)
        return (*always, True) if self.checks_only else always


class DbosJobs:
    """The durable engine of this process; DBOS allows one at a time."""

    def __init__(
        self,
        database_url: str,
        books: Books,
        reconciler: Reconciler,
        pace: Pace = Pace(),
        fence: Callable[[], None] = lambda: os._exit(75),
        meter: Meter = UNMETERED,
        announce: Announce = _silently,
    ) -> None:
        self._meter = meter
        self._announce = announce
        self._database_url = database_url
        self._generations = books.generations
        self._executors = books.executors
        self._pauses = books.pauses
        self._solitude = Solitude()
        self._reconciler = reconciler
        self._pace = pace
        self._fence = fence
        self._heart: Heart | None = None
        self._running: set[asyncio.Task[Any]] = set()
        self._bulk = 0
        self._workflow: Callable[..., Coroutine[Any, Any, str]] | None = None

    @property
    def started(self) -> bool:
        """Jobs are taken."""
        return self._heart is not None

    @property
    def bulk_running(self) -> int:
        """How many of the runs under way here were taken from the bulk queue."""
        return self._bulk

    async def start(self) -> None:
        """See ``ports.Jobs``. Runs of processes that ended on this machine begin again at once."""
        _adopt_logs()
        executor = this_process()
        await self._executors.enlist(executor)
        self._workflow = DBOS.workflow(name=WORKFLOW, max_recovery_attempts=_LIBRARYS_CUTS)(
            self._workflow_of_this_engine()
        )
        lend_clock()
        DBOS(config=_configuration(self._database_url, executor.id))
        DBOS.listen_queues([QUEUE] if self._pace.slots else [])
        # In the running loop: DBOS then runs the jobs on it.
        DBOS.launch()
        if self._pace.slots:
            await DBOS.register_queue_async(
                QUEUE,
                worker_concurrency=self._pace.slots,
                partition_concurrency=1,
                polling_interval_sec=self._pace.poll.total_seconds(),
                on_conflict="always_update",
            )
        heart = Heart(executor, self._executors, self._pace.beat, self._fence)
        await heart.bury_neighbours()
        heart.start()
        self._heart = heart
        _log.info("engine started", executor=executor.id, slots=self._pace.slots)

    async def submit(self, ref: PullRequestRef, *, checks_only: bool = False) -> None:
        """See ``ports.Jobs``. The log's ``delivery`` and the event's arrival go with the run."""
        delivery = str(structlog.contextvars.get_contextvars().get("delivery", ""))
        first = _Attempt(ref.key, 0, delivery=delivery, arrival=arrival(), checks_only=checks_only)
        await _apart(self._submit(ref, first))

    async def at_rest(self) -> bool:
        """See ``ports.Jobs``."""
        left = await _apart(
            DBOS.list_workflows_async(status=list(_UNFINISHED), name=WORKFLOW, limit=1, load_input=False)
        )
        return not left

    async def dead_letters(self) -> Sequence[DeadLetter]:
        """See ``ports.Jobs``; at most the last thousand."""
        found = await _apart(
            DBOS.list_workflows_async(
                status=list(_LETTERS), name=WORKFLOW, sort_desc=True, load_input=False, limit=_LETTERS_SHOWN
            )
        )
        refs = await self._generations.find([_key(status.workflow_id) for status in found])
        letters = [
            _letter(status, refs[_key(status.workflow_id)])
            for status in found
            if _key(status.workflow_id) in refs
        ]
        return sorted(letters, key=lambda letter: letter.since, reverse=True)

    async def replay(self, letter_id: str) -> None:
        """See ``ports.Jobs``. The letter goes once its successor is certain."""
        letters = {letter.id: letter for letter in await self.dead_letters()}
        await self.submit(letters[letter_id].pull_request)
        await _apart(DBOS.delete_workflow_async(letter_id))

    async def revive(self, installation_id: int) -> int:
        """See ``ports.Jobs``."""
        letters = [
            one for one in await self.dead_letters() if one.pull_request.installation_id == installation_id
        ]
        for letter in letters:
            await self.submit(letter.pull_request)
            await _apart(DBOS.delete_workflow_async(letter.id))
        return len(letters)

    async def stop(self, grace: timedelta) -> None:
        """See ``ports.Jobs``. What is cut is taken over by another process, or by the next start."""
        if self._heart is None:
            return
        heart, self._heart = self._heart, None
        _log.info("engine stops", running=len(self._running))
        # DBOS stops taking jobs at once, then looks every second whether all have ended.
        seconds = math.ceil(grace.total_seconds()) + 1 if self._running else 0
        closer = ThreadPoolExecutor(1, thread_name_prefix="engine-close")
        loop = asyncio.get_running_loop()
        closed = loop.run_in_executor(closer, lambda: _destroy(seconds))
        if self._running:
            await asyncio.wait(set(self._running), timeout=grace.total_seconds())
        cut = {task for task in self._running if not task.done()}
        for task in cut:
            # A cancelled run records no outcome: its row stays as that of a run under way, to be taken over.
            task.cancel()
        await closed
        for task in set(self._running) - cut:
            # Taken from the queue in the very moment of stopping.
            task.cancel()
        await heart.stop()
        closer.shutdown(wait=False)
        # DBOS has put its own, now closed, pool in the loop's place for ``asyncio.to_thread``.
        loop.set_default_executor(ThreadPoolExecutor(thread_name_prefix="asyncio"))
        _log.info("engine stopped", cut=len(cut))

    def _workflow_of_this_engine(self) -> Callable[..., Coroutine[Any, Any, str]]:
        # DBOS wants a function, and treats a bound method as belonging to one of its own configured classes.
        # What a release before this one has stored lacks the last arguments.
        async def reconcile(
            key: str,
            generation: int,
            number: int,
            delivery: str,
            asked: bool,
            at: float = 0.0,
            checks_only: bool = False,
        ) -> str:
            return await self._run(_Attempt(key, generation, number, delivery, asked, at, checks_only))

        return reconcile

    async def _submit(self, ref: PullRequestRef, first: _Attempt) -> None:
        while True:
            generation = await self._generations.current(ref)
            attempt = replace(first, generation=generation)
            status = await self._enqueue(attempt)
            if status.status == "DELAYED" and not _asked(status) and not attempt.checks_only:
                # It waits out a failure of its own: news are worth an attempt now.
                await DBOS.set_workflow_delay_async(attempt.id, delay_seconds=0)
            narrow = _stored(status, _CHECKS_ONLY) and not attempt.checks_only
            if status.status not in _FINISHED:
                if not narrow or await self._generations.widen(ref.key, generation):
                    return
                # It has begun to read meanwhile, for the check alone: the next one is for the rest.
                continue
            if await self._generations.current(ref) > generation:
                # It has begun, read and ended since we looked: after the event.
                if not narrow:
                    return
                continue
            # The id was used up without a run's first act (an operator cancelled it, or our table was lost).
            await self._generations.begin(ref.key, generation)

    async def _enqueue(self, attempt: _Attempt, delay: timedelta | None = None) -> WorkflowStatus:
        """Put an attempt in the queue unless its id is known; return the state of what has the id."""
        if self._workflow is None:
            raise RuntimeError("the engine is not started")
        with (
            SetWorkflowID(attempt.id),
            SetEnqueueOptions(
                queue_partition_key=attempt.key, delay_seconds=delay.total_seconds() if delay else None
            ),
        ):
            handle = await DBOS.enqueue_workflow_async(QUEUE, self._workflow, *attempt.arguments)
        return await handle.get_status()

    async def _run(self, attempt: _Attempt) -> str:
        if task := asyncio.current_task():
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        run = Run(DBOS.executor_id, attempt.key, attempt.generation)
        with (
            structlog.contextvars.bound_contextvars(job=attempt.id, delivery=attempt.delivery),
            under_way(run),
            arrived(attempt.arrival),
            self._meter.span("job", job=attempt.id, delivery=attempt.delivery, attempt=attempt.number),
        ):
            return await self._reconcile(attempt)

    async def _reconcile(self, attempt: _Attempt) -> str:
        began = time.perf_counter()
        turn: Turn | None = None
        try:
            turn = await self._generations.begin(attempt.key, attempt.generation)
            if turn is None:
                _log.error("job of an unknown pull request dropped")
                return "unknown"
            attempt = replace(attempt, checks_only=attempt.checks_only and not turn.whole)
            if turn.paused is not None and turn.cuts <= CUTS:
                return await self._wait_out(attempt, turn, turn.paused)
            others = await self._judge(attempt, turn)
            for other in others:
                await self.submit(other, checks_only=attempt.checks_only)
        except GivenUpError:
            raise
        except Exception as error:  # noqa: BLE001 - every failure is classified, in one place
            ref = turn.pull_request if turn else None
            return await self._after(attempt, ref, error, time.perf_counter() - began)
        self._meter.job(QUEUE, Ending.DONE, time.perf_counter() - began)
        if (waited := since(attempt.arrival)) is not None:
            self._meter.settled(waited)
        _log.info("job done", pull_request=str(turn.pull_request), attempt=attempt.number)
        return "done"

    async def _judge(self, attempt: _Attempt, turn: Turn) -> Sequence[PullRequestRef]:
        if turn.cuts > CUTS:
            reason = f"Its process ended {turn.cuts} times while it ran."
            _log.error("job given up", reason=reason)
            await self._tell(turn.pull_request, "It could not be judged: the server ended while it tried.")
            raise GivenUpError(reason)
        way = self._solitude.alone() if turn.cuts == CUTS else self._solitude.together()
        async with way:
            with self._counted(turn):
                return await self._reconciler(turn.pull_request, checks_only=attempt.checks_only)

    async def _wait_out(self, attempt: _Attempt, turn: Turn, until: datetime) -> str:
        """Put a run off whose installation may not be asked yet; that is no failed attempt."""
        now = datetime.now(UTC)
        if until - now > LONGEST_WAIT * 2:
            await self._pauses.park(turn.pull_request, "suspended")
            return "parked"
        at = until + _SPREAD * random.random()  # noqa: S311 - spreads load, guards nothing
        later = replace(attempt, generation=attempt.generation + 1, asked=True)
        await _apart(self._enqueue(later, at - now))
        _log.info("job put off", again=at.isoformat())
        return f"paused until {at.isoformat()}"

    async def _tell(self, ref: PullRequestRef, text: str) -> None:
        """Say on the check why there is no judgement, if that can be said at all."""
        try:
            async with asyncio.timeout(_ANNOUNCING):
                await self._announce(ref, text)
        except Exception as error:  # noqa: BLE001 - whatever it is, the failure itself is what counts
            _log.info("the check could not be told", reason=reason_of(error))

    @contextmanager
    def _counted(self, turn: Turn) -> Iterator[None]:
        """Count the run among those of bulk work while it lasts, if it is one."""
        self._bulk += turn.bulk
        try:
            yield
        finally:
            self._bulk -= turn.bulk

    async def _after(
        self, attempt: _Attempt, ref: PullRequestRef | None, error: Exception, seconds: float
    ) -> str:
        now = datetime.now(UTC)
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
                raise GivenUpError(reason) from None
            case Park(reason):
                self._meter.job(QUEUE, Ending.RETRY, seconds)
                _log.warning("job parked", reason=reason)
                if ref:
                    await self._pauses.park(ref, reason)
                return f"parked: {reason}"
            case Retry(at, asked):
                self._meter.job(QUEUE, Ending.RETRY, seconds)
                if ref and isinstance(error, LimitedError):
                    await self._pauses.pause(ref.installation_id, Pause(at, str(error)))
                elif ref and attempt.number >= _TOLD_AFTER and not isinstance(error, StoreUnavailableError):
                    await self._tell(ref, sentence(error))
                _log.warning(
                    "job failed",
                    attempt=attempt.number,
                    again=at.isoformat(),
                    reason=reason_of(error),
                    exc_info=trace,
                )
                later = replace(
                    attempt, generation=attempt.generation + 1, number=attempt.number + 1, asked=asked
                )
                # If an event has queued that generation meanwhile, its run is the retry.
                await _apart(self._enqueue(later, at - now))
                return f"failed, again at {at.isoformat()}"


def _adopt_logs() -> None:
    """Let the library's records go to the server's own log; with a handler there it adds none of its own."""
    logger = logging.getLogger("dbos")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
        logger.addFilter(_not_given_up)


def _not_given_up(record: logging.LogRecord) -> bool:
    """Leave out what ``_after`` has logged already."""
    return not (record.exc_info and isinstance(record.exc_info[1], GivenUpError))


async def _apart(work: Coroutine[Any, Any, _T]) -> _T:
    """Run outside of any workflow.

    Inside one, DBOS would record each call as a step and answer it from the record when the run begins again
    after a crash: a follow-up that is due again would then not be submitted.
    """
    return await asyncio.create_task(work, context=Context())


def _configuration(database_url: str, executor_id: str) -> DBOSConfig:
    return DBOSConfig(
        name="tdd-bot",
        system_database_url=database_url,
        # One per boot: by default all processes are "local", and each would restart the others' runs.
        executor_id=executor_id,
        application_version=VERSION,
        # The default pickles: code, to whoever can write the table.
        serializer=DBOSPortableJSONSerializer(),
        log_level="WARNING",
        enable_otlp=False,
    )


def _destroy(seconds: int) -> None:
    DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=seconds)


def _key(workflow_id: str) -> str:
    return workflow_id.rpartition("@")[0]


def _asked(status: WorkflowStatus) -> bool:
    return _stored(status, _ASKED)


def _stored(status: WorkflowStatus, place: int) -> bool:
    """Read back a flag of an ``_Attempt`` from a stored run."""
    arguments = status.input["args"] if status.input else ()
    return len(arguments) > place and bool(arguments[place])


def _letter(status: WorkflowStatus, ref: PullRequestRef) -> DeadLetter:
    ended = status.completed_at or status.updated_at or 0
    cut = f"Its process ended {CUTS + 1} times while it ran."
    error = str(status.error) if status.status == "ERROR" else cut
    return DeadLetter(status.workflow_id, ref, datetime.fromtimestamp(ended / 1000, UTC), error)
