"""Review requests: all names of one call or none, and teams that hand them to members."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from bot.sandbox.acts.timeline import note, tell, touch
from bot.sandbox.errors import Refused, unprocessable
from bot.sandbox.state.accounts import Account, Kind, Organization, Privacy, Role, Team
from bot.sandbox.state.pull import Happened, PullRequest, ReviewRequest
from bot.sandbox.state.world import World

# Undocumented: what one call takes, and what one pull request can hold.
MOST_IN_A_CALL: Final = 15
MOST_REQUESTS: Final = 100


def find_reviewers(
    world: World,
    pull: PullRequest,
    logins: Iterable[str],
    slugs: Iterable[str],
    *,
    sees_teams: bool = True,
) -> list[Account | Team]:
    """Resolve the names of one call; raises `Refused` (422) for the first bad one."""
    found: list[Account | Team] = []
    for login in logins:
        user = world.accounts.get(login.lower())
        if user is None or user.kind is not Kind.USER:
            raise _no_collaborator(pull)
        found.append(user)
    owner = pull.repository.owner
    teams = owner.teams if isinstance(owner, Organization) else {}
    for slug in slugs:
        team = teams.get(slug.lower())
        if team is not None and not sees_teams:
            sentence = f"Could not resolve to a node with the global id of '{team.node_id}'."
            raise unprocessable(sentence)
        if team is None:
            raise _no_collaborator(pull)
        found.append(team)
    return found


def _no_collaborator(pull: PullRequest) -> Refused:
    return unprocessable(
        "Reviews may only be requested from collaborators. One or more of the users or teams "
        f"you specified is not a collaborator of the {pull.repository.full_name} repository."
    )


def _check(world: World, pull: PullRequest, reviewer: Account | Team) -> None:
    if isinstance(reviewer, Team):
        seen = reviewer.privacy is Privacy.CLOSED
        if not seen or world.team_role(reviewer, pull.repository) < Role.READ:
            raise _no_collaborator(pull)
    elif reviewer is pull.author:
        raise unprocessable("Review cannot be requested from pull request author.")
    elif reviewer not in world.collaborators(pull.repository):
        raise _no_collaborator(pull)


def request(world: World, pull: PullRequest, by: Account, reviewers: list[Account | Team]) -> None:
    """Ask people and teams; those already asked stay as they are."""
    for reviewer in reviewers:
        _check(world, pull, reviewer)
    asked = {r.reviewer for r in pull.requests}
    fresh = [r for r in dict.fromkeys(reviewers) if r not in asked]
    if len(reviewers) > MOST_IN_A_CALL or len(pull.requests) + len(fresh) > MOST_REQUESTS:
        raise unprocessable("Could not add requested reviewers to pull request.")
    for reviewer in fresh:
        _ask(world, pull, by, reviewer)
        if isinstance(reviewer, Team) and reviewer.delegation:
            _hand_on(world, pull, by, reviewer)
    if fresh:
        touch(world, pull)


def _ask(world: World, pull: PullRequest, by: Account, reviewer: Account | Team) -> None:
    made = ReviewRequest(world.ids.next(), pull, reviewer)
    pull.requests.append(world.register(made))
    note(world, pull, Happened.REVIEW_REQUESTED, by, reviewer=reviewer)
    tell(world, pull, "review_requested", by, reviewer=reviewer)


def _hand_on(world: World, pull: PullRequest, by: Account, team: Team) -> None:
    """Replace a team's request by requests to the members whose turn it is."""
    pull.requests = [r for r in pull.requests if r.reviewer is not team]
    asked = {r.reviewer for r in pull.requests}
    people = [world.by_id[user] for user in sorted(world.members(team))]
    free = [person for person in people if person is not pull.author and person not in asked]
    free.sort(key=lambda person: _load(pull, person))
    for person in free[: team.delegation]:
        _ask(world, pull, by, person)


def _load(pull: PullRequest, person: Account) -> int:
    events = (event for other in pull.repository.pulls.values() for event in other.timeline)
    return sum(e.kind is Happened.REVIEW_REQUESTED and e.reviewer is person for e in events)


def unrequest(world: World, pull: PullRequest, by: Account, reviewers: list[Account | Team]) -> None:
    """Take standing requests back; those not asked are passed over."""
    for reviewer in reviewers:
        standing = [r for r in pull.requests if r.reviewer is reviewer]
        if standing:
            pull.requests.remove(standing[0])
            note(world, pull, Happened.REVIEW_REQUEST_REMOVED, by, reviewer=reviewer)
            tell(world, pull, "review_request_removed", by, reviewer=reviewer)
    touch(world, pull)
