"""Runs that go on together, and one that has to be alone: if it ends the process, it ends no other run."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Solitude:
    """Within one process: any number together, or one alone; who waits to be alone comes before newcomers."""

    def __init__(self) -> None:
        self._changed = asyncio.Condition()
        self._together = 0
        self._alone = False
        self._waiting = 0

    @asynccontextmanager
    async def together(self) -> AsyncIterator[None]:
        """Run beside others, once nobody is or waits to be alone."""
        async with self._changed:
            await self._changed.wait_for(lambda: not self._alone and not self._waiting)
            self._together += 1
        try:
            yield
        finally:
            self._together -= 1
            await self._notify()

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Run once all others have ended, and keep new ones waiting meanwhile."""
        self._waiting += 1
        try:
            async with self._changed:
                await self._changed.wait_for(lambda: not self._alone and not self._together)
                self._alone = True
        finally:
            self._waiting -= 1
            if not self._alone:
                await self._notify()
        try:
            yield
        finally:
            self._alone = False
            await self._notify()

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()
