"""``ports.Jobs`` on DBOS Transact: one durable queue, the same on SQLite and PostgreSQL.

``entrance`` has the rule by which no event is lost, ``runs`` what a run does, ``letters`` those given up.
Submitting cannot wake the queue: DBOS has no public call for that, its threads look every ``poll`` seconds
while there is work, and less often while there is none (see ``tempo``).
"""

import asyncio
import math
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog
from dbos import DBOS

from bot.core.model import PullRequestRef
from bot.engine.attempt import Attempt
from bot.engine.entrance import QUEUE, Entrance, Workflow
from bot.engine.heart import BEAT, Heart
from bot.engine.letters import CUTS, WORKFLOW, Letters
from bot.engine.library import adopt_logs, apart, configuration, destroy
from bot.engine.process import this_process
from bot.engine.runs import Hands, Runs
from bot.engine.sqlite_clock import lend_clock
from bot.engine.strays import Strays
from bot.engine.tempo import Tempo
from bot.ports import DeadLetter, Executors, Generations, Pauses

_log = structlog.get_logger(__name__)

_LIBRARYS_CUTS: Final = CUTS + 4
"""Where the library itself stops beginning again, should a run not even come to its first act."""
_UNFINISHED: Final = ("ENQUEUED", "DELAYED", "PENDING")


@dataclass(frozen=True, slots=True)
class Pace:
    """How much is done at once, and how often is looked."""

    slots: int = 16
    """Jobs under way together in each process, as the last one to start said; 0: this one only submits."""
    poll: timedelta = timedelta(seconds=0.1)
    calm: float = 5
    """So many times as seldom while there is nothing to do."""
    beat: timedelta = BEAT


@dataclass(frozen=True, slots=True)
class Books:
    """What the engine keeps in tables of our own."""

    generations: Generations
    executors: Executors
    pauses: Pauses


class DbosJobs:
    """The durable engine of this process; DBOS allows one at a time."""

    def __init__(
        self,
        database_url: str,
        books: Books,
        hands: Hands,
        pace: Pace = Pace(),
        fence: Callable[[], None] = lambda: os._exit(75),
    ) -> None:
        self._database_url = database_url
        self._executors = books.executors
        self._pace = pace
        self._fence = fence
        self._tempo = Tempo(pace.poll, pace.poll * pace.calm)
        self._entrance = Entrance(books.generations, self._tempo.stir)
        self._letters = Letters(books.generations)
        self._runs = Runs(books.generations, books.pauses, self._entrance, hands)
        self._heart: Heart | None = None

    @property
    def started(self) -> bool:
        """Jobs are taken."""
        return self._heart is not None

    @property
    def executor_id(self) -> str:
        """As whom this process takes work, so that others get what it leaves when it dies.

        Raises:
            RuntimeError: jobs are not taken.
        """
        if self._heart is None:
            raise RuntimeError("the engine does not run")
        return self._heart.executor_id

    @property
    def bulk_running(self) -> int:
        """How many of the runs under way here were taken from the bulk queue."""
        return self._runs.bulk

    @property
    def running(self) -> frozenset[asyncio.Task[object]]:
        """The runs under way here."""
        return frozenset(self._runs.tasks)

    async def start(self) -> None:
        """See ``ports.Jobs``. Runs of processes that ended on this machine begin again at once."""
        adopt_logs()
        executor = this_process()
        await self._executors.enlist(executor)
        self._entrance.workflow = DBOS.workflow(name=WORKFLOW, max_recovery_attempts=_LIBRARYS_CUTS)(
            self._workflow_of_this_engine()
        )
        lend_clock()
        library = DBOS(config=configuration(self._database_url, executor.id))
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
            self._tempo.start()
        strays = Strays(library, executor.id, self._runs.under_way) if self._pace.slots else None
        heart = Heart(executor, self._executors, self._pace.beat, self._fence, strays)
        await heart.bury_neighbours()
        heart.start()
        self._heart = heart
        _log.info("engine started", executor=executor.id, slots=self._pace.slots)

    async def submit(self, ref: PullRequestRef, *, checks_only: bool = False) -> None:
        """See ``ports.Jobs``. The log's ``delivery`` and the event's arrival go with the run."""
        await self._entrance.submit(ref, checks_only=checks_only)

    async def at_rest(self) -> bool:
        """See ``ports.Jobs``."""
        left = await apart(
            DBOS.list_workflows_async(status=list(_UNFINISHED), name=WORKFLOW, limit=1, load_input=False)
        )
        return not left

    async def dead_letters(self) -> Sequence[DeadLetter]:
        """See ``ports.Jobs``; at most the last thousand."""
        return await self._letters.all()

    async def replay(self, letter_id: str) -> None:
        """See ``ports.Jobs``. The letter goes once its successor is certain."""
        letters = {letter.id: letter for letter in await self._letters.all()}
        await self._again(letters[letter_id])

    async def revive(self, installation_id: int) -> int:
        """See ``ports.Jobs``."""
        letters = [
            one for one in await self._letters.all() if one.pull_request.installation_id == installation_id
        ]
        for letter in letters:
            await self._again(letter)
        return len(letters)

    async def stop(self, grace: timedelta) -> None:
        """See ``ports.Jobs``. What is cut is taken over by another process, or by the next start."""
        if self._heart is None:
            return
        heart, self._heart = self._heart, None
        heart.rest()
        running = self._runs.tasks
        _log.info("engine stops", running=len(running))
        await self._tempo.stop()
        # DBOS stops taking jobs at once, then looks every second whether all have ended.
        seconds = math.ceil(grace.total_seconds()) + 1 if running else 0
        closer = ThreadPoolExecutor(1, thread_name_prefix="engine-close")
        loop = asyncio.get_running_loop()
        closed = loop.run_in_executor(closer, lambda: destroy(seconds))
        if running:
            await asyncio.wait(set(running), timeout=grace.total_seconds())
        cut = {task for task in running if not task.done()}
        for task in cut:
            # A cancelled run records no outcome: its row stays as that of a run under way, to be taken over.
            task.cancel()
        await closed
        for task in set(running) - cut:
            # Taken from the queue in the very moment of stopping.
            task.cancel()
        await heart.stop()
        closer.shutdown(wait=False)
        # DBOS has put its own, now closed, pool in the loop's place for ``asyncio.to_thread``.
        loop.set_default_executor(ThreadPoolExecutor(thread_name_prefix="asyncio"))
        _log.info("engine stopped", cut=len(cut))

    async def _again(self, letter: DeadLetter) -> None:
        await self.submit(letter.pull_request)
        await self._letters.discard(letter.id)

    def _workflow_of_this_engine(self) -> Workflow:
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
            return await self._runs.run(Attempt(key, generation, number, delivery, asked, at, checks_only))

        return reconcile
