"""How often the queue is looked at: often while there is work, seldom while there is none.

A look takes milliseconds of processor time, and the library has no call that wakes it. But it reads how long
it is to wait from the queue's own row, which is that of all processes: whoever enqueues something has all of
them look often, and whoever finds nothing there has them look seldom again.
"""

import asyncio
import contextlib
import time
from datetime import timedelta
from typing import Final

import structlog
from dbos import DBOS

from bot.engine.background import Background
from bot.engine.entrance import QUEUE

_log = structlog.get_logger(__name__)

_LOOK: Final = 2.0
"""Seconds between two looks whether there is work, wherever it came from."""
_AFTERWARDS: Final = 5.0
"""Seconds for which the last job enqueued here counts as work: another one may follow it."""


class Tempo:
    """Sets the queue's interval for all processes."""

    def __init__(self, busy: timedelta, idle: timedelta) -> None:
        self._busy = busy.total_seconds()
        self._idle = idle.total_seconds()
        self._stirred = asyncio.Event()
        self._until = 0.0
        self._often = True
        self._going = Background(self._run)

    def start(self) -> None:
        """Begin, where the two intervals differ; the queue's own is the busy one."""
        if self._idle > self._busy:
            self._going.start()

    async def stop(self) -> None:
        """Stop; the interval stays as it is."""
        await self._going.stop()

    def stir(self) -> None:
        """Say that something has been enqueued here."""
        self._until = time.monotonic() + _AFTERWARDS
        if not self._often:
            self._stirred.set()

    async def _run(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK):
                    await self._stirred.wait()
            self._stirred.clear()
            try:
                await self._adapt()
            except Exception as error:  # noqa: BLE001 - at a database's hiccup it is looked again
                _log.warning("the queue's interval cannot be set", error=str(error))

    async def _adapt(self) -> None:
        self._often = time.monotonic() < self._until or await _something_waits()
        wanted = self._busy if self._often else self._idle
        queue = await DBOS.retrieve_queue_async(QUEUE)
        if queue is not None and await queue.get_polling_interval_sec_async() != wanted:
            await queue.set_polling_interval_sec_async(wanted)


async def _something_waits() -> bool:
    """Tell whether a job waits for a slot: those put off are looked after by the library's own clock."""
    found = await DBOS.list_workflows_async(
        status="ENQUEUED", queue_name=QUEUE, limit=1, load_input=False, load_output=False
    )
    return bool(found)
