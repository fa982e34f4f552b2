"""Repositories, refs, commits, trees and blobs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from bot.sandbox.acts.queue import waiting
from bot.sandbox.graphql.context import Context
from bot.sandbox.graphql.fields import field
from bot.sandbox.graphql.paging import Connection, connect
from bot.sandbox.graphql.query import missing
from bot.sandbox.graphql.views import (
    BlobAt,
    CommitAt,
    Queue,
    RefAt,
    Rule,
    TreeAt,
    commit_at,
    object_at,
)
from bot.sandbox.rest.git import resolve
from bot.sandbox.state.accounts import Organization, Role
from bot.sandbox.state.pull import PullRequest
from bot.sandbox.state.repository import Label, Repository

TEXT_LIMIT: Final = 512_000


@field("Repository.nameWithOwner")
def full_name(repository: Repository, _context: Context) -> str:
    """Return `owner/name`."""
    return repository.full_name


@field("Repository.url")
def repository_url(repository: Repository, context: Context) -> str:
    """Return the repository's page."""
    return f"{context.world.web_url}/{repository.full_name}"


@field("Repository.isArchived")
def is_archived(repository: Repository, _context: Context) -> bool:
    """Tell whether it is archived."""
    return repository.archived


@field("Repository.isPrivate")
def is_private(repository: Repository, _context: Context) -> bool:
    """Tell whether it is private."""
    return repository.private


@field("Repository.isFork")
def is_fork(repository: Repository, _context: Context) -> bool:
    """Tell whether it is a fork."""
    return repository.parent is not None


@field("Repository.isInOrganization")
def is_in_organization(repository: Repository, _context: Context) -> bool:
    """Tell whether an organisation owns it."""
    return isinstance(repository.owner, Organization)


@field("Repository.visibility")
def visibility(repository: Repository, _context: Context) -> str:
    """Return PUBLIC or PRIVATE."""
    return "PRIVATE" if repository.private else "PUBLIC"


@field("Repository.viewerPermission")
def viewer_permission(repository: Repository, context: Context) -> str | None:
    """Return the role of a person, null for apps."""
    if context.actor.token is not None or context.viewer is None:
        return None
    role = context.world.role(context.viewer, repository)
    return None if role is Role.NONE else role.name


@field("Repository.defaultBranchRef")
def default_branch_ref(repository: Repository, _context: Context) -> RefAt | None:
    """Return the default branch, null in an empty repository."""
    name = repository.default_branch
    return RefAt(repository, name) if name in repository.branches else None


@field("Repository.ref")
def repository_ref(repository: Repository, _context: Context, qualified_name: str) -> RefAt | None:
    """Return a branch by its full or short name."""
    name = qualified_name.removeprefix("refs/heads/")
    return RefAt(repository, name) if name in repository.branches else None


@field("Repository.refs")
def repository_refs(repository: Repository, _context: Context, ref_prefix: str, **args: object) -> Connection:
    """List the branches under a prefix."""
    rows = [name for name in sorted(repository.branches) if f"refs/heads/{name}".startswith(ref_prefix)]
    return connect(rows, args, lambda name: RefAt(repository, name))


@field("Repository.object")
def repository_object(
    repository: Repository,
    context: Context,
    oid: str | None = None,
    expression: str | None = None,
) -> CommitAt | BlobAt | TreeAt | None:
    """Return an object by name, or by an expression such as `main:docs/x.md`."""
    context.need("contents")
    if oid is not None:
        return object_at(repository, oid)
    name, colon, path = (expression or "").partition(":")
    commit = resolve(repository, name)
    if commit is None:
        return None
    if not colon:
        return object_at(repository, commit)
    entry = repository.git.entry(commit, path.strip("/"))
    return None if entry is None else object_at(repository, entry.oid)


@field("Repository.pullRequest")
def repository_pull(repository: Repository, context: Context, number: int) -> PullRequest:
    """Return a pull request by number."""
    context.need("pull_requests")
    found = repository.pulls.get(number)
    if found is None:
        raise missing(f"a PullRequest with the number of {number}")
    return found


def select_pulls(
    pulls: list[PullRequest], states: list[str] | None, base: str | None, head: str | None
) -> list[PullRequest]:
    """Filter pull requests as GraphQL's arguments do."""
    return [
        pull
        for pull in pulls
        if (states is None or pull_state(pull) in states)
        and base in (None, pull.base_ref)
        and head in (None, pull.head_ref)
    ]


def pull_state(pull: PullRequest) -> str:
    """Return OPEN, CLOSED or MERGED."""
    if pull.merged:
        return "MERGED"
    return "OPEN" if pull.open else "CLOSED"


