"""Repositories, labels and rules as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.sandbox.render.people import Json, account, permissions
from bot.sandbox.state.accounts import Organization, Role
from bot.sandbox.state.clock import iso
from bot.sandbox.state.repository import BranchRule, Label, Repository
from bot.sandbox.state.world import World

LINKS: Final = {
    "archive_url": "{archive_format}{/ref}",
    "assignees_url": "assignees{/user}",
    "blobs_url": "git/blobs{/sha}",
    "branches_url": "branches{/branch}",
    "collaborators_url": "collaborators{/collaborator}",
    "comments_url": "comments{/number}",
    "commits_url": "commits{/sha}",
    "compare_url": "compare/{base}...{head}",
    "contents_url": "contents/{+path}",
    "contributors_url": "contributors",
    "deployments_url": "deployments",
    "downloads_url": "downloads",
    "events_url": "events",
    "forks_url": "forks",
    "git_commits_url": "git/commits{/sha}",
    "git_refs_url": "git/refs{/sha}",
    "git_tags_url": "git/tags{/sha}",
    "hooks_url": "hooks",
    "issue_comment_url": "issues/comments{/number}",
    "issue_events_url": "issues/events{/number}",
    "issues_url": "issues{/number}",
    "keys_url": "keys{/key_id}",
    "labels_url": "labels{/name}",
    "languages_url": "languages",
    "merges_url": "merges",
    "milestones_url": "milestones{/number}",
    "notifications_url": "notifications{?since,all,participating}",
    "pulls_url": "pulls{/number}",
    "releases_url": "releases{/id}",
    "stargazers_url": "stargazers",
    "statuses_url": "statuses/{sha}",
    "subscribers_url": "subscribers",
    "subscription_url": "subscription",
    "tags_url": "tags",
    "teams_url": "teams",
    "trees_url": "git/trees{/sha}",
}


def api_url(world: World, which: Repository) -> str:
    """Return a repository's API address."""
    return f"{world.api_url}/repos/{which.full_name}"


def html_url(world: World, which: Repository) -> str:
    """Return a repository's page."""
    return f"{world.web_url}/{which.full_name}"


def minimal(world: World, which: Repository) -> Json:
    """Render `minimal-repository`."""
    url = api_url(world, which)
    return {
        "id": which.id,
        "node_id": which.node_id,
        "name": which.name,
        "full_name": which.full_name,
        "owner": account(world, which.owner),
        "private": which.private,
        "html_url": html_url(world, which),
        "description": which.description,
        "fork": which.parent is not None,
        "url": url,
        **{name: f"{url}/{path}" for name, path in LINKS.items()},
    }


def repository(world: World, which: Repository, role: Role | None = None) -> Json:
    """Render `repository`, with the viewer's permissions when a role is given."""
    page = html_url(world, which)
    host = page.split("//", 1)[1]
    open_pulls = sum(pull.open for pull in which.pulls.values())
    shown: Json = {
        **minimal(world, which),
        "git_url": f"git://{host}.git",
        "ssh_url": f"git@{host}.git",
        "clone_url": f"{page}.git",
        "svn_url": page,
        "mirror_url": None,
        "homepage": None,
        "language": None,
        "license": None,
        "forks": 0,
        "forks_count": 0,
        "stargazers_count": 0,
        "watchers": 0,
        "watchers_count": 0,
        "size": 0,
        "default_branch": which.default_branch,
        "open_issues": open_pulls,
        "open_issues_count": open_pulls,
        "is_template": False,
        "topics": [],
        "has_issues": True,
        "has_projects": True,
        "has_wiki": False,
        "has_pages": False,
        "has_downloads": True,
        "has_discussions": False,
        "archived": which.archived,
        "disabled": False,
        "visibility": "private" if which.private else "public",
        "allow_forking": True,
        "custom_properties": {},
        "web_commit_signoff_required": False,
        "pushed_at": iso(which.pushed_at),
        "created_at": iso(which.created_at),
        "updated_at": iso(which.updated_at),
    }
    if role is not None:
        shown["permissions"] = permissions(role)
    return shown


def full_repository(world: World, which: Repository, role: Role) -> Json:
    """Render `full-repository`."""
    shown = {
        **repository(world, which, role),
        "allow_merge_commit": True,
        "allow_squash_merge": True,
        "allow_rebase_merge": True,
        "allow_auto_merge": False,
        "delete_branch_on_merge": False,
        "subscribers_count": 0,
        "network_count": 0,
        "temp_clone_token": None,
    }
    if isinstance(which.owner, Organization):
        shown["organization"] = account(world, which.owner)
    if which.parent is not None:
        shown["parent"] = shown["source"] = repository(world, which.parent)
    return shown


def label(world: World, home: Repository, which: Label) -> Json:
    """Render `label`."""
    return {
        "id": which.id,
        "node_id": which.node_id,
        "url": f"{api_url(world, home)}/labels/{which.name}",
        "name": which.name,
        "description": which.description,
        "color": which.color,
        "default": False,
        "archived_at": None,
        "archived_by": None,
    }


def protection(classic: Sequence[BranchRule]) -> Json:
    """Render what everybody who reads a branch is told of its protection rule; rulesets are not in it."""
    checks = [check for rule in classic for check in rule.required_checks]
    return {
        "enabled": bool(classic),
        "required_status_checks": {
            "enforcement_level": "non_admins" if checks else "off",
            "contexts": [check.context for check in checks],
            "checks": [{"context": check.context, "app_id": check.integration_id} for check in checks],
        },
    }


def rules(home: Repository, which: BranchRule) -> list[Json]:
    """Render the rules of one ruleset as `repository-rule-detailed` items."""
    source: Json = {
        "ruleset_source_type": "Repository",
        "ruleset_source": home.full_name,
        "ruleset_id": which.id,
    }
    shown: list[Json] = []
    if which.required_checks:
        checks = [
            {"context": check.context}
            | ({} if check.integration_id is None else {"integration_id": check.integration_id})
            for check in which.required_checks
        ]
        parameters: Json = {
            "strict_required_status_checks_policy": False,
            "do_not_enforce_on_create": False,
            "required_status_checks": checks,
        }
        shown.append({"type": "required_status_checks", "parameters": parameters, **source})
    parameters = {
        "required_approving_review_count": which.required_approvals,
        "dismiss_stale_reviews_on_push": which.dismiss_stale_reviews,
        "require_code_owner_review": False,
        "require_last_push_approval": False,
        "required_review_thread_resolution": False,
        "required_reviewers": [],
        "allowed_merge_methods": ["merge", "squash", "rebase"],
    }
    shown.append({"type": "pull_request", "parameters": parameters, **source})
    return shown
