"""The dead letters: runs that were given up, kept until somebody has them judged again."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from dbos import DBOS, WorkflowStatus

from bot.core.model import PullRequestRef
from bot.engine.attempt import key_of
from bot.engine.library import apart
from bot.ports import DeadLetter, Generations

CUTS: Final = 2
"""How often a run may be cut by the death of its process and begin again, the last time alone.

After that it is a dead letter: it may be what ends the processes.
"""
WORKFLOW: Final = "reconcile"
_LETTERS: Final = ["ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
_SHOWN: Final = 1_000


class Letters:
    """Those of all processes."""

    def __init__(self, generations: Generations) -> None:
        self._generations = generations

    async def all(self) -> Sequence[DeadLetter]:
        """Return the last thousand, newest first."""
        found = await apart(
            DBOS.list_workflows_async(
                status=list(_LETTERS), name=WORKFLOW, sort_desc=True, load_input=False, limit=_SHOWN
            )
        )
        refs = await self._generations.find([key_of(status.workflow_id) for status in found])
        letters = [
            _letter(status, refs[key_of(status.workflow_id)])
            for status in found
            if key_of(status.workflow_id) in refs
        ]
        return sorted(letters, key=lambda letter: letter.since, reverse=True)

    async def discard(self, letter_id: str) -> None:
        """Delete one."""
        await apart(DBOS.delete_workflow_async(letter_id))


def _letter(status: WorkflowStatus, ref: PullRequestRef) -> DeadLetter:
    ended = status.completed_at or status.updated_at or 0
    cut = f"Its process ended {CUTS + 1} times while it ran."
    error = str(status.error) if status.status == "ERROR" else cut
    return DeadLetter(status.workflow_id, ref, datetime.fromtimestamp(ended / 1000, UTC), error)
