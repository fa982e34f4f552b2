"""Apps, installations and their tokens (docs.github.com/rest/apps)."""

from __future__ import annotations

from typing import Final

from bot.sandbox.acts.installing import set_suspended, uninstall
from bot.sandbox.errors import Refused, not_found, unprocessable
from bot.sandbox.http.call import Answer, Call
from bot.sandbox.render import people
from bot.sandbox.render.repository import repository
from bot.sandbox.rest.routes import router
from bot.sandbox.state.accounts import App, Installation
from bot.sandbox.state.clock import iso
from bot.sandbox.state.repository import Repository

MOST_REPOSITORIES: Final = 500
RANK: Final = ("none", "read", "write", "admin")


def _own(call: Call) -> App:
    app = call.app
    if app is None:
        raise Refused(401, "A JSON web token could not be decoded")
    return app


def _installation(call: Call) -> Installation:
    found = call.world.installations.get(call.number("id"))
    if found is None or found.app is not _own(call):
        raise not_found()
    return found


@router.add("GET", "/app", app_only=True)
def get_app(call: Call) -> Answer:
    """Return the authenticated app."""
    app = _own(call)
    count = sum(each.app is app for each in call.world.installations.values())
    return Answer({**people.app(call.world, app), "installations_count": count})


@router.add("POST", "/app-manifests/{code}/conversions")
def convert_manifest(call: Call) -> Answer:
    """Hand out a new app with its secrets, once for each code and to anybody who has it."""
    app = call.services.registration.exchange(call.params["code"])
    if app is None:
        raise not_found()
    secrets = {
        "client_secret": app.client_secret,
        "webhook_secret": app.webhook_secret,
        "pem": app.private_key,
    }
    return Answer({**people.app(call.world, app), **secrets}, 201)


@router.add("GET", "/app/installations", app_only=True)
def list_installations(call: Call) -> Answer:
    """List the app's installations, suspended ones too."""
    rows = [each for each in call.world.installations.values() if each.app is _own(call)]
    return call.page(rows, lambda each: people.installation(call.world, each))


@router.add("GET", "/app/installations/{id}", app_only=True)
def get_installation(call: Call) -> Answer:
    """Return one installation."""
    return Answer(people.installation(call.world, _installation(call)))


@router.add("DELETE", "/app/installations/{id}", app_only=True)
def delete_installation(call: Call) -> Answer:
    """Uninstall the app."""
    uninstall(call.world, _installation(call), _own(call).bot)
    return Answer(status=204)


@router.add("PUT", "/app/installations/{id}/suspended", app_only=True)
def suspend(call: Call) -> Answer:
    """Suspend an installation."""
    set_suspended(call.world, _installation(call), _own(call).bot, suspended=True)
    return Answer(status=204)


@router.add("DELETE", "/app/installations/{id}/suspended", app_only=True)
def unsuspend(call: Call) -> Answer:
    """End a suspension."""
    set_suspended(call.world, _installation(call), _own(call).bot, suspended=False)
    return Answer(status=204)


@router.add("POST", "/app/installations/{id}/access_tokens", app_only=True)
def create_token(call: Call) -> Answer:
    """Issue an installation token, narrowed as asked."""
    installation = _installation(call)
    chosen = _chosen_repositories(call, installation)
    permissions = _chosen_permissions(call, installation)
    token = call.services.gatekeeper.issue(
        installation,
        permissions=permissions,
        repositories=None if chosen is None else frozenset(each.id for each in chosen),
    )
    granted = installation.permissions if permissions is None else permissions
    whole = chosen is None and installation.repositories is None
    answer: dict[str, object] = {
        "token": token.text,
        "expires_at": iso(token.expires_at),
        "permissions": {**granted, "metadata": "read"},
        "repository_selection": "all" if whole else "selected",
    }
    if chosen is not None:
        answer["repositories"] = [repository(call.world, each) for each in chosen]
    return Answer(answer, 201)


def _chosen_repositories(call: Call, installation: Installation) -> list[Repository] | None:
    if "repositories" not in call.body and "repository_ids" not in call.body:
        return None
    names = {name.lower() for name in call.body.strings("repositories")}
    ids = call.body.fields.get("repository_ids") or []
    wanted = {each for each in ids if isinstance(each, int)} if isinstance(ids, list) else set()
    covered = [r for r in call.world.repositories.values() if call.world.covers(installation, r)]
    found = [r for r in covered if r.name.lower() in names or r.id in wanted]
    if len(found) != len(names) + len(wanted) or len(found) > MOST_REPOSITORIES:
        raise unprocessable(
            "There is at least one repository that does not exist or is not accessible to the "
            "parent installation."
        )
    return found


def _chosen_permissions(call: Call, installation: Installation) -> dict[str, str] | None:
    chosen = call.body.object("permissions")
    if chosen is None:
        return None
    wanted = {name: chosen.choice(name, RANK[1:]) or "none" for name in chosen.fields}
    if not all(installation.allows(name, level) for name, level in wanted.items()):
        raise unprocessable("The permissions requested are not granted to this installation.")
    return wanted


@router.add("DELETE", "/installation/token")
def revoke_token(call: Call) -> Answer:
    """Revoke the token that the request carries."""
    if call.actor.token is None:
        raise Refused(401, "Bad credentials")
    call.actor.token.revoked = True
    return Answer(status=204)


@router.add("GET", "/installation/repositories")
def list_repositories(call: Call) -> Answer:
    """List the repositories the token reaches."""
    token = call.actor.token
    if token is None:
        raise Refused(403, "You must authenticate with an installation access token")
    world = call.world
    rows = [
        each
        for each in world.repositories.values()
        if world.covers(token.installation, each)
        and (token.repositories is None or each.id in token.repositories)
    ]
    answer = call.page(rows, lambda each: repository(world, each), "repositories")
    selection = "all" if token.installation.repositories is None else "selected"
    if isinstance(answer.body, dict):
        answer.body["repository_selection"] = selection
    return answer


def _installed_on(call: Call, account_id: int) -> Answer:
    for each in call.world.installations.values():
        if each.app is _own(call) and each.account.id == account_id:
            return Answer(people.installation(call.world, each))
    raise not_found()


@router.add("GET", "/repos/{owner}/{repo}/installation", app_only=True)
def repository_installation(call: Call) -> Answer:
    """Return the app's installation on a repository."""
    found = call.world.installation_on(_own(call), call.repository())
    if found is None:
        raise not_found()
    return Answer(people.installation(call.world, found))


@router.add("GET", "/orgs/{org}/installation", app_only=True)
def organization_installation(call: Call) -> Answer:
    """Return the app's installation on an organisation."""
    return _installed_on(call, call.organization().id)


@router.add("GET", "/users/{username}/installation", app_only=True)
def user_installation(call: Call) -> Answer:
    """Return the app's installation on a person's account."""
    return _installed_on(call, call.world.user(call.params["username"]).id)


@router.add("DELETE", "/applications/{client_id}/token")
def delete_person_token(call: Call) -> Answer:
    """Revoke a token of a person who signed in; the app shows its client secret for that."""
    client = call.actor.client
    if client is None or client.client_id != call.params["client_id"]:
        raise not_found()
    token = call.services.gatekeeper.person_tokens.get(call.body.text("access_token") or "")
    if token is None or token.app is not client or token.revoked:
        raise not_found()
    token.revoked = True
    return Answer(status=204)
