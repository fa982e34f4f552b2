"""GitHub, and what is remembered of it: what a run reads and writes."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.model import Action, App, Fact, File, Memory, PullRequestRef, Receipt, Sha, Snapshot, Verdict
from bot.core.model.topics import Topic
from bot.core.render.record import Record
from bot.ports.audit import Deed


class GitHub(Protocol):
    """The one way to GitHub."""

    async def identify(self) -> App:
        """Return this app as GitHub names it; asked once, then known."""
        ...

    async def read(self, ref: PullRequestRef, memory: Memory, configuration: File | None = None) -> Snapshot:
        """Read everything a decision needs, members of teams at most 15 minutes old.

        ``configuration`` is a file to judge by in the place of the repository's own.

        Raises:
            OutsideError: as its kind says; a half-read snapshot is never returned.
        """
        ...

    async def freshen(self, ref: PullRequestRef, snapshot: Snapshot) -> Snapshot:
        """Return the snapshot with the teams' members read now, not from the cache: one request.

        Raises:
            OutsideError: as its kind says.
        """
        ...

    async def apply(self, ref: PullRequestRef, action: Action) -> Receipt:
        """Carry out one action (``Remember`` is not for GitHub); idempotent as far as GitHub allows.

        Raises:
            OutsideError: as its kind says. A seat that GitHub will not ask is no error: see ``Receipt``.
        """
        ...

    async def close(self) -> None:
        """Release connections."""
        ...


class Journal(Protocol):
    """Our own tables, as far as one pull request is concerned."""

    async def recall(self, ref: PullRequestRef) -> Memory:
        """Return what is remembered and as of when; an empty memory for a new pull request."""
        ...

    async def remember(self, ref: PullRequestRef, facts: Sequence[Fact], deeds: Sequence[Deed] = ()) -> None:
        """Append facts, and to the audit what is done next, in one transaction.

        The same fact again changes nothing; of nothing, nothing is written.
        """
        ...

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
        """Record this pull request's verdict for its head and read the others' in one transaction.

        ``record`` is kept with it for the pages, and ``leanings`` for ``leaning``, each in the place of those
        before. ``as_of`` is that of the memory with which reading for this verdict began: of what it newly
        leans on, a change that was told of since then may have been missed.
        """
        ...

    async def release(
        self, ref: PullRequestRef, head: Sha, *, merged: bool = False
    ) -> tuple[PullRequestRef, ...]:
        """Forget a closed pull request's verdicts; return those that share ``head`` and may now improve.

        Of a ``merged`` one the pages go on showing the designs.
        """
        ...

    async def moved(self, ref: PullRequestRef, head: Sha) -> tuple[PullRequestRef, ...]:
        """Forget its verdicts on commits but ``head``; return those that share one and may now improve."""
        ...

    async def leaning(
        self, installation_id: int, repository_id: int | None, topics: Collection[Topic]
    ) -> tuple[PullRequestRef, ...]:
        """Return the open pull requests that leaned on one of these changed ones; None: in any repository.

        Those that are judged for the first time at this moment go to the bulk queue by themselves.
        """
        ...

    async def on_commit(self, repository_id: int, head: Sha) -> tuple[PullRequestRef, ...]:
        """Return the pull requests that were judged on this commit."""
        ...

    async def wake(self, ref: PullRequestRef, at: datetime | None) -> None:
        """Have a pull request looked at again when a time has come; None: when something happens."""
        ...

    async def digest(self, ref: PullRequestRef, days: int | None) -> None:
        """Have the repository get a weekly overview of what has waited so long; None: it wants none."""
        ...

    async def audit(self, ref: PullRequestRef, deeds: Sequence[Deed]) -> None:
        """Append an audit row for each deed, in one transaction."""
        ...


class Cache(Protocol):
    """Values that expire, shared by all processes on one database."""

    async def get(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        """Return the values that are there and have not expired, in one read."""
        ...

    async def put(self, values: Mapping[str, bytes], lifetime: timedelta) -> None:
        """Keep values for that long."""
        ...

    async def drop(self, prefix: str) -> None:
        """Forget every value whose key begins so."""
        ...
