"""Requests: who asks, what comes back, what a failure means."""

import asyncio
import base64
import logging
from datetime import timedelta
from typing import Any

import jwt
import pytest

from bot.core.model import App
from bot.github import GitHubAccess, GitHubAdapter
from bot.github.client import Client
from bot.github.renewals import Renewals
from bot.github.wire import Limits
from bot.ports import CredentialsError, DeniedError, GoneError, OutsideError, UnavailableError
from tests.github.conftest import Scripted

TOKEN = "ghs_7_" + "x" * 500 + ".y.z"


def a_token(scripted: Scripted, value: str = TOKEN) -> None:
    expires = scripted.clock.now + timedelta(hours=1)
    scripted.script.say({"token": value, "expires_at": expires.strftime("%Y-%m-%dT%H:%M:%SZ")}, 201)


@pytest.fixture
def client(scripted: Scripted) -> Client:
    return Client(scripted.session, scripted.access, scripted.clock)


async def get(client: Client) -> Any:  # noqa: ANN401 - JSON
    return await client.rest(5, "GET", "/repos/{owner}/{name}/pulls/1", {"owner": "acme", "name": "shop"})


async def test_the_app_asks_with_its_web_token_who_it_is_once(scripted: Scripted) -> None:
    scripted.script.say({"id": 7, "slug": "tdd-bot", "name": "TDD bot"})
    assert await scripted.adapter.identify() == App(7, "tdd-bot")
    assert await scripted.adapter.identify() == App(7, "tdd-bot")
    [asked] = scripted.script.asked
    assert (asked.method, asked.path) == ("GET", "/api/v3/app")
    kind, _, token = asked.headers["Authorization"].partition(" ")
    assert kind.lower() == "bearer"
    assert jwt.decode(token, options={"verify_signature": False})["iss"] == "7"


async def test_an_enterprise_server_is_told_the_number(scripted: Scripted, pem: str) -> None:
    access = GitHubAccess(
        scripted.access.api_url, scripted.access.graphql_url, pem, "", app_id=7, client_id="Iv23liABC"
    )
    scripted.script.say({"id": 7, "slug": "tdd-bot"})
    await GitHubAdapter(scripted.session, access, scripted.cache, scripted.clock).identify()
    token = scripted.script.asked[0].headers["Authorization"].partition(" ")[2]
    assert jwt.decode(token, options={"verify_signature": False})["iss"] == "7"


def test_the_client_id_is_preferred_as_issuer(pem: str) -> None:
    access = GitHubAccess("https://api.github.com", "", pem, "", app_id=7, client_id="Iv23liABC")
    assert access.issuer == "Iv23liABC"


async def test_a_wrong_id_is_the_administrators_affair(scripted: Scripted) -> None:
    scripted.script.say({"message": "Integration not found"}, 404)
    with pytest.raises(CredentialsError, match="CLIENT_ID or APP_ID"):
        await scripted.adapter.identify()


async def test_an_unknown_app_does_not_read_as_an_installation_that_is_gone(
    scripted: Scripted, client: Client
) -> None:
    scripted.script.say({"message": "Integration not found"}, 404)
    with pytest.raises(CredentialsError):
        await get(client)


async def test_a_removed_installation_is_gone(scripted: Scripted, client: Client) -> None:
    scripted.script.say({"message": "Not Found"}, 404)
    with pytest.raises(GoneError):
        await get(client)


async def test_a_suspended_installation_is_denied(scripted: Scripted, client: Client) -> None:
    scripted.script.say({"message": "This installation has been suspended"}, 403)
    with pytest.raises(DeniedError, match="suspended"):
        await get(client)


