"""Pull requests as JSON: in lists, whole, and as webhooks show them."""

from __future__ import annotations

from bot.sandbox.acts.diff import patch
from bot.sandbox.acts.reading import is_mergeable, merge_state, pull_changes, pull_commits
from bot.sandbox.render.people import Json, account, account_or_none, app_or_none, team
from bot.sandbox.render.repository import api_url, label, repository
from bot.sandbox.render.said import pull_api, pull_page, reactions
from bot.sandbox.state.accounts import Team
from bot.sandbox.state.clock import iso, iso_or_none
from bot.sandbox.state.pull import PullRequest
from bot.sandbox.state.world import World


def simple(world: World, pull: PullRequest) -> Json:
    """Render `pull-request-simple`."""
    url, page = pull_api(world, pull), pull_page(world, pull)
    home = api_url(world, pull.repository)
    issue = f"{home}/issues/{pull.number}"
    links = {
        "self": url,
        "html": page,
        "issue": issue,
        "comments": f"{issue}/comments",
        "review_comments": f"{url}/comments",
        "review_comment": f"{home}/pulls/comments{{/number}}",
        "commits": f"{url}/commits",
        "statuses": f"{home}/statuses/{pull.head_sha}",
    }
    return {
        "url": url,
        "id": pull.id,
        "node_id": pull.node_id,
        "html_url": page,
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        "issue_url": issue,
        **{f"{name}_url": links[name] for name in tuple(links)[3:]},
        "number": pull.number,
        "state": "open" if pull.open else "closed",
        "locked": pull.locked,
        "title": pull.title,
        "user": account(world, pull.author),
        "body": pull.body,
        "created_at": iso(pull.created_at),
        "updated_at": iso(pull.updated_at),
        "closed_at": iso_or_none(pull.closed_at),
        "merged_at": iso_or_none(pull.merged_at),
        "merge_commit_sha": pull.merge_commit_sha,
        "assignee": None,
        "assignees": [],
        **_asked(world, pull),
        "labels": [label(world, pull.repository, each) for each in pull.labels],
        "milestone": None,
        "draft": pull.draft,
        **_sides(world, pull),
        "_links": {name: {"href": link} for name, link in links.items()},
        "author_association": world.association(pull.author, pull.repository),
        "auto_merge": None,
        "active_lock_reason": None,
    }


def _asked(world: World, pull: PullRequest) -> Json:
    people = [r.reviewer for r in pull.requests if not isinstance(r.reviewer, Team)]
    teams = [r.reviewer for r in pull.requests if isinstance(r.reviewer, Team)]
    return {
        "requested_reviewers": [account(world, person) for person in people],
        "requested_teams": [team(world, each) for each in teams],
    }


def _sides(world: World, pull: PullRequest) -> Json:
    head = pull.head_repository
    return {
        "head": {
            "label": f"{pull.head_owner.login}:{pull.head_ref}",
            "ref": pull.head_ref,
            "sha": pull.head_sha,
            "user": account(world, pull.head_owner),
            "repo": None if head is None else repository(world, head),
        },
        "base": {
            "label": f"{pull.repository.owner.login}:{pull.base_ref}",
            "ref": pull.base_ref,
            "sha": pull.base_sha,
            "user": account(world, pull.repository.owner),
            "repo": repository(world, pull.repository),
        },
    }


def full(world: World, pull: PullRequest) -> Json:
    """Render `pull-request`."""
    diffs = [patch(pull.repository.git, change) for change in pull_changes(pull)]
    return {
        **simple(world, pull),
        "merged": pull.merged,
        "mergeable": is_mergeable(pull) if pull.open else None,
        "rebaseable": is_mergeable(pull) if pull.open else None,
        "mergeable_state": merge_state(world, pull).lower(),
        "merged_by": account_or_none(world, pull.merged_by),
        "comments": len(pull.comments),
        "review_comments": len(pull.review_comments),
        "maintainer_can_modify": False,
        "commits": len(pull_commits(pull)),
        "additions": sum(diff.additions for diff in diffs),
        "deletions": sum(diff.deletions for diff in diffs),
        "changed_files": len(diffs),
    }


def minimal(world: World, pull: PullRequest) -> Json:
    """Render `pull-request-minimal`, as check runs name their pull requests."""
    head = pull.head_repository or pull.repository
    return {
        "id": pull.id,
        "number": pull.number,
        "url": pull_api(world, pull),
        "head": {
            "ref": pull.head_ref,
            "sha": pull.head_sha,
            "repo": {"id": head.id, "url": api_url(world, head), "name": head.name},
        },
        "base": {
            "ref": pull.base_ref,
            "sha": pull.base_sha,
            "repo": {
                "id": pull.repository.id,
                "url": api_url(world, pull.repository),
                "name": pull.repository.name,
            },
        },
    }


def issue(world: World, pull: PullRequest) -> Json:
    """Render a pull request as the issue it also is."""
    home, page = api_url(world, pull.repository), pull_page(world, pull)
    url = f"{home}/issues/{pull.number}"
    return {
        "url": url,
        "repository_url": home,
        "labels_url": f"{url}/labels{{/name}}",
        "comments_url": f"{url}/comments",
        "events_url": f"{url}/events",
        "timeline_url": f"{url}/timeline",
        "html_url": page,
        "id": pull.issue_id,
        "node_id": pull.node_id,
        "number": pull.number,
        "title": pull.title,
        "user": account(world, pull.author),
        "labels": [label(world, pull.repository, each) for each in pull.labels],
        "state": "open" if pull.open else "closed",
        "state_reason": None,
        "locked": pull.locked,
        "active_lock_reason": None,
        "assignee": None,
        "assignees": [],
        "milestone": None,
        "comments": len(pull.comments),
        "created_at": iso(pull.created_at),
        "updated_at": iso(pull.updated_at),
        "closed_at": iso_or_none(pull.closed_at),
        "author_association": world.association(pull.author, pull.repository),
        "draft": pull.draft,
        "pull_request": {
            "url": pull_api(world, pull),
            "html_url": page,
            "diff_url": f"{page}.diff",
            "patch_url": f"{page}.patch",
            "merged_at": iso_or_none(pull.merged_at),
        },
        "body": pull.body,
        "reactions": reactions(pull, url),
        "performed_via_github_app": app_or_none(world, pull.via_app),
    }
