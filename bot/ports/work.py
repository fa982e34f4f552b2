"""From an accepted webhook to a run: who waits, who comes next, who is alive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.model import Job, PullRequestRef


class Inbox(Protocol):
    """Accepted webhooks: what is in here survives a crash."""

    async def accept(self, jobs: Sequence[Job], delivery: str) -> None:
        """Return once the jobs are durable; only then may the webhook be answered with 202."""
        ...


@dataclass(frozen=True, slots=True)
class Accepted:
    """A job in the inbox, and the webhook that brought it."""

    id: int
    job: Job
    delivery: str
    at: float = 0.0
    """When it was accepted, in seconds since 1970."""


class Backlog(Protocol):
    """The inbox from its other end."""

    async def waiting(self, limit: int) -> Sequence[Accepted]:
        """Return accepted jobs, oldest first; they stay until they are done."""
        ...

    async def done(self, ids: Sequence[int]) -> None:
        """Take jobs out: whatever they led to is durable."""
        ...


class Generations(Protocol):
    """Which run of a pull request comes next: the rule by which no event is lost and none is run twice."""

    async def current(self, ref: PullRequestRef) -> int:
        """Return the generation of the next run, and remember the way to the pull request."""
        ...

    async def begin(self, key: str, generation: int) -> PullRequestRef | None:
        """Make the next generation at least ``generation + 1``: a run does it before it reads anything.

        Returns:
            Where the pull request is by now; None where its row is gone.
        """
        ...

    async def find(self, keys: Sequence[str]) -> Mapping[str, PullRequestRef]:
        """Return the way to each pull request that is known."""
        ...


@dataclass(frozen=True, slots=True)
class Executor:
    """A process that runs jobs, from its start to its end."""

    id: str
    """Never used twice."""
    place: str
    """Where ``pid`` means something: one machine, one boot of it, one process namespace."""
    pid: int
    started: str
    """When the process began, as its system counts: tells it from a later one with the same ``pid``."""


class Executors(Protocol):
    """Who runs jobs, and who is still alive, by the database's clock."""

    async def enlist(self, executor: Executor) -> None:
        """Begin to count as alive."""
        ...

    async def beat(self, executor_id: str) -> bool:
        """Say that it is alive; False where another process has already declared it dead."""
        ...

    async def holds(self, executor_id: str, key: str, generation: int) -> bool:
        """Prove by one conditional write that it is alive and that no newer run of ``key`` has begun."""
        ...

    async def living(self, place: str) -> Sequence[Executor]:
        """Return those of one place that nobody has declared dead."""
        ...

    async def condemn(self, ids: Sequence[str]) -> None:
        """Declare executors dead; for good."""
        ...

    async def condemned(self, silence: timedelta) -> Sequence[str]:
        """Declare dead who has been silent for longer; return all dead ones that are not yet removed."""
        ...

    async def remove(self, ids: Sequence[str]) -> None:
        """Forget dead executors, once their jobs are back in the queue."""
        ...


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A job that was given up, kept until somebody replays it."""

    id: str
    pull_request: PullRequestRef
    since: datetime
    error: str


class Jobs(Protocol):
    """The durable engine: one job waits and one runs per pull request, at most."""

    async def start(self) -> None:
        """Begin to take jobs; those left by a crash first."""
        ...

    async def submit(self, ref: PullRequestRef) -> None:
        """Return once a run that begins after this call is certain."""
        ...

    async def at_rest(self) -> bool:
        """Return whether nothing waits and nothing runs, in any process."""
        ...

    async def dead_letters(self) -> Sequence[DeadLetter]:
        """Return what was given up, newest first."""
        ...

    async def replay(self, letter_id: str) -> None:
        """Submit a dead letter's pull request again.

        Raises:
            KeyError: there is no such letter.
        """
        ...

    async def stop(self, grace: timedelta) -> None:
        """Stop taking jobs, let running ones finish within ``grace``, release the rest."""
        ...


class Reconciler(Protocol):
    """The engine's own work, as the worker calls it."""

    async def __call__(self, ref: PullRequestRef) -> Sequence[PullRequestRef]:
        """Read, decide, plan, apply. Return other pull requests whose verdict may change by it."""
        ...
