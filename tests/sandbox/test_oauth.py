"""Signing in to an app at the sandbox: as strict as GitHub, and stricter about state and PKCE."""

import base64
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from bot.sandbox import Role, Sandbox, Scene, SetClock
from tests.sandbox.plugin import described

BACK = "http://127.0.0.1:9/callback"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


@dataclass
class Flow:
    """An app that signs people in."""

    sandbox: Sandbox
    scene: Scene
    http: aiohttp.ClientSession
    wall: SetClock

    def query(self, **changed: str) -> dict[str, str]:
        """Return what the app sends a person with; a field changed to nothing is left out."""
        fields = {
            "client_id": self.scene.app.client_id,
            "redirect_uri": BACK,
            "state": "s",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            **changed,
        }
        return {name: value for name, value in fields.items() if value}

    async def code(self, login: str = "bob") -> str:
        """Say yes; return the code."""
        url = f"{self.sandbox.url}/login/oauth/authorize"
        async with self.http.post(url, data=self.query(login=login), allow_redirects=False) as answer:
            assert answer.status == 302
            back = urlsplit(answer.headers["Location"])
        assert parse_qs(back.query)["state"] == ["s"]
        return parse_qs(back.query)["code"][0]

    async def exchange(self, code: str, **changed: str) -> dict[str, str]:
        """Exchange a code."""
        fields = {
            "client_id": self.scene.app.client_id,
            "client_secret": self.scene.app.client_secret,
            "code": code,
            "redirect_uri": BACK,
            "code_verifier": VERIFIER,
            **changed,
        }
        async with self.http.post(f"{self.sandbox.url}/login/oauth/access_token", data=fields) as answer:
            assert answer.status == 200
            return dict(await answer.json())

    async def get(self, path: str, token: str) -> int:
        """Return the status of a request with a person's token."""
        headers = {"Authorization": f"Bearer {token}"}
        async with self.http.get(f"{self.sandbox.url}{path}", headers=headers) as answer:
            return answer.status


@pytest.fixture
async def flow() -> AsyncIterator[Flow]:
    wall = SetClock(datetime(2026, 11, 24, tzinfo=UTC))
    async with described(wall=wall) as sandbox, aiohttp.ClientSession() as http:
        scene = sandbox.seed_acme()
        scene.app.callback_urls.append(BACK)
        yield Flow(sandbox, scene, http, wall)


async def test_a_person_chooses_who_to_be_and_the_code_becomes_a_token(flow: Flow) -> None:
    async with flow.http.get(f"{flow.sandbox.url}/login/oauth/authorize", params=flow.query()) as page:
        assert "Continue as bob" in await page.text()

    answer = await flow.exchange(await flow.code())

    assert answer["access_token"].startswith("ghu_")
    assert await flow.get("/user", answer["access_token"]) == 200
    assert await flow.get("/app", answer["access_token"]) == 401


@pytest.mark.parametrize(
    "changed",
    [
        {"client_id": "Iv1.unknown"},
        {"redirect_uri": "http://127.0.0.1:9/elsewhere"},
        {"redirect_uri": ""},
        {"state": ""},
        {"code_challenge": ""},
        {"code_challenge": "short"},
        {"code_challenge_method": "plain"},
    ],
)
async def test_a_request_that_is_not_safe_is_refused(flow: Flow, changed: dict[str, str]) -> None:
    url = f"{flow.sandbox.url}/login/oauth/authorize"
    async with flow.http.get(url, params=flow.query(**changed)) as answer:
        assert answer.status == 400


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"client_secret": "guessed"}, "incorrect_client_credentials"),
        ({"redirect_uri": "http://127.0.0.1:9/other"}, "redirect_uri_mismatch"),
        ({"code_verifier": "w" * 64}, "bad_verification_code"),
        ({"code_verifier": ""}, "bad_verification_code"),
    ],
)
async def test_an_exchange_that_does_not_match_is_refused(
    flow: Flow, changed: dict[str, str], error: str
) -> None:
    answer = await flow.exchange(await flow.code(), **changed)

    assert answer["error"] == error
    assert "access_token" not in answer


async def test_a_code_that_was_never_given_is_refused(flow: Flow) -> None:
    assert (await flow.exchange("guessed"))["error"] == "bad_verification_code"


async def test_a_code_is_good_once_and_for_ten_minutes(flow: Flow) -> None:
    code = await flow.code()
    assert "access_token" in await flow.exchange(code)
    assert (await flow.exchange(code))["error"] == "bad_verification_code"

    late = await flow.code()
    flow.wall.advance(timedelta(minutes=10))
    assert (await flow.exchange(late))["error"] == "bad_verification_code"


async def test_a_token_ends_after_eight_hours_or_when_it_is_taken_back(flow: Flow) -> None:
    first = (await flow.exchange(await flow.code()))["access_token"]
    second = (await flow.exchange(await flow.code("dana")))["access_token"]
    flow.sandbox.gatekeeper.revoke_authorization(flow.scene.app, flow.sandbox.world.user("bob"))

    assert await flow.get("/user", first) == 401
    assert await flow.get("/user", second) == 200
    flow.wall.advance(timedelta(hours=8))
    assert await flow.get("/user", second) == 401


async def test_an_app_ends_a_token_with_its_own_secret_only(flow: Flow) -> None:
    token = (await flow.exchange(await flow.code()))["access_token"]
    url = f"{flow.sandbox.url}/applications/{flow.scene.app.client_id}/token"
    wrong = aiohttp.encode_basic_auth(flow.scene.app.client_id, "guessed")
    right = aiohttp.encode_basic_auth(flow.scene.app.client_id, flow.scene.app.client_secret)
    statuses = []
    for secret in (wrong, right, right):
        headers = {"Authorization": secret}
        async with flow.http.delete(url, json={"access_token": token}, headers=headers) as answer:
            statuses.append(answer.status)

    assert statuses == [401, 204, 404]
    assert await flow.get("/user", token) == 401


async def test_a_token_reaches_what_both_the_person_and_the_app_reach(flow: Flow) -> None:
    world = flow.sandbox.world
    secret = world.add_repository(flow.scene.organization, "secret", private=True)
    flow.scene.organization.base_role = Role.NONE
    secret.collaborators[world.user("bob").id] = Role.READ
    bob = (await flow.exchange(await flow.code()))["access_token"]
    mallory = (await flow.exchange(await flow.code("mallory")))["access_token"]

    assert await flow.get("/repos/acme/secret", bob) == 200
    assert await flow.get("/repos/acme/secret", mallory) == 404
    flow.scene.installation.repositories = {flow.scene.repository.id}
    assert await flow.get("/repos/acme/secret", bob) == 404
    assert await flow.get("/repos/acme/shop", mallory) == 200
