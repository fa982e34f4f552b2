"""``ports.Journal`` on the database."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from pydantic import TypeAdapter, ValidationError

from bot.core.model import (
    Asked,
    CommandSeen,
    CommentPosted,
    DocumentsSeen,
    Fact,
    Heard,
    Memory,
    MergedPast,
    Muted,
    Press,
    PressSettled,
    PullRequestRef,
    Reminded,
    Sha,
    ThreadRead,
    Verdict,
)
from bot.core.model.topics import Topic
from bot.core.render.record import Record
from bot.ports import Deed, OutsideError
from bot.store.audit import row_of
from bot.store.clock import Clock, present, system_clock
from bot.store.database import Database, one_at_a_time
from bot.store.digests import DatabaseDigests
from bot.store.leanings import lean, leaning_on
from bot.store.records import drop, keep
from bot.store.tables import audit, fact
from bot.store.tables import verdict as verdicts
from bot.store.upsert import Upsert
from bot.store.wakes import DatabaseWakes

_KINDS: Final[Mapping[str, type[Fact]]] = {
    "asked": Asked,
    "heard": Heard,
    "reminded": Reminded,
    "command": CommandSeen,
    "documents": DocumentsSeen,
    "comment": CommentPosted,
    "thread": ThreadRead,
    "press": Press,
    "press-settled": PressSettled,
    "muted": Muted,
    "merged-past": MergedPast,
}
"""Names in the database: they outlive the classes' names."""
_NAMES: Final = {kind: name for name, kind in _KINDS.items()}
_ADAPTERS: Final[Mapping[str, TypeAdapter[Any]]] = {name: TypeAdapter(kind) for name, kind in _KINDS.items()}
_LATEST_ONLY: Final = frozenset({"documents", "comment", "thread", "muted", "merged-past"})
"""Of these only the last one is true; all others add up."""

# What every run says is made once: making a statement costs more than the database takes to carry it out.
_FACTS: Final = (
    sa.select(fact.c.kind, fact.c.body)
    .where(fact.c.repository == sa.bindparam("of_repository"), fact.c.number == sa.bindparam("of_number"))
    .order_by(fact.c.id)
)
_SLOT: Final = ("repository", "number", "digest")
_ONCE: Final = Upsert(fact, _SLOT)
_LATEST: Final = Upsert(fact, _SLOT, new=("body", "at"))
_SETTLE: Final = Upsert(
    verdicts, ("repository", "head", "number"), new=("installation", "owner", "name", "verdict", "at")
)
_EARLIER: Final = sa.select(verdicts.c.head).where(
    verdicts.c.repository == sa.bindparam("of_repository"),
    verdicts.c.number == sa.bindparam("of_number"),
    verdicts.c.head != sa.bindparam("present"),
)
_DONE: Final = sa.insert(audit)


