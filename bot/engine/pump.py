"""From the inbox to the queue: each waiting pull request is submitted once, then its rows go.

It may die anywhere: rows that stay are submitted again, which is one run too many at worst.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, assert_never

import structlog

from bot.core.model import (
    EndSessions,
    ForgetTeams,
    ForgetToken,
    Press,
    Pressed,
    PullRequestRef,
    Reconcile,
    ReconcileCommit,
    ReconcileLeaning,
)
from bot.core.model.topics import Topic
from bot.engine.arrival import arrived
from bot.engine.background import Background
from bot.engine.shares import Load
from bot.ports import SIGNED_IN, Accepted, Backlog, Bulk, Cache, Journal, ended_key

_log = structlog.get_logger(__name__)

_BATCH: Final = 500
_AT_ONCE: Final = 8
"""Submissions under way together: each is a few short trips to the database."""
_TOPICS: Final = 500
"""Of one transaction: webhooks wait for it to be stored."""
_PAUSE: Final = timedelta(seconds=1)
"""After a failure, which most likely is the database's."""
_TOGETHER: Final = 0.01
"""Seconds within which what belongs together arrives: a push, say, and what it does to its pull request."""
_CALM: Final = 5
"""So many times as seldom is looked for what other processes have accepted, where nothing was for a while."""
_A_WHILE: Final = 5.0
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """Where jobs go on to."""

    submit: Callable[[PullRequestRef], Awaitable[None]]
    load: Callable[[], Awaitable[Load]] | None = None
    """What is there already; None: everything goes on at once."""
    survey: Callable[[], Awaitable[None]] | None = None
    """Called where an installation has changed: repositories may have come or gone."""
    bulk: Bulk | None = None
    """For what many pull requests lean on; None: there is nobody to take it."""


