"""``ports.Inbox`` and ``ports.Backlog`` on the database: what is accepted survives a crash."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, assert_never

import sqlalchemy as sa
import structlog
from pydantic import TypeAdapter, ValidationError

from bot.core.model import (
    EndSessions,
    ForgetTeams,
    ForgetToken,
    Job,
    Pressed,
    Reconcile,
    ReconcileCommit,
    ReconcileLeaning,
)
from bot.ports import Accepted, Level, StoreUnavailableError
from bot.store.clock import Clock, system_clock
from bot.store.database import Database
from bot.store.tables import inbox

_log = structlog.get_logger(__name__)

_KINDS: Final[Mapping[str, type[Job]]] = {
    "reconcile": Reconcile,
    "pressed": Pressed,
    "reconcile-commit": ReconcileCommit,
    "reconcile-leaning": ReconcileLeaning,
    "forget-teams": ForgetTeams,
    "forget-token": ForgetToken,
    "end-sessions": EndSessions,
}
"""Names in the database: they outlive the classes' names."""
_NAMES: Final = {kind: name for name, kind in _KINDS.items()}
_ADAPTERS: Final[Mapping[str, TypeAdapter[Any]]] = {name: TypeAdapter(kind) for name, kind in _KINDS.items()}

_LOOKED_AT: Final = 5_000
"""Rows that are sorted by installation at once: what a long backlog costs at each look."""
_MOST_WAITING = 2_000
"""Webhooks that wait for a commit at most; more would be answered after GitHub's ten seconds."""
_QUIET_TURNS: Final = 3
"""Turns of the event loop without a newcomer that close a group: it takes aiohttp one to read a request, one
to wake its connection's task, one to start the handler. So whoever was sent when the first one came is in."""
_LARGE: Final = 64
"""Webhooks that close a group: one more would hardly make the others' share of the commit smaller."""


class DatabaseInbox:
    """Accepts webhooks in groups, each stored by one commit.

    A commit costs about as much processor time as a webhook, however many share it. So a group stays open
    while the event loop has others at hand, and is closed by the first turns that bring none: one alone waits
    for nobody, and the more are sent at the same time, the more share a commit. Neither a clock, as
    PostgreSQL's ``commit_delay`` has one, nor a guess at how many will come is needed. What arrives while a
    thread commits shares the next commit.
    """

    def __init__(
        self,
        database: Database,
        on_accepted: Callable[[], None] = lambda: None,
        clock: Clock = system_clock,
        most_waiting: int = _MOST_WAITING,
    ) -> None:
        self._database = database
        self._on_accepted = on_accepted
        self._clock = clock
        self._most_waiting = most_waiting
        self._group: list[tuple[list[dict[str, object]], asyncio.Future[None]]] = []
        self._waiting = 0
        self._writer: asyncio.Task[None] | None = None

    async def accept(self, jobs: Sequence[Job], delivery: str) -> None:
        """See ``ports.Inbox``.

        Raises:
            StoreUnavailableError: nothing was accepted, nor was anything that shared its transaction.
        """
        if not jobs:
            return
        if self._waiting >= self._most_waiting:
            raise StoreUnavailableError("Too many webhooks wait to be stored.", timedelta(seconds=10))
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._group.append(([self._row(job, delivery) for job in jobs], done))
        self._waiting += 1
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        try:
            await done
        finally:
            self._waiting -= 1

    async def waiting(self, limit: int, but: Collection[int] = ()) -> Sequence[Accepted]:
        """See ``ports.Backlog``. A row that this release cannot read is logged and taken out."""
        wanted = sa.select(inbox).order_by(inbox.c.id).limit(max(limit, _LOOKED_AT))
        if but:
            wanted = wanted.where(inbox.c.installation.not_in(sorted(but)))
        seen = wanted.subquery()
        turn = sa.func.row_number().over(partition_by=seen.c.installation, order_by=seen.c.id)
        query = sa.select(seen).order_by(turn, seen.c.id).limit(limit)
        rows = await self._database.read(lambda connection: connection.execute(query).all())
        accepted: list[Accepted] = []
        unreadable: list[int] = []
        for row in rows:
            try:
                job = _ADAPTERS[row.kind].validate_json(row.body)
            except (KeyError, ValidationError):
                unreadable.append(row.id)
                _log.error("inbox row cannot be read", delivery=row.delivery, kind=row.kind)
            else:
                accepted.append(Accepted(row.id, job, row.delivery, row.at))
        if unreadable:
            await self.done(unreadable)
            # Otherwise a page full of them would look like an empty inbox.
            return accepted or await self.waiting(limit, but)
        return accepted

    async def done(self, ids: Sequence[int]) -> None:
        """See ``ports.Backlog``."""
        query = sa.delete(inbox).where(inbox.c.id.in_(list(ids)))
        await self._database.write(lambda connection: connection.execute(query))

    def _row(self, job: Job, delivery: str) -> dict[str, object]:
        kind = _NAMES[type(job)]
        body = _ADAPTERS[kind].dump_json(job).decode()
        return {
            "kind": kind,
            "body": body,
            "delivery": delivery,
            "at": self._clock(),
            "installation": _installation(job),
        }

    async def _write(self) -> None:
        while group := self._group:
            try:
                await self._newcomers(group)
                self._group = []
                await self._database.append(inbox, [row for rows, _ in group for row in rows])
            except BaseException as error:
                if self._group is group:
                    self._group = []
                for _, done in group:
                    if not done.done():
                        done.set_exception(_copy(error))
                if not isinstance(error, Exception):
                    raise
            else:
                for _, done in group:
                    if not done.done():
                        done.set_result(None)
                self._on_accepted()

    async def _newcomers(self, group: Sequence[object]) -> None:
        """Return once the group is to be closed: see the class."""
        quiet, number = 0, len(group)
        while quiet < _QUIET_TURNS and number < _LARGE:
            await asyncio.sleep(0)
            quiet = quiet + 1 if len(group) == number else 0
            number = len(group)


def inbox_level(connection: sa.Connection) -> Level:
    """Count what is accepted and not in a queue yet."""
    number, oldest = connection.execute(sa.select(sa.func.count(), sa.func.min(inbox.c.at))).one()
    return Level(number, None if oldest is None else datetime.fromtimestamp(oldest, UTC))


def _installation(job: Job) -> int:
    match job:
        case Reconcile(pull_request=ref) | Pressed(pull_request=ref):
            return ref.installation_id
        case ReconcileCommit() | ReconcileLeaning() | ForgetToken():
            return job.installation_id
        case ForgetTeams() | EndSessions():
            return 0
        case _ as never:
            assert_never(never)


def _copy(error: BaseException) -> Exception:
    """Return an error for one of several waiters: sharing one would mix up their tracebacks."""
    if isinstance(error, StoreUnavailableError):
        return StoreUnavailableError(str(error), error.retry_after)
    copy = StoreUnavailableError("The webhook could not be stored.")
    copy.__cause__ = error
    return copy
