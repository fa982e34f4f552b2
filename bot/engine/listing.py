"""The engine's runs as an operator sees them, from outside of any server.

The library's client needs no engine of its own: it reads and writes the tables that a server has made.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Final, TypeVar

import sqlalchemy as sa
from dbos import DBOSClient, DBOSPortableJSONSerializer, WorkflowStatus

from bot.core.model import Job, Reconcile
from bot.engine.letters import CUTS
from bot.engine.levels import DEAD, DELAYED, RUNNING, WAITING
from bot.engine.sqlite_clock import lend_clock
from bot.ports import DeadLetter, Generations, Inbox, JobState

_T = TypeVar("_T")

_STATES: Final = {
    WAITING: "waiting",
    DELAYED: "delayed",
    RUNNING: "running",
    **dict.fromkeys(DEAD, "dead"),
}
_AT_ONCE: Final = 500
_REPLAYED: Final = "replayed by an operator"


class NeverStartedError(Exception):
    """No server has run on this database yet, so that there are no jobs."""


class Listing:
    """Looks at the runs of all processes on one database."""

    def __init__(self, database_url: str, generations: Generations) -> None:
        self._database_url = database_url
        self._generations = generations

    async def states(self, wanted: Sequence[str] = (), limit: int = 1_000) -> Sequence[JobState]:
        """Return unfinished and dead jobs, newest first; ``wanted`` names the states to show.

        Raises:
            NeverStartedError: there is nothing to look at.
        """
        status = [name for name, state in _STATES.items() if not wanted or state in wanted]
        found = await self._ask(
            lambda client: client.list_workflows(
                status=status, sort_desc=True, limit=limit, load_input=True, load_output=True
            )
        )
        return await self._described(found)

    async def dead_letters(self) -> Sequence[DeadLetter]:
        """Return what was given up, as ``ports.Jobs`` does, from a process that runs no engine."""
        try:
            states = await self.states([_STATES[DEAD[0]]])
        except NeverStartedError:
            return ()
        return [
            DeadLetter(one.id, one.pull_request, one.since, one.error) for one in states if one.pull_request
        ]

    async def find(self, job_id: str) -> JobState:
        """Return one job.

        Raises:
            KeyError: there is none of that id that is unfinished or dead.
            NeverStartedError: there is nothing to look at.
        """
        found = await self._ask(
            lambda client: client.list_workflows(workflow_ids=[job_id], status=list(_STATES))
        )
        if not found:
            raise KeyError(job_id)
        (state,) = await self._described(found)
        return state

    async def replay(self, job: JobState, inbox: Inbox) -> None:
        """Have a dead letter's pull request judged again; the letter goes once that is certain.

        Raises:
            KeyError: it is no dead letter, or nobody knows any more which pull request it was about.
        """
        if job.state != _STATES[DEAD[0]] or job.pull_request is None:
            raise KeyError(job.id)
        jobs: list[Job] = [Reconcile(job.pull_request)]
        await inbox.accept(jobs, _REPLAYED)
        await self._ask(lambda client: client.delete_workflow(job.id))

    async def forget(self, repository_ids: Sequence[int]) -> int:
        """Delete every run of some repositories' pull requests; return how many there were."""
        prefixes = [f"{one}/" for one in repository_ids]
        gone = 0
        while prefixes:
            found = await self._ask(
                lambda client: client.list_workflows(
                    workflow_id_prefix=prefixes, limit=_AT_ONCE, load_input=False, load_output=False
                )
            )
            if not found:
                break
            ids = [one.workflow_id for one in found]
            await self._ask(partial(_delete, ids))
            gone += len(ids)
        return gone

    async def _described(self, found: Sequence[WorkflowStatus]) -> Sequence[JobState]:
        keys = [one.workflow_id.rpartition("@")[0] for one in found]
        refs = await self._generations.find(keys)
        return [
            JobState(
                id=one.workflow_id,
                state=_STATES[one.status],
                queue=one.queue_name or "",
                pull_request=refs.get(key),
                since=datetime.fromtimestamp((one.completed_at or one.created_at or 0) / 1000, UTC),
                attempt=_argument(one, 2, 1),
                delivery=_argument(one, 3, ""),
                error=_error(one),
            )
            for one, key in zip(found, keys, strict=True)
        ]

    async def _ask(self, work: Callable[[DBOSClient], _T]) -> _T:
        return await asyncio.to_thread(self._ask_here, work)

    def _ask_here(self, work: Callable[[DBOSClient], _T]) -> _T:
        with _client(self._database_url) as client:
            return work(client)


@contextmanager
def _client(database_url: str) -> Iterator[DBOSClient]:
    lend_clock()
    client = DBOSClient(
        system_database_url=database_url,
        serializer=DBOSPortableJSONSerializer(),
        lazy=True,
        retry_connection_errors=False,
    )
    try:
        yield client
    except sa.exc.DBAPIError as error:
        if "workflow_status" in str(error.orig):
            raise NeverStartedError("no server has run on this database yet: there are no jobs") from None
        raise
    finally:
        client.destroy()


def _delete(ids: list[str], client: DBOSClient) -> None:
    client.delete_workflows(ids)


def _argument(status: WorkflowStatus, index: int, default: _T) -> _T:
    """Read back what a run was told; what a release before did not store has its default."""
    arguments = status.input["args"] if status.input else ()
    value = arguments[index] if len(arguments) > index else default
    return value if isinstance(value, type(default)) else default


def _error(status: WorkflowStatus) -> str:
    if status.status == "MAX_RECOVERY_ATTEMPTS_EXCEEDED":
        return f"Its process ended {CUTS + 1} times while it ran."
    return str(status.error) if status.error else ""
