"""``ports.Estate``: where this app is installed, and what is open there."""

from collections.abc import Sequence
from typing import Any, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict

from bot.core.model import Sha
from bot.github import queries
from bot.github.client import Client
from bot.github.part import Nodes, Part, checked
from bot.ports import Holding, Installed, ListedPull, Look, OutsideError, Seen

_MOST: Final = 100_000
"""Of either list."""


class _Item(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Account(_Item):
    login: str


class _Installation(_Item):
    """https://docs.github.com/en/rest/apps/apps#list-installations-for-the-authenticated-app."""

    id: int
    account: _Account
    suspended_at: str | None = None


class _Repository(_Item):
    """https://docs.github.com/en/rest/apps/installations#list-repositories-accessible-to-the-app-installation."""

    id: int
    name: str
    owner: _Account
    archived: bool = False
    disabled: bool = False


class _Pull(Part):
    number: int
    state: str
    updated_at: AwareDatetime
    head_ref_oid: Sha


class _Pulls(Part):
    database_id: int
    pull_requests: Nodes[_Pull]


class AppEstate:
    """Lists; what they cost is one request a page."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def installations(self) -> Sequence[Installed]:
        """See ``ports.Estate``."""
        items = await self._client.app_list("/app/installations?per_page=100", _MOST)
        return [
            Installed(one.id, one.account.login, one.suspended_at is not None)
            for one in (checked(_Installation, item) for item in items)
        ]

    async def repositories(self, installation_id: int) -> Sequence[Holding]:
        """See ``ports.Estate``. Archived ones are left out: nothing can be written there."""
        path = "/installation/repositories?per_page=100"
        items = await self._client.rest_list(installation_id, path, {}, _MOST, key="repositories")
        return [
            Holding(installation_id, one.id, one.owner.login, one.name)
            for one in (checked(_Repository, item) for item in items)
            if not one.archived and not one.disabled
        ]

    async def pulls(self, looks: Sequence[Look]) -> Sequence[Seen]:
        """See ``ports.Estate``."""
        holdings = [one.holding for one in looks]
        if len({one.installation_id for one in holdings}) != 1:
            raise ValueError("the repositories are to be one installation's")
        query = queries.listed_pulls(
            [(one.owner, one.name) for one in holdings],
            [one.page for one in looks],
            [one.since is None for one in looks],
        )
        names = frozenset(f"r{i}" for i in range(len(looks)))
        answer = await self._client.graphql(holdings[0].installation_id, query.text, query.variables, names)
        pages = [_seen(look, answer.data.get(f"r{i}")) for i, look in enumerate(looks)]
        return [page for page in pages if page is not None]


def _seen(look: Look, said: Any) -> Seen | None:  # noqa: ANN401 - JSON, read here
    if said is None:
        return None
    found = checked(_Pulls, said)
    if found.database_id != look.holding.repository_id:
        # Another repository has taken the name; the next discovery learns where this one is.
        return None
    page = found.pull_requests
    pulls = tuple(
        ListedPull(one.number, one.head_ref_oid, one.updated_at, one.state == "OPEN") for one in page.seen
    )
    fresh = tuple(one for one in pulls if look.since is None or one.updated >= look.since)
    further = page.page_info.has_next_page and len(fresh) == len(pulls)
    following = page.page_info.end_cursor if further else ""
    if following is None:
        raise OutsideError("GitHub's answer names a next page and no way there")
    return Seen(look, fresh, following)
