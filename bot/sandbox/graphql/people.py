"""Users, bots, organisations and teams."""

from __future__ import annotations

from bot.sandbox.errors import Refused
from bot.sandbox.graphql.context import Context
from bot.sandbox.graphql.fields import field
from bot.sandbox.graphql.paging import Connection, connect
from bot.sandbox.state.accounts import Account, Organization, Privacy, Role, Team
from bot.sandbox.state.repository import Repository


def _sees_inside(context: Context, organization: Organization) -> bool:
    """Tell whether the caller sees an organisation's teams and private members."""
    installation = context.actor.installation
    if installation is not None:
        context.need("members")
        return installation.account is organization
    return context.viewer is not None and context.viewer.id in organization.members


@field("User.url", "Bot.url", "Organization.url", "Mannequin.url")
def account_url(account: Account, context: Context) -> str:
    """Return an account's page."""
    return f"{context.world.web_url}/{account.login}"


@field("Bot.login")
def bot_login(account: Account, _context: Context) -> str:
    """Return a bot's login, which GraphQL writes without `[bot]`."""
    return account.login.removesuffix("[bot]")


@field("User.organization")
def user_organization(account: Account, context: Context, login: str) -> Organization | None:
    """Return an organisation if the person is a member of it and the caller may know."""
    found = context.world.accounts.get(login.lower())
    if not isinstance(found, Organization) or account.id not in found.members:
        return None
    return found if _sees_inside(context, found) else None


@field("User.organizations")
def user_organizations(account: Account, context: Context, **args: object) -> Connection:
    """List a person's organisations."""
    rows = [
        each
        for each in context.world.accounts.values()
        if isinstance(each, Organization) and account.id in each.members and _sees_inside(context, each)
    ]
    return connect(rows, args)


@field("User.repositories")
def user_repositories(account: Account, context: Context, **args: object) -> Connection:
    """List a person's repositories."""
    rows = [r for r in context.world.repositories.values() if r.owner is account]
    return connect([each for each in rows if context.sees(each)], args)


@field("Organization.team")
def organization_team(organization: Organization, context: Context, slug: str) -> Team | None:
    """Return a team, or null without an error when there is none to be seen."""
    if not _sees_inside(context, organization):
        return None
    return organization.teams.get(slug.lower())


@field("Organization.teams")
def organization_teams(organization: Organization, context: Context, **args: object) -> Connection:
    """List the teams."""
    seen = _sees_inside(context, organization)
    return connect(list(organization.teams.values()) if seen else [], args)


@field("Organization.membersWithRole")
def organization_members(organization: Organization, context: Context, **args: object) -> Connection:
    """List the members."""
    seen = _sees_inside(context, organization)
    rows = sorted(organization.members) if seen else []
    return connect(
        rows,
        args,
        lambda user: context.world.by_id[user],
        lambda user: {"role": organization.members[user].name},
    )


@field("Organization.repository")
def organization_repository(
    organization: Organization, context: Context, name: str, **_args: object
) -> Repository | None:
    """Return one of the organisation's repositories."""
    try:
        found = context.world.repository(organization.login, name)
    except Refused:
        return None
    return found if context.sees(found) else None


@field("Team.url")
def team_url(team: Team, context: Context) -> str:
    """Return a team's page."""
    return f"{context.world.web_url}/orgs/{team.organization.login}/teams/{team.slug}"


@field("Team.privacy")
def team_privacy(team: Team, _context: Context) -> str:
    """Return VISIBLE for what REST calls closed."""
    return "SECRET" if team.privacy is Privacy.SECRET else "VISIBLE"


@field("Team.updatedAt")
def team_updated(team: Team, _context: Context) -> object:
    """Return when the team was made; changes of teams are not dated here."""
    return team.created_at


@field("Team.parentTeam")
def team_parent(team: Team, _context: Context) -> Team | None:
    """Return the parent team."""
    return team.parent


@field("Team.reviewRequestDelegationEnabled")
def team_delegates(team: Team, _context: Context) -> bool:
    """Tell whether requests to the team are handed to members."""
    return team.delegation is not None


@field("Team.reviewRequestDelegationMemberCount")
def team_delegates_to(team: Team, _context: Context) -> int | None:
    """Return to how many members."""
    return team.delegation


@field("Team.childTeams")
def team_children(
    team: Team, _context: Context, *, immediate_only: bool = True, **args: object
) -> Connection:
    """List child teams, direct ones by default."""
    rows = [
        each
        for each in team.organization.teams.values()
        if each is not team and (each.parent is team if immediate_only else team in each.lineage())
    ]
    return connect(rows, args)


@field("Team.members")
def team_members(
    team: Team,
    context: Context,
    membership: str = "ALL",
    query: str | None = None,
    role: str | None = None,
    **args: object,
) -> Connection:
    """List members: all, direct ones (IMMEDIATE), or those of child teams only."""
    everyone = context.world.members(team)
    roles = {
        "ALL": everyone,
        "IMMEDIATE": team.members,
        "CHILD_TEAM": {u: r for u, r in everyone.items() if u not in team.members},
    }[membership]
    rows = [
        user
        for user in sorted(roles)
        if role in (None, roles[user].upper())
        and (query or "").lower() in context.world.by_id[user].login.lower()
    ]
    return connect(
        rows,
        args,
        lambda user: context.world.by_id[user],
        lambda user: {"role": roles[user].upper()},
    )


@field("Team.repositories")
def team_repositories(team: Team, context: Context, query: str | None = None, **args: object) -> Connection:
    """List the repositories a team has access to, filtered by a part of the name."""
    rows = [
        each
        for each in context.world.repositories.values()
        if context.world.team_role(team, each) > Role.NONE
        and (query or "").lower() in each.name.lower()
        and context.sees(each)
    ]
    return connect(rows, args, extra=lambda each: {"permission": context.world.team_role(team, each).name})
