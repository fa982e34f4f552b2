"""Seats are remembered by number: who was renamed is found again, whoever has the name now is not.

https://docs.github.com/en/rest/users/users#get-a-user-using-their-id
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from bot.core.model import (
    Absence,
    PullRequestRef,
    Repository,
    Resolution,
    SeatKey,
    Team,
    Unresolved,
    Unverified,
    User,
)
from bot.github import queries
from bot.github.client import Client
from bot.github.part import checked
from bot.github.team_answers import SlugPages
from bot.ports import GoneError

MOST_PAGES: Final = 20
"""Of 100 teams, looked through for one that was renamed."""

Resolve = Callable[[str], Awaitable[Resolution]]


class Remembered:
    """Finds what became of the seats that a pull request has asked or heard."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def found(
        self,
        ref: PullRequestRef,
        repository: Repository,
        seats: Sequence[tuple[SeatKey, Resolution]],
        resolve: Resolve,
    ) -> Mapping[SeatKey, Resolution]:
        """Return what the seats are whose name means nobody any more, or somebody else.

        Args:
            ref: The pull request, under the repository's present name.
            repository: Whose teams are looked through.
            seats: What each name means by now that one of them had.
            resolve: Looks up a present name.
        """
        lost = list(dict.fromkeys(key for key, one in seats if not _is(key, one)))
        # GitHub's own timeline shows them under their present names: most of the time nothing is asked for.
        shown = {key: one for key, one in seats if isinstance(one, Team | User) and one.key == key}
        found: dict[SeatKey, Resolution] = {key: shown[key] for key in lost if key in shown}
        lost = [key for key in lost if key not in found]
        slugs = await self._slugs(ref, repository, lost)
        for key in lost:
            kind, _, number = key.partition(":")
            name = slugs.get(int(number)) if kind == "team" else await self._login(ref, int(number))
            became = await resolve(name) if name else Unresolved(Absence.NO_SUCH_NAME)
            found[key] = became if _is(key, became) else Unresolved(Absence.NO_SUCH_NAME)
        return found

    async def _slugs(
        self, ref: PullRequestRef, repository: Repository, lost: list[SeatKey]
    ) -> Mapping[int, str]:
        """Return the present names of all teams, by number; they are asked for where one is missing."""
        found: dict[int, str] = {}
        if not repository.in_organization or not any(key.startswith("team:") for key in lost):
            return found
        variables: dict[str, object] = {"org": repository.owner}
        for _ in range(MOST_PAGES):
            said = await self._client.graphql(ref.installation_id, queries.named("slugs"), variables)
            organization = checked(SlugPages, said.data).organization
            if organization is None:
                return found
            found |= {one.database_id: f"{repository.owner}/{one.slug}" for one in organization.teams.seen}
            if not organization.teams.page_info.has_next_page:
                return found
            variables["after"] = organization.teams.page_info.end_cursor
        return found

    async def _login(self, ref: PullRequestRef, number: int) -> str | None:
        try:
            said = await self._client.rest(ref.installation_id, "GET", "/user/{id}", {"id": str(number)})
        except GoneError:
            return None
        login = said.get("login") if isinstance(said, dict) else None
        return login if isinstance(login, str) else None


def _is(key: SeatKey, one: Resolution) -> bool:
    """Tell whether a name still means this seat; where it could not be looked up, nothing is concluded."""
    return isinstance(one, Unverified) or (isinstance(one, Team | User) and one.key == key)
