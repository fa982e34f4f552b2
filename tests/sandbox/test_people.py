"""Organisations, teams, collaborators and rules."""

import aiohttp
import pytest

from bot.sandbox import BranchRule, RequiredCheck, Role, Sandbox, Scene
from tests.sandbox.clients import RequestFailed
from tests.sandbox.conftest import Client


async def status_of(sandbox: Sandbox, path: str, who: str) -> int:
    """Return the status of a bare request, redirects not followed."""
    headers = {"Authorization": f"token user-{who}"}
    async with aiohttp.request("GET", sandbox.url + path, headers=headers, allow_redirects=False) as response:
        return response.status


async def test_membership_of_the_organisation_is_told_to_members_only(sandbox: Sandbox, scene: Scene) -> None:
    paths = [f"/orgs/acme/members/{login}" for login in ("bob", "mallory")]
    assert [await status_of(sandbox, path, "alice") for path in paths] == [204, 404]
    assert [await status_of(sandbox, path, "mallory") for path in paths] == [302, 302]
    assert scene.world is sandbox.world


async def test_team_members_include_those_of_child_teams(scene: Scene, client: Client) -> None:
    child = scene.world.add_team(scene.organization, "Leads EU", parent=scene.team("eng-lead"))
    child.members[scene.person("carol").id] = "member"
    listed = await client("app").rest.teams.async_list_members_in_org("acme", "eng-lead")
    assert [user.login for user in listed.parsed_data] == ["bob", "carol"]
    found = await client("app").rest.teams.async_get_membership_for_user_in_org("acme", "eng-lead", "carol")
    assert (found.parsed_data.state, found.parsed_data.role) == ("active", "member")
    with pytest.raises(RequestFailed) as refusal:
        await client("app").rest.teams.async_get_membership_for_user_in_org("acme", "eng-lead", "dana")
    assert refusal.value.response.status_code == 404


async def test_an_owner_changes_a_team_and_a_member_does_not(scene: Scene, client: Client) -> None:
    team = scene.team("eng-lead")
    with pytest.raises(RequestFailed) as refusal:
        await client("bob").rest.teams.async_add_or_update_membership_for_user_in_org(
            "acme", "eng-lead", "carol"
        )
    assert refusal.value.response.status_code == 403
    erin = client("erin").rest.teams
    await erin.async_add_or_update_membership_for_user_in_org("acme", "eng-lead", "carol")
    assert scene.person("carol").id in team.members
    await erin.async_remove_membership_for_user_in_org("acme", "eng-lead", "carol")
    assert scene.person("carol").id not in team.members


async def test_a_team_is_shown_with_its_access_to_a_repository(scene: Scene, client: Client) -> None:
    scene.team("infrastructure").repositories.clear()
    app = client("app").rest.teams
    assert (
        await app.async_check_permissions_for_repo_in_org("acme", "eng-lead", "acme", "shop")
    ).status_code == 204
    with pytest.raises(RequestFailed):
        await app.async_check_permissions_for_repo_in_org("acme", "infrastructure", "acme", "shop")
    scene.installation.permissions["administration"] = "read"
    listed = await client("app").rest.repos.async_list_teams("acme", "shop")
    assert {team.slug: team.permission for team in listed.parsed_data} == {
        "eng-lead": "push",
        "security-team": "push",
    }


async def test_without_members_read_teams_are_forbidden(scene: Scene, client: Client) -> None:
    del scene.installation.permissions["members"]
    with pytest.raises(RequestFailed) as refusal:
        await client("app").rest.teams.async_get_by_name("acme", "eng-lead")
    assert refusal.value.response.status_code == 403
    assert refusal.value.response.headers["X-Accepted-GitHub-Permissions"] == "members=read"


async def test_an_unknown_team_is_not_found(client: Client) -> None:
    with pytest.raises(RequestFailed) as refusal:
        await client("app").rest.teams.async_get_by_name("acme", "nope")
    assert refusal.value.response.status_code == 404