async def test_requests_carry_the_version_the_agent_and_the_token(scripted: Scripted, client: Client) -> None:
    a_token(scripted)
    scripted.script.say({})
    await get(client)
    mint, asked = scripted.script.asked
    assert (mint.method, mint.path) == ("POST", "/api/v3/app/installations/5/access_tokens")
    assert asked.path == "/api/v3/repos/acme/shop/pulls/1"
    assert asked.headers["Authorization"] == f"token {TOKEN}"
    assert asked.headers["X-GitHub-Api-Version"] == "2022-11-28"
    assert asked.headers["User-Agent"] == "tdd-bot"


async def test_the_token_is_asked_for_once(scripted: Scripted, client: Client) -> None:
    a_token(scripted)
    for _ in range(4):
        scripted.script.say({})
    await asyncio.gather(*(get(client) for _ in range(4)))
    assert [one.method for one in scripted.script.asked] == ["POST", "GET", "GET", "GET", "GET"]


async def test_a_withdrawn_token_is_replaced_once(scripted: Scripted, client: Client) -> None:
    a_token(scripted)
    scripted.script.say({"message": "Bad credentials"}, 401)
    a_token(scripted, "ghs_second")
    scripted.script.say({"number": 1})
    assert await get(client) == {"number": 1}
    assert scripted.script.asked[-1].headers["Authorization"] == "token ghs_second"


async def test_a_second_refusal_is_an_error(scripted: Scripted, client: Client) -> None:
    a_token(scripted)
    scripted.script.say({"message": "Bad credentials"}, 401)
    a_token(scripted, "ghs_second")
    scripted.script.say({"message": "Bad credentials"}, 401)
    with pytest.raises(CredentialsError):
        await get(client)
    assert len(scripted.script.asked) == 4


async def test_a_forgotten_token_is_made_anew(scripted: Scripted, client: Client) -> None:
    a_token(scripted)
    scripted.script.say({})
    await get(client)
    client.forget_token(5)
    a_token(scripted, "ghs_second")
    scripted.script.say({})
    await get(client)
    assert scripted.script.asked[-1].headers["Authorization"] == "token ghs_second"


async def test_a_refusal_is_taken_from_no_token_that_is_older_than_a_grant(scripted: Scripted) -> None:
    renewals = Renewals(scripted.cache, scripted.clock)
    client = Client(scripted.session, scripted.access, scripted.clock, renewals=renewals)
    refusal = {"message": "Resource not accessible by integration"}
    a_token(scripted)
    scripted.script.say(refusal, 403)
    with pytest.raises(DeniedError):
        await get(client)
    scripted.clock.forward(timedelta(minutes=5))

    await renewals.note(5)

    scripted.script.say(refusal, 403)
    a_token(scripted, "ghs_second")
    scripted.script.say({"number": 1})
    assert await get(client) == {"number": 1}
    scripted.clock.forward(timedelta(minutes=5))
    scripted.script.say({"message": "Not Found"}, 404)
    a_token(scripted, "ghs_third")
    scripted.script.say({"message": "Not Found"}, 404)
    with pytest.raises(GoneError):
        await get(client)
    asked = len(scripted.script.asked)
    scripted.script.say({"message": "Not Found"}, 404)
    with pytest.raises(GoneError):
        await get(client)
    assert len(scripted.script.asked) == asked + 1


