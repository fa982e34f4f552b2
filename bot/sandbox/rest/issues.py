"""Issues (docs.github.com/rest/issues/issues): to list, open and edit them."""

from __future__ import annotations

from typing import Final

from bot.sandbox.acts.issues import edit_issue, open_issue
from bot.sandbox.errors import not_found
from bot.sandbox.http.call import Answer, Call
from bot.sandbox.render import pull
from bot.sandbox.render.issue import issue
from bot.sandbox.rest.repos import REPO
from bot.sandbox.rest.routes import router
from bot.sandbox.state.accounts import Role
from bot.sandbox.state.issue import Issue
from bot.sandbox.state.pull import PullRequest

STATES: Final = ("open", "closed", "all")


def _issue(call: Call) -> Issue:
    found = call.repository().issues.get(call.number("number"))
    if found is None:
        raise not_found()
    return found


def _shown(call: Call, which: Issue | PullRequest) -> dict[str, object]:
    if isinstance(which, PullRequest):
        return pull.issue(call.world, which)
    return issue(call.world, which)


@router.add("GET", f"{REPO}/issues", need="issues:read|pull_requests:read")
def list_issues(call: Call) -> Answer:
    """List issues and pull requests, newest first."""
    home = call.repository()
    rows: list[Issue | PullRequest] = [*home.issues.values(), *home.pulls.values()]
    state, creator = call.query.get("state", "open"), call.query.get("creator")
    if state != "all":
        rows = [each for each in rows if each.open == (state == "open")]
    if creator:
        rows = [each for each in rows if each.author.login == creator]
    rows.sort(key=lambda each: each.number, reverse=True)
    return call.page(rows, lambda each: _shown(call, each))


@router.add("POST", f"{REPO}/issues", need="issues:write", creates=True)
def create_issue(call: Call) -> Answer:
    """Open an issue."""
    body = call.body
    made = open_issue(call.world, call.repository(), call.by, body.needed("title"), body.text("body"))
    return Answer(issue(call.world, made), 201)


@router.add("PATCH", f"{REPO}/issues/{{number}}", need="issues:write", person=Role.TRIAGE)
def update_issue(call: Call) -> Answer:
    """Change an issue's title, text or state."""
    which = _issue(call)
    state = call.body.choice("state", STATES[:2])
    edit_issue(
        call.world,
        which,
        title=call.body.text("title"),
        body=call.body.text("body"),
        opened=None if state is None else state == "open",
    )
    return Answer(issue(call.world, which))
