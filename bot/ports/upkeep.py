"""What is looked after without an event: work that comes round by itself, webhooks that did not arrive."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol


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

    A turn is a lease. Its holder renews it with every ``keep``; a holder that is silent for longer than
    ``patience`` has lost it.
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
