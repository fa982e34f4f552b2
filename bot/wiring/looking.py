"""What commands read a pull request by. Neither the engine nor the web is imported for it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace

from bot.core.model import File, Memory, PullRequestRef, Snapshot, Verdict
from bot.github import GitHubAdapter
from bot.ports import UNMETERED
from bot.settings import Settings
from bot.store.cache import BriefCache
from bot.store.database import Database
from bot.store.journal import DatabaseJournal
from bot.wiring.github import github_of


@dataclass(frozen=True, slots=True)
class Look:
    """Reads pull requests as a server does. It has no way to write, to GitHub or to the database."""

    _github: GitHubAdapter
    _journal: DatabaseJournal | None

    @property
    def remembers(self) -> bool:
        """Whether a server's journal is there; without it a decision rests on GitHub alone."""
        return self._journal is not None

    async def find(self, owner: str, name: str, number: int) -> PullRequestRef:
        """Return the way to a pull request.

        Raises:
            GoneError: this app sees no such repository.
            OutsideError: as its kind says.
        """
        return await self._github.find(owner, name, number)

    async def read(self, ref: PullRequestRef, configuration: File | None = None) -> Snapshot:
        """Return everything a decision needs; ``configuration``: in the place of the repository's own.

        Raises:
            OutsideError: as its kind says.
        """
        memory = await self._journal.recall(ref) if self._journal else Memory()
        if configuration is None:
            snapshot = await self._github.read(ref, memory)
        else:
            snapshot = await self._github.rehearse(ref, memory, configuration)
        others: Mapping[int, Verdict | None] = dict.fromkeys(snapshot.others)
        if self._journal:
            head = snapshot.pull_request.head_sha
            others = await self._journal.verdicts(ref.repository_id, head, snapshot.others)
        return replace(snapshot, memory=replace(snapshot.memory, others=others))


@asynccontextmanager
async def looking(settings: Settings) -> AsyncIterator[Look]:
    """Build what only looks; at the end close everything.

    Raises:
        StoreUnavailableError: the server's database is there and cannot be opened.
        SchemaError: another release has made it.
    """
    async with AsyncExitStack() as stack:
        database = await Database.open_present(settings.database_url)
        if database is not None:
            stack.push_async_callback(database.close)
        # Nothing is kept: what a look has read must not pass for what a server has.
        github = github_of(settings, BriefCache(), UNMETERED)
        stack.push_async_callback(github.close)
        yield Look(github, DatabaseJournal(database) if database else None)
