"""How a job gets into the queue: the rule of generations.

The rule that loses no event: the run of generation ``g`` has the id ``KEY@g``, and its first act is to
make the next generation ``g + 1``; only then it reads. Who submits reads the generation and enqueues that
id. If the id is there already, its run has not begun to read, and will see the event; if the run has begun,
the id is a new one. So at most one run waits for a pull request, and at most one is under way, because the
pull request is its partition of the queue.
"""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import structlog
from dbos import DBOS, SetEnqueueOptions, SetWorkflowID, WorkflowStatus

from bot.core.model import PullRequestRef
from bot.engine.arrival import arrival
from bot.engine.attempt import Attempt, is_for_the_check_alone, was_asked
from bot.engine.library import apart
from bot.ports import Generations

QUEUE: Final = "pull-requests"
_FINISHED: Final = frozenset({"SUCCESS", "CANCELLED", "ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"})

Workflow = Callable[..., Coroutine[Any, Any, str]]


class Entrance:
    """Enqueues attempts. It is closed until it knows the ``workflow`` that they are runs of."""

    def __init__(self, generations: Generations, on_enqueued: Callable[[], None] = lambda: None) -> None:
        self._generations = generations
        self._on_enqueued = on_enqueued
        self.workflow: Workflow | None = None

    async def submit(self, ref: PullRequestRef, *, checks_only: bool = False) -> None:
        """See ``ports.Jobs``. The log's ``delivery`` and the event's arrival go with the run."""
        delivery = str(structlog.contextvars.get_contextvars().get("delivery", ""))
        first = Attempt(ref.key, 0, delivery=delivery, arrival=arrival(), checks_only=checks_only)
        await apart(self._submit(ref, first))

    async def follow(self, attempt: Attempt, delay: timedelta) -> None:
        """Enqueue an attempt that follows another one. If an event has queued it meanwhile, that is it."""
        await apart(self._enqueue(attempt, delay))

    async def _submit(self, ref: PullRequestRef, first: Attempt) -> None:
        while True:
            generation = await self._generations.current(ref)
            attempt = replace(first, generation=generation)
            status = await self._enqueue(attempt)
            if status.status == "DELAYED" and not was_asked(status) and not attempt.checks_only:
                # It waits out a failure of its own: news are worth an attempt now.
                await DBOS.set_workflow_delay_async(attempt.id, delay_seconds=0)
            narrow = is_for_the_check_alone(status) and not attempt.checks_only
            if status.status not in _FINISHED:
                if not narrow or await self._generations.widen(ref.key, generation):
                    return
                # It has begun to read meanwhile, for the check alone: the next one is for the rest.
                continue
            if await self._generations.current(ref) > generation:
                # It has begun, read and ended since we looked: after the event.
                if not narrow:
                    return
                continue
            # The id was used up without a run's first act (an operator cancelled it, or our table was lost).
            await self._generations.begin(ref.key, generation)

    async def _enqueue(self, attempt: Attempt, delay: timedelta | None = None) -> WorkflowStatus:
        """Put an attempt in the queue unless its id is known; return the state of what has the id."""
        if self.workflow is None:
            raise RuntimeError("the engine is not started")
        with (
            SetWorkflowID(attempt.id),
            SetEnqueueOptions(
                queue_partition_key=attempt.key, delay_seconds=delay.total_seconds() if delay else None
            ),
        ):
            handle = await DBOS.enqueue_workflow_async(QUEUE, self.workflow, *attempt.arguments)
        self._on_enqueued()
        return await handle.get_status()
