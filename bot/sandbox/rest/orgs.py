"""Organisations, members and teams (docs.github.com/rest/teams, /rest/orgs)."""

from __future__ import annotations

from typing import Final

from bot.sandbox.acts.people import delete_team, join_team, leave_team, set_team_access
from bot.sandbox.errors import Refused, not_found
from bot.sandbox.http.call import Answer, Call
from bot.sandbox.render import people
from bot.sandbox.render.repository import repository
from bot.sandbox.rest.routes import router
from bot.sandbox.state.accounts import Account, OrgRole, Privacy, Role, Team
from bot.sandbox.state.repository import Repository

TEAM: Final = "/orgs/{org}/teams/{slug}"
TEAM_REPOSITORY_TYPE: Final = "application/vnd.github.v3.repository+json"


def _sees(call: Call) -> bool:
    """Tell whether the caller sees an organisation's inside."""
    organization = call.organization()
    installation = call.actor.installation
    if installation is not None:
        return installation.account is organization
    return call.actor.account is not None and call.actor.account.id in organization.members


def _team(call: Call) -> Team:
    if not _sees(call):
        raise not_found()
    team = call.world.team(call.params["org"], call.params["slug"])
    person = call.actor.account
    hidden = team.privacy is Privacy.SECRET and call.actor.installation is None
    if hidden and person is not None and person.id not in call.world.members(team):
        raise not_found()
    return team


def _need_owner(call: Call, team: Team | None = None) -> None:
    """Refuse people who are neither owners nor maintainers of the team."""
    if call.actor.installation is not None:
        return
    person = call.by
    owner = call.organization().members.get(person.id) is OrgRole.ADMIN
    if not owner and (team is None or team.members.get(person.id) != "maintainer"):
        raise Refused(403, "Must be an owner or a team maintainer.")


@router.add("GET", "/orgs/{org}")
def get_organization(call: Call) -> Answer:
    """Return an organisation."""
    return Answer(people.organization_full(call.world, call.organization()))


@router.add("GET", "/orgs/{org}/members", need="members:read")
def list_members(call: Call) -> Answer:
    """List an organisation's members; nobody outside sees any, as all keep theirs private."""
    rows = sorted(call.organization().members) if _sees(call) else []
    people_ = [call.world.by_id[user] for user in rows]
    return call.page(people_, lambda each: people.account(call.world, each))


@router.add("GET", "/orgs/{org}/members/{username}", need="members:read")
def check_member(call: Call) -> Answer:
    """Say 204 for a member, 404 for others, 302 to callers from outside."""
    organization = call.organization()
    if not _sees(call):
        login = call.params["username"]
        place = f"{call.world.api_url}/orgs/{organization.login}/public_members/{login}"
        return Answer(status=302, headers={"Location": place})
    user = call.world.user(call.params["username"])
    if user.id not in organization.members:
        raise Refused(404, "User does not exist or is not a member of the organization")
    return Answer(status=204)


@router.add("GET", "/orgs/{org}/public_members/{username}")
def check_public_member(call: Call) -> Answer:
    """Say 404: all members of the sandbox keep their membership private."""
    call.organization()
    raise not_found()


@router.add("GET", "/orgs/{org}/memberships/{username}", need="members:read")
def get_organization_membership(call: Call) -> Answer:
    """Return a person's membership of an organisation."""
    organization, user = call.organization(), call.world.user(call.params["username"])
    if user.id not in organization.members:
        raise not_found()
    place = f"{call.world.api_url}/orgs/{organization.login}"
    return Answer(
        {
            "url": f"{place}/memberships/{user.login}",
            "state": "active",
            "role": organization.members[user.id].value,
            "organization_url": place,
            "organization": people.organization_simple(call.world, organization),
            "user": people.account(call.world, user),
        }
    )


@router.add("GET", "/orgs/{org}/teams", need="members:read")
def list_teams(call: Call) -> Answer:
    """List an organisation's teams."""
    if not _sees(call):
        raise not_found()
    rows = call.organization().teams.values()
    return call.page(rows, lambda each: people.team(call.world, each))


@router.add("GET", TEAM, need="members:read")
def get_team(call: Call) -> Answer:
    """Return a team."""
    return Answer(people.team_full(call.world, _team(call)))


@router.add("DELETE", TEAM, need="members:write")
def remove_team(call: Call) -> Answer:
    """Delete a team."""
    team = _team(call)
    _need_owner(call, team)
    delete_team(call.world, team, call.by)
    return Answer(status=204)