class Pump:
    """Moves accepted jobs on. One runs in every process that takes jobs; two that do the same do no harm.

    ``news`` is set by whoever accepts in this process; what other processes accept is found by looking.
    """

    def __init__(
        self,
        backlog: Backlog,
        outlet: Outlet,
        journal: Journal,
        cache: Cache,
        renew: Callable[[int], Awaitable[None]],
        news: asyncio.Event,
        poll: timedelta = timedelta(seconds=0.2),
    ) -> None:
        self._backlog = backlog
        self._outlet = outlet
        self._journal = journal
        self._cache = cache
        self._renew = renew
        self._poll = poll
        self._news = news
        self._moved_at = time.monotonic()
        self._going = Background(self._run)

    def start(self) -> None:
        """Begin to move jobs, those left by a crash first."""
        self._going.start()

    async def stop(self) -> None:
        """Stop; rows under way stay in the inbox or are submitted already."""
        await self._going.stop()

    async def _run(self) -> None:
        while True:
            self._news.clear()
            try:
                moved = await self.move()
            except Exception as error:  # noqa: BLE001 - nobody else would move the inbox on
                _log.warning("inbox cannot be moved on", error=str(error))
                await asyncio.sleep(_PAUSE.total_seconds())
                continue
            if moved:
                self._moved_at = time.monotonic()
            if moved < _BATCH:
                await self._rest()

    async def _rest(self) -> None:
        calm = time.monotonic() - self._moved_at > _A_WHILE
        try:
            async with asyncio.timeout(self._poll.total_seconds() * (_CALM if calm else 1)):
                await self._news.wait()
        except TimeoutError:
            return
        await asyncio.sleep(_TOGETHER)

    async def move(self) -> int:
        """Move one batch; return how many rows it had.

        Raises:
            Exception: a submission failed; its rows and none of the others stay.
        """
        rows = await self._backlog.waiting(_BATCH)
        if not rows:
            # Most of the time, several times a second: one question is enough.
            return 0
        load = await self._outlet.load() if self._outlet.load else None
        if load and (full := load.full()):
            rows = await self._backlog.waiting(_BATCH, full)
        # What is known of teams and tokens goes first: the runs that follow must not read it.
        for row in rows:
            await self._forget(row)
            await self._remember(row)
        await self._put_off(rows)
        failures: list[Exception] = []
        stuck: set[int] = set()
        gate = asyncio.Semaphore(_AT_ONCE)

        async def one(ref: PullRequestRef, whose: Sequence[Accepted]) -> None:
            try:
                async with gate:
                    await self._submit(ref, whose)
            except Exception as error:  # noqa: BLE001 - the others go on; it is raised below
                failures.append(error)
                stuck.update(row.id for row in whose)

        submissions = await self._by_pull_request(rows)
        if load:
            submissions, held = _within(load, submissions)
            stuck.update(held)
        await asyncio.gather(*(one(ref, whose) for ref, whose in submissions))
        done = [row.id for row in rows if row.id not in stuck]
        if done:
            await self._backlog.done(done)
        if failures:
            raise failures[0]
        return len(done)

    async def _submit(self, ref: PullRequestRef, whose: Sequence[Accepted]) -> None:
        # In a task of its own, see ``asyncio.gather``: the context ends with it.
        structlog.contextvars.bind_contextvars(delivery=whose[-1].delivery)
        with arrived(min(row.at for row in whose)):
            await self._outlet.submit(ref)
        _log.info("job submitted", pull_request=str(ref), webhooks=len(whose))

    async def _forget(self, row: Accepted) -> None:
        if isinstance(row.job, ForgetTeams):
            await self._cache.drop(f"team/{row.job.owner.lower()}/")
        elif isinstance(row.job, ForgetToken):
            await self._renew(row.job.installation_id)
            if self._outlet.survey:
                await self._outlet.survey()
        elif isinstance(row.job, EndSessions):
            await self._cache.put({ended_key(row.job.person_id): str(row.at).encode()}, SIGNED_IN)

    async def _remember(self, row: Accepted) -> None:
        """Put into the journal what a run could not read anywhere else; twice is once."""
        if isinstance(row.job, Pressed):
            job, at = row.job, datetime.fromtimestamp(row.at, UTC)
            press = Press(row.delivery, job.command, job.actor_id, job.actor, at)
            await self._journal.remember(job.pull_request, [press])

    async def _put_off(self, rows: Iterable[Accepted]) -> None:
        """Put what may lean on changes into the bulk queue: nobody in the thread waits for it.

        What has changed in one place is asked for together: in a burst each new branch is such a change.
        """
        if self._outlet.bulk is None:
            return
        changed: defaultdict[tuple[int, int | None, str], set[Topic]] = defaultdict(set)
        for job in (row.job for row in rows if isinstance(row.job, ReconcileLeaning)):
            changed[job.installation_id, job.repository_id, job.reason].update(job.topics)
        for (installation_id, repository_id, reason), topics in changed.items():
            for some in _batches(sorted(topics)):
                refs = await self._journal.leaning(installation_id, repository_id, some)
                if refs:
                    await self._outlet.bulk.add(refs, reason)
                    _log.info("pull requests to be judged anew", reason=reason, number=len(refs))

    async def _by_pull_request(
        self, rows: Iterable[Accepted]
    ) -> Sequence[tuple[PullRequestRef, Sequence[Accepted]]]:
        """Return each pull request once, as its newest event names it, with the rows that lead to it."""
        ways: dict[str, PullRequestRef] = {}
        whose: defaultdict[str, list[Accepted]] = defaultdict(list)
        for row in rows:
            for ref in await self._led_to(row):
                ways[ref.key] = ref
                whose[ref.key].append(row)
        return [(ref, whose[key]) for key, ref in ways.items()]

    async def _led_to(self, row: Accepted) -> Sequence[PullRequestRef]:
        match row.job:
            case Reconcile(pull_request=ref) | Pressed(pull_request=ref):
                return (ref,)
            case ReconcileCommit(repository_id=repository_id, head=head):
                return await self._journal.on_commit(repository_id, head)
            case ReconcileLeaning() | ForgetTeams() | ForgetToken() | EndSessions():
                return ()
            case _ as never:
                assert_never(never)


def _batches(topics: Sequence[Topic]) -> Iterator[Sequence[Topic]]:
    return (topics[start : start + _TOPICS] for start in range(0, len(topics), _TOPICS))


def _within(
    load: Load, submissions: Sequence[tuple[PullRequestRef, Sequence[Accepted]]]
) -> tuple[Sequence[tuple[PullRequestRef, Sequence[Accepted]]], set[int]]:
    """Return what each installation may have in the queue now, and the rows of what has to stay."""
    wanting = {ref.installation_id for ref, _ in submissions}
    room = {one: load.room(one, wanting) for one in wanting}
    taken: list[tuple[PullRequestRef, Sequence[Accepted]]] = []
    held: set[int] = set()
    for ref, whose in submissions:
        if room[ref.installation_id] > 0:
            room[ref.installation_id] -= 1
            taken.append((ref, whose))
        else:
            held.update(row.id for row in whose)
    return taken, held
