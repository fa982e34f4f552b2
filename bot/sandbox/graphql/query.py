"""The roots of a query: viewer, node, user, organisation, repository, rate limit."""

from __future__ import annotations

from bot.sandbox.errors import Refused
from bot.sandbox.graphql.context import Context
from bot.sandbox.graphql.fields import field
from bot.sandbox.http.limits import HOUR
from bot.sandbox.state.accounts import Account, Kind, Organization
from bot.sandbox.state.check import CheckRun, CheckSuite
from bot.sandbox.state.ids import HasNodeId
from bot.sandbox.state.pull import PullRequest, Said
from bot.sandbox.state.repository import Repository


def missing(what: str) -> Refused:
    """Report NOT_FOUND with GitHub's sentence."""
    return Refused(404, f"Could not resolve to {what}.")


@field("Query.viewer")
def viewer(_root: object, context: Context) -> Account:
    """Return the caller; an app's bot is shown as a user here, with `[bot]` in its login."""
    return context.by()


@field("Query.user")
def user(_root: object, context: Context, login: str) -> Account:
    """Find a person by login."""
    found = context.world.accounts.get(login.lower())
    if found is None or found.kind is not Kind.USER:
        raise missing(f"a User with the login of '{login}'")
    return found


@field("Query.organization")
def organization(_root: object, context: Context, login: str) -> Organization:
    """Find an organisation by login."""
    found = context.world.accounts.get(login.lower())
    if not isinstance(found, Organization):
        raise missing(f"an Organization with the login of '{login}'")
    return found


@field("Query.repository")
def repository(
    _root: object, context: Context, owner: str, name: str, *, follow_renames: bool = True
) -> Repository:
    """Find a repository by name, an old one too unless told not to."""
    world = context.world
    key = f"{owner}/{name}".lower()
    found = world.renamed.get(key) if follow_renames else None
    if found is None:
        try:
            found = world.repository(owner, name)
        except Refused:
            found = None
    if found is None or not context.sees(found):
        raise missing(f"a Repository with the name '{owner}/{name}'")
    return found


@field("Query.node")
def node(_root: object, context: Context, **args: str) -> HasNodeId:
    """Find anything by its global id."""
    return find(context, args["id"])


@field("Query.nodes")
def nodes(_root: object, context: Context, ids: list[str]) -> list[HasNodeId | Exception]:
    """Find several things by their global ids; one that is not there is null, with an error at its place."""
    return [_found(context, each) for each in ids]


def _found(context: Context, node_id: str) -> HasNodeId | Exception:
    try:
        return find(context, node_id)
    except Exception as error:  # noqa: BLE001 - the engine reports it at its own place of the list
        return error


def find(context: Context, node_id: str) -> HasNodeId:
    """Return the record of a node id, if the caller may see it."""
    found = context.world.nodes.get(node_id)
    home = _home(found)
    if found is None or (home is not None and not context.sees(home)):
        raise missing(f"a node with the global id of '{node_id}'")
    return found


def _home(record: object) -> Repository | None:
    if isinstance(record, Repository):
        return record
    if isinstance(record, Said):
        return record.pull.repository
    if isinstance(record, CheckRun):
        return record.suite.repository
    return record.repository if isinstance(record, PullRequest | CheckSuite) else None


@field("Query.rateLimit")
def rate_limit(_root: object, context: Context, **_args: object) -> dict[str, object] | None:
    """Return the caller's points and the cost of this query; None where nothing is limited."""
    if context.services.limits.per_hour is None:
        return None
    bucket = context.services.limits.bucket(context.actor.name, "graphql")
    body = bucket.body()
    wall = context.world.wall.now()
    seconds = min(HOUR, max(0, body["reset"] - int(wall.timestamp())))
    reset = wall.fromtimestamp(wall.timestamp() + seconds, wall.tzinfo)
    return {
        "cost": context.points,
        "nodeCount": context.nodes,
        "limit": body["limit"],
        "used": body["used"],
        "remaining": body["remaining"],
        "resetAt": reset,
    }
