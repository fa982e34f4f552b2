"""How much of the engine one installation may have while others want some: the rest steps back to the inbox.

The engine's library draws pull requests at random when slots are short. So what decides who comes next is how
much of each installation is let into its queue.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

_ALONE: Final = 2
"""Jobs per slot for an installation that is alone: one that runs and one that follows at once."""
_AMONG_OTHERS: Final = 0.75
"""Of the slots: whoever comes next finds one free."""


@dataclass(frozen=True, slots=True)
class Load:
    """What is in the engine's queue at one moment, over all processes."""

    slots: int
    """Of all living processes together."""
    unfinished: Mapping[int, int] = field(default_factory=dict)
    """By installation: jobs that wait to be run at once, and jobs that run."""

    def room(self, installation_id: int, others: Collection[int] = ()) -> int:
        """Return how many more jobs of an installation may go into the queue.

        Args:
            installation_id: Whose.
            others: Further installations that want something, besides those that have something in the queue.
        """
        crowd = {*self.unfinished, *others} - {installation_id}
        window = max(1, int(self.slots * _AMONG_OTHERS)) if crowd else self.slots * _ALONE
        return max(0, window - self.unfinished.get(installation_id, 0))

    def full(self) -> frozenset[int]:
        """Return the installations that have all that they may have."""
        return frozenset(one for one in self.unfinished if not self.room(one))
