"""What happened to a seat, from what GitHub and the journal tell, oldest first."""

from collections.abc import Iterator
from typing import Final

from bot.core.model import CommandSeen, DocumentDecision, Opinion, Review, SeatState, Snapshot
from bot.core.policy.seats import holds
from bot.core.render.record.values import Event, EventKind
from bot.core.render.safe import shorten

MOST_EVENTS: Final = 30
_ABOUT_SEATS: Final = frozenset(
    {"approve", "withdraw", "release", "decline", "delegate", "concern", "resolve"}
)
_KINDS: Final = {
    Opinion.APPROVED: EventKind.APPROVED,
    Opinion.CHANGES_REQUESTED: EventKind.OBJECTED,
    Opinion.COMMENTED: EventKind.COMMENTED,
    Opinion.DISMISSED: EventKind.DISMISSED,
}


def history_of(snapshot: Snapshot, one: DocumentDecision, state: SeatState) -> tuple[Event, ...]:
    """Return the last events of a seat as far as they concern a document."""
    events = [
        *_requests(snapshot, one.path, state),
        *_reviews(snapshot, state),
        *_commands(snapshot, one.path, state),
    ]
    events.sort(key=lambda event: event.at)
    return tuple(events[-MOST_EVENTS:])


def _requests(snapshot: Snapshot, path: str, state: SeatState) -> Iterator[Event]:
    for asked in snapshot.memory.asked:
        if asked.seat == state.seat.key and asked.path == path:
            kind = EventKind.REFUSED if asked.failure else EventKind.ASKED
            yield Event(asked.at, kind, detail=shorten(asked.failure, 200))
    for event in snapshot.request_events:
        if event.subject.key != state.seat.key:
            continue
        if event.removed:
            yield Event(event.at, EventKind.TAKEN_BACK)
        elif not event.own:
            yield Event(event.at, EventKind.ASKED, detail="on GitHub, by hand")


def _reviews(snapshot: Snapshot, state: SeatState) -> Iterator[Event]:
    for review in snapshot.reviews:
        person = review.author
        if person and not person.is_bot and holds(state.seat, person, writer=review.writer):
            yield from _review(snapshot, review, person.login)


def _review(snapshot: Snapshot, review: Review, who: str) -> Iterator[Event]:
    commit = f"on {review.commit[:7]}" if review.commit else "on a commit that is gone"
    dismissal = next((one for one in snapshot.dismissals if one.review_id == review.id), None)
    opinion = dismissal.was if dismissal else review.opinion
    if kind := _KINDS.get(opinion):
        yield Event(review.submitted_at, kind, who, commit, review.url)
    if dismissal:
        by = dismissal.actor.login if dismissal.actor else ""
        detail = "by the branch's rule after a push" if dismissal.by_rule else f"by {by or 'somebody'}"
        yield Event(dismissal.at, EventKind.DISMISSED, who, detail, review.url)


def _commands(snapshot: Snapshot, path: str, state: SeatState) -> Iterator[Event]:
    urls = {(one.id, one.kind): one.url for one in snapshot.comments}
    for seen in snapshot.memory.commands:
        concerned = seen.actor_id in state.seat.eligible or seen.subject == state.seat.key
        if seen.name in _ABOUT_SEATS and concerned and (not seen.paths or path in seen.paths):
            url = urls.get((seen.comment_id, seen.kind), "")
            yield Event(seen.at, EventKind.COMMANDED, seen.actor, _said(seen), url)


def _said(seen: CommandSeen) -> str:
    said = shorten(f"/tdd {seen.name} {seen.argument}".strip(), 120)
    return said if seen.granted else f"{said} (refused)"
