"""What is taken out of our tables: a repository's data on demand, and whatever has had its time."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import timedelta
from typing import Final, Self

import sqlalchemy as sa

from bot.store.clock import Clock, system_clock
from bot.store.database import Database
from bot.store.tables import (
    audit,
    cache,
    fact,
    inbox,
    installation,
    metadata,
    pull_request,
    repository,
    verdict,
)

JOURNAL_KEPT: Final = timedelta(days=400)
"""After a pull request's last fact, once it is closed; GitHub keeps check runs as long."""
UNINSTALLED_KEPT: Final = timedelta(days=30)
"""Data of an account that has uninstalled the app, or taken a repository from it."""
INBOX_KEPT: Final = timedelta(days=7)
"""A row that could not be moved on for so long never will be."""
_AT_ONCE: Final = 500
"""Repositories: well below the number of values that either database takes in one statement."""

_ABOUT_REPOSITORIES: Final = tuple(table for table in metadata.sorted_tables if "repository" in table.c)
"""By their column: a table that is added later is not forgotten."""


@dataclass(frozen=True, slots=True)
class Removed:
    """How many rows went."""

    facts: int = 0
    verdicts: int = 0
    pull_requests: int = 0
    cached: int = 0
    inbox: int = 0
    audit: int = 0

    def __add__(self, other: Self) -> Self:
        return type(self)(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))

    def __str__(self) -> str:
        return (
            f"{self.pull_requests} pull requests, {self.facts} facts of the journal, "
            f"{self.verdicts} verdicts, {self.cached} cached answers, "
            f"{self.inbox} accepted webhooks, {self.audit} audit rows"
        )


class Removal:
    """Deletes rows; runs of the engine are the engine's to delete."""

    def __init__(self, database: Database, clock: Clock = system_clock) -> None:
        self._database = database
        self._clock = clock

    async def repositories_of(self, owner: str, name: str = "") -> Sequence[int]:
        """Return the ids of the repositories known under an owner, or under one full name; any case."""

        def work(connection: sa.Connection) -> list[int]:
            found: set[int] = set()
            for table, number in (
                (pull_request, pull_request.c.repository),
                (verdict, verdict.c.repository),
                (repository, repository.c.id),
            ):
                named = sa.func.lower(table.c.owner) == owner.lower()
                if name:
                    named &= sa.func.lower(table.c.name) == name.lower()
                found |= set(connection.execute(sa.select(number).where(named)).scalars())
            return sorted(found)

        return await self._database.read(work)

    async def repositories(self, ids: Sequence[int], *, with_audit: bool = False) -> Removed:
        """Delete everything about some repositories; the audit only if it is asked for."""

        def work(connection: sa.Connection) -> Removed:
            gone: Counter[str] = Counter()
            for start in range(0, len(ids), _AT_ONCE):
                some = list(ids[start : start + _AT_ONCE])
                for table in _ABOUT_REPOSITORIES:
                    if with_audit or table is not audit:
                        about = sa.delete(table).where(table.c.repository.in_(some))
                        gone[table.name] += connection.execute(about).rowcount
                connection.execute(sa.delete(repository).where(repository.c.id.in_(some)))
            return Removed(
                facts=gone[fact.name],
                verdicts=gone[verdict.name],
                pull_requests=gone[pull_request.name],
                audit=gone[audit.name],
            )

        return await self._database.write(work) if ids else Removed()

    async def teams_of(self, owner: str) -> Removed:
        """Delete what is cached of an owner's teams and members."""
        prefix = f"team/{owner.lower()}/"
        begins = sa.func.substr(cache.c.key, 1, len(prefix)) == prefix

        def work(connection: sa.Connection) -> Removed:
            return Removed(cached=connection.execute(sa.delete(cache).where(begins)).rowcount)

        return await self._database.write(work)

    async def uninstalled(self) -> Removed:
        """Delete all data of repositories that the app has not reached for thirty days."""
        before = self._clock() - UNINSTALLED_KEPT.total_seconds()
        lost = sa.select(repository.c.id).where(repository.c.gone < before)
        ids = await self._database.read(lambda connection: connection.execute(lost).scalars().all())
        removed = await self.repositories(ids)
        gone = sa.delete(installation).where(installation.c.gone < before)
        await self._database.write(lambda connection: connection.execute(gone))
        return removed

    async def expired(self, audit_kept: timedelta) -> Removed:
        """Delete what has had its time."""
        uninstalled = await self.uninstalled()
        now = self._clock()
        old = sa.select(fact.c.repository, fact.c.number).group_by(fact.c.repository, fact.c.number)
        old = old.having(sa.func.max(fact.c.at) < now - JOURNAL_KEPT.total_seconds())
        judged = sa.exists().where(
            verdict.c.repository == fact.c.repository, verdict.c.number == fact.c.number
        )
        closed = sa.tuple_(fact.c.repository, fact.c.number).in_(old) & ~judged

        def work(connection: sa.Connection) -> Removed:
            def drop(table: sa.Table, which: sa.ColumnElement[bool]) -> int:
                return connection.execute(sa.delete(table).where(which)).rowcount

            return uninstalled + Removed(
                facts=drop(fact, closed),
                cached=drop(cache, cache.c.expires <= now),
                inbox=drop(inbox, inbox.c.at < now - INBOX_KEPT.total_seconds()),
                audit=drop(audit, audit.c.at < now - audit_kept.total_seconds()),
            )

        return await self._database.write(work)
