"""Who may call what: apps by JWT, installations by token, people by their own."""

import time
from datetime import timedelta

import aiohttp
import jwt
import pytest

from bot.sandbox import Refused, Sandbox, Scene
from bot.sandbox.acts.installing import set_suspended
from bot.sandbox.acts.repositories import set_archived
from tests.sandbox.clients import RequestFailed, as_app, with_token
from tests.sandbox.conftest import Client


def signed(scene: Scene, **claims: object) -> str:
    """Sign a JWT with the app's key."""
    now = int(time.time())
    known = {"iss": str(scene.app.id), "iat": now - 60, "exp": now + 300}
    return jwt.encode({**known, **claims}, scene.app.private_key, algorithm="RS256")


async def answer(sandbox: Sandbox, path: str, authorization: str = "") -> tuple[int, str]:
    """Make a bare request and return status and message."""
    headers = {"Authorization": authorization} if authorization else {}
    async with aiohttp.request("GET", sandbox.url + path, headers=headers) as response:
        body = await response.json()
        return response.status, body.get("message", "") if isinstance(body, dict) else ""


async def test_the_app_knows_itself_and_its_installation(sandbox: Sandbox, scene: Scene) -> None:
    app = as_app(sandbox, scene)
    mine = await app.rest.apps.async_get_authenticated()
    assert mine.parsed_data is not None
    assert (mine.parsed_data.slug, mine.parsed_data.id) == ("tdd-bot", scene.app.id)
    found = await app.rest.apps.async_get_repo_installation("acme", "shop")
    assert found.parsed_data.id == scene.installation.id
    listed = await app.rest.apps.async_list_installations()
    assert [row.id for row in listed.parsed_data] == [scene.installation.id]


async def test_a_token_of_the_installation_reaches_its_repositories(sandbox: Sandbox, scene: Scene) -> None:
    app = as_app(sandbox, scene)
    made = await app.rest.apps.async_create_installation_access_token(scene.installation.id)
    token = made.parsed_data.token
    assert token.startswith(f"ghs_{scene.app.id}_")
    assert len(token) == 520
    assert token.count(".") == 2
    installed = with_token(sandbox, token)
    reached = await installed.rest.apps.async_list_repos_accessible_to_installation()
    assert [row.full_name for row in reached.parsed_data.repositories] == ["acme/shop"]


async def test_the_client_id_is_an_issuer_too(sandbox: Sandbox, scene: Scene) -> None:
    status, _ = await answer(sandbox, "/app", f"Bearer {signed(scene, iss=scene.app.client_id)}")
    assert status == 200


@pytest.mark.parametrize(
    ("claims", "sentence"),
    [
        ({"exp": int(time.time()) + 6000}, "too far in the future"),
        ({"exp": int(time.time()) - 1}, "future time at which the assertion expires"),
        ({"iat": int(time.time()) + 600}, "'Issued at' claim"),
        ({"iat": "now"}, "'Issued at' claim"),
    ],
)
async def test_a_jwt_with_wrong_times_is_refused(
    sandbox: Sandbox, scene: Scene, claims: dict[str, object], sentence: str
) -> None:
    status, message = await answer(sandbox, "/app", f"Bearer {signed(scene, **claims)}")
    assert status == 401
    assert sentence in message


async def test_a_jwt_of_another_key_is_refused(sandbox: Sandbox, scene: Scene) -> None:
    forged = jwt.encode({"iss": str(scene.app.id), "iat": 1, "exp": 9**9}, "x" * 32, algorithm="HS256")
    assert await answer(sandbox, "/app", f"Bearer {forged}") == (401, "A JSON web token could not be decoded")


async def test_a_jwt_of_an_unknown_app_is_refused(sandbox: Sandbox, scene: Scene) -> None:
    assert await answer(sandbox, "/app", f"Bearer {signed(scene, iss='7')}") == (404, "Integration not found")


async def test_a_jwt_opens_no_repository(sandbox: Sandbox, scene: Scene) -> None:
    status, _ = await answer(sandbox, "/repos/acme/shop", f"Bearer {signed(scene)}")
    assert status == 401


async def test_an_installation_token_does_not_speak_for_the_app(sandbox: Sandbox, scene: Scene) -> None:
    token = sandbox.token(scene.installation).text
    assert (await answer(sandbox, "/app", f"Bearer {token}"))[0] == 401


async def test_an_expired_token_is_refused(sandbox: Sandbox, scene: Scene) -> None:
    token = sandbox.token(scene.installation, life=timedelta(seconds=-1)).text
    assert await answer(sandbox, "/repos/acme/shop", f"token {token}") == (401, "Bad credentials")


async def test_a_revoked_token_is_refused(client: Client) -> None:
    app = client("app")
    await app.rest.apps.async_revoke_installation_access_token()
    with pytest.raises(RequestFailed) as refusal:
        await app.rest.repos.async_get("acme", "shop")
    assert refusal.value.response.status_code == 401


@pytest.mark.parametrize(
    "header", ["token nonsense", "Bearer ghs_1_a.b.c", "Basic eHg6eHg=", "token user-nobody"]
)
async def test_credentials_that_do_not_hold_are_refused(sandbox: Sandbox, scene: Scene, header: str) -> None:
    assert scene.world is sandbox.world
    assert await answer(sandbox, "/repos/acme/shop", header) == (401, "Bad credentials")