ORDERS: Final[dict[str, Callable[[PullRequest], Any]]] = {
    "COMMENTS": lambda pull: len(pull.comments),
    "CREATED_AT": lambda pull: pull.created_at,
    "UPDATED_AT": lambda pull: pull.updated_at,
}


@field("Repository.pullRequests")
def repository_pulls(
    repository: Repository,
    context: Context,
    states: list[str] | None = None,
    base_ref_name: str | None = None,
    head_ref_name: str | None = None,
    order_by: dict[str, str] | None = None,
    **args: object,
) -> Connection:
    """List pull requests, oldest first unless an order is asked for."""
    context.need("pull_requests")
    rows = list(repository.pulls.values())
    if order_by is not None:
        rows.sort(key=ORDERS[order_by["field"]], reverse=order_by["direction"] == "DESC")
    return connect(select_pulls(rows, states, base_ref_name, head_ref_name), args)


@field("Repository.label")
def repository_label(repository: Repository, _context: Context, name: str) -> Label | None:
    """Return a label by name."""
    return repository.labels.get(name.lower())


@field("Repository.mergeQueue")
def merge_queue(repository: Repository, context: Context, branch: str | None = None) -> Queue | None:
    """Return a branch's merge queue, null where there is none."""
    context.need("merge_queues")
    name = branch or repository.default_branch
    queued = any(rule.merge_queue for rule in repository.rules_for(name))
    return Queue(repository, name) if queued else None


@field("Label.isDefault")
def label_default(_label: Label, _context: Context) -> bool:
    """Say no: the sandbox has no labels of its own."""
    return False


@field("Label.url")
def label_url(label: Label, context: Context) -> str:
    """Return an address for a label."""
    return f"{context.world.web_url}/labels/{label.name}"


# Refs --------------------------------------------------------------------------------------


@field("Ref.prefix")
def ref_prefix(_ref: RefAt, _context: Context) -> str:
    """Return `refs/heads/`: the sandbox has no tags."""
    return "refs/heads/"


@field("Ref.target")
def ref_target(ref: RefAt, context: Context) -> CommitAt | None:
    """Return the branch's tip."""
    context.need("contents")
    return commit_at(ref.repository, ref.repository.branches.get(ref.name))


@field("Ref.rules")
def ref_rules(ref: RefAt, _context: Context, **args: object) -> Connection:
    """List the rules over the branch."""
    rows = []
    for ruleset in ref.repository.rulesets_for(ref.name):
        if ruleset.required_checks:
            rows.append(Rule(ruleset, "REQUIRED_STATUS_CHECKS"))
        rows.append(Rule(ruleset, "PULL_REQUEST"))
    return connect(rows, args)


@field("RepositoryRule.parameters")
def rule_parameters(rule: Rule, _context: Context) -> dict[str, object]:
    """Return a rule's parameters."""
    ruleset = rule.ruleset
    if rule.type == "PULL_REQUEST":
        return {
            "__typename": "PullRequestParameters",
            "dismissStaleReviewsOnPush": ruleset.dismiss_stale_reviews,
            "requireCodeOwnerReview": False,
            "requireLastPushApproval": False,
            "requiredApprovingReviewCount": ruleset.required_approvals,
            "requiredReviewThreadResolution": False,
        }
    checks = [
        {"context": each.context, "integrationId": each.integration_id} for each in ruleset.required_checks
    ]
    return {
        "__typename": "RequiredStatusChecksParameters",
        "requiredStatusChecks": checks,
        "strictRequiredStatusChecksPolicy": False,
    }


@field("Ref.associatedPullRequests")
def ref_pulls(ref: RefAt, context: Context, states: list[str] | None = None, **args: object) -> Connection:
    """List the pull requests from this branch."""
    context.need("pull_requests")
    rows = [p for p in ref.repository.pulls.values() if p.head_repository is ref.repository]
    return connect(select_pulls(rows, states, None, ref.name), args)


@field("MergeQueue.url")
def queue_url(queue: Queue, context: Context) -> str:
    """Return the queue's page."""
    home = f"{context.world.web_url}/{queue.repository.full_name}"
    return f"{home}/queue/{queue.branch}"


@field("MergeQueue.configuration")
def queue_configuration(queue: Queue, _context: Context) -> dict[str, object]:
    """Return what the ruleset says of the queue."""
    strict = not any(rule.queue_head_green for rule in queue.repository.rules_for(queue.branch))
    return {"mergingStrategy": "ALLGREEN" if strict else "HEADGREEN"}


@field("MergeQueue.entries")
def queue_entries(queue: Queue, _context: Context, **args: object) -> Connection:
    """List what waits in the queue."""
    return connect(waiting(queue.repository, queue.branch), args)
