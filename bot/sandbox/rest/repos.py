"""Repositories, collaborators, branches and rules (docs.github.com/rest/repos)."""

from __future__ import annotations

from typing import Final

from bot.sandbox.acts.repositories import delete, rename, set_archived
from bot.sandbox.errors import Refused, not_found
from bot.sandbox.http.call import Answer, Call
from bot.sandbox.render import git, people
from bot.sandbox.render import repository as render
from bot.sandbox.render.repository import api_url
from bot.sandbox.rest.routes import router
from bot.sandbox.state.accounts import Account, Role
from bot.sandbox.state.repository import Repository

REPO: Final = "/repos/{owner}/{repo}"


def _viewer_role(call: Call, which: Repository) -> Role:
    if call.actor.token is not None:
        return Role.WRITE if call.actor.allows("contents", "write") else Role.READ
    return call.world.role(call.actor.account, which) if call.actor.account else Role.READ


@router.add("GET", REPO, need="metadata:read")
def get_repository(call: Call) -> Answer:
    """Return a repository."""
    which = call.repository()
    return Answer(render.full_repository(call.world, which, _viewer_role(call, which)))


@router.add("PATCH", REPO, need="administration:write", person=Role.ADMIN)
def edit_repository(call: Call) -> Answer:
    """Rename a repository, archive it, or change its default branch or description."""
    which, body = call.repository(), call.body
    name = body.text("name")
    which.description = body.text("description") or which.description
    branch = body.text("default_branch")
    if branch is not None:
        if branch not in which.branches:
            raise Refused(422, f"The branch {branch} was not found.")
        which.default_branch = branch
    which.private = body.flag("private", default=which.private)
    archived = body.flag("archived", default=which.archived)
    set_archived(call.world, which, call.by, archived=archived)
    if name is not None and name != which.name:
        rename(call.world, which, name, call.by)
    return Answer(render.full_repository(call.world, which, _viewer_role(call, which)))


@router.add("DELETE", REPO, need="administration:write", person=Role.ADMIN)
def delete_repository(call: Call) -> Answer:
    """Delete a repository."""
    delete(call.world, call.repository(), call.by)
    return Answer(status=204)


@router.add("GET", f"{REPO}/collaborators", need="metadata:read", person=Role.WRITE)
def list_collaborators(call: Call) -> Answer:
    """List everyone with access of their own, or those of them with at least a permission."""
    which = call.repository()
    wanted = call.query.get("permission")
    least = next((role for role in Role if people.permissions(role).get(wanted or "pull")), Role.ADMIN)
    rows = [one for one in call.world.collaborators(which) if call.world.role(one, which) >= least]
    return call.page(rows, lambda each: _collaborator(call, which, each))


def _collaborator(call: Call, which: Repository, who: Account) -> dict[str, object]:
    role = call.world.role(who, which)
    shown = people.account(call.world, who)
    return {**shown, "permissions": people.permissions(role), "role_name": role.name.lower()}


@router.add("GET", f"{REPO}/collaborators/{{username}}", need="metadata:read", person=Role.WRITE)
def check_collaborator(call: Call) -> Answer:
    """Say 204 for a collaborator, else 404."""
    user = call.world.user(call.params["username"])
    if user not in call.world.collaborators(call.repository()):
        raise Refused(404, f"{user.login} is not a user")
    return Answer(status=204)


@router.add("GET", f"{REPO}/collaborators/{{username}}/permission", need="metadata:read")
def get_permission(call: Call) -> Answer:
    """Return a person's permission: maintain shows as write, triage as read."""
    which, user = call.repository(), call.world.user(call.params["username"])
    role = call.world.role(user, which)
    plain = {Role.MAINTAIN: Role.WRITE, Role.TRIAGE: Role.READ}.get(role, role)
    return Answer(
        {
            "permission": plain.name.lower(),
            "role_name": role.name.lower(),
            "user": _collaborator(call, which, user),
        }
    )


@router.add("GET", f"{REPO}/branches", need="contents:read")
def list_branches(call: Call) -> Answer:
    """List the branches."""
    which = call.repository()
    place = f"{api_url(call.world, which)}/commits"

    def row(item: tuple[str, str]) -> object:
        name, oid = item
        commit = {"sha": oid, "url": f"{place}/{oid}"}
        return {"name": name, "commit": commit, "protected": bool(which.rules_for(name))}

    return call.page(sorted(which.branches.items()), row)


@router.add("GET", f"{REPO}/branches/{{branch:.+}}", need="contents:read")
def get_branch(call: Call) -> Answer:
    """Return a branch with its tip."""
    which, name = call.repository(), call.params["branch"]
    if name not in which.branches:
        raise Refused(404, "Branch not found")
    place = f"{api_url(call.world, which)}/branches/{name}"
    rules = which.rules_for(name)
    return Answer(
        {
            "name": name,
            "commit": git.commit(call.world, which, which.git.commits[which.branches[name]]),
            "_links": {"self": place, "html": f"{render.html_url(call.world, which)}/tree/{name}"},
            "protected": bool(rules),
            "protection": render.protection([rule for rule in rules if rule.classic]),
            "protection_url": f"{place}/protection",
        }
    )


@router.add("GET", f"{REPO}/rules/branches/{{branch:.+}}", need="metadata:read")
def get_branch_rules(call: Call) -> Answer:
    """List the active rules over a branch, from all its rulesets."""
    which = call.repository()
    rows = [
        rule for ruleset in which.rulesets_for(call.params["branch"]) for rule in render.rules(which, ruleset)
    ]
    return call.page(rows, lambda row: row)


@router.add("GET", f"{REPO}/labels", need="issues:read|pull_requests:read")
def list_labels(call: Call) -> Answer:
    """List a repository's labels."""
    which = call.repository()
    return call.page(which.labels.values(), lambda each: render.label(call.world, which, each))


@router.add("GET", f"{REPO}/labels/{{name}}", need="issues:read|pull_requests:read")
def get_label(call: Call) -> Answer:
    """Return one label."""
    which = call.repository()
    found = which.labels.get(call.params["name"].lower())
    if found is None:
        raise not_found()
    return Answer(render.label(call.world, which, found))
