"""GitHub's adapters, built as the settings say; what only looks needs no more."""

from typing import Protocol

import aiohttp

from bot.builtin import template
from bot.core.model import PullRequestRef
from bot.github import GitHubAccess, GitHubAdapter, GitHubPeople, SignInAccess, utc_now
from bot.ports import Boards, Cache, Calls, Deliveries, Estate, GitHub, Onboarding, People, Shelves
from bot.settings import Settings


class RemoteGitHub(GitHub, Protocol):
    """The adapter: besides the port, it keeps tokens that events make invalid."""

    @property
    def deliveries(self) -> Deliveries:
        """The webhooks that GitHub has sent."""
        ...

    @property
    def boards(self) -> Boards:
        """Issues that this app keeps."""
        ...

    @property
    def onboarding(self) -> Onboarding:
        """The pull request that offers a first configuration."""
        ...

    @property
    def estate(self) -> Estate:
        """Where this app is installed, and what is open there."""
        ...

    @property
    def shelves(self) -> Shelves:
        """The designs of default branches."""
        ...

    async def announce(self, ref: PullRequestRef, reason: str) -> None:
        """Say on the pull request's check why it could not be judged."""
        ...

    async def forget_token(self, installation_id: int) -> None:
        """Drop an installation's token, in the end in every process."""
        ...


def github_of(settings: Settings, cache: Cache, meter: Calls) -> GitHubAdapter:
    """Return GitHub as the settings say it is reached, on a session of its own."""
    access = GitHubAccess(
        api_url=settings.api_url,
        graphql_url=settings.graphql_url,
        private_key=settings.private_key,
        template=template(),
        app_id=settings.app_id,
        client_id=settings.client_id,
        name=settings.app_slug,
        pages_url=settings.pages_url or "",
    )
    return GitHubAdapter(aiohttp.ClientSession(), access, cache, meter=meter)


def people_of(settings: Settings) -> People:
    """Return what knows who has signed in."""
    access = SignInAccess(
        api_url=settings.api_url,
        graphql_url=settings.graphql_url,
        server_url=settings.server_url,
        client_id=settings.client_id or "",
        client_secret=settings.client_secret or "",
    )
    return GitHubPeople(aiohttp.ClientSession(), access, utc_now)
