"""People who sign in, and what GitHub says they may read: asked with their own tokens, never the app's."""

import asyncio
import base64
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

import aiohttp
from gidgethub import GitHubException, QueryError
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from bot.core.model import Login
from bot.github import queries
from bot.github.failures import faults_of
from bot.github.wire import Limits, Wire
from bot.ports import (
    CredentialsError,
    DeniedError,
    GoneError,
    OutsideError,
    SignedOutError,
    SignInRefusedError,
    UnavailableError,
    Visitor,
)

_Result = TypeVar("_Result")
_AT_ONCE: Final = 100
"""Repositories in one query: a point of the person's own 5,000 an hour."""
_SIDE_BY_SIDE: Final = 5
"""Queries of one person under way: the first look at thousands of repositories should not take a minute."""
_HIDDEN: Final = frozenset({"NOT_FOUND", "FORBIDDEN"})
_LARGEST_ANSWER: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class SignInAccess:
    """How this app's people reach GitHub; the secret is kept out of its ``repr``."""

    api_url: str
    graphql_url: str
    server_url: str
    """What a browser opens."""
    client_id: str
    client_secret: str = field(repr=False)


class _Answered(BaseModel):
    """https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-user-access-token-for-a-github-app."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    access_token: str = ""
    error: str = ""


class _Person(BaseModel):
    """https://docs.github.com/en/rest/users/users#get-the-authenticated-user."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: int
    login: str


