"""Users, organisations, teams, apps and installations as JSON."""

from __future__ import annotations

from typing import Final

from bot.sandbox.state.accounts import Account, App, Installation, Kind, Organization, Role, Team
from bot.sandbox.state.clock import iso, iso_or_none
from bot.sandbox.state.repository import Repository
from bot.sandbox.state.world import World

Json = dict[str, object]

ACCOUNT_LINKS: Final = {
    "followers_url": "followers",
    "following_url": "following{/other_user}",
    "gists_url": "gists{/gist_id}",
    "starred_url": "starred{/owner}{/repo}",
    "subscriptions_url": "subscriptions",
    "organizations_url": "orgs",
    "repos_url": "repos",
    "events_url": "events{/privacy}",
    "received_events_url": "received_events",
}


def account(world: World, who: Account) -> Json:
    """Render `simple-user`; a deleted account is shown as ghost."""
    if who.deleted:
        who = world.ghost
    url = f"{world.api_url}/users/{who.login}"
    page = f"apps/{who.login.removesuffix('[bot]')}" if who.kind is Kind.BOT else who.login
    return {
        "login": who.login,
        "id": who.id,
        "node_id": who.node_id,
        "avatar_url": f"{world.web_url}/avatars/{who.id}",
        "gravatar_id": "",
        "url": url,
        "html_url": f"{world.web_url}/{page}",
        **{name: f"{url}/{path}" for name, path in ACCOUNT_LINKS.items()},
        "type": who.kind.value,
        "user_view_type": "public",
        "site_admin": False,
    }


def account_or_none(world: World, who: Account | None) -> Json | None:
    """Render an account, or null."""
    return None if who is None else account(world, who)


def full_account(world: World, who: Account) -> Json:
    """Render `public-user`."""
    return {
        **account(world, who),
        "name": who.name,
        "company": None,
        "blog": "",
        "location": None,
        "email": None,
        "hireable": None,
        "bio": None,
        "twitter_username": None,
        "public_repos": 0,
        "public_gists": 0,
        "followers": 0,
        "following": 0,
        "created_at": iso(who.created_at),
        "updated_at": iso(who.created_at),
    }


def organization_simple(world: World, who: Organization) -> Json:
    """Render `organization-simple`."""
    url = f"{world.api_url}/orgs/{who.login}"
    return {
        "login": who.login,
        "id": who.id,
        "node_id": who.node_id,
        "url": url,
        "repos_url": f"{url}/repos",
        "events_url": f"{url}/events",
        "hooks_url": f"{url}/hooks",
        "issues_url": f"{url}/issues",
        "members_url": f"{url}/members{{/member}}",
        "public_members_url": f"{url}/public_members{{/member}}",
        "avatar_url": f"{world.web_url}/avatars/{who.id}",
        "description": None,
    }


def organization_full(world: World, who: Organization) -> Json:
    """Render `organization-full`."""
    return {
        **organization_simple(world, who),
        "has_organization_projects": True,
        "has_repository_projects": True,
        "public_repos": sum(r.owner is who for r in world.repositories.values()),
        "public_gists": 0,
        "followers": 0,
        "following": 0,
        "html_url": f"{world.web_url}/{who.login}",
        "type": "Organization",
        "created_at": iso(who.created_at),
        "updated_at": iso(who.created_at),
        "archived_at": None,
    }


def permissions(role: Role) -> Json:
    """Render a role as the five flags."""
    return {
        level.permission: role >= level
        for level in (Role.ADMIN, Role.MAINTAIN, Role.WRITE, Role.TRIAGE, Role.READ)
    }


def team_simple(world: World, team: Team) -> Json:
    """Render `team-simple`."""
    org = team.organization
    url = f"{world.api_url}/organizations/{org.id}/team/{team.id}"
    return {
        "id": team.id,
        "node_id": team.node_id,
        "url": url,
        "members_url": f"{url}/members{{/member}}",
        "name": team.name,
        "description": team.description,
        "permission": "pull",
        "privacy": team.privacy.value,
        "notification_setting": "notifications_enabled",
        "html_url": f"{world.web_url}/orgs/{org.login}/teams/{team.slug}",
        "repositories_url": f"{url}/repos",
        "slug": team.slug,
        "type": "organization",
        "organization_id": org.id,
    }


def team(world: World, which: Team, repository: Repository | None = None) -> Json:
    """Render `team`; with a repository, with the team's access to it."""
    shown = {**team_simple(world, which), "parent": None}
    if which.parent is not None:
        shown["parent"] = team_simple(world, which.parent)
    if repository is not None:
        role = world.team_role(which, repository)
        shown["permission"] = role.permission
        shown["permissions"] = permissions(role)
    return shown


def team_full(world: World, which: Team) -> Json:
    """Render `team-full`."""
    return {
        **team(world, which),
        "members_count": len(world.members(which)),
        "repos_count": len(which.repositories),
        "created_at": iso(which.created_at),
        "updated_at": iso(which.created_at),
        "organization": organization_full(world, which.organization),
    }


def app(world: World, which: App) -> Json:
    """Render `integration`."""
    return {
        "id": which.id,
        "client_id": which.client_id,
        "slug": which.slug,
        "node_id": which.node_id,
        "owner": account(world, which.owner),
        "name": which.name,
        "description": "",
        "external_url": world.web_url,
        "html_url": f"{world.web_url}/apps/{which.slug}",
        "created_at": iso(which.created_at),
        "updated_at": iso(which.created_at),
        "permissions": {**which.permissions, "metadata": "read"},
        "events": which.events,
    }


def app_or_none(world: World, which: App | None) -> Json | None:
    """Render an app, or null."""
    return None if which is None else app(world, which)


def installation(world: World, which: Installation) -> Json:
    """Render `installation`."""
    url = f"{world.api_url}/app/installations/{which.id}"
    return {
        "id": which.id,
        "client_id": which.app.client_id,
        "account": account(world, which.account),
        "repository_selection": "all" if which.repositories is None else "selected",
        "access_tokens_url": f"{url}/access_tokens",
        "repositories_url": f"{world.api_url}/installation/repositories",
        "html_url": f"{world.web_url}/settings/installations/{which.id}",
        "app_id": which.app.id,
        "app_slug": which.app.slug,
        "target_id": which.account.id,
        "target_type": which.account.kind.value,
        "permissions": {**which.permissions, "metadata": "read"},
        "events": which.events,
        "created_at": iso(which.created_at),
        "updated_at": iso(which.updated_at),
        "single_file_name": None,
        "has_multiple_single_files": False,
        "single_file_paths": [],
        "suspended_by": account_or_none(world, which.suspended_by),
        "suspended_at": iso_or_none(which.suspended_at),
    }