async def test_no_secret_is_logged_or_raised(
    scripted: Scripted, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    a_token(scripted)
    scripted.script.hang_up()
    with pytest.raises(UnavailableError) as failed:
        await client.rest(5, "POST", "/x", data={})
    assert TOKEN not in caplog.text
    assert TOKEN not in str(failed.value)


async def test_names_in_a_path_are_quoted(scripted: Scripted, client: Client) -> None:
    a_token(scripted)
    scripted.script.say({})
    await client.rest(5, "GET", "/repos/{owner}/{name}", {"owner": "../app?x=#", "name": "a{b}/c"})
    assert scripted.script.asked[-1].path == "/api/v3/repos/..%2Fapp%3Fx%3D%23/a%7Bb%7D%2Fc"


async def test_a_cut_connection_is_an_outage(scripted: Scripted, client: Client) -> None:
    a_token(scripted)
    scripted.script.hang_up()
    with pytest.raises(UnavailableError, match="No connection to GitHub"):
        await client.rest(5, "POST", "/x", data={})


async def test_a_server_that_is_not_there_is_an_outage(
    scripted: Scripted, unused_tcp_port: int, pem: str
) -> None:
    url = f"http://127.0.0.1:{unused_tcp_port}"
    access = GitHubAccess(url, f"{url}/graphql", pem, "", app_id=7)
    with pytest.raises(UnavailableError):
        await Client(scripted.session, access, scripted.clock).app()


async def test_silence_is_an_outage(scripted: Scripted) -> None:
    impatient = Client(scripted.session, scripted.access, scripted.clock, Limits(timedelta(microseconds=1)))
    with pytest.raises(UnavailableError, match="in time"):
        await impatient.app()


async def test_an_answer_without_end_is_cut(scripted: Scripted) -> None:
    client = Client(scripted.session, scripted.access, scripted.clock, Limits(largest_answer=1000))
    a_token(scripted)
    scripted.script.say("x" * 2000)
    with pytest.raises(OutsideError, match="larger than 1,000 bytes"):
        await get(client)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"<html>", "text/html"),
        (b"{", "application/json"),
        (b"\xff", "application/json"),
        (b"", "application/json"),
        (b"[]", "application/json"),
        (b'{"token": 3}', "application/json"),
        (b'{"token": "x", "expires_at": "tomorrow"}', "application/json"),
        (b'{"token": "x", "expires_at": "2026-11-24T12:00:00"}', "application/json"),
    ],
)
async def test_a_token_answer_without_sense_is_an_outage(
    scripted: Scripted, client: Client, body: bytes, content_type: str
) -> None:
    scripted.script.say_raw(body, content_type, 201)
    with pytest.raises(UnavailableError):
        await get(client)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirect_takes_the_token_nowhere(scripted: Scripted, client: Client, status: int) -> None:
    a_token(scripted)
    scripted.script.say({"message": "Moved Permanently"}, status, {"Location": "/elsewhere"})
    with pytest.raises(UnavailableError, match="moved"):
        await client.rest(5, "POST", "/x", data={})
    assert len(scripted.script.asked) == 2


async def test_a_next_page_on_another_server_is_not_asked(scripted: Scripted, client: Client) -> None:
    a_token(scripted)
    scripted.script.say([1], headers={"Link": '<https://evil.example/api/v3/x?page=2>; rel="next"'})
    with pytest.raises(OutsideError, match="another server"):
        await client.rest_list(5, "/x", {}, 100)


async def test_a_list_is_read_to_its_end_or_its_cap(scripted: Scripted, client: Client) -> None:
    a_token(scripted)
    link = {"Link": f'<{scripted.access.api_url}/x?page=2>; rel="next"'}
    scripted.script.say([1, 2], headers=link)
    scripted.script.say([3])
    assert await client.rest_list(5, "/x", {}, 100) == [1, 2, 3]
    scripted.script.say([1, 2], headers=link)
    assert await client.rest_list(5, "/x", {}, 2) == [1, 2]


async def ask(client: Client, *tolerated: str) -> Any:  # noqa: ANN401 - JSON
    return await client.graphql(5, "query { x }", {"number": 3}, frozenset(tolerated))


async def test_a_query_goes_to_the_graphql_address_with_its_variables(
    scripted: Scripted, client: Client
) -> None:
    a_token(scripted)
    scripted.script.say({"data": {"x": 1}})
    assert (await ask(client)).data == {"x": 1}
    asked = scripted.script.asked[-1]
    assert (asked.method, asked.path) == ("POST", "/api/graphql")
    assert asked.data == {"query": "query { x }", "variables": {"number": 3}}
    assert asked.headers["X-GitHub-Api-Version"] == "2022-11-28"


