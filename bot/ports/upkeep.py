"""What is looked after without an event: work that comes round by itself, webhooks that did not arrive."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.model import PullRequestRef, Sha
from bot.core.render.digest import Stuck


@dataclass(frozen=True, slots=True)
class ChoreState:
    """Where a chore stands, as every process on the database sees it."""

    name: str
    due: datetime
    """When its next turn may begin."""
    held: bool
    """A process does it at this moment."""
    note: str
    """What people are told of its progress, or of its last failure."""
    ended: datetime | None
    """When its last turn ended; None before the first one has."""


class Chores(Protocol):
    """Whose turn it is: each chore is done by one process at a time, by the database's clock.

    A turn is a lease, which its holder renews: one that is silent for longer than ``patience`` has lost it,
    and an executor (``Executors``) as soon as it is taken for dead.
    """

    async def enroll(self, names: Sequence[str]) -> None:
        """Make chores known, due at once; those that are known already stay as they are."""
        ...

    async def due(self) -> Sequence[str]:
        """Return the names of chores that are due and that nobody does."""
        ...

    async def claim(self, name: str, holder: str, patience: timedelta) -> str | None:
        """Take a chore's turn; return the cursor that the last turn left, None where another was faster."""
        ...

    async def keep(self, name: str, holder: str, cursor: str, note: str, patience: timedelta) -> bool:
        """Store how far the turn got and renew it; False where it has been lost."""
        ...

    async def renew(self, name: str, holder: str, patience: timedelta) -> bool:
        """Say that the turn goes on; False where it has been lost."""
        ...

    async def finish(self, name: str, holder: str, again: timedelta, note: str = "") -> None:
        """End the turn; the next one is due after ``again``. An empty note leaves the last one."""
        ...

    async def hasten(self, name: str) -> None:
        """Make a chore due now."""
        ...

    async def states(self) -> Sequence[ChoreState]:
        """Return all chores, by name."""
        ...


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt of GitHub's to deliver a webhook to this app."""

    id: int
    guid: str
    """Shared by all attempts to deliver the same event."""
    at: datetime
    arrived: bool
    """It was answered with a status of 2xx, in time."""


class Deliveries(Protocol):
    """The webhooks that GitHub has sent, or tried to."""

    async def since(self, at: datetime, most: int) -> Sequence[Delivery]:
        """Return the attempts made after ``at``, newest first, at most so many.

        Raises:
            OutsideError: as its kind says.
        """
        ...

    async def redeliver(self, delivery_id: int) -> None:
        """Have an attempt made again: GitHub sends the same webhook once more, soon.

        Raises:
            GoneError: GitHub keeps it no longer.
            OutsideError: as its kind says.
        """
        ...


class Wakes(Protocol):
    """Pull requests that are to be looked at when a time has come, whether anything happens or not."""

    async def set(self, ref: PullRequestRef, at: datetime | None) -> None:
        """Look at it then, and no more at an earlier time that was set; None: at no time."""
        ...

    async def due(self, most: int, grace: timedelta) -> Sequence[PullRequestRef]:
        """Return those whose time has come, and put each off by ``grace``, unless a run sets a time."""
        ...


@dataclass(frozen=True, slots=True)
class Installed:
    """An account that has this app installed."""

    id: int
    """Of the installation."""
    account: str
    suspended: bool


@dataclass(frozen=True, slots=True)
class Holding:
    """A repository that this app reaches."""

    installation_id: int
    repository_id: int
    owner: str
    name: str


@dataclass(frozen=True, slots=True)
class Digest:
    """A repository that wants a weekly overview of what waits."""

    holding: Holding
    days: int
    """What has waited so long is in it."""
    issue: int | None
    """Its number; None where none is known."""

    @property
    def place(self) -> str:
        """``owner/name``."""
        return f"{self.holding.owner}/{self.holding.name}"


class Digests(Protocol):
    """Which repositories want a weekly overview, and what waits there."""

    async def want(self, ref: PullRequestRef, days: int | None) -> None:
        """Have the pull request's repository get one, of what has waited so many days; None: no more."""
        ...

    async def due(self, before: datetime) -> Sequence[Digest]:
        """Return those whose last one was written before that."""
        ...

    async def stuck(self, repository_id: int, before: datetime) -> Sequence[Stuck]:
        """Return what waits for somebody in a repository since before that."""
        ...

    async def written(self, repository_id: int, issue: int | None, at: datetime) -> None:
        """Record that one was written, or tried."""
        ...