class _Membership(BaseModel):
    """https://docs.github.com/en/rest/teams/members#get-team-membership-for-a-user."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    state: str


_ANSWERED: Final = TypeAdapter(_Answered)
_PERSON: Final = TypeAdapter(_Person)
_MEMBERSHIP: Final = TypeAdapter(_Membership)


class GitHubPeople:
    """``ports.People`` over one HTTP session, which it closes."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        access: SignInAccess,
        clock: Callable[[], datetime],
        limits: Limits | None = None,
    ) -> None:
        self._session = session
        self._access = access
        self._clock = clock
        self._limits = limits or Limits(largest_answer=_LARGEST_ANSWER)

    def sign_in_url(self, state: str, challenge: str, back_to: str) -> str:
        """See ``ports.People``."""
        query = {
            "client_id": self._access.client_id,
            "redirect_uri": back_to,
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{self._access.server_url}/login/oauth/authorize?{urlencode(query)}"

    async def visitor(self, code: str, verifier: str, back_to: str) -> Visitor:
        """See ``ports.People``."""
        answered = await self._exchange(
            {
                "client_id": self._access.client_id,
                "client_secret": self._access.client_secret,
                "code": code,
                "code_verifier": verifier,
                "redirect_uri": back_to,
            }
        )
        if not answered.access_token:
            # GitHub's word for it (bad_verification_code ...); its sentence could quote what was sent.
            raise SignInRefusedError(f"GitHub refuses the sign-in ({answered.error[:60] or 'no token'})")

        async def ask(wire: Wire) -> _Person:
            return _PERSON.validate_python(await wire.getitem("/user"))

        person = await self._as_person(answered.access_token, ask)
        return Visitor(person.id, Login(person.login), answered.access_token)

    async def _exchange(self, fields: Mapping[str, str]) -> _Answered:
        url = f"{self._access.server_url}/login/oauth/access_token"
        timeout = aiohttp.ClientTimeout(total=self._limits.patience.total_seconds())
        try:
            async with self._session.post(
                url,
                data=fields,
                headers={"Accept": "application/json"},
                allow_redirects=False,
                timeout=timeout,
            ) as response:
                body = await response.content.read(_LARGEST_ANSWER)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise UnavailableError(f"No connection to GitHub ({type(error).__name__})") from error
        if response.status != HTTPStatus.OK:
            raise UnavailableError(f"GitHub answered {response.status} to a sign-in")
        try:
            return _ANSWERED.validate_json(body)
        except ValidationError:
            raise UnavailableError("GitHub's answer to a sign-in makes no sense") from None

    async def readable(self, visitor: Visitor, places: Sequence[tuple[str, str]]) -> Sequence[int | None]:
        """See ``ports.People``. One query for a hundred repositories, several of them side by side."""
        gate = asyncio.Semaphore(_SIDE_BY_SIDE)

        async def ask(some: Sequence[tuple[str, str]]) -> Sequence[int | None]:
            async with gate:
                return await self._readable(visitor, some)

        try:
            async with asyncio.TaskGroup() as group:
                asking = [
                    group.create_task(ask(places[start : start + _AT_ONCE]))
                    for start in range(0, len(places), _AT_ONCE)
                ]
        except ExceptionGroup as errors:
            # Whichever it is: where GitHub does not say everything, nothing is concluded.
            raise errors.exceptions[0] from None
        return [number for task in asking for number in task.result()]

    async def _readable(self, visitor: Visitor, places: Sequence[tuple[str, str]]) -> Sequence[int | None]:
        query = queries.readable(places)

        async def ask(wire: Wire) -> Mapping[str, Any]:
            try:
                return (
                    await wire.graphql(query.text, endpoint=self._access.graphql_url, **query.variables) or {}
                )
            except QueryError as error:
                faults = faults_of(error.response.get("errors"))
                if not faults or any(fault.kind not in _HIDDEN for fault in faults):
                    raise UnavailableError("GitHub could not say what this person may read") from None
                said = error.response.get("data")
            return said or {}

        data = await self._as_person(visitor.token, ask)
        return [_number(data.get(f"r{at}")) for at in range(len(places))]

    async def confirm(self, visitor: Visitor) -> bool:
        """See ``ports.People``."""

        async def ask(wire: Wire) -> bool:
            return _PERSON.validate_python(await wire.getitem("/user")) == _Person(
                id=visitor.id, login=visitor.login
            )

        return await self._as_person(visitor.token, ask)

    async def in_team(self, visitor: Visitor, organization: str, slug: str) -> bool:
        """See ``ports.People``."""
        path = "/orgs/{org}/teams/{team_slug}/memberships/{username}"
        names = {"org": organization, "team_slug": slug, "username": visitor.login}

        async def ask(wire: Wire) -> bool:
            return _MEMBERSHIP.validate_python(await wire.getitem(path, names)).state == "active"

        try:
            return await self._as_person(visitor.token, ask)
        except (GoneError, DeniedError):
            return False

    async def revoke(self, visitor: Visitor) -> None:
        """See ``ports.People``. One that is dead already is no failure.

        https://docs.github.com/en/rest/apps/oauth-applications#delete-an-app-token
        """
        secret = f"{self._access.client_id}:{self._access.client_secret}".encode()
        wire = self._wire(None)
        # gidgethub writes `token ...` for what it is given; this endpoint wants the client's own secret.
        headers = {
            "authorization": f"Basic {base64.b64encode(secret).decode()}",
            "accept": "application/vnd.github+json",
        }
        url = f"{self._access.api_url}/applications/{self._access.client_id}/token"
        body = TypeAdapter(dict[str, str]).dump_json({"access_token": visitor.token})
        try:
            await wire.send("DELETE", url, headers, body)
        except GoneError:
            return

    async def close(self) -> None:
        """Close the session."""
        await self._session.close()

    def _wire(self, token: str | None) -> Wire:
        access = self._access
        return Wire(self._session, access.api_url, access.graphql_url, self._clock, self._limits, token)

    async def _as_person(self, token: str, ask: Callable[[Wire], Awaitable[_Result]]) -> _Result:
        try:
            return await ask(self._wire(token))
        except CredentialsError as error:
            raise SignedOutError(str(error)) from error
        except OutsideError:
            raise
        except (GitHubException, ValueError, LookupError, TypeError) as error:
            raise UnavailableError(f"GitHub's answer makes no sense ({type(error).__name__})") from error


def _number(said: object) -> int | None:
    number = said.get("databaseId") if isinstance(said, Mapping) else None
    return number if isinstance(number, int) else None
