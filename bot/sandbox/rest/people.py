"""Users, the API's root and the rate limit."""

from __future__ import annotations

from bot.sandbox.errors import Refused, not_found
from bot.sandbox.http.call import Answer, Call
from bot.sandbox.render import people
from bot.sandbox.rest.routes import router
from bot.sandbox.state.accounts import Kind, Organization
from bot.sandbox.state.world import ENTERPRISE_VERSION


@router.add("GET", "/users/{username}")
def get_user(call: Call) -> Answer:
    """Return a person, a bot, or an organisation seen as a user."""
    found = call.world.accounts.get(call.params["username"].lower())
    account = found if found is not None else call.world.user(call.params["username"])
    return Answer(people.full_account(call.world, account))


@router.add("GET", "/user")
def get_viewer(call: Call) -> Answer:
    """Return the person behind a user token."""
    account = call.actor.account
    if account is None:
        raise Refused(401, "Requires authentication")
    if account.kind is not Kind.USER:
        raise Refused(403, "Resource not accessible by integration")
    return Answer(people.full_account(call.world, account))


@router.add("GET", "/user/orgs")
def get_viewer_organizations(call: Call) -> Answer:
    """List the organisations a person is a member of."""
    rows = [
        each
        for each in call.world.accounts.values()
        if isinstance(each, Organization) and call.by.id in each.members
    ]
    return call.page(rows, lambda each: people.organization_simple(call.world, each))


@router.add("GET", "/user/{account_id}")
def get_user_by_id(call: Call) -> Answer:
    """Return an account by its number."""
    number = call.number("account_id")
    found = next((each for each in call.world.accounts.values() if each.id == number), None)
    if found is None:
        raise not_found()
    return Answer(people.full_account(call.world, found))


@router.add("GET", "/rate_limit")
def get_rate_limit(call: Call) -> Answer:
    """Return the caller's limits; asking costs nothing. Raises `Refused` (404) where there are none.

    On GitHub Enterprise Server there are none before its administrator sets one
    (docs.github.com/en/enterprise-server/admin/configuration/configuring-rate-limits).
    """
    limits, name = call.services.limits, call.actor.name
    if limits.per_hour is None:
        raise Refused(404, "Rate limiting is not enabled.")
    core = limits.bucket(name, "core").body()
    resources = {
        "core": core,
        "graphql": limits.bucket(name, "graphql").body(),
        "search": {**core, "limit": 30, "used": 0, "remaining": 30},
    }
    return Answer({"resources": resources, "rate": core})


@router.add("GET", "/meta")
def get_meta(call: Call) -> Answer:
    """Return what little there is to say about this GitHub."""
    told: dict[str, object] = {"verifiable_password_authentication": False}
    if call.services.enterprise:
        return Answer({**told, "installed_version": ENTERPRISE_VERSION})
    return Answer({**told, "hooks": ["127.0.0.0/8"]})
