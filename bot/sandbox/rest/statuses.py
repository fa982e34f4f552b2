"""Commit statuses (docs.github.com/rest/commits/statuses)."""

from __future__ import annotations

from typing import Final

from bot.sandbox.acts.checks import set_status
from bot.sandbox.errors import malformed
from bot.sandbox.http.call import Answer, Call
from bot.sandbox.render import check as render
from bot.sandbox.render.repository import api_url, minimal
from bot.sandbox.rest.git import commit_at
from bot.sandbox.rest.repos import REPO
from bot.sandbox.rest.routes import router
from bot.sandbox.state.accounts import Role
from bot.sandbox.state.check import CommitStatus

STATES: Final = ("error", "failure", "pending", "success")


@router.add("POST", f"{REPO}/statuses/{{sha}}", need="statuses:write", person=Role.WRITE)
def create_status(call: Call) -> Answer:
    """Set a status on a commit."""
    commit, body = commit_at(call, call.params["sha"]), call.body
    state = body.choice("state", STATES)
    if state is None:
        raise malformed('"state" wasn\'t supplied.')
    status = CommitStatus(
        id=0,
        sha=commit.oid,
        state=state,
        context=body.text("context") or "default",
        creator=call.by,
        created_at=call.world.now(),
        description=body.text("description", limit=140),
        target_url=body.text("target_url"),
    )
    filed = set_status(call.world, call.repository(), status)
    return Answer(render.status(call.world, call.repository(), filed), 201)


def _of(call: Call) -> list[CommitStatus]:
    oid = commit_at(call, call.params["ref"]).oid
    return [each for each in reversed(call.repository().statuses) if each.sha == oid]


@router.add("GET", f"{REPO}/commits/{{ref:.+}}/statuses", need="statuses:read")
def list_statuses(call: Call) -> Answer:
    """List a commit's statuses, newest first."""
    which = call.repository()
    return call.page(_of(call), lambda each: render.status(call.world, which, each))


@router.add("GET", f"{REPO}/commits/{{ref:.+}}/status", need="statuses:read")
def combined_status(call: Call) -> Answer:
    """Return the newest status of each context and what they come to."""
    which, oid = call.repository(), commit_at(call, call.params["ref"]).oid
    newest = list({each.context: each for each in reversed(_of(call))}.values())
    states = {each.state for each in newest}
    if states & {"error", "failure"}:
        state = "failure"
    else:
        state = "pending" if not states or "pending" in states else "success"
    place = f"{api_url(call.world, which)}/commits/{oid}"
    shown = [render.status(call.world, which, each) for each in newest]
    return Answer(
        {
            "state": state,
            "statuses": [{k: v for k, v in row.items() if k != "creator"} for row in shown],
            "sha": oid,
            "total_count": len(newest),
            "repository": minimal(call.world, which),
            "commit_url": place,
            "url": f"{place}/status",
        }
    )
