"""How often GitHub may be asked, and who has to wait: persisted, so that all processes and restarts agree."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.model import Creation, PullRequestRef


class Pacing(Protocol):
    """What an installation may still create: requests before replies before comments."""

    async def claim(self, ref: PullRequestRef, wanted: Mapping[Creation, int]) -> frozenset[Creation]:
        """Claim what is to be created now; return the kinds that have to wait.

        Where any has to wait, a run of the pull request is queued for when there will be room, in the same
        transaction.
        """
        ...


class Unpaced:
    """``Pacing`` for a GitHub without limits on creation: an Enterprise Server has them switched off."""

    async def claim(self, ref: PullRequestRef, wanted: Mapping[Creation, int]) -> frozenset[Creation]:
        """See ``Pacing``: nothing waits."""
        del ref, wanted
        return frozenset()


@dataclass(frozen=True, slots=True)
class Pause:
    """An installation that is not to be asked anything for a while."""

    until: datetime
    reason: str
    """For people: what GitHub said."""


class Pauses(Protocol):
    """Which installations wait, over all processes."""

    async def pause(self, installation_id: int, pause: Pause) -> None:
        """Ask nothing in this installation's name before then; of two pauses the later one counts."""
        ...

    async def park(self, ref: PullRequestRef, reason: str) -> None:
        """Ask nothing in this installation's name, and keep the pull request, until the pause is lifted."""
        ...

    async def lift(self, installation_id: int) -> int:
        """End the installation's pause and wake what was parked; return how much that was."""
        ...

    async def standing(self) -> Mapping[int, Pause]:
        """Return the pauses that are not over, by installation; a parked one has no end."""
        ...
