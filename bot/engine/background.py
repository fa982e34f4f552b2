"""Work that goes on beside all else until it is stopped."""

import asyncio
from collections.abc import Callable, Coroutine


class Background:
    """One endless piece of work in a task of its own.

    Args:
        work: What goes on; it does not return, and lets no failure of one round end it.
    """

    def __init__(self, work: Callable[[], Coroutine[None, None, None]]) -> None:
        self._work = work
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._work())

    async def stop(self) -> None:
        """Cut it where it is, and return once it has ended; nothing where it never began."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