async def test_an_archived_repository_takes_no_write_of_an_app(scene: Scene, client: Client) -> None:
    pull = scene.open_pull({"a.md": "a"})
    set_archived(scene.world, scene.repository, scene.person("erin").account, archived=True)
    issues = client("app").rest.issues
    assert (await issues.async_list_comments("acme", "shop", pull.number)).parsed_data == []
    with pytest.raises(RequestFailed) as refusal:
        await issues.async_create_comment("acme", "shop", pull.number, body="Too late.")
    assert refusal.value.response.status_code == 403
    assert refusal.value.response.json()["message"] == "Repository was archived so is read-only."
    assert not pull.comments


async def test_a_suspended_installation_is_parked(sandbox: Sandbox, scene: Scene) -> None:
    app = as_app(sandbox, scene)
    token = sandbox.token(scene.installation).text
    set_suspended(scene.world, scene.installation, scene.person("erin").account, suspended=True)
    with pytest.raises(RequestFailed) as refusal:
        await app.rest.apps.async_create_installation_access_token(scene.installation.id)
    assert refusal.value.response.status_code == 403
    assert refusal.value.response.json()["message"] == "This installation has been suspended"
    assert (await answer(sandbox, "/repos/acme/shop", f"token {token}"))[0] == 403
    listed = await app.rest.apps.async_list_installations()
    assert listed.parsed_data[0].suspended_at is not None
    set_suspended(scene.world, scene.installation, scene.person("erin").account, suspended=False)
    assert (await answer(sandbox, "/repos/acme/shop", f"token {token}"))[0] == 200


async def test_a_missing_permission_is_named(scene: Scene, client: Client) -> None:
    scene.open_pull({"a.md": "a"})
    scene.installation.permissions["pull_requests"] = "read"
    with pytest.raises(RequestFailed) as refusal:
        await client("app").rest.issues.async_create_comment("acme", "shop", 1, body="Hello")
    assert refusal.value.response.status_code == 403
    assert refusal.value.response.json()["message"] == "Resource not accessible by integration"
    assert refusal.value.response.headers["X-Accepted-GitHub-Permissions"] == "pull_requests=write"


async def test_issues_write_does_not_stand_in_for_pull_requests_write(scene: Scene, client: Client) -> None:
    scene.open_pull({"a.md": "a"})
    scene.installation.permissions.update({"issues": "write", "pull_requests": "read"})
    with pytest.raises(RequestFailed):
        await client("app").rest.issues.async_create_comment("acme", "shop", 1, body="Hello")


async def test_a_token_can_be_narrowed_and_not_widened(sandbox: Sandbox, scene: Scene) -> None:
    app = as_app(sandbox, scene)
    made = await app.rest.apps.async_create_installation_access_token(
        scene.installation.id, data={"permissions": {"contents": "read"}, "repositories": ["shop"]}
    )
    narrow = with_token(sandbox, made.parsed_data.token)
    with pytest.raises(RequestFailed) as refusal:
        await narrow.rest.pulls.async_list("acme", "shop")
    assert refusal.value.response.status_code == 403
    with pytest.raises(RequestFailed) as refusal:
        await app.rest.apps.async_create_installation_access_token(
            scene.installation.id, data={"permissions": {"administration": "write"}}
        )
    assert refusal.value.response.status_code == 422


async def test_a_private_repository_is_hidden_from_strangers(sandbox: Sandbox, scene: Scene) -> None:
    scene.repository.private = True
    assert await answer(sandbox, "/repos/acme/shop", "token user-mallory") == (404, "Not Found")
    assert await answer(sandbox, "/repos/acme/shop") == (404, "Not Found")
    assert (await answer(sandbox, "/repos/acme/shop", "token user-bob"))[0] == 200


async def test_an_uninstalled_app_is_out(sandbox: Sandbox, scene: Scene) -> None:
    token = sandbox.token(scene.installation).text
    app = as_app(sandbox, scene)
    await app.rest.apps.async_delete_installation(scene.installation.id)
    assert (await answer(sandbox, "/repos/acme/shop", f"token {token}"))[0] == 401


async def test_issuing_a_token_in_process_obeys_the_suspension(sandbox: Sandbox, scene: Scene) -> None:
    set_suspended(scene.world, scene.installation, scene.person("erin").account, suspended=True)
    with pytest.raises(Refused):
        sandbox.token(scene.installation)


async def test_an_unknown_path_answers_404_and_is_on_record(sandbox: Sandbox, scene: Scene) -> None:
    assert await answer(sandbox, "/repos/acme/shop/nonsense", "token user-bob") == (404, "Not Found")
    assert [record.path for record in sandbox.log.unknown()] == ["/repos/acme/shop/nonsense"]
    assert scene.world is sandbox.world


@pytest.mark.parametrize("version", ["2022-11-28", "2026-03-10"])
async def test_the_api_version_decides_on_the_shape(sandbox: Sandbox, scene: Scene, version: str) -> None:
    scene.open_pull({"a.md": "a"})
    headers = {"Authorization": "token user-bob", "X-GitHub-Api-Version": version}
    async with aiohttp.request("GET", f"{sandbox.url}/repos/acme/shop/pulls/1", headers=headers) as response:
        body = await response.json()
        assert response.headers["X-GitHub-Api-Version-Selected"] == version
    assert ("merge_commit_sha" in body) == (version == "2022-11-28")


async def test_an_unknown_api_version_is_gone(sandbox: Sandbox, scene: Scene) -> None:
    headers = {"X-GitHub-Api-Version": "2011-01-01"}
    async with aiohttp.request("GET", f"{sandbox.url}/users/bob", headers=headers) as response:
        assert response.status == 410
    assert scene.world is sandbox.world
