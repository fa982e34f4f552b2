"""Changes of teams and memberships."""

from __future__ import annotations

from bot.sandbox.state.accounts import Account, Organization, Team
from bot.sandbox.state.repository import Repository
from bot.sandbox.state.world import Event, World


def join_team(world: World, team: Team, user: Account, by: Account, role: str = "member") -> None:
    """Make a person a member of a team (and of its organisation)."""
    known = user.id in team.members
    team.members[user.id] = role
    if user.id not in team.organization.members:
        world.add_member(team.organization, user)
    if not known:
        _tell(world, "membership", "added", team.organization, by, team=team, user=user)


def leave_team(world: World, team: Team, user: Account, by: Account) -> None:
    """Take a person out of a team."""
    if team.members.pop(user.id, None) is not None:
        _tell(world, "membership", "removed", team.organization, by, team=team, user=user)


def leave_organization(world: World, organization: Organization, user: Account, by: Account) -> None:
    """Take a person out of an organisation and all its teams."""
    for team in organization.teams.values():
        leave_team(world, team, user, by)
    if organization.members.pop(user.id, None) is not None:
        _tell(world, "organization", "member_removed", organization, by, user=user)


def delete_team(world: World, team: Team, by: Account) -> None:
    """Delete a team; its child teams go with it."""
    organization = team.organization
    for other in list(organization.teams.values()):
        if team in other.lineage():
            del organization.teams[other.slug]
            world.nodes.pop(other.node_id)
            _tell(world, "team", "deleted", organization, by, team=other)


def rename_team(world: World, team: Team, slug: str, by: Account) -> None:
    """Give a team another name, which changes its slug."""
    was = team.name
    del team.organization.teams[team.slug]
    team.slug = team.name = slug
    team.organization.teams[slug] = team
    changes = {"name": {"from": was}}
    _tell(world, "team", "edited", team.organization, by, team=team, changes=changes)


def set_team_access(world: World, team: Team, repository: Repository, by: Account) -> None:
    """Tell the apps that a team's access to a repository was given or taken."""
    action = "added_to" if repository.id in team.repositories else "removed_from"
    world.emit(
        Event(
            name="team",
            action=f"{action}_repository",
            sender=by,
            organization=team.organization,
            repository=repository,
            subject={"team": team},
        )
    )


def _tell(
    world: World,
    name: str,
    action: str,
    organization: Organization,
    by: Account,
    **subject: object,
) -> None:
    world.emit(Event(name=name, action=action, sender=by, organization=organization, subject=subject))
