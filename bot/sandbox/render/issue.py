"""Issues as GitHub's REST API shows them."""

from __future__ import annotations

from bot.sandbox.render.people import Json, account, app_or_none
from bot.sandbox.render.repository import api_url
from bot.sandbox.render.said import reactions
from bot.sandbox.state.clock import iso, iso_or_none
from bot.sandbox.state.issue import Issue
from bot.sandbox.state.world import World


def issue(world: World, which: Issue) -> Json:
    """Render `issue`."""
    home = api_url(world, which.repository)
    url = f"{home}/issues/{which.number}"
    return {
        "url": url,
        "repository_url": home,
        "labels_url": f"{url}/labels{{/name}}",
        "comments_url": f"{url}/comments",
        "events_url": f"{url}/events",
        "timeline_url": f"{url}/timeline",
        "html_url": f"{world.web_url}/{which.repository.full_name}/issues/{which.number}",
        "id": which.id,
        "node_id": which.node_id,
        "number": which.number,
        "title": which.title,
        "user": account(world, which.author),
        "labels": [],
        "state": "open" if which.open else "closed",
        "state_reason": None,
        "locked": False,
        "active_lock_reason": None,
        "assignee": None,
        "assignees": [],
        "milestone": None,
        "comments": 0,
        "created_at": iso(which.created_at),
        "updated_at": iso(which.updated_at),
        "closed_at": iso_or_none(which.closed_at),
        "closed_by": None,
        "author_association": world.association(which.author, which.repository),
        "body": which.body,
        "reactions": reactions(which, url),
        "performed_via_github_app": app_or_none(world, which.via_app),
    }