async def test_partial_data_is_kept_where_a_field_may_be_missing(scripted: Scripted, client: Client) -> None:
    a_token(scripted)
    error = {"type": "FORBIDDEN", "path": ["x", 0, "y"], "message": "Resource not accessible by integration"}
    scripted.script.say({"data": {"x": [{"y": None}]}, "errors": [error]})
    answer = await ask(client, "y")
    assert answer.data == {"x": [{"y": None}]}
    assert [fault.kind for fault in answer.faults] == ["FORBIDDEN"]


async def test_one_intolerable_fault_fails_the_whole_read(scripted: Scripted, client: Client) -> None:
    a_token(scripted)
    errors = [
        {"type": "FORBIDDEN", "path": ["y"], "message": "no"},
        {"type": "SERVICE_UNAVAILABLE", "path": ["z"], "message": "Something went wrong"},
    ]
    scripted.script.say({"data": {"x": 1}, "errors": errors})
    with pytest.raises(UnavailableError, match="Something went wrong"):
        await ask(client, "y")


async def test_a_limited_query_tells_when_to_come_back(scripted: Scripted, client: Client) -> None:
    a_token(scripted)
    reset = str(int((scripted.clock.now + timedelta(minutes=9)).timestamp()))
    headers = {"x-ratelimit-limit": "5000", "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset}
    scripted.script.say({"errors": [{"type": "RATE_LIMITED", "message": "limit"}]}, 200, headers)
    with pytest.raises(UnavailableError) as limited:
        await ask(client)
    assert limited.value.retry_after == timedelta(minutes=9)


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"<html>Unicorn!</html>", "text/html", 502),
        (b"<html>Unicorn!</html>", "text/html", 200),
        (b"", "application/json", 200),
        (b"[]", "application/json", 200),
        (b"{}", "application/json", 200),
        (b'{"data": null}', "application/json", 200),
        (b'{"errors": []}', "application/json", 200),
        (b'{"errors": 3, "data": {}}', "application/json", 200),
        (
            b'{"data": null, "errors": [{"type": "FORBIDDEN", "path": ["y"], "message": ""}]}',
            "application/json",
            200,
        ),
    ],
)
async def test_a_query_answer_without_sense_is_an_outage(
    scripted: Scripted, client: Client, body: bytes, content_type: str, status: int
) -> None:
    a_token(scripted)
    scripted.script.say_raw(body, content_type, status)
    with pytest.raises(UnavailableError):
        await ask(client, "y")


async def test_a_secondary_limit_of_a_query_does_not_wait_for_the_hour(
    scripted: Scripted, client: Client
) -> None:
    a_token(scripted)
    reset = str(int((scripted.clock.now + timedelta(minutes=50)).timestamp()))
    headers = {"x-ratelimit-limit": "5000", "x-ratelimit-remaining": "4000", "x-ratelimit-reset": reset}
    scripted.script.say({"errors": [{"message": "You have exceeded a secondary rate limit"}]}, 200, headers)
    with pytest.raises(UnavailableError) as limited:
        await ask(client)
    assert limited.value.retry_after == timedelta(minutes=1)


async def test_a_secondary_limit_of_a_query_may_be_a_403(scripted: Scripted, client: Client) -> None:
    a_token(scripted)
    scripted.script.say({"message": "You have exceeded a secondary rate limit"}, 403, {"Retry-After": "60"})
    with pytest.raises(UnavailableError) as limited:
        await ask(client)
    assert limited.value.retry_after == timedelta(seconds=60)


def test_nothing_of_the_key_is_in_the_access_as_shown(pem: str) -> None:
    access = GitHubAccess("https://api.github.com", "https://api.github.com/graphql", pem, "")
    assert base64.b64encode(pem.encode()).decode() not in repr(access)
    assert pem.splitlines()[1] not in repr(access)