class Boards(Protocol):
    """Issues that this app keeps."""

    async def write(self, holding: Holding, issue: int | None, title: str, body: str) -> int:
        """Write over the issue, or open one; return its number.

        Raises:
            OutsideError: as its kind says; ``DeniedError`` without the permission.
        """
        ...


class Newcomers(Protocol):
    """Repositories that have just got the app and are to be offered a first configuration."""

    async def due(self, most: int) -> Sequence[Holding]:
        """Return those to be looked at now, whose installations are not paused."""
        ...

    async def put_off(self, holding: Holding, by: timedelta) -> None:
        """Look at it again later; one that is put off for the seventh day is given up."""
        ...

    async def settled(self, holding: Holding) -> None:
        """Look at it no more."""
        ...


class Onboarding(Protocol):
    """The pull request that offers a first configuration."""

    async def begin(self, holding: Holding) -> int | None:
        """Open it, and return its number; None where none belongs.

        None belongs where there is a configuration, the repository's or its account's; where there was such a
        pull request, closed ones too; and in a repository that is archived, a fork, empty, or gone. Cut
        anywhere, it is finished by the next call.

        Raises:
            OutsideError: as its kind says; ``DeniedError`` without the permission.
        """
        ...


@dataclass(frozen=True, slots=True)
class Look:
    """From where on the pull requests of a repository are listed."""

    holding: Holding
    since: datetime | None
    """Those updated before are known; None: none are."""
    page: str = ""
    """GitHub's cursor; empty: from the newest."""


@dataclass(frozen=True, slots=True)
class Missed:
    """A pull request to be judged although no webhook told of it."""

    ref: PullRequestRef
    older: bool
    """It has not changed since the app came to its repository: it gets its check and nothing else."""


@dataclass(frozen=True, slots=True)
class ListedPull:
    """A pull request as a list shows it."""

    number: int
    head: Sha
    updated: datetime
    open: bool = True


@dataclass(frozen=True, slots=True)
class Seen:
    """One page of a repository's pull requests, the last updated first."""

    look: Look
    pulls: tuple[ListedPull, ...]
    following: str
    """The cursor of the next page; empty where no page is left that is worth a look."""


class Estate(Protocol):
    """Where this app is installed, and what is open there."""

    async def installations(self) -> Sequence[Installed]:
        """Return every installation, suspended ones too.

        Raises:
            OutsideError: as its kind says.
        """
        ...

    async def repositories(self, installation_id: int) -> Sequence[Holding]:
        """Return every repository of one installation.

        Raises:
            OutsideError: as its kind says.
        """
        ...

    async def pulls(self, looks: Sequence[Look]) -> Sequence[Seen]:
        """Return a page for each look, all of one installation, by one request.

        Where none are known only open ones are listed, else closed ones too: that one was closed may be news.
        A repository that is not to be found there has none.

        Raises:
            OutsideError: as its kind says.
        """
        ...


class Holdings(Protocol):
    """What is known of where the app is installed, and how far each repository has been swept."""

    async def settle(self, installed: Sequence[Installed]) -> Sequence[Installed]:
        """Record which installations there are; those that are not any more count as gone from now on.

        Returns:
            Those that are to be looked into: not suspended.
        """
        ...

    async def hold(self, installation_id: int, held: Sequence[Holding]) -> int:
        """Record an installation's repositories likewise; return how many of them are new."""
        ...

    async def unswept(self, begun: datetime, most: int) -> Sequence[Look]:
        """Return repositories that a sweep has not come to yet, of one installation, new ones first."""
        ...

    async def swept(self, seen: Sequence[Seen], begun: datetime) -> None:
        """Record how far repositories have been swept by the sweep that began then."""
        ...

    async def skipped(self, looks: Sequence[Look], begun: datetime) -> None:
        """Leave repositories to the next sweep, from where this one would have begun."""
        ...

    async def missed(self, seen: Seen) -> Sequence[Missed]:
        """Return the pull requests of a page that changed after they were last judged, or never were.

        A closed one only where it is not known yet that it is closed.
        """
        ...

    async def counts(self) -> tuple[int, int]:
        """Return how many repositories are known, and how many of them were never swept whole."""
        ...
