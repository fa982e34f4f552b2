"""Why a seat is there, who can sign it, and how what was said for it counts."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from bot.core.model import (
    Commit,
    Declined,
    DocumentDecision,
    Login,
    Objection,
    Origin,
    Seat,
    SeatState,
    Sha,
    SignOff,
    Snapshot,
    Stale,
    Team,
)
from bot.core.policy.seats import is_written_in
from bot.core.render.safe import listed
from bot.core.render.why.node import Mark, Node, Topic

_MOST_NAMED: Final = 10
"""Holders named before "and N more"."""
_ORIGINS: Final = tuple(Origin)


def seat_node(snapshot: Snapshot, one: DocumentDecision, state: SeatState) -> Node:
    """Return a seat with its reasons."""
    return Node(
        Topic.SEAT,
        _mark(state),
        f"seat {state.seat.label}: {_stands(state)}",
        below=(
            Node(Topic.ORIGIN, Mark.NOTE, f"required by: {_origins(state.seat)}"),
            *_holders(snapshot, state.seat),
            *(_objection(each) for each in state.objections),
            *(_signed(snapshot, each) for each in state.signed),
            *(_stale(snapshot, each) for each in state.stale),
            *(_declined(each) for each in state.declined),
            *_request(one, state),
        ),
    )


def _declined(one: Declined) -> Node:
    return Node(Topic.HOLDERS, Mark.NOTE, f"{one.person.login} left it to the others {when(one.at)}")


def _mark(state: SeatState) -> Mark:
    if state.is_signed:
        return Mark.GOOD
    return Mark.BAD if state.objections or not state.seat.fillable else Mark.OPEN


def _stands(state: SeatState) -> str:
    if state.objections:
        return "objects"
    if state.is_signed:
        return "signed"
    if state.signed:
        return f"open, {len(state.signed)} of {state.seat.approvals} approvals"
    return "to sign again" if state.stale else "open"


def _origins(seat: Seat) -> str:
    return ", ".join(one.value for one in sorted(seat.origins, key=_ORIGINS.index))


def _holders(snapshot: Snapshot, seat: Seat) -> Iterator[Node]:
    if seat.unverified:
        yield Node(Topic.HOLDERS, Mark.BAD, f"could not be verified: {seat.unverified}")
        return
    if seat.anyone:
        yield Node(Topic.HOLDERS, Mark.NOTE, "can be signed by anyone with write access who did not write it")
        return
    needed = f"; {seat.approvals} of them have to" if seat.approvals > 1 else ""
    if seat.eligible:
        yield Node(Topic.HOLDERS, Mark.NOTE, f"can be signed by {_some(seat.eligible.values())}{needed}")
    else:
        yield Node(Topic.HOLDERS, Mark.BAD, "nobody can sign it")
    for number, login in _barred(snapshot, seat):
        ground = ground_of_exclusion(snapshot, number) or "named as an author in the header"
        yield Node(Topic.HOLDERS, Mark.NOTE, f"{login} is of it and cannot sign: {ground}")


def _some(logins: Iterable[str]) -> str:
    names = sorted(logins)
    left = len(names) - _MOST_NAMED
    return listed([*names[:_MOST_NAMED], *([f"{left} more"] if left > 0 else [])], "or")


def _barred(snapshot: Snapshot, seat: Seat) -> list[tuple[int, Login]]:
    """Return the team's members who may not sign what they wrote themselves."""
    team = next(
        (one for one in snapshot.names.values() if isinstance(one, Team) and one.key == seat.key), None
    )
    members = team.members.items() if team else ()
    return [(number, login) for number, login in members if number not in seat.eligible]


def ground_of_exclusion(snapshot: Snapshot, person: int) -> str:
    """Say why a person cannot sign what stands here; ``""`` where no act of theirs is against it."""
    author = snapshot.pull_request.author
    if author and author.id == person:
        return "opened the pull request"
    own = [one for one in snapshot.commits if _touches(snapshot, one)]
    return "pushed to it" if any(person in {one.author_id, one.committer_id} for one in own) else ""


def _touches(snapshot: Snapshot, commit: Commit) -> bool:
    """Tell whether a commit has changed one of the documents, or may have."""
    return any(is_written_in(snapshot, commit, one.path) for one in snapshot.changes)


def _objection(one: Objection) -> Node:
    return Node(
        Topic.OBJECTION,
        Mark.BAD,
        f"{one.person.login} asked for changes {when(one.at)}; that stands until a later opinion of "
        f"{one.person.login}'s, or until a holder of this seat or an admin dismisses it",
        one.url,
    )


def _signed(snapshot: Snapshot, one: SignOff) -> Node:
    says = f"signed by {one.person.login} {_on(snapshot, one.commit)}{when(one.at)}"
    if one.commit != snapshot.pull_request.head_sha:
        says += "; what it covers is the same at the head"
    return Node(Topic.SIGN_OFF, Mark.GOOD, says, one.url)


def _stale(snapshot: Snapshot, one: Stale) -> Node:
    given = one.sign_off
    says = f"{given.person.login} signed {_on(snapshot, given.commit)}{when(given.at)}, which is stale: "
    why = "that commit is gone" if one.unreachable else "what it covers has changed"
    changes = tuple(Node(Topic.CHANGE, Mark.NOTE, f"changed since: {label}") for label in one.changed)
    return Node(Topic.STALE, Mark.OPEN, says + why, given.url, changes)


def _on(snapshot: Snapshot, commit: Sha | None) -> str:
    if commit is None:
        return ""
    return f"on {commit[:7]} (the head) " if commit == snapshot.pull_request.head_sha else f"on {commit[:7]} "


def _request(one: DocumentDecision, state: SeatState) -> Iterator[Node]:
    if state.is_signed or state.seat.anyone or state.seat.unverified:
        return
    if state.refusal:
        yield Node(Topic.REQUEST, Mark.BAD, f"could not be asked: {state.refusal}")
    elif state.ask:
        yield Node(Topic.REQUEST, Mark.NOTE, f"is to be asked {'again ' if state.stale else ''}now")
    elif state.asked_at:
        yield Node(Topic.REQUEST, Mark.NOTE, f"asked {when(state.asked_at)}")
    elif not one.asks:
        yield Node(Topic.REQUEST, Mark.NOTE, "not asked yet: nobody is while the design stands where it does")
    elif state.seat.fillable and not state.objections and not state.signed:
        yield Node(Topic.REQUEST, Mark.NOTE, "not asked: a person took the request back")


def when(moment: datetime) -> str:
    """Return a time as text: to the minute, in UTC."""
    return f"at {moment:%Y-%m-%d %H:%M} UTC"
