"""From an accepted webhook to a run: who waits, who comes next, who is alive."""

from collections.abc import Collection, Mapping, Sequence
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

    async def waiting(self, limit: int, but: Collection[int] = ()) -> Sequence[Accepted]:
        """Return accepted jobs, turn and turn about between installations, of each the oldest first.

        They stay until they are done. Those of the installations in ``but`` are left where they are.
        """
        ...

    async def done(self, ids: Sequence[int]) -> None:
        """Take jobs out: whatever they led to is durable."""
        ...


@dataclass(frozen=True, slots=True)
class BulkLevel:
    """How much bulk work is left of one kind."""

    installation_id: int
    reason: str
    number: int
    due: int
    """Of these, how many may run by now."""


class Bulk(Protocol):
    """Work on pull requests that no event waits for: durable, at most once a pull request, paced.

    It never takes more than a quarter of the slots. A run of a pull request, whatever led to it, settles what
    stands here for it.
    """

    async def add(
        self,
        refs: Sequence[PullRequestRef],
        reason: str,
        *,
        checks_only: bool = False,
        due: datetime | None = None,
    ) -> None:
        """Return once a run of each pull request is certain; adding again what is there makes no second run.

        Args:
            refs: Any number, all stored in one transaction.
            reason: One word for logs, metrics and progress, such as ``backfill``.
            checks_only: Only the check is brought up to date; whatever is said to people waits for the pull
                request's next event. Where the same pull request is also wanted whole, that wins.
            due: Not before then; None: as soon as there is room.
        """
        ...

    async def left(self) -> Sequence[BulkLevel]:
        """Return what has not begun to run yet, by installation and reason."""
        ...

    async def drop(self, installation_id: int, reason: str = "") -> None:
        """Forget what is left of an installation, or of one reason in it."""
        ...


@dataclass(frozen=True, slots=True)
class BulkJob:
    """One pull request taken from the bulk queue."""

    pull_request: PullRequestRef
    reason: str
    checks_only: bool


class BulkBacklog(Protocol):
    """The bulk queue from its other end."""

    async def take(
        self, limit: int, scarce: Collection[int] = (), patient: Collection[str] = ()
    ) -> Sequence[BulkJob]:
        """Take due work, turn and turn about between installations.

        Of the installations in ``scarce`` nothing is taken whose reason is one of ``patient``.
        Who takes it has a minute to submit it; then it may be taken again, which makes no second run.
        """
        ...

    async def give_back(self, keys: Sequence[str]) -> None:
        """Let what was taken be taken again at once."""
        ...

    async def standing(self, keys: Sequence[str]) -> frozenset[str]:
        """Return those of the pull requests that are taken and whose run has not begun."""
        ...


@dataclass(frozen=True, slots=True)
class Turn:
    """What a run is told at its beginning."""

    pull_request: PullRequestRef
    whole: bool
    """An event or a whole bulk job is settled by it, even if a checks-only one led to it."""
    bulk: bool
    """It was taken from the bulk queue."""
    cuts: int = 0
    """How often the same run was begun before and not ended: its process died, or was stopped."""
    paused: datetime | None = None
    """Nothing may be asked in its installation's name before then."""
    failures: int = 0
    """How many attempts in a row have failed before it, whatever led to them."""


class Generations(Protocol):
    """Which run of a pull request comes next: the rule by which no event is lost and none is run twice."""

    async def current(self, ref: PullRequestRef) -> int:
        """Return the generation of the next run, and remember the way to the pull request."""
        ...

    async def begin(self, key: str, generation: int) -> Turn | None:
        """Make the next generation at least ``generation + 1``: a run does it before it reads anything.

        What stands in the bulk queue for the pull request is taken out in the same transaction.

        Returns:
            Where the pull request is by now, and what the run is for; None where its row is gone.
        """
        ...

    async def widen(self, key: str, generation: int) -> bool:
        """Let that run, which waits to write the check only, be a whole one; False where it has begun."""
        ...

    async def count(self, key: str, failures: int) -> None:
        """Keep how many attempts in a row have failed by now."""
        ...

    async def blame(self, key: str, cuts: int) -> None:
        """Keep how many deaths of its process the run that has begun may have caused by now."""
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
        """Forget dead executors, once their jobs are back in the queue; a chore's turn they had is free."""
        ...


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A job that was given up, kept until somebody replays it."""

    id: str
    pull_request: PullRequestRef
    since: datetime
    error: str


@dataclass(frozen=True, slots=True)
class JobState:
    """A job that is not done, as an operator sees it."""

    id: str
    state: str
    """``waiting``, ``delayed`` (after a failure), ``running`` or ``dead`` (given up)."""
    queue: str
    pull_request: PullRequestRef | None
    """None where it is not known any more."""
    since: datetime
    """When it was submitted, or given up."""
    attempt: int
    delivery: str
    """The webhook that led to it; empty where none did."""
    error: str
    """Why it was given up."""


class Jobs(Protocol):
    """The durable engine: one job waits and one runs per pull request, at most."""

    async def start(self) -> None:
        """Begin to take jobs; those left by a crash first."""
        ...

    async def submit(self, ref: PullRequestRef, *, checks_only: bool = False) -> None:
        """Return once a run that begins after this call is certain; a whole one, unless told otherwise."""
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

    async def revive(self, installation_id: int) -> int:
        """Submit all of an installation's dead letters again: what it may do has changed. Return how many."""
        ...

    async def stop(self, grace: timedelta) -> None:
        """Stop taking jobs, let running ones finish within ``grace``, release the rest."""
        ...


class Reconciler(Protocol):
    """The engine's own work, as the worker calls it."""

    async def __call__(self, ref: PullRequestRef, *, checks_only: bool = False) -> Sequence[PullRequestRef]:
        """Read, decide, plan, apply. Return other pull requests whose verdict may change by it.

        Args:
            ref: Which pull request.
            checks_only: Nothing new is said to people: no comment, request, reply, reaction or commit.
        """
        ...