@pytest.mark.parametrize(
    ("login", "permission", "role"),
    [
        ("erin", "admin", "admin"),
        ("bob", "write", "write"),
        ("alice", "write", "maintain"),
        ("mallory", "read", "read"),
    ],
)
async def test_permission_is_plain_and_the_role_exact(
    scene: Scene, client: Client, login: str, permission: str, role: str
) -> None:
    scene.repository.collaborators[scene.person("alice").id] = Role.MAINTAIN
    found = await client("app").rest.repos.async_get_collaborator_permission_level("acme", "shop", login)
    assert (found.parsed_data.permission, found.parsed_data.role_name) == (permission, role)


async def test_a_stranger_to_a_private_repository_has_no_permission(scene: Scene, client: Client) -> None:
    scene.repository.private = True
    found = await client("app").rest.repos.async_get_collaborator_permission_level("acme", "shop", "mallory")
    assert found.parsed_data.permission == "none"


async def test_collaborators_are_those_with_access_of_their_own(scene: Scene, client: Client) -> None:
    listed = await client("app").rest.repos.async_list_collaborators("acme", "shop")
    assert [user.login for user in listed.parsed_data] == ["alice", "bob", "carol", "dana", "erin"]
    assert (await client("app").rest.repos.async_check_collaborator("acme", "shop", "bob")).status_code == 204
    with pytest.raises(RequestFailed):
        await client("app").rest.repos.async_check_collaborator("acme", "shop", "mallory")
    assert scene.repository.name == "shop"


async def test_rules_of_a_branch_name_the_pinned_app(scene: Scene, client: Client) -> None:
    scene.repository.rules.append(
        BranchRule(id=7, pattern="release/*", required_checks=[RequiredCheck("build")])
    )
    found = await client("app").rest.repos.async_get_branch_rules("acme", "shop", "main")
    checks = [rule for rule in found.parsed_data if rule.type == "required_status_checks"]
    [check] = checks[0].parameters.required_status_checks
    assert (check.context, check.integration_id) == ("tdd/review", scene.app.id)
    other = await client("app").rest.repos.async_get_branch_rules("acme", "shop", "release/1")
    assert {rule.ruleset_id for rule in other.parsed_data} == {7}


async def test_a_renamed_repository_redirects(scene: Scene, client: Client) -> None:
    await client("erin").rest.repos.async_update("acme", "shop", name="store")
    found = await client("bob").rest.repos.async_get("acme", "shop")
    assert found.parsed_data.full_name == "acme/store"
    shown = await client("bob").async_graphql('{ repository(owner: "acme", name: "shop") { nameWithOwner } }')
    assert shown["repository"]["nameWithOwner"] == "acme/store"
    assert scene.repository.name == "store"


async def test_a_personal_repository_knows_no_teams(sandbox: Sandbox, scene: Scene, client: Client) -> None:
    zoe = sandbox.world.add_user("zoe")
    own = sandbox.world.add_repository(zoe, "own")
    sandbox.world.install(scene.app, zoe)
    shown = await client("zoe").async_graphql(
        '{ repository(owner: "zoe", name: "own") { isInOrganization } }'
    )
    assert shown["repository"]["isInOrganization"] is False
    found = await client("zoe").rest.repos.async_get_collaborator_permission_level("zoe", "own", "zoe")
    assert found.parsed_data.permission == "admin"
    assert own.owner is zoe


@pytest.mark.usefixtures("scene")
async def test_collaborators_may_be_asked_for_by_permission(sandbox: Sandbox) -> None:
    headers = {"Authorization": f"token {sandbox.user_token('erin')}"}
    async with aiohttp.ClientSession(sandbox.url, headers=headers) as session:
        found = {}
        for permission in ("pull", "push", "admin"):
            async with session.get(f"/repos/acme/shop/collaborators?permission={permission}") as answer:
                found[permission] = {one["login"] for one in await answer.json()}

    everybody = {"alice", "bob", "carol", "dana", "erin"}
    assert found == {"pull": everybody, "push": everybody, "admin": {"erin"}}
