"""The JSON API under `/_sandbox/`: what tests in other processes and demos need.

GET  log?after=N      the request log from row N on, without bodies
GET  deliveries       what webhooks were sent, and their answers
GET  settled          answers once all webhooks are delivered
POST faults           {"latency_ms", "rate", "seed",
                       "next": [{"status", "headers", "body", "after", "method", "path"}]}
POST limits           {"creation": true, "per_hour", "per_minute_created", "per_hour_created"}
POST deliveries       {"hold": true}, {"release": true, "shuffle_seed"}, {"double": true}
POST rules            {"repository": "o/r", "dismiss_stale",
                       "required_checks": [{"context", "integration_id"}]}
POST organizations    {"login", "admins": [], "members": [], "teams": {"name": ["login"]}}
POST repositories     {"owner", "name", "files": {"path": "text"}, "teams": {"slug": "push"}}
POST apps             {"owner", "slug", "permissions", "events", "webhook_url",
                       "webhook_secret", "install_on": ["login"]}
POST tokens           {"installation_id"} -> {"token", "expires_at"}
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from aiohttp import web

from bot.sandbox.acts.branches import build_commit, push
from bot.sandbox.errors import Refused
from bot.sandbox.http.faults import Failure
from bot.sandbox.http.services import Services
from bot.sandbox.state.accounts import OrgRole, Role
from bot.sandbox.state.clock import iso
from bot.sandbox.state.repository import BranchRule, RequiredCheck

Json = dict[str, Any]


async def control(services: Services, request: web.Request) -> web.Response:
    """Answer a request of the control API."""
    name = request.match_info["path"]
    if (request.method, name) == ("GET", "settled"):
        await services.hooks.settled()
        return web.json_response({"settled": True})
    command = COMMANDS.get((request.method, name))
    if command is None:
        return web.json_response({"message": "no such control"}, status=404)
    try:
        given = await request.json() if request.can_read_body else dict(request.query)
        return web.json_response(command(services, given))
    except Refused as refusal:
        return web.json_response(refusal.body(), status=refusal.status)
    except (KeyError, TypeError, ValueError) as error:
        return web.json_response({"message": f"bad control request: {error!r}"}, status=422)


def _log(services: Services, given: Json) -> Json:
    rows = services.log.records[int(given.get("after", 0)) :]
    return {"total": len(services.log), "requests": [row.summary() for row in rows]}


def _deliveries(services: Services, _given: Json) -> Json:
    rows = [
        {
            "id": row.id,
            "guid": row.guid,
            "event": row.event,
            "action": row.action,
            "status": row.status,
            "status_code": row.status_code,
            "redelivery": row.redelivery,
        }
        for row in services.hooks.deliveries
    ]
    return {"deliveries": rows, "waiting": len(services.hooks.waiting)}


def _faults(services: Services, given: Json) -> Json:
    faults = services.faults
    faults.latency_ms = float(given.get("latency_ms", faults.latency_ms))
    faults.rate = float(given.get("rate", faults.rate))
    if "seed" in given:
        faults.seed(int(given["seed"]))
    faults.fail_next(*(Failure(**row) for row in given.get("next", ())))
    return {"latency_ms": faults.latency_ms, "rate": faults.rate, "next": len(faults.upcoming)}


def _limits(services: Services, given: Json) -> Json:
    limits = services.limits
    limits.creation = bool(given.get("creation", limits.creation))
    limits.per_hour = given.get("per_hour", limits.per_hour)
    limits.per_minute_created = int(given.get("per_minute_created", limits.per_minute_created))
    limits.per_hour_created = int(given.get("per_hour_created", limits.per_hour_created))
    return {"creation": limits.creation, "per_hour": limits.per_hour}


def _switch_deliveries(services: Services, given: Json) -> Json:
    hooks = services.hooks
    hooks.double = bool(given.get("double", hooks.double))
    if given.get("hold"):
        hooks.hold()
    if given.get("release"):
        hooks.release(shuffle_seed=given.get("shuffle_seed"))
    return {"held": hooks.held, "double": hooks.double, "waiting": len(hooks.waiting)}


def _rules(services: Services, given: Json) -> Json:
    owner, _, name = str(given["repository"]).partition("/")
    repository = services.world.repository(owner, name)
    if not repository.rules:
        repository.rules.append(BranchRule(id=services.world.ids.next()))
    rule = repository.rules[0]
    rule.dismiss_stale_reviews = bool(given.get("dismiss_stale", rule.dismiss_stale_reviews))
    if "required_checks" in given:
        rule.required_checks = [RequiredCheck(**row) for row in given["required_checks"]]
    return {"id": rule.id}


def _organization(services: Services, given: Json) -> Json:
    world = services.world
    organization = world.add_organization(given["login"])
    for role, key in ((OrgRole.ADMIN, "admins"), (OrgRole.MEMBER, "members")):
        for login in given.get(key, ()):
            user = world.accounts.get(login.lower()) or world.add_user(login)
            world.add_member(organization, user, role)
    for name, logins in given.get("teams", {}).items():
        team = world.add_team(organization, name)
        for login in logins:
            user = world.accounts.get(login.lower()) or world.add_user(login)
            if user.id not in organization.members:
                world.add_member(organization, user)
            team.members[user.id] = "member"
    return {"id": organization.id, "teams": list(organization.teams)}


def _repository(services: Services, given: Json) -> Json:
    world = services.world
    owner = world.accounts[str(given["owner"]).lower()]
    repository = world.add_repository(owner, given["name"])
    files = given.get("files") or {"README.md": f"# {repository.name}\n"}
    commit = build_commit(world, repository, (), files, world.web_flow, "Initial commit")
    push(world, repository, "main", commit.oid, world.web_flow)
    for slug, permission in given.get("teams", {}).items():
        world.team(owner.login, slug).repositories[repository.id] = Role.of(permission)
    return {"id": repository.id, "full_name": repository.full_name, "sha": commit.oid}


def _app(services: Services, given: Json) -> Json:
    world = services.world
    owner = world.accounts[str(given["owner"]).lower()]
    app = world.add_app(
        owner,
        given["slug"],
        permissions=given.get("permissions", {}),
        events=given.get("events", ()),
    )
    app.webhook_url, app.webhook_secret = given.get("webhook_url"), given.get("webhook_secret")
    installed = {
        login: world.install(app, world.accounts[login.lower()]).id for login in given.get("install_on", ())
    }
    return {
        "id": app.id,
        "client_id": app.client_id,
        "private_key": app.private_key,
        "installations": installed,
    }


def _token(services: Services, given: Json) -> Json:
    installation = services.world.installations[int(given["installation_id"])]
    token = services.gatekeeper.issue(installation)
    return {"token": token.text, "expires_at": iso(token.expires_at)}


COMMANDS: Final[dict[tuple[str, str], Callable[[Services, Json], Json]]] = {
    ("GET", "log"): _log,
    ("GET", "deliveries"): _deliveries,
    ("POST", "faults"): _faults,
    ("POST", "limits"): _limits,
    ("POST", "deliveries"): _switch_deliveries,
    ("POST", "rules"): _rules,
    ("POST", "organizations"): _organization,
    ("POST", "repositories"): _repository,
    ("POST", "apps"): _app,
    ("POST", "tokens"): _token,
}
