"""What is counted of the work, and how much of it waits."""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from bot.core.model import Verdict


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
    resets: float = 0.0
    """When the limit begins anew, in seconds since 1970; 0: not said."""


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


class Calls(Protocol):
    """Hears of requests to GitHub; never fails, never waits."""

    def call(self, call: Call) -> None:
        """Hear of one."""
        ...


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

    def merged_past(self) -> None:
        """Count a pull request that was merged although its check did not let it."""

    def job(self, queue: str, ending: Ending, seconds: float) -> None:
        """Count a run."""

    def settled(self, seconds: float) -> None:
        """Count the time from an event's arrival to the end of the run that judged it."""

    def shown(self, name: str, status: int, seconds: float) -> None:
        """Count a page that somebody has asked for; 303 sends them to sign in."""

    def chore(self, name: str, outcome: str, seconds: float) -> None:
        """Count a turn of work that comes round by itself; ``outcome`` is ``done`` or ``failed``."""

    def missed(self, reason: str, number: int) -> None:
        """Count pull requests found that no webhook has told of."""

    def span(self, name: str, **attributes: str | int | bool) -> AbstractContextManager[None]:  # noqa: ARG002 - for one that traces
        """Time what happens inside, as a part of what is under way; this one does not."""
        return nullcontext()

    def redelivered(self, number: int) -> None:
        """Count webhooks that GitHub was asked to send again."""


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
    bulk: Mapping[str, int] = field(default_factory=dict)
    """By reason: pull requests whose judging can wait, those included whose time has not come."""
    chores: Mapping[str, datetime] = field(default_factory=dict)
    """When the last turn of each ended; without those that have had none."""
    workers: int = 0
    """Processes that judge and have said so within a minute."""
    paused: int = 0
    """Installations that are asked nothing until a time to come; suspended ones are not among them."""
    failing: int = 0
    """Pull requests that are tried again after five failures in a row or more."""
