"""Comments, reviews, review comments and reactions as JSON."""

from __future__ import annotations

from bot.sandbox.render.people import Json, account, app_or_none
from bot.sandbox.render.repository import api_url, html_url
from bot.sandbox.state.clock import iso
from bot.sandbox.state.issue import Issue
from bot.sandbox.state.pull import (
    REACTIONS,
    IssueComment,
    PullRequest,
    Reaction,
    Review,
    ReviewComment,
    ReviewState,
    Said,
)
from bot.sandbox.state.world import World


def reaction(world: World, which: Reaction) -> Json:
    """Render `reaction`."""
    return {
        "id": which.id,
        "node_id": which.node_id,
        "user": account(world, which.user),
        "content": which.content,
        "created_at": iso(which.created_at),
    }


def reactions(which: Said | PullRequest | Issue, url: str) -> Json:
    """Render `reaction-rollup`."""
    counts = {name: sum(r.content == name for r in which.reactions) for name in REACTIONS}
    return {"url": f"{url}/reactions", "total_count": len(which.reactions), **counts}


def pull_page(world: World, pull: PullRequest) -> str:
    """Return the pull request's page."""
    return f"{html_url(world, pull.repository)}/pull/{pull.number}"


def pull_api(world: World, pull: PullRequest) -> str:
    """Return the pull request's API address."""
    return f"{api_url(world, pull.repository)}/pulls/{pull.number}"


def comment(world: World, which: IssueComment) -> Json:
    """Render `issue-comment`."""
    home = which.pull.repository
    url = f"{api_url(world, home)}/issues/comments/{which.id}"
    return {
        "id": which.id,
        "node_id": which.node_id,
        "url": url,
        "html_url": f"{pull_page(world, which.pull)}#issuecomment-{which.id}",
        "issue_url": f"{api_url(world, home)}/issues/{which.pull.number}",
        "user": account(world, which.author),
        "created_at": iso(which.created_at),
        "updated_at": iso(which.updated_at),
        "author_association": world.association(which.author, home),
        "body": which.body,
        "reactions": reactions(which, url),
        "performed_via_github_app": app_or_none(world, which.via_app),
    }


def review(world: World, which: Review) -> Json:
    """Render `pull-request-review`."""
    page = f"{pull_page(world, which.pull)}#pullrequestreview-{which.id}"
    pull = pull_api(world, which.pull)
    shown: Json = {
        "id": which.id,
        "node_id": which.node_id,
        "user": account(world, which.author),
        "body": which.body,
        "state": which.state.value,
        "html_url": page,
        "pull_request_url": pull,
        "author_association": world.association(which.author, which.pull.repository),
        "_links": {"html": {"href": page}, "pull_request": {"href": pull}},
        "commit_id": which.commit,
    }
    if which.submitted_at is not None:
        shown["submitted_at"] = iso(which.submitted_at)
    return shown


def review_comment(world: World, which: ReviewComment) -> Json:
    """Render `review-comment` (and `pull-request-review-comment`)."""
    url = f"{api_url(world, which.pull.repository)}/pulls/comments/{which.id}"
    page = f"{pull_page(world, which.pull)}#discussion_r{which.id}"
    pull = pull_api(world, which.pull)
    shown: Json = {
        "url": url,
        "pull_request_review_id": which.review.id,
        "id": which.id,
        "node_id": which.node_id,
        "diff_hunk": which.diff_hunk,
        "path": which.path,
        "position": None if which.line is None else 1,
        "original_position": 1,
        "commit_id": which.commit,
        "original_commit_id": which.original_commit,
        "user": account(world, which.author),
        "body": which.body,
        "created_at": iso(which.created_at),
        "updated_at": iso(which.updated_at),
        "html_url": page,
        "pull_request_url": pull,
        "author_association": world.association(which.author, which.pull.repository),
        "_links": {
            "self": {"href": url},
            "html": {"href": page},
            "pull_request": {"href": pull},
        },
        "reactions": reactions(which, url),
        "side": which.side,
        "start_side": None if which.start_line is None else which.side,
        "start_line": which.start_line,
        "original_start_line": which.start_line,
        "subject_type": "file" if which.original_line is None else "line",
    }
    if which.original_line is not None:
        shown["line"], shown["original_line"] = which.line, which.original_line
    if which.reply_to is not None:
        shown["in_reply_to_id"] = which.reply_to.id
    return shown


def is_visible(which: Review, viewer_id: int | None) -> bool:
    """Tell whether a viewer sees a review: a pending one is its author's alone."""
    return which.state is not ReviewState.PENDING or which.author.id == viewer_id
