"""REST and GraphQL in an installation's name: a token that has been withdrawn is replaced once."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Literal, TypeVar

import aiohttp
from gidgethub import GitHubException, QueryError
from pydantic import AwareDatetime, BaseModel, ConfigDict, TypeAdapter, ValidationError

from bot.core.model import App
from bot.github.access import GitHubAccess
from bot.github.auth import AppKey, Token, Tokens
from bot.github.failures import Fault, faults_of, is_outage
from bot.github.renewals import Renewals
from bot.github.wire import Limits, Wire, allowance_of
from bot.ports import (
    UNMETERED,
    Call,
    Calls,
    CredentialsError,
    DeniedError,
    GoneError,
    OutsideError,
    UnavailableError,
    Way,
)

_Result = TypeVar("_Result")

_NO_SUCH_APP = "GitHub knows no app of this id: see CLIENT_ID or APP_ID."


@dataclass(frozen=True, slots=True)
class Answer:
    """What a GraphQL query gave, and the tolerated faults: what they concern is null."""

    data: Mapping[str, Any]
    faults: tuple[Fault, ...] = ()


class _Minted(BaseModel):
    """https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    token: str
    expires_at: AwareDatetime


class _Named(BaseModel):
    """https://docs.github.com/en/rest/apps/apps#get-the-authenticated-app."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: int
    slug: str


class _Installed(BaseModel):
    """https://docs.github.com/en/rest/apps/apps#get-a-repository-installation-for-the-authenticated-app."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: int


class Owner(BaseModel):
    """Of a repository."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    login: str


class NamedRepository(BaseModel):
    """https://docs.github.com/en/rest/repos/repos#get-a-repository."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: int
    name: str
    owner: Owner


