"""Whom to ask: once per content, never again after a person took the request back, within GitHub's cap."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.core.model import Asked, DocumentDecision, RequestSubject, SeatKey, SeatState, Snapshot
from bot.core.policy.plea import Bench

MOST_REQUESTS: Final = 15
"""Reviewers that GitHub accepts on one pull request outside its largest plan; it is not documented."""


def with_requests(
    snapshot: Snapshot, path: str, content: str, states: Iterable[SeatState], *, asks: bool
) -> tuple[SeatState, ...]:
    """Mark each seat with when it was asked, or that it is to be asked now, or why it is not."""
    return tuple(_mark(snapshot, path, content, state, asks=asks) for state in states)


def within_cap(snapshot: Snapshot, documents: Iterable[DocumentDecision]) -> tuple[DocumentDecision, ...]:
    """Take back what would be asked beyond GitHub's cap, and say so at the seat."""
    room = max(0, MOST_REQUESTS - len(snapshot.requested))
    allowed: set[SeatKey] = set()
    kept: list[DocumentDecision] = []
    for document in documents:
        states: list[SeatState] = []
        for state in document.seats:
            if state.ask and state.seat.key not in allowed and len(allowed) >= room:
                states.append(replace(state, ask=False, asked_at=None, refusal=_CROWDED))
                continue
            allowed |= {state.seat.key} if state.ask else set()
            states.append(state)
        kept.append(replace(document, seats=tuple(states)))
    return tuple(kept)


_CROWDED: Final = f"GitHub asks {MOST_REQUESTS} reviewers at most at once; it is asked when one has answered"


def no_longer_asked(
    snapshot: Snapshot,
    before: Iterable[Bench],
    after: Iterable[Bench],
    documents: Iterable[DocumentDecision],
) -> tuple[RequestSubject, ...]:
    """Return what this app asked and a command has made needless: a seat that left, a person who declined.

    What a person asked for on GitHub stays that person's.

    Args:
        snapshot: The pull request.
        before: The documents with their seats before any command.
        after: The same as the commands have made them.
        documents: Those judged.
    """
    present = {seat.key for one in after for seat in one.seats}
    left = {seat.key for one in before for seat in one.seats} - present
    declined = {
        SeatKey(f"user:{who.person.id}") for one in documents for state in one.seats for who in state.declined
    }
    gone = left | (declined - present)
    return tuple(one for one in snapshot.requested if one.key in gone and _asked_last_by_us(snapshot, one))


def _asked_last_by_us(snapshot: Snapshot, subject: RequestSubject) -> bool:
    events = [one for one in snapshot.request_events if one.subject.key == subject.key]
    return bool(events) and events[-1].own and not events[-1].removed


def _mark(snapshot: Snapshot, path: str, content: str, state: SeatState, *, asks: bool) -> SeatState:
    journal = [one for one in snapshot.memory.asked if one.seat == state.seat.key and one.path == path]
    failure = next((one.failure for one in reversed(journal) if one.content == content), "")
    if failure:
        return replace(state, refusal=failure)
    last = _last_asked(snapshot, state, journal)
    state = replace(state, asked_at=last)
    if not asks or not _may_ask(state) or taken_back(snapshot, state):
        return state
    if last is None:
        pending = any(one.key == state.seat.key for one in snapshot.requested)
        return replace(state, asked_at=snapshot.now, ask=not pending)
    # GitHub drops a request that is answered; the answer may have been taken back, and be about other words.
    since = _asked_at_github(snapshot, state) or last
    answered = bool(journal) and state.heard_at is not None and state.heard_at >= since
    outdated = answered or any(stale.sign_off.at >= since for stale in state.stale)
    if outdated and not _stands(state, content, journal):
        return replace(state, asked_at=snapshot.now, ask=True)
    # GitHub has put members in the team's place; for one who declines it is to choose another.
    if state.seat.auto_assigns and any(one.at > last for one in state.declined):
        return replace(state, asked_at=snapshot.now, ask=True)
    return state


def _stands(state: SeatState, content: str, journal: list[Asked]) -> bool:
    """Tell whether the seat was asked on this content, and has not signed other words since.

    Who signs other words uses the request up: where the earlier words come back, nobody would be told.
    """
    signed = max((one.sign_off.at for one in state.stale), default=None)
    return any(one.content == content and (signed is None or one.at > signed) for one in journal)


def _may_ask(state: SeatState) -> bool:
    """An open seat that somebody can fill, and that has not answered what stands here already."""
    seat = state.seat
    if state.is_signed or state.objections or seat.anyone or seat.unverified or not seat.fillable:
        return False
    return not state.signed


def _last_asked(snapshot: Snapshot, state: SeatState, journal: list[Asked]) -> datetime | None:
    """Return when the seat was last asked; what a command has made this app take back does not count."""
    events = [event for event in snapshot.request_events if event.subject.key == state.seat.key]
    times = [one.at for one in journal if not one.failure]
    times += [event.at for event in events if not event.removed]
    taken_back = max((event.at for event in events if event.removed and event.own), default=None)
    return max((one for one in times if taken_back is None or one > taken_back), default=None)


def _asked_at_github(snapshot: Snapshot, state: SeatState) -> datetime | None:
    """Return when GitHub says the seat was last asked: answers have the same clock, in whole seconds."""
    events = [event for event in snapshot.request_events if event.subject.key == state.seat.key]
    return max((event.at for event in events if not event.removed), default=None)


def taken_back(snapshot: Snapshot, state: SeatState) -> bool:
    """Tell whether a person removed the request after it was last made."""
    events = [event for event in snapshot.request_events if event.subject.key == state.seat.key]
    return bool(events) and events[-1].removed and not events[-1].own
