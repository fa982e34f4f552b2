"""The adapter to GitHub: reads snapshots, carries out actions, turns every failure into one of the port's."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import aiohttp
from cachetools import LRUCache

from bot.core.model import Action, App, File, Memory, PullRequestRef, Receipt, Snapshot
from bot.github.access import GitHubAccess
from bot.github.announce import Announcer
from bot.github.blobs import Blobs
from bot.github.boards import IssueBoards
from bot.github.client import Client
from bot.github.deliveries import AppDeliveries
from bot.github.estate import AppEstate
from bot.github.onboarding import PullRequestOnboarding
from bot.github.people import GitHubPeople, SignInAccess
from bot.github.read import Reader
from bot.github.renewals import Renewals
from bot.github.shelves import BranchShelves
from bot.github.write import Writer
from bot.ports import UNMETERED, Cache, Calls

__all__ = ["GitHubAccess", "GitHubAdapter", "GitHubPeople", "SignInAccess", "utc_now"]

_RENAMED = 10_000


def utc_now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


class GitHubAdapter:
    """``ports.GitHub`` over one HTTP session, which it closes."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        access: GitHubAccess,
        cache: Cache,
        clock: Callable[[], datetime] = utc_now,
        meter: Calls = UNMETERED,
    ) -> None:
        self._session = session
        self._renewals = Renewals(cache, clock)
        self._client = Client(session, access, clock, meter=meter, renewals=self._renewals)
        self._pages = access.pages_url
        self._reader = Reader(
            self._client,
            cache,
            access.check_name,
            access.template,
            clock,
            merge_queues=access.merge_queues,
        )
        self._writer = Writer(self._client, access.check_name)
        self._announcer = Announcer(self._client, self._writer, access.check_name)
        self.deliveries = AppDeliveries(self._client)
        """The webhooks that GitHub has sent."""
        self.boards = IssueBoards(self._client, access.name)
        """Issues that this app keeps."""
        self.onboarding = PullRequestOnboarding(self._client, access.template)
        """The pull request that offers a first configuration."""
        self.estate = AppEstate(self._client)
        """Where this app is installed, and what is open there."""
        self.shelves = BranchShelves(self._client, Blobs(self._client, cache), access.template)
        """The designs of default branches."""
        self._app: App | None = None
        self._asking = asyncio.Lock()
        # What a write follows is a read, which knows the repository's present name.
        self._present: LRUCache[int, tuple[str, str]] = LRUCache(maxsize=_RENAMED)

    async def identify(self) -> App:
        """Return this app as GitHub names it; asked once, then known.

        Raises:
            CredentialsError: GitHub does not accept the key, or knows no such app.
            UnavailableError: GitHub does not answer.
        """
        async with self._asking:
            if self._app is None:
                self._app = await self._client.app()
            return self._app

    async def read(self, ref: PullRequestRef, memory: Memory, configuration: File | None = None) -> Snapshot:
        """Read everything a decision needs; ``configuration``: a file in the place of the repository's own.

        Warm it is one request; a pull request seen first takes a second for its documents, names that are not
        in the cache a third.

        Raises:
            OutsideError: as its kind says; a half-read snapshot is never returned.
        """
        snapshot = await self._reader.read(await self.identify(), ref, memory, configuration)
        self._present[ref.repository_id] = (snapshot.repository.owner, snapshot.repository.name)
        return replace(snapshot, pages=self._pages)

    async def find(self, owner: str, name: str, number: int) -> PullRequestRef:
        """Return the way to a pull request that somebody has named: two requests.

        Raises:
            GoneError: the app is not installed there, or there is no such repository.
        """
        installation_id = await self._client.installation(owner, name)
        said = await self._client.repository(installation_id, owner, name)
        return PullRequestRef(installation_id, said.id, said.owner.login, said.name, number)

    async def rehearse(self, ref: PullRequestRef, memory: Memory, configuration: File) -> Snapshot:
        """Read as ``read`` does, as if this were the repository's configuration.

        Raises:
            OutsideError: as its kind says.
        """
        return await self._reader.read(await self.identify(), ref, memory, configuration)

    async def freshen(self, ref: PullRequestRef, snapshot: Snapshot) -> Snapshot:
        """Return the snapshot with its names and their members read now: one request.

        Raises:
            OutsideError: as its kind says.
        """
        return await self._reader.freshen(ref, snapshot)

    async def apply(self, ref: PullRequestRef, action: Action) -> Receipt:
        """Carry out one action.

        Raises:
            OutsideError: as its kind says. A seat that GitHub will not ask is no error: see ``Receipt``.
        """
        owner, name = self._present.get(ref.repository_id, (ref.owner, ref.name))
        return await self._writer.apply(await self.identify(), replace(ref, owner=owner, name=name), action)

    async def announce(self, ref: PullRequestRef, reason: str) -> None:
        """Say on the check of an open pull request why it could not be judged.

        Raises:
            OutsideError: as its kind says; most likely what it is about.
        """
        owner, name = self._present.get(ref.repository_id, (ref.owner, ref.name))
        await self._announcer.announce(await self.identify(), replace(ref, owner=owner, name=name), reason)

    async def forget_token(self, installation_id: int) -> None:
        """Drop an installation's token: its permissions or its standing changed.

        Other processes with this one's cache drop theirs when it is refused something.
        """
        await self._renewals.note(installation_id)
        self._client.forget_token(installation_id)

    async def close(self) -> None:
        """Close the session."""
        await self._session.close()
