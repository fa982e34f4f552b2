"""Runs of this process that have ended here and stand as under way in the queue: they begin again.

The library tries once to store how a run has ended. Where the database is away at that moment, the row stays
as it was, and nobody would ever touch it: its process is alive, and whatever comes for the pull request waits
behind it.
"""

import asyncio
from collections.abc import Callable, Collection

import structlog
from dbos import DBOS

from bot.engine.entrance import QUEUE
from bot.engine.letters import WORKFLOW

_log = structlog.get_logger(__name__)


class Strays:
    """Looks for them, one look each beat."""

    def __init__(self, library: DBOS, executor_id: str, under_way: Callable[[], Collection[str]]) -> None:
        self._library = library
        self._executor_id = executor_id
        self._under_way = under_way
        """The ids of the runs that are under way here."""
        self._suspects: frozenset[str] = frozenset()

    async def gather(self) -> None:
        """Return to the queue what was astray at the last look already: one just taken begins in between."""
        pending = await DBOS.list_workflows_async(
            status="PENDING",
            name=WORKFLOW,
            executor_id=self._executor_id,
            load_input=False,
            load_output=False,
        )
        # Read after the list: what has begun since is not astray.
        astray = frozenset(one.workflow_id for one in pending) - frozenset(self._under_way())
        for run in sorted(astray & self._suspects):
            if await asyncio.to_thread(self._return, run):
                _log.warning("run had lost its end, it begins again", job=run)
        self._suspects = astray

    def _return(self, run: str) -> bool:
        # The row is updated on condition that it is under way and still this executor's, which the public
        # ``resume_workflows`` does not ask.
        return self._library._sys_db.reenqueue_for_recovery(run, [self._executor_id], QUEUE)  # noqa: SLF001 - a test holds it
