"""Parts of GitHub in which nothing ever happened, for tests that are about something else."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.core.model import Action, App, File, Memory, PullRequestRef, Receipt, Sha, Snapshot
from bot.ports import Delivery, Holding, Installed, Look, Seen, Shelf, UnavailableError


class NoDeliveries:
    """``ports.Deliveries``: no webhook was ever sent."""

    async def since(self, at: datetime, most: int) -> Sequence[Delivery]:
        assert at.tzinfo
        assert most
        return ()

    async def redeliver(self, delivery_id: int) -> None:
        raise NotImplementedError


class NoEstate:
    """``ports.Estate``: installed nowhere."""

    async def installations(self) -> Sequence[Installed]:
        return ()

    async def repositories(self, installation_id: int) -> Sequence[Holding]:
        raise NotImplementedError

    async def pulls(self, looks: Sequence[Look]) -> Sequence[Seen]:
        raise NotImplementedError


class NoBoards:
    """``ports.Boards``: nobody wants one."""

    async def write(self, holding: Holding, issue: int | None, title: str, body: str) -> int:
        raise NotImplementedError


class NoOnboarding:
    """``ports.Onboarding``: nobody is offered anything."""

    async def begin(self, holding: Holding) -> int | None:
        raise NotImplementedError


class NoShelves:
    """``ports.Shelves``: nowhere is a commit."""

    async def tips(self, holdings: Sequence[Holding]) -> Mapping[int, Sha]:
        assert holdings
        return {}

    async def shelf(self, holding: Holding, known: Mapping[str, str]) -> Shelf:
        raise NotImplementedError


class GitHubDown:
    """``ports.GitHub``: not even this app's name is to be had."""

    deliveries, estate, boards = NoDeliveries(), NoEstate(), NoBoards()
    shelves, onboarding = NoShelves(), NoOnboarding()

    async def identify(self) -> App:
        raise UnavailableError("GitHub is down.")

    async def read(self, ref: PullRequestRef, memory: Memory, configuration: File | None = None) -> Snapshot:
        raise NotImplementedError

    async def freshen(self, ref: PullRequestRef, snapshot: Snapshot) -> Snapshot:
        raise NotImplementedError

    async def apply(self, ref: PullRequestRef, action: Action) -> Receipt:
        raise NotImplementedError

    async def announce(self, ref: PullRequestRef, reason: str) -> None:
        raise NotImplementedError

    async def forget_token(self, installation_id: int) -> None:
        """Nothing to forget."""

    async def close(self) -> None:
        """Nothing to close."""
