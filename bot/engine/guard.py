"""A write that lets merge is made by a pull request's newest run only, in a process that counts as alive.

A process may freeze in the middle of a run for longer than its peers wait; one of them then runs the job
again. When the frozen one wakes, it would go on with what it read long ago, until its next beat tells it that
it was declared dead.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

from bot.core.model import (
    Action,
    App,
    Conclusion,
    File,
    Memory,
    PullRequestRef,
    Receipt,
    Snapshot,
    WriteCheck,
)
from bot.ports import Executors, GitHub

_LETS_MERGE: Final = frozenset({Conclusion.SUCCESS, Conclusion.NEUTRAL})
"""What satisfies a required check (docs.github.com, about protected branches)."""


class OvertakenError(Exception):
    """A newer run has begun, or this process was declared dead: the other one will write."""


@dataclass(frozen=True, slots=True)
class Run:
    """Which run is under way."""

    executor_id: str
    key: str
    generation: int


_run: ContextVar[Run | None] = ContextVar("run", default=None)


@contextmanager
def under_way(run: Run) -> Iterator[None]:
    """Say which run everything inside belongs to."""
    token = _run.set(run)
    try:
        yield
    finally:
        _run.reset(token)


class GuardedGitHub:
    """``ports.GitHub`` whose passing verdicts are proven first by one conditional update."""

    def __init__(self, github: GitHub, executors: Executors) -> None:
        self._github = github
        self._executors = executors

    async def identify(self) -> App:
        """See ``ports.GitHub``."""
        return await self._github.identify()

    async def read(self, ref: PullRequestRef, memory: Memory, configuration: File | None = None) -> Snapshot:
        """See ``ports.GitHub``."""
        return await self._github.read(ref, memory, configuration)

    async def freshen(self, ref: PullRequestRef, snapshot: Snapshot) -> Snapshot:
        """See ``ports.GitHub``."""
        return await self._github.freshen(ref, snapshot)

    async def apply(self, ref: PullRequestRef, action: Action) -> Receipt:
        """See ``ports.GitHub``.

        Raises:
            OvertakenError: the write would let merge, and is not this run's to make.
        """
        if isinstance(action, WriteCheck) and action.conclusion in _LETS_MERGE:
            run = _run.get()
            if run is None or not await self._executors.holds(run.executor_id, run.key, run.generation):
                raise OvertakenError(f"a newer run of {ref} has begun, or this process was declared dead")
        return await self._github.apply(ref, action)

    async def close(self) -> None:
        """See ``ports.GitHub``."""
        await self._github.close()
