"""People who sign in: what GitHub may answer, and what is made of it; the sandbox tries the rest."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.core.model import Login
from bot.github import GitHubPeople, SignInAccess, utc_now
from bot.ports import SignedOutError, SignInRefusedError, UnavailableError, Visitor

BOB = Visitor(2, Login("bob"), "ghu_secret")
_HIDDEN = {"type": "NOT_FOUND", "message": "Could not resolve to a Repository."}
_LIMITED = {"type": "RATE_LIMITED", "message": "API rate limit exceeded"}


@dataclass
class Scripted:
    """A GitHub that answers each path as it is told."""

    answers: dict[str, tuple[int, Any]] = field(default_factory=dict)
    seen: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.Response:
        """Answer, and note what was asked with which headers."""
        self.seen.append((f"{request.method} {request.path}", dict(request.headers)))
        status, body = self.answers.get(request.path, (404, {"message": "Not Found"}))
        if isinstance(body, str):
            return web.Response(status=status, text=body)
        return web.json_response(body, status=status) if body is not None else web.Response(status=status)


@dataclass
class Wired:
    """The adapter in front of it."""

    github: Scripted
    people: GitHubPeople


@pytest.fixture
async def wired() -> AsyncIterator[Wired]:
    github = Scripted()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", github.handle)
    async with TestServer(app) as server:
        url = str(server.make_url("")).rstrip("/")
        access = SignInAccess(url, f"{url}/graphql", url, "Iv1", "hunter2")
        people = GitHubPeople(aiohttp.ClientSession(), access, utc_now)
        yield Wired(github, people)
        await people.close()


def test_the_secret_and_the_token_are_not_shown() -> None:
    assert "hunter2" not in repr(SignInAccess("a", "b", "c", "d", "hunter2"))
    assert "ghu_secret" not in repr(BOB)


@pytest.mark.parametrize(
    ("token", "user", "error"),
    [
        ((200, {"error": "bad_verification_code"}), None, SignInRefusedError),
        ((200, {}), None, SignInRefusedError),
        ((200, "<html>"), None, UnavailableError),
        ((200, [1]), None, UnavailableError),
        ((502, "bad gateway"), None, UnavailableError),
        ((302, None), None, UnavailableError),
        ((200, {"access_token": "t"}), (401, {"message": "Bad credentials"}), SignedOutError),
        ((200, {"access_token": "t"}), (200, {"login": "bob"}), UnavailableError),
        ((200, {"access_token": "t"}), (200, "<html>"), UnavailableError),
        ((200, {"access_token": "t"}), (500, {}), UnavailableError),
    ],
)
async def test_an_exchange_that_gives_no_person_is_an_error_of_its_kind(
    wired: Wired, token: tuple[int, Any], user: tuple[int, Any] | None, error: type[Exception]
) -> None:
    wired.github.answers["/login/oauth/access_token"] = token
    if user:
        wired.github.answers["/user"] = user

    with pytest.raises(error) as caught:
        await wired.people.visitor("code", "verifier", "http://back")

    assert "hunter2" not in str(caught.value)


async def test_the_person_is_who_the_token_says(wired: Wired) -> None:
    wired.github.answers["/login/oauth/access_token"] = (200, {"access_token": "t"})
    wired.github.answers["/user"] = (200, {"id": 2, "login": "bob", "email": "bob@example.org"})

    assert await wired.people.visitor("code", "verifier", "http://back") == Visitor(2, Login("bob"), "t")
    assert wired.github.seen[-1][1]["Authorization"] == "token t"


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ((200, {"data": {"r0": {"databaseId": 7}, "r1": None}}), [7, None]),
        (
            (
                200,
                {
                    "data": {"r0": None, "r1": {"databaseId": 8}},
                    "errors": [_HIDDEN],
                },
            ),
            [None, 8],
        ),
        ((200, {"data": {"r0": {"databaseId": "7"}, "r1": {}}}), [None, None]),
    ],
)
async def test_what_may_be_read_is_what_has_a_number(
    wired: Wired, answer: tuple[int, Any], found: list[int | None]
) -> None:
    wired.github.answers["/graphql"] = answer

    assert await wired.people.readable(BOB, [("a", "b"), ("c", "d")]) == found
    assert await wired.people.readable(BOB, []) == []
    assert len(wired.github.seen) == 1


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((401, {"message": "Bad credentials"}), SignedOutError),
        (
            (200, {"data": {"r0": None}, "errors": [_LIMITED]}),
            UnavailableError,
        ),
        ((200, {"data": {"r0": {"databaseId": 7}}, "errors": [{"message": "timeout"}]}), UnavailableError),
        ((502, "bad gateway"), UnavailableError),
    ],
)
async def test_where_github_does_not_say_nothing_is_concluded(
    wired: Wired, answer: tuple[int, Any], error: type[Exception]
) -> None:
    wired.github.answers["/graphql"] = answer

    with pytest.raises(error):
        await wired.people.readable(BOB, [("a", "b")])


@pytest.mark.parametrize(
    ("answer", "member"),
    [
        ((200, {"state": "active"}), True),
        ((200, {"state": "pending"}), False),
        ((404, {"message": "Not Found"}), False),
        ((403, {"message": "Resource not accessible by integration"}), False),
    ],
)
async def test_only_an_active_member_is_one(wired: Wired, answer: tuple[int, Any], member: bool) -> None:
    wired.github.answers["/orgs/acme/teams/platform/memberships/bob"] = answer

    assert await wired.people.in_team(BOB, "acme", "platform") is member


async def test_a_token_that_is_dead_already_needs_no_revocation(wired: Wired) -> None:
    await wired.people.revoke(BOB)

    (asked,) = wired.github.seen
    assert asked[0] == "DELETE /applications/Iv1/token"
    assert asked[1]["Authorization"].startswith("Basic ")