class Client:
    """The requests that this adapter makes; each method is one round trip, paging apart."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        access: GitHubAccess,
        clock: Callable[[], datetime],
        limits: Limits | None = None,
        meter: Calls = UNMETERED,
        renewals: Renewals | None = None,
    ) -> None:
        self._renewals = renewals
        self._meter = meter
        self._session = session
        self._limits = limits or Limits()
        self._access = access
        self._clock = clock
        self._key = AppKey(access.issuer, access.private_key)
        self._tokens = Tokens(self._mint, clock)

    def forget_token(self, installation_id: int) -> None:
        """Drop the installation's token: its permissions or repositories have changed."""
        self._tokens.drop(installation_id)

    async def app(self) -> App:
        """Ask who this app is.

        Raises:
            CredentialsError: GitHub does not accept the key or knows no such app.
        """
        try:
            said = await self._as_app(lambda wire, token: wire.getitem("/app", jwt=token))
        except GoneError as error:
            raise CredentialsError(_NO_SUCH_APP) from error
        named = _checked(_Named, said)
        return App(named.id, named.slug, self._access.name)

    async def app_list(
        self, path: str, most: int, until: Callable[[Any], bool] = lambda _: False
    ) -> list[Any]:
        """Read a list in the app's own name, page by page, up to ``most`` items.

        The first item of which ``until`` is true ends it and is left out.
        """

        async def ask(wire: Wire, token: str) -> list[Any]:
            items: list[Any] = []
            async for item in wire.getiter(path, jwt=token):
                if len(items) >= most or until(item):
                    break
                items.append(item)
            return items

        return await self._as_app(ask)

    async def app_item(self, path: str, url_vars: Mapping[str, str] | None = None) -> Any:  # noqa: ANN401 - JSON
        """Read one thing in the app's own name."""
        return await self._as_app(lambda wire, token: wire.getitem(path, url_vars or {}, jwt=token))

    async def app_patch(self, path: str, data: Mapping[str, object]) -> None:
        """Change something of the app itself."""
        await self._as_app(lambda wire, token: wire.patch(path, data=data, jwt=token))

    async def app_post(self, path: str, url_vars: Mapping[str, str]) -> None:
        """Have something done in the app's own name."""
        await self._as_app(lambda wire, token: wire.post(path, url_vars, data=b"", jwt=token))

    async def installation(self, owner: str, name: str) -> int:
        """Ask for the id of this app's installation that sees a repository.

        Raises:
            GoneError: there is none, or no such repository.
        """
        where = {"owner": owner, "name": name}
        path = "/repos/{owner}/{name}/installation"
        said = await self._as_app(lambda wire, token: wire.getitem(path, where, jwt=token))
        return _checked(_Installed, said).id

    async def repository(self, installation_id: int, owner: str, name: str) -> NamedRepository:
        """Ask for a repository's id and present name.

        Raises:
            GoneError: there is no such repository.
        """
        said = await self.rest(
            installation_id, "GET", "/repos/{owner}/{name}", {"owner": owner, "name": name}
        )
        return _checked(NamedRepository, said)

    async def rest(
        self,
        installation_id: int,
        method: Literal["GET", "POST", "PATCH", "PUT", "DELETE"],
        path: str,
        url_vars: Mapping[str, str] | None = None,
        data: object = b"",
    ) -> Any:  # noqa: ANN401 - JSON; the caller checks what it uses
        """Make one REST request; ``path`` is a URI template whose variables are quoted."""

        async def ask(wire: Wire) -> Any:  # noqa: ANN401 - as above
            match method:
                case "GET":
                    return await wire.getitem(path, url_vars or {})
                case "POST":
                    return await wire.post(path, url_vars or {}, data=data)
                case "PATCH":
                    return await wire.patch(path, url_vars or {}, data=data)
                case "PUT":
                    return await wire.put(path, url_vars or {}, data=data)
                case "DELETE":
                    return await wire.delete(path, url_vars or {}, data=data)

        return await self._as_installation(installation_id, ask)

    async def rest_list(
        self, installation_id: int, path: str, url_vars: Mapping[str, str], most: int, key: str = "items"
    ) -> list[Any]:
        """Read a list page by page, following GitHub's own links, up to ``most`` items.

        ``key`` is where the list stands in an answer that is an object.
        """

        async def ask(wire: Wire) -> list[Any]:
            items: list[Any] = []
            async for item in wire.getiter(path, url_vars, iterable_key=key):
                items.append(item)
                if len(items) >= most:
                    break
            return items

        return await self._as_installation(installation_id, ask)

    async def graphql(
        self,
        installation_id: int,
        query: str,
        variables: Mapping[str, object],
        tolerated: frozenset[str] = frozenset(),
        replaceable: frozenset[str] = frozenset(),
    ) -> Answer:
        """Make one query. FORBIDDEN and NOT_FOUND at a path through a tolerated field leave a null there.

        So does a failure of GitHub's at a path through a replaceable one: the caller has something else.

        Raises:
            OutsideError: any other fault: data that lacks something else is not worth having.
        """

        async def ask(wire: Wire) -> Answer:
            try:
                data = await wire.graphql(query, endpoint=self._access.graphql_url, **variables)
            except QueryError as error:
                return self._partial(wire, error.response, tolerated, replaceable)
            return Answer(_some(data))

        return await self._as_installation(installation_id, ask)

    def _partial(
        self,
        wire: Wire,
        response: Mapping[str, Any],
        tolerated: frozenset[str],
        replaceable: frozenset[str],
    ) -> Answer:
        faults = faults_of(response.get("errors"))
        # Its own truth is "may ask again", so a used-up limit would read as none.
        limit = wire.rate_limit
        reset = limit.reset_datetime if limit is not None and limit.remaining <= 0 else None
        for fault in faults:
            if fault.tolerable(tolerated):
                continue
            failure = fault.failure(reset, self._clock())
            if response.get("data") is None or not (is_outage(failure) and fault.at_any(replaceable)):
                raise failure
        if not faults:
            raise UnavailableError("GitHub's answer to a query has an error that it does not name")
        return Answer(_some(response.get("data")), tuple(faults))

    async def _as_installation(
        self, installation_id: int, ask: Callable[[Wire], Awaitable[_Result]]
    ) -> _Result:
        token = await self._tokens.of(installation_id)
        try:
            return await _understood(ask(self._wire(installation_id, token.value)))
        except (CredentialsError, DeniedError, GoneError) as error:
            if not isinstance(error, CredentialsError) and not await self._outdated(installation_id, token):
                raise
            # Withdrawn before its time, or made before a permission or a repository was added.
            # Nothing has been done yet, so even a write may be said again.
            self._tokens.drop(installation_id, token)
            token = await self._tokens.of(installation_id)
            return await _understood(ask(self._wire(installation_id, token.value)))

    async def _outdated(self, installation_id: int, token: Token) -> bool:
        return self._renewals is not None and await self._renewals.outdate(installation_id, token.made)

    async def _as_app(self, ask: Callable[[Wire, str], Awaitable[_Result]]) -> _Result:
        return await _understood(ask(self._wire(), self._key.sign(self._clock())))

    async def _mint(self, installation_id: int) -> Token:
        path = f"/app/installations/{installation_id}/access_tokens"
        try:
            said = await self._as_app(lambda wire, token: wire.post(path, data=b"", jwt=token))
        except GoneError as error:
            # "Integration not found" says that the app is unknown, not that the installation is gone.
            if "integration not found" in str(error).lower():
                raise CredentialsError(_NO_SUCH_APP) from error
            raise
        minted = _checked(_Minted, said)
        return Token.expiring(minted.token, minted.expires_at, self._clock())

    def _wire(self, installation_id: int | None = None, token: str | None = None) -> Wire:
        access = self._access
        note = partial(self._note, installation_id)
        return Wire(self._session, access.api_url, access.graphql_url, self._clock, self._limits, token, note)

    def _note(
        self, installation_id: int | None, way: Way, status: int, headers: Mapping[str, str], seconds: float
    ) -> None:
        self._meter.call(Call(way, installation_id, status, seconds, allowance_of(headers)))


def _some(data: object) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise UnavailableError("GitHub's answer to a query holds no data")
    return data


async def _understood(answer: Awaitable[_Result]) -> _Result:
    """Take an answer that is no JSON, or no answer of GitHub's, for an outage."""
    try:
        return await answer
    except OutsideError:
        raise
    except (GitHubException, ValueError, LookupError, TypeError) as error:
        raise UnavailableError(f"GitHub's answer makes no sense ({type(error).__name__})") from error


_Model = TypeVar("_Model", bound=BaseModel)


def _checked(model: type[_Model], said: object) -> _Model:
    try:
        return TypeAdapter(model).validate_python(said)
    except ValidationError:
        raise UnavailableError(
            f"GitHub's answer lacks fields of {model.__name__.strip('_').lower()}"
        ) from None
