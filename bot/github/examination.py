"""What GitHub says of this app and of a repository, for whoever asks whether all is well."""

import base64
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

import aiohttp
from pydantic import BaseModel, ConfigDict

from bot.github.access import GitHubAccess
from bot.github.client import Client
from bot.github.deliveries import AppDeliveries
from bot.github.part import checked
from bot.github.protection import required_checks
from bot.ports import CredentialsError, GoneError, UnavailableError

_MOST_RULES: Final = 500
_MOST_ADMINS: Final = 100
_TIMEOUT: Final = aiohttp.ClientTimeout(total=15)


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class AppSeen(_Lenient):
    """https://docs.github.com/en/rest/apps/apps#get-the-authenticated-app."""

    id: int
    slug: str
    html_url: str
    permissions: dict[str, str]
    events: list[str]


class InstallationSeen(_Lenient):
    """https://docs.github.com/en/rest/apps/apps#get-a-repository-installation-for-the-authenticated-app."""

    id: int
    html_url: str
    permissions: dict[str, str]
    events: list[str]
    suspended_at: datetime | None = None


class RepositorySeen(_Lenient):
    """https://docs.github.com/en/rest/repos/repos#get-a-repository."""

    full_name: str
    html_url: str
    default_branch: str
    archived: bool = False


class _Hook(_Lenient):
    url: str = ""


class _Collaborator(_Lenient):
    login: str


@dataclass(frozen=True, slots=True)
class BranchRules:
    """What holds on a branch, from all its rulesets together."""

    required: tuple[tuple[str, int | None], ...] = ()
    """Checks, with the app that has to report them; None: anybody may."""
    dismiss_stale: bool = False
    last_push: bool = False

    @classmethod
    def of(cls, rules: list[Any]) -> "BranchRules":
        """Read https://docs.github.com/en/rest/repos/rules#get-rules-for-a-branch."""
        required: list[tuple[str, int | None]] = []
        stale = last = False
        for rule in rules:
            parameters = rule.get("parameters") if isinstance(rule, dict) else None
            if not isinstance(parameters, dict):
                continue
            if rule.get("type") == "required_status_checks":
                required += [
                    (str(one.get("context")), one.get("integration_id"))
                    for one in parameters.get("required_status_checks") or ()
                ]
            elif rule.get("type") == "pull_request":
                stale = stale or bool(parameters.get("dismiss_stale_reviews_on_push"))
                last = last or bool(parameters.get("require_last_push_approval"))
        return cls(tuple(required), stale, last)


@dataclass(frozen=True, slots=True)
class Sent:
    """The webhooks of a time."""

    arrived: int = 0
    failed: tuple[str, ...] = field(default=())
    """What became of those that have not arrived with any attempt."""


class Examination:
    """Asks; each method is one request, paging apart."""

    def __init__(self, session: aiohttp.ClientSession, access: GitHubAccess, client: Client) -> None:
        self._session = session
        self._access = access
        self._client = client
        self._deliveries = AppDeliveries(client)

    async def clock(self) -> datetime:
        """Return what time it is at GitHub.

        Raises:
            UnavailableError: it does not answer, or without a date.
        """
        try:
            async with self._session.get(f"{self._access.api_url}/meta", timeout=_TIMEOUT) as answer:
                date = answer.headers.get("Date", "")
        except (aiohttp.ClientError, TimeoutError) as error:
            raise UnavailableError(f"GitHub does not answer: {str(error) or type(error).__name__}") from error
        try:
            return parsedate_to_datetime(date).astimezone(UTC)
        except ValueError as error:
            raise UnavailableError("GitHub's answer says no date") from error

    async def app(self) -> AppSeen:
        """Return the app as it is registered.

        Raises:
            CredentialsError: GitHub does not accept the key, or knows no such app.
        """
        try:
            return checked(AppSeen, await self._client.app_item("/app"))
        except GoneError as error:
            raise CredentialsError("GitHub knows no app of this id") from error

    async def webhook_url(self) -> str:
        """Return where GitHub sends webhooks; empty for nowhere."""
        return checked(_Hook, await self._client.app_item("/app/hook/config")).url

    async def sent_since(self, at: datetime, most: int) -> Sent:
        """Return what became of the webhooks since ``at``, each counted once whatever its attempts."""
        attempts = await self._deliveries.since(at, most)
        arrived = {one.guid for one in attempts if one.arrived}
        failed = {one.guid: str(one.id) for one in attempts if one.guid not in arrived}
        return Sent(len(arrived), tuple(failed.values()))

    async def installation(self, owner: str, name: str) -> InstallationSeen | None:
        """Return the installation that sees a repository; None where there is none."""
        path = "/repos/{owner}/{name}/installation"
        try:
            said = await self._client.app_item(path, {"owner": owner, "name": name})
        except GoneError:
            return None
        return checked(InstallationSeen, said)

    async def repository(self, installation_id: int, owner: str, name: str) -> RepositorySeen:
        """Return a repository."""
        where = {"owner": owner, "name": name}
        return checked(
            RepositorySeen, await self._client.rest(installation_id, "GET", "/repos/{owner}/{name}", where)
        )

    async def rules(self, installation_id: int, owner: str, name: str, branch: str) -> BranchRules:
        """Return what holds on a branch, by rulesets and by the checks of a branch protection rule."""
        where = {"owner": owner, "name": name, "branch": branch}
        path = "/repos/{owner}/{name}/rules/branches/{branch}?per_page=100"
        found = BranchRules.of(await self._client.rest_list(installation_id, path, where, _MOST_RULES))
        classic = await required_checks(self._client, installation_id, owner, name, branch)
        required = (*found.required, *((one.context, one.source) for one in classic))
        return replace(found, required=required)

    async def admins(self, installation_id: int, owner: str, name: str) -> tuple[str, ...]:
        """Return who may administer a repository, at most a hundred."""
        path = "/repos/{owner}/{name}/collaborators?permission=admin&per_page=100"
        where = {"owner": owner, "name": name}
        people = await self._client.rest_list(installation_id, path, where, _MOST_ADMINS)
        return tuple(sorted(checked(_Collaborator, one).login for one in people))

    async def text(self, installation_id: int, owner: str, name: str, path: str) -> str | None:
        """Return a file of the default branch; None where there is none, or where it is no text."""
        where = {"owner": owner, "name": name, "path": path}
        # The configured template may lie in a folder: a slash stays a slash.
        url = "/repos/{owner}/{name}/contents/{+path}"
        try:
            said = await self._client.rest(installation_id, "GET", url, where)
        except GoneError:
            return None
        return _decoded(said)

    async def set_webhook_url(self, url: str) -> None:
        """Have GitHub send webhooks there."""
        await self._client.app_patch("/app/hook/config", {"url": url})

    async def send_again(self, attempt: str) -> None:
        """Ask for one more attempt."""
        await self._deliveries.redeliver(int(attempt))


def _decoded(said: object) -> str | None:
    """Read https://docs.github.com/en/rest/repos/contents#get-repository-content."""
    content = said.get("content") if isinstance(said, dict) else None
    if not isinstance(content, str) or not isinstance(said, dict) or said.get("encoding") != "base64":
        return None
    try:
        return base64.b64decode(content).decode("utf-8")
    except ValueError:
        return None
