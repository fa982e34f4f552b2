"""Opening and editing issues."""

from __future__ import annotations

from bot.sandbox.acts.limits import check_body
from bot.sandbox.state.accounts import Account
from bot.sandbox.state.issue import Issue
from bot.sandbox.state.repository import Repository
from bot.sandbox.state.world import World


def open_issue(world: World, repository: Repository, by: Account, title: str, body: str | None) -> Issue:
    """Open an issue; it shares its numbers with pull requests."""
    check_body(body or "")
    now = world.now()
    made = Issue(
        id=world.ids.next(),
        number=repository.next_number(),
        repository=repository,
        author=by,
        title=title,
        body=body,
        created_at=now,
        updated_at=now,
        via_app=world.app_of_bot(by),
    )
    repository.issues[made.number] = made
    return made


def edit_issue(
    world: World, issue: Issue, *, title: str | None, body: str | None, opened: bool | None
) -> None:
    """Change what is given; None leaves it."""
    check_body(body or "")
    issue.updated_at = world.now()
    issue.title = issue.title if title is None else title
    issue.body = issue.body if body is None else body
    if opened is not None and opened != issue.open:
        issue.open = opened
        issue.closed_at = None if opened else issue.updated_at
