"""Who is alive: this process says so, and takes over the runs of those that are not.

DBOS alone recovers only runs of its own executor id, and that id is new at every boot, so that two processes
never mistake each other's runs for their own. A process that others have declared dead ends itself.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog
from dbos import DBOS

from bot.engine.background import Background
from bot.engine.process import is_gone
from bot.engine.strays import Strays
from bot.ports import Executor, Executors

_log = structlog.get_logger(__name__)

BEAT: Final = timedelta(seconds=2)
SILENCE: Final = timedelta(seconds=10)
"""Five beats: a busy database or loop may miss some."""
_PURGE_EVERY: Final = timedelta(hours=1)
_KEPT: Final = {"SUCCESS": timedelta(days=7), "CANCELLED": timedelta(days=7), "ERROR": timedelta(days=90)}
"""How long ended runs are kept. Their ids are never used again: generations only grow."""
_PURGED_AT_ONCE: Final = 500


class Heart:
    """The heartbeat of one executor."""

    def __init__(
        self,
        executor: Executor,
        executors: Executors,
        beat: timedelta,
        fence: Callable[[], None],
        strays: Strays | None = None,
    ) -> None:
        self._executor = executor
        self._strays = strays
        self._executors = executors
        self._beat = beat
        self._fence = fence
        self._beating = Background(self._live)
        self._purge_at = datetime.now(UTC) + timedelta(minutes=1)

    @property
    def executor_id(self) -> str:
        """As whom this process beats."""
        return self._executor.id

    async def bury_neighbours(self) -> None:
        """Take over from processes of this machine that have ended, without waiting for their silence."""
        gone = [one.id for one in await self._executors.living(self._executor.place) if is_gone(one)]
        if gone:
            await self._executors.condemn(gone)
        await self._take_over()

    def start(self) -> None:
        """Begin to beat."""
        self._beating.start()

    def rest(self) -> None:
        """Beat on while the library stops, and ask it nothing."""
        self._strays = None

    async def stop(self) -> None:
        """Stop beating and leave the place: any run still under way is free to be taken over."""
        await self._beating.stop()
        await self._executors.condemn([self._executor.id])

    async def _live(self) -> None:
        while True:
            await asyncio.sleep(self._beat.total_seconds())
            try:
                await self._one_beat()
            except Exception as error:  # noqa: BLE001 - a heart that stops at a database's hiccup would kill the rest
                _log.warning("heartbeat failed", error=str(error))

    async def _one_beat(self) -> None:
        if not await self._executors.beat(self._executor.id):
            # Its runs are somebody else's by now: going on would write beside them.
            _log.critical("declared dead by another process, ending", executor=self._executor.id)
            self._fence()
            return
        await self._take_over()
        if self._strays is not None:
            await self._strays.gather()
        now = datetime.now(UTC)
        if now >= self._purge_at:
            self._purge_at = now + _PURGE_EVERY
            await _purge(now)

    async def _take_over(self) -> None:
        dead = await self._executors.condemned(SILENCE)
        if not dead:
            return
        # First the runs, then the rows: whoever dies in between leaves the rest to the next sweep.
        count = await asyncio.to_thread(_recover, dead)
        await self._executors.remove(dead)
        _log.warning("took over from dead executors", executors=list(dead), runs=count)


def _recover(dead: Sequence[str]) -> int:
    # A private name; a test holds it. Each run is updated on condition that it still belongs to the dead: two
    # processes may call it together. The public ``resume_workflows`` has no such condition.
    return len(DBOS._recover_pending_workflows(list(dead)))  # noqa: SLF001 - see above


async def _purge(now: datetime) -> None:
    """Delete ended runs; the library keeps them for ever."""
    for status, kept in _KEPT.items():
        before = (now - kept).isoformat()
        while old := await DBOS.list_workflows_async(
            status=status, completed_before=before, limit=_PURGED_AT_ONCE, load_input=False, load_output=False
        ):
            await DBOS.delete_workflows_async([one.workflow_id for one in old])
