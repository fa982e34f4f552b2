"""Work that comes round by itself: every process looks what is due, one of them does it.

A turn may be cut anywhere, by a crash or by a stop; whoever takes the next one goes on from the cursor that
was kept last.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog

from bot.engine.background import Background
from bot.ports import UNMETERED, Chores, Meter, OutsideError, UnavailableError

_log = structlog.get_logger(__name__)

_PATIENCE: Final = timedelta(seconds=60)
"""A turn whose process has said nothing for so long is somebody else's."""
_AFTER_FAILURE: Final = timedelta(minutes=1)


class LostTurnError(Exception):
    """Another process has taken the turn over: it goes on from the last cursor."""


class Turn:
    """One turn of a chore, as its work sees it."""

    def __init__(self, chores: Chores, name: str, holder: str, cursor: str) -> None:
        self._chores = chores
        self._name = name
        self._holder = holder
        self.cursor = cursor
        """Where the last turn got, in the work's own words; empty at the very first."""

    async def keep(self, cursor: str, note: str) -> None:
        """Store how far it got, and what people are told of it; the turn is good for minutes again.

        Raises:
            LostTurnError: it was silent for too long.
        """
        if not await self._chores.keep(self._name, self._holder, cursor, note, _PATIENCE):
            raise LostTurnError(f"another process does {self._name!r} by now")
        self.cursor = cursor


@dataclass(frozen=True, slots=True)
class Chore:
    """What is done again and again."""

    name: str
    every: timedelta
    work: Callable[[Turn], Awaitable[None]]
    at_start: bool = False
    """Due when a process starts, whenever it was done last."""


class Schedule:
    """Looks after the chores of one process."""

    def __init__(
        self,
        chores: Chores,
        what: Sequence[Chore],
        holder: str,
        tick: timedelta = timedelta(seconds=2),
        meter: Meter = UNMETERED,
        renew_every: timedelta = timedelta(seconds=15),
    ) -> None:
        self._chores = chores
        self._what = {one.name: one for one in what}
        self._holder = holder
        self._tick = tick
        self._meter = meter
        self._renew_every = renew_every.total_seconds()
        self._turns: dict[str, asyncio.Task[None]] = {}
        self._renewed = 0.0
        self._looking = Background(self._run)

    def start(self) -> None:
        """Begin to look."""
        self._looking.start()

    async def stop(self) -> None:
        """Stop; a turn under way is cut, and free for the next process."""
        await self._looking.stop()
        turns = list(self._turns.values())
        for turn in turns:
            turn.cancel()
        await asyncio.gather(*turns, return_exceptions=True)

    async def _run(self) -> None:
        begun = False
        while True:
            await asyncio.sleep(self._tick.total_seconds())
            try:
                if not begun:
                    await self._begin()
                    begun = True
                await self._renew()
                await self._look()
            except Exception as error:  # noqa: BLE001 - nobody else would look
                _log.warning("what is due cannot be read", error=str(error))

    async def _begin(self) -> None:
        await self._chores.enroll(list(self._what))
        for one in self._what.values():
            if one.at_start:
                await self._chores.hasten(one.name)

    async def _renew(self) -> None:
        """Keep the turns under way: a step of one may take longer than others would wait."""
        if time.monotonic() - self._renewed < self._renew_every:
            return
        self._renewed = time.monotonic()
        for name, task in list(self._turns.items()):
            if not task.done() and not await self._chores.renew(name, self._holder, _PATIENCE):
                _log.warning("turn lost", chore=name)
                task.cancel()

    async def _look(self) -> None:
        for name in await self._chores.due():
            chore = self._what.get(name)
            under_way = self._turns.get(name)
            if chore is None or (under_way and not under_way.done()):
                continue
            cursor = await self._chores.claim(name, self._holder, _PATIENCE)
            if cursor is None:
                continue
            turn = Turn(self._chores, name, self._holder, cursor)
            self._turns[name] = asyncio.create_task(self._do(chore, turn))

    async def _do(self, chore: Chore, turn: Turn) -> None:
        began = time.perf_counter()
        again, note, outcome = chore.every, "", "done"
        try:
            await chore.work(turn)
        except asyncio.CancelledError:
            # Whoever looks next goes on at once, from the last cursor.
            await asyncio.shield(self._chores.finish(chore.name, self._holder, timedelta(0)))
            raise
        except LostTurnError as error:
            _log.warning("turn lost", chore=chore.name, reason=str(error))
            return
        except Exception as error:  # noqa: BLE001 - a failed turn is made again; the others must go on
            again, note, outcome = _after(error, chore.every), f"failed: {error}", "failed"
            trace = None if isinstance(error, OutsideError) else error
            _log.warning("chore failed", chore=chore.name, reason=str(error), exc_info=trace)
        self._meter.chore(chore.name, outcome, time.perf_counter() - began)
        try:
            await self._chores.finish(chore.name, self._holder, again, note)
        except OutsideError as error:
            # The lease runs out by itself.
            _log.warning("turn cannot be ended", chore=chore.name, reason=str(error))


def _after(error: Exception, every: timedelta) -> timedelta:
    asked = error.retry_after if isinstance(error, UnavailableError) else None
    return asked or min(every, _AFTER_FAILURE)