@router.add("GET", f"{TEAM}/members", need="members:read")
def list_team_members(call: Call) -> Answer:
    """List a team's members, those of child teams included."""
    team = _team(call)
    roles = call.world.members(team)
    wanted = call.query.get("role", "all")
    rows = [user for user in sorted(roles) if wanted in ("all", roles[user])]

    def render(user: int) -> object:
        shown = people.account(call.world, call.world.by_id[user])
        return {**shown, "role": roles[user], "inherited": user not in team.members}

    return call.page(rows, render)


@router.add("GET", f"{TEAM}/teams", need="members:read")
def list_child_teams(call: Call) -> Answer:
    """List a team's direct child teams."""
    team = _team(call)
    rows = [each for each in team.organization.teams.values() if each.parent is team]
    return call.page(rows, lambda each: people.team(call.world, each))


def _membership(call: Call, team: Team, user: Account) -> Answer:
    roles = call.world.members(team)
    owner = team.organization.members.get(user.id) is OrgRole.ADMIN
    if user.id not in roles:
        raise not_found()
    return Answer(
        {
            "url": f"{call.world.api_url}{call.path}",
            "state": "active",
            "role": "maintainer" if owner else roles[user.id],
        }
    )


@router.add("GET", f"{TEAM}/memberships/{{username}}", need="members:read")
def get_membership(call: Call) -> Answer:
    """Return a person's membership of a team or its child teams."""
    return _membership(call, _team(call), call.world.user(call.params["username"]))


@router.add("PUT", f"{TEAM}/memberships/{{username}}", need="members:write")
def add_membership(call: Call) -> Answer:
    """Make a person a member of a team."""
    team, user = _team(call), call.world.user(call.params["username"])
    _need_owner(call, team)
    role = call.body.choice("role", ("member", "maintainer")) or "member"
    join_team(call.world, team, user, call.by, role)
    return _membership(call, team, user)


@router.add("DELETE", f"{TEAM}/memberships/{{username}}", need="members:write")
def remove_membership(call: Call) -> Answer:
    """Take a person out of a team."""
    team, user = _team(call), call.world.user(call.params["username"])
    _need_owner(call, team)
    leave_team(call.world, team, user, call.by)
    return Answer(status=204)


def _team_repository(call: Call, team: Team, which: Repository) -> dict[str, object]:
    role = call.world.team_role(team, which)
    return {**repository(call.world, which, role), "role_name": role.name.lower()}


@router.add("GET", f"{TEAM}/repos", need="members:read")
def list_team_repositories(call: Call) -> Answer:
    """List the repositories a team has access to."""
    team = _team(call)
    rows = [each for each in call.world.repositories.values() if call.world.team_role(team, each) > Role.NONE]
    return call.page(rows, lambda each: _team_repository(call, team, each))


@router.add("GET", f"{TEAM}/repos/{{owner}}/{{repo}}", need="members:read")
def check_team_repository(call: Call) -> Answer:
    """Say 204, or 200 with permissions for the repository media type; 404 without access."""
    team, which = _team(call), call.repository()
    if call.world.team_role(team, which) is Role.NONE:
        raise not_found()
    if TEAM_REPOSITORY_TYPE in call.headers.get("Accept", ""):
        return Answer(_team_repository(call, team, which))
    return Answer(status=204)


@router.add("PUT", f"{TEAM}/repos/{{owner}}/{{repo}}", need="members:write", person=Role.ADMIN)
def add_team_repository(call: Call) -> Answer:
    """Give a team access to a repository."""
    team, which = _team(call), call.repository()
    names = ("pull", "triage", "push", "maintain", "admin")
    team.repositories[which.id] = Role.of(call.body.choice("permission", names) or "push")
    set_team_access(call.world, team, which, call.by)
    return Answer(status=204)


@router.add("DELETE", f"{TEAM}/repos/{{owner}}/{{repo}}", need="members:write", person=Role.ADMIN)
def remove_team_repository(call: Call) -> Answer:
    """Take a team's access to a repository away."""
    team, which = _team(call), call.repository()
    team.repositories.pop(which.id, None)
    set_team_access(call.world, team, which, call.by)
    return Answer(status=204)


@router.add("GET", "/repos/{owner}/{repo}/teams", need="administration:read")
def list_repository_teams(call: Call) -> Answer:
    """List the teams with access to a repository."""
    which = call.repository()
    owner = call.world.accounts[which.owner.login.lower()]
    teams = getattr(owner, "teams", {}).values()
    rows = [each for each in teams if call.world.team_role(each, which) > Role.NONE]
    return call.page(rows, lambda each: people.team(call.world, each, which))
