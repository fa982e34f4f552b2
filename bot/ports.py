"""What the engine needs from the outside, and how that can fail. Adapters implement it; wiring joins them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from bot.core.model import (
    Action,
    App,
    Fact,
    Job,
    Memory,
    PullRequestRef,
    Receipt,
    Sha,
    Snapshot,
    Verdict,
)


class OutsideError(Exception):
    """Something outside failed. The message is for people; it never holds a token or a document's text."""


class UnavailableError(OutsideError):
    """GitHub fails, is silent or asks to slow down: try again; this never reads as a verdict."""

    def __init__(self, message: str, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        """How long GitHub asked to wait; None where it did not say."""


class StoreUnavailableError(UnavailableError):
    """Our own database does not answer, or has more waiting than it takes: try again."""


class GoneError(OutsideError):
    """The pull request, repository or installation is not there (any more): drop the job."""


class DeniedError(OutsideError):
    """A permission is missing. Trying again helps only after an owner has granted it."""

    def __init__(self, message: str, needs: str = "") -> None:
        super().__init__(message)
        self.needs = needs
        """As ``X-Accepted-GitHub-Permissions`` names it, such as ``checks=write``."""


class CredentialsError(OutsideError):
    """GitHub does not accept this app's key or id: an administrator has to act."""


class GitHub(Protocol):
    """The one way to GitHub."""

    async def identify(self) -> App:
        """Return this app as GitHub names it; asked once, then known."""
        ...

    async def read(self, ref: PullRequestRef, memory: Memory) -> Snapshot:
        """Read everything a decision needs, members of teams at most 15 minutes old.

        Raises:
            OutsideError: as its kind says; a half-read snapshot is never returned.
        """
        ...

    async def freshen(self, ref: PullRequestRef, snapshot: Snapshot) -> Snapshot:
        """Return the snapshot with the teams' members read now, not from the cache: one request.

        Raises:
            OutsideError: as its kind says.
        """
        ...

    async def apply(self, ref: PullRequestRef, action: Action) -> Receipt:
        """Carry out one action (``Remember`` is not for GitHub); idempotent as far as GitHub allows.

        Raises:
            OutsideError: as its kind says. A seat that GitHub will not ask is no error: see ``Receipt``.
        """
        ...

    async def close(self) -> None:
        """Release connections."""
        ...


class Journal(Protocol):
    """Our own tables, as far as one pull request is concerned."""

    async def recall(self, ref: PullRequestRef) -> Memory:
        """Return what is remembered; an empty memory for a new pull request."""
        ...

    async def remember(self, ref: PullRequestRef, facts: Sequence[Fact]) -> None:
        """Append facts, in one transaction. The same fact again changes nothing."""
        ...

    async def settle(
        self, ref: PullRequestRef, head: Sha, verdict: Verdict, others: Sequence[int]
    ) -> Mapping[int, Verdict | None]:
        """Record this pull request's verdict for its head and read the others' in one transaction."""
        ...

    async def release(self, ref: PullRequestRef, head: Sha) -> tuple[PullRequestRef, ...]:
        """Forget a closed pull request's verdicts; return those that share ``head`` and may now improve."""
        ...

    async def moved(self, ref: PullRequestRef, head: Sha) -> tuple[PullRequestRef, ...]:
        """Forget its verdicts on commits but ``head``; return those that share one and may now improve."""
        ...

    async def on_commit(self, repository_id: int, head: Sha) -> tuple[PullRequestRef, ...]:
        """Return the pull requests that were judged on this commit."""
        ...

    async def audit(self, ref: PullRequestRef, what: str, why: str, content: str) -> None:
        """Append one audit row: what this app did, why, and on which content. Never document text."""
        ...


class Cache(Protocol):
    """Values that expire, shared by all processes on one database."""

    async def get(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        """Return the values that are there and have not expired, in one read."""
        ...

    async def put(self, values: Mapping[str, bytes], lifetime: timedelta) -> None:
        """Keep values for that long."""
        ...

    async def drop(self, prefix: str) -> None:
        """Forget every value whose key begins so."""
        ...


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


class Way(StrEnum):
    """How GitHub is asked; each has a limit of its own."""

    REST = "rest"
    GRAPHQL = "graphql"


@dataclass(frozen=True, slots=True)
class Allowance:
    """What GitHub still allows, as it said with an answer (``X-RateLimit-*``)."""

    resource: str
    """``core``, ``graphql`` ..."""
    limit: int
    """Requests, or points of GraphQL, an hour."""
    remaining: int


@dataclass(frozen=True, slots=True)
class Call:
    """One request to GitHub, as far as it is counted."""

    way: Way
    installation_id: int | None
    """None: in the app's own name."""
    status: int
    """0 where no answer came."""
    seconds: float
    allowance: Allowance | None = None


class Ending(StrEnum):
    """How one run of a job ended."""

    DONE = "done"
    RETRY = "retry"
    DROPPED = "dropped"
    GIVEN_UP = "given-up"


class Meter:
    """What is counted of the work of this process; never fails, never waits. This one counts nothing."""

    def webhook(self, event: str, outcome: str, seconds: float) -> None:
        """Count a webhook that was answered; ``event`` is empty where it was not verified."""

    def call(self, call: Call) -> None:
        """Count a request to GitHub."""

    def decided(self, verdict: Verdict, rules: Iterable[str]) -> None:
        """Count what a finished run has judged, with one rule's code for each finding."""

    def job(self, queue: str, ending: Ending, seconds: float) -> None:
        """Count a run."""

    def settled(self, seconds: float) -> None:
        """Count the time from an event's arrival to the end of the run that judged it."""


UNMETERED: Final = Meter()


@dataclass(frozen=True, slots=True)
class Level:
    """How much stands somewhere, over all processes."""

    number: int = 0
    oldest: datetime | None = None
    """When the first of it came."""


@dataclass(frozen=True, slots=True)
class Levels:
    """What waits at one moment."""

    inbox: Level
    """Accepted and not in a queue yet."""
    waiting: Mapping[str, Level]
    """By queue: to be run as soon as there is room."""
    delayed: Mapping[str, Level]
    """By queue: after a failure, not to be run before a time."""
    running: Mapping[str, Level]
    """By queue."""
    dead_letters: int
