"""One attempt at a job, as it is stored in the queue."""

from dataclasses import dataclass
from typing import Final

from dbos import WorkflowStatus

_ASKED: Final = 4
_CHECKS_ONLY: Final = 6
"""Where ``Attempt.asked`` and ``Attempt.checks_only`` stand among the stored arguments."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a run is told: plain values only, they are stored as JSON."""

    key: str
    generation: int
    number: int = 1
    delivery: str = ""
    asked: bool = False
    """Its delay was named by GitHub."""
    arrival: float = 0.0
    """When the event arrived that led to it, in seconds since 1970; 0 where none did."""
    checks_only: bool = False
    """Bulk work led to it, which says nothing new to people."""

    @property
    def id(self) -> str:
        """The run's id in the queue; it is never used twice."""
        return f"{self.key}@{self.generation}"

    @property
    def arguments(self) -> tuple[object, ...]:
        """As they are stored; the last one only where it says something, as older releases know it not."""
        always = (self.key, self.generation, self.number, self.delivery, self.asked, self.arrival)
        return (*always, True) if self.checks_only else always


def key_of(workflow_id: str) -> str:
    """Return the key of the pull request that a run is about."""
    return workflow_id.rpartition("@")[0]


def was_asked(status: WorkflowStatus) -> bool:
    """Tell whether GitHub named the delay of a stored run."""
    return _stored(status, _ASKED)


def is_for_the_check_alone(status: WorkflowStatus) -> bool:
    """Tell whether bulk work led to a stored run."""
    return _stored(status, _CHECKS_ONLY)


def _stored(status: WorkflowStatus, place: int) -> bool:
    arguments = status.input["args"] if status.input else ()
    return len(arguments) > place and bool(arguments[place])
