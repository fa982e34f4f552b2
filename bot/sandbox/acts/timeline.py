"""Writing down what happened on a pull request, and telling the apps."""

from __future__ import annotations

from typing import TypedDict, Unpack

from bot.sandbox.state.accounts import Account, Team
from bot.sandbox.state.pull import Happened, PullRequest, Review, ReviewState, TimelineEvent
from bot.sandbox.state.repository import Label
from bot.sandbox.state.world import Event, World


class Details(TypedDict, total=False):
    """The fields of a timeline event that depend on its kind."""

    reviewer: Account | Team | None
    before: str | None
    after: str | None
    review: Review | None
    previous_state: ReviewState | None
    message: str | None
    commit: str | None
    deleted_author: Account | None
    label: Label | None


def note(
    world: World, pull: PullRequest, kind: Happened, by: Account, **details: Unpack[Details]
) -> TimelineEvent:
    """Add an event to a pull request's timeline; `details` are `TimelineEvent`'s fields."""
    event = TimelineEvent(
        id=world.ids.next(), kind=kind, pull=pull, actor=by, created_at=world.now(), **details
    )
    pull.timeline.append(event)
    return world.register(event)


def tell(world: World, pull: PullRequest, action: str, by: Account, **subject: object) -> None:
    """Emit a `pull_request` event."""
    tell_as(world, "pull_request", pull, action, by, **subject)


def tell_as(world: World, name: str, pull: PullRequest, action: str, by: Account, **subject: object) -> None:
    """Emit an event of another name about a pull request."""
    world.emit(
        Event(
            name=name,
            action=action,
            sender=by,
            repository=pull.repository,
            subject={"pull": pull, **subject},
        )
    )


def touch(world: World, pull: PullRequest) -> None:
    """Move a pull request's `updated_at` to now."""
    pull.updated_at = world.now()