class DatabaseJournal:
    """What is remembered of each pull request, and what each said of a commit."""

    def __init__(self, database: Database, clock: Clock = system_clock) -> None:
        self._database = database
        self._clock = clock

    async def recall(self, ref: PullRequestRef) -> Memory:
        """See ``ports.Journal``. ``others`` is left to ``settle``, which reads it where it is current.

        Raises:
            OutsideError: a fact was written by a release that this one does not understand. What it meant may
                hold a merge, so it is not skipped.
        """
        mine = {"of_repository": ref.repository_id, "of_number": ref.number}
        as_of, rows = await self._database.read(
            lambda connection: (present(connection), connection.execute(_FACTS, mine).all())
        )
        facts = [_fact(ref, kind, body) for kind, body in rows]
        documents = [one.paths for one in facts if isinstance(one, DocumentsSeen)]
        comments = [one.node_id for one in facts if isinstance(one, CommentPosted)]
        threads = [one for one in facts if isinstance(one, ThreadRead)]
        return Memory(
            asked=tuple(one for one in facts if isinstance(one, Asked)),
            heard=tuple(one for one in facts if isinstance(one, Heard)),
            reminded=tuple(one for one in facts if isinstance(one, Reminded)),
            commands=tuple(one for one in facts if isinstance(one, CommandSeen)),
            pressed=tuple(one for one in facts if isinstance(one, Press)),
            settled=tuple(one for one in facts if isinstance(one, PressSettled)),
            paths=documents[-1] if documents else (),
            comment=comments[-1] if comments else None,
            thread=threads[-1] if threads else None,
            muted=any(isinstance(one, Muted) for one in facts),
            merged_past=any(isinstance(one, MergedPast) for one in facts),
            as_of=as_of,
        )

    async def remember(self, ref: PullRequestRef, facts: Sequence[Fact], deeds: Sequence[Deed] = ()) -> None:
        """See ``ports.Journal``."""
        if not facts and not deeds:
            return
        now = self._clock()
        rows = [_row(ref, one, now) for one in facts]
        where = {
            "at": now,
            "installation": ref.installation_id,
            "repository": ref.repository_id,
            "number": ref.number,
            "place": str(ref),
        }
        done = [row_of(deed) | where for deed in deeds]

        def work(connection: sa.Connection) -> None:
            for row in rows:
                insert = _LATEST if row["kind"] in _LATEST_ONLY else _ONCE
                connection.execute(insert.on(connection), row)
            if done:
                connection.execute(_DONE, done)

        await self._database.write(work)

    async def settle(
        self,
        ref: PullRequestRef,
        head: Sha,
        verdict: Verdict,
        others: Sequence[int],
        record: Record | None = None,
        leanings: Collection[Topic] = (),
        as_of: float = 0.0,
    ) -> Mapping[int, Verdict | None]:
        """See ``ports.Journal``. Of two pull requests that settle at once, the second one sees the first."""
        row = _verdict_row(ref, head) | {"verdict": int(verdict), "at": self._clock()}

        def work(connection: sa.Connection) -> dict[int, Verdict | None]:
            one_at_a_time(connection, f"verdict/{ref.repository_id}/{head}")
            connection.execute(_SETTLE.on(connection), row)
            if record is not None:
                keep(connection, ref, record, self._clock())
            lean(connection, ref, leanings, as_of)
            return _said(connection, ref.repository_id, head, others)

        return await self._database.write(work)

    async def verdicts(
        self, repository_id: int, head: Sha, numbers: Sequence[int]
    ) -> Mapping[int, Verdict | None]:
        """Return what pull requests said of a commit, as ``settle`` does, and record nothing."""
        return await self._database.read(lambda connection: _said(connection, repository_id, head, numbers))

    async def release(
        self, ref: PullRequestRef, head: Sha, *, merged: bool = False
    ) -> tuple[PullRequestRef, ...]:
        """See ``ports.Journal``."""

        def work(connection: sa.Connection) -> tuple[PullRequestRef, ...]:
            connection.execute(sa.delete(verdicts).where(_of(ref)))
            lean(connection, ref, ())
            drop(connection, ref, merged=merged, now=self._clock())
            return _refs(connection, _on(ref.repository_id, head))

        return await self._database.write(work)

    async def moved(self, ref: PullRequestRef, head: Sha) -> tuple[PullRequestRef, ...]:
        """See ``ports.Journal``. Where nothing was said of another commit, nothing is written."""
        mine = {"of_repository": ref.repository_id, "of_number": ref.number, "present": head}
        heads = await self._database.read(
            lambda connection: connection.execute(_EARLIER, mine).scalars().all()
        )
        if not heads:
            return ()
        shared = (verdicts.c.repository == ref.repository_id) & verdicts.c.head.in_(heads)

        def work(connection: sa.Connection) -> tuple[PullRequestRef, ...]:
            connection.execute(sa.delete(verdicts).where(_of(ref), verdicts.c.head != head))
            return _refs(connection, shared)

        return await self._database.write(work)

    async def leaning(
        self, installation_id: int, repository_id: int | None, topics: Collection[Topic]
    ) -> tuple[PullRequestRef, ...]:
        """See ``ports.Journal``."""
        return await self._database.write(
            lambda connection: leaning_on(connection, installation_id, repository_id, topics)
        )

    async def on_commit(self, repository_id: int, head: Sha) -> tuple[PullRequestRef, ...]:
        """See ``ports.Journal``."""
        return await self._database.read(lambda connection: _refs(connection, _on(repository_id, head)))

    async def wake(self, ref: PullRequestRef, at: datetime | None) -> None:
        """See ``ports.Journal``."""
        await DatabaseWakes(self._database).set(ref, at)

    async def digest(self, ref: PullRequestRef, days: int | None) -> None:
        """See ``ports.Journal``."""
        await DatabaseDigests(self._database).want(ref, days)

    async def audit(self, ref: PullRequestRef, deeds: Sequence[Deed]) -> None:
        """See ``ports.Journal``."""
        await self.remember(ref, (), deeds)


def _fact(ref: PullRequestRef, kind: str, body: str) -> Fact:
    try:
        found: Fact = _ADAPTERS[kind].validate_json(body)
    except (KeyError, ValidationError):
        raise OutsideError(f"The journal of {ref} holds a {kind!r} that this release cannot read.") from None
    return found


def _row(ref: PullRequestRef, one: Fact, now: float) -> dict[str, object]:
    kind = _NAMES[type(one)]
    body = _ADAPTERS[kind].dump_json(one)
    named = kind if kind in _LATEST_ONLY else f"{kind} {hashlib.sha256(body).hexdigest()}"
    return {
        "repository": ref.repository_id,
        "number": ref.number,
        "digest": named,
        "kind": kind,
        "body": body.decode(),
        "at": now,
    }


def _verdict_row(ref: PullRequestRef, head: Sha) -> dict[str, object]:
    return {
        "repository": ref.repository_id,
        "head": head,
        "number": ref.number,
        "installation": ref.installation_id,
        "owner": ref.owner,
        "name": ref.name,
    }


def _said(
    connection: sa.Connection, repository_id: int, head: Sha, numbers: Sequence[int]
) -> dict[int, Verdict | None]:
    if not numbers:
        # Most commits are the head of one pull request.
        return {}
    here = _on(repository_id, head) & verdicts.c.number.in_(list(numbers))
    found = connection.execute(sa.select(verdicts.c.number, verdicts.c.verdict).where(here))
    known = {number: Verdict(value) for number, value in found}
    return {number: known.get(number) for number in numbers}


def _of(ref: PullRequestRef) -> sa.ColumnElement[bool]:
    return (verdicts.c.repository == ref.repository_id) & (verdicts.c.number == ref.number)


def _on(repository_id: int, head: Sha) -> sa.ColumnElement[bool]:
    return (verdicts.c.repository == repository_id) & (verdicts.c.head == head)


def _refs(connection: sa.Connection, which: sa.ColumnElement[bool]) -> tuple[PullRequestRef, ...]:
    columns = (
        verdicts.c.installation,
        verdicts.c.repository,
        verdicts.c.owner,
        verdicts.c.name,
        verdicts.c.number,
    )
    query = sa.select(*columns).where(which).distinct().order_by(verdicts.c.number)
    return tuple(PullRequestRef(*row) for row in connection.execute(query))
