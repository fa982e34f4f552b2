"""A reconciler that does what a test says, and an engine around it on real databases."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

from bot.core.model import PullRequestRef
from bot.engine.jobs import Books, DbosJobs, Pace
from bot.engine.runs import Hands
from bot.ports import Generations, Turn
from bot.store.database import Database
from bot.store.pacing import DatabasePauses
from bot.store.runs import DatabaseExecutors, DatabaseGenerations

Act = Callable[[PullRequestRef], Awaitable[Sequence[PullRequestRef]]]
PATIENCE = 120
"""Seconds after which a test that waits for an event has failed."""
PACE = Pace(poll=timedelta(seconds=0.05), calm=1, beat=timedelta(seconds=0.1))


def pull_request(number: int) -> PullRequestRef:
    return PullRequestRef(1, 2, "acme", "shop", number)


@dataclass
class Stage:
    """Plays one act a run, in order; runs without an act do nothing."""

    acts: defaultdict[str, list[Act]] = field(default_factory=lambda: defaultdict(list))
    began: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    under_way: Counter[str] = field(default_factory=Counter)
    overlaps: int = 0
    told: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    checks_only: defaultdict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def __call__(self, ref: PullRequestRef, *, checks_only: bool = False) -> Sequence[PullRequestRef]:
        self.checks_only[ref.key].append(checks_only)
        self.under_way[ref.key] += 1
        self.overlaps += self.under_way[ref.key] > 1
        await self._note(self.began, ref)
        try:
            acts = self.acts[ref.key]
            return await acts.pop(0)(ref) if acts else ()
        finally:
            self.under_way[ref.key] -= 1
            await self._note(self.ended, ref)

    async def announce(self, ref: PullRequestRef, text: str) -> None:
        self.told[ref.key].append(text)

    async def until(self, counter: Counter[str], ref: PullRequestRef, runs: int) -> None:
        """Return once that many runs have begun (or ended)."""
        async with asyncio.timeout(PATIENCE), self.changed:
            await self.changed.wait_for(lambda: counter[ref.key] >= runs)

    async def _note(self, counter: Counter[str], ref: PullRequestRef) -> None:
        counter[ref.key] += 1
        async with self.changed:
            self.changed.notify_all()


def held(gate: asyncio.Event) -> Act:
    """An act that ends when the gate opens."""

    async def act(_: PullRequestRef) -> Sequence[PullRequestRef]:
        await gate.wait()
        return ()

    return act


def leading_to(other: PullRequestRef, gate: asyncio.Event | None = None) -> Act:
    """An act after which another pull request is to be judged; it ends when the gate opens."""

    async def act(_: PullRequestRef) -> Sequence[PullRequestRef]:
        if gate:
            await gate.wait()
        return (other,)

    return act


def failing(error: Exception) -> Act:
    """An act that fails."""

    async def act(_: PullRequestRef) -> Sequence[PullRequestRef]:
        raise error

    return act


@dataclass
class Gated:
    """Generations whose ``begin`` can be held before or after it has done its work."""

    inner: DatabaseGenerations
    before: dict[str, asyncio.Event] = field(default_factory=dict)
    after: dict[str, asyncio.Event] = field(default_factory=dict)
    arrived: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    blamed: list[tuple[str, int]] = field(default_factory=list)

    async def current(self, ref: PullRequestRef) -> int:
        return await self.inner.current(ref)

    async def find(self, keys: Sequence[str]) -> dict[str, PullRequestRef]:
        return dict(await self.inner.find(keys))

    async def widen(self, key: str, generation: int) -> bool:
        return await self.inner.widen(key, generation)

    async def count(self, key: str, failures: int) -> None:
        await self.inner.count(key, failures)

    async def blame(self, key: str, cuts: int) -> None:
        await self.inner.blame(key, cuts)
        self.blamed.append((key, cuts))

    async def begin(self, key: str, generation: int) -> Turn | None:
        if gate := self.before.pop(key, None):
            self.arrived.put_nowait(key)
            await gate.wait()
        turn = await self.inner.begin(key, generation)
        if gate := self.after.pop(key, None):
            self.arrived.put_nowait(key)
            await gate.wait()
        return turn


@dataclass
class Bench:
    """An engine on a database of its own."""

    database: Database
    url: str
    stage: Stage
    gates: Gated
    executors: DatabaseExecutors
    jobs: DbosJobs
    pauses: DatabasePauses

    def engine(self, generations: Generations, slots: int = 16) -> DbosJobs:
        books = Books(generations, self.executors, self.pauses)
        hands = Hands(self.stage, announce=self.stage.announce)
        return DbosJobs(self.url, books, hands, replace(PACE, slots=slots))


@asynccontextmanager
async def bench(url: str, pace: Pace = PACE) -> AsyncIterator[Bench]:
    """Open the database, start the engine; stop and close both."""
    database = await Database.open(url)
    gates = Gated(DatabaseGenerations(database))
    executors = DatabaseExecutors(database)
    stage = Stage()
    pauses = DatabasePauses(database)
    jobs = DbosJobs(url, Books(gates, executors, pauses), Hands(stage, announce=stage.announce), pace)
    made = Bench(database, url, stage, gates, executors, jobs, pauses)
    await jobs.start()
    try:
        yield made
    finally:
        await made.jobs.stop(timedelta(seconds=1))
        await database.close()
