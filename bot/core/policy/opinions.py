"""What people said for a seat: the latest opinion of each counts, and a lifted one revives nothing older."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Final

from bot.core.model import (
    CommandSeen,
    Declined,
    Dismissal,
    Login,
    Objection,
    Opinion,
    Permission,
    Person,
    Review,
    Seat,
    SeatKey,
    Sha,
    SignOff,
    Snapshot,
)
from bot.core.policy.reach import reaches
from bot.core.policy.seats import holds

GHOST: Final = Login("ghost")
"""What GitHub calls whoever has deleted the account."""


class Stance(Enum):
    """What one utterance does to its author's opinion."""

    APPROVES = auto()
    OBJECTS = auto()
    TAKES_BACK = auto()
    """An approval is withdrawn; an objection stays."""
    DECLINES = auto()
    """The same, and the seat is left to its other holders."""
    CLEARS = auto()
    """Neither approval nor objection is left."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """A review or command, as far as it is an opinion."""

    person: Person
    at: datetime
    stance: Stance
    commit: Sha | None
    url: str
    writer: bool
    seats: frozenset[SeatKey] = frozenset()
    """The seats it is about; empty: every one of its giver's."""
    dismissal: Dismissal | None = None
    """A person's dismissal of a change request, to be judged seat by seat."""
    deleted: bool = False
    """Its giver's account is deleted: whose seat it was is known from the journal alone."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a seat's people think now."""

    sign_offs: tuple[SignOff, ...]
    objections: tuple[Objection, ...]
    anyone: bool
    """Somebody of the seat has given an opinion, even one that was taken back."""
    latest: datetime | None = None
    declined: tuple[Declined, ...] = ()
    """Who has left the seat to the others and has given no opinion since."""


def utterances(snapshot: Snapshot, commands: Iterable[CommandSeen], path: str) -> tuple[Utterance, ...]:
    """Return everything said about a document, oldest first.

    Args:
        snapshot: The pull request; a review is about all its documents.
        commands: Those that count (granted, comment unedited).
        path: Of the document.
    """
    present = {one.path for one in snapshot.changes}
    dismissals = {one.review_id: one for one in snapshot.dismissals}
    writers = {one.author.id for one in snapshot.reviews if one.author and one.writer}
    if not snapshot.configuration.comment_approvals:
        # Those of before the configuration said so count no more either.
        commands = [one for one in commands if one.name != "approve"]
    written = [
        one
        for command in commands
        if reaches(command, path, present) and (one := _of_command(command, snapshot, writers)) is not None
    ]
    reviewed = [
        one
        for review in snapshot.reviews
        if (one := _of_review(review, dismissals.get(review.id))) is not None
    ]
    # A review and the commands in its text come at one moment: what does not approve has the last word.
    approving = [one for one in written if one.stance is Stance.APPROVES]
    others = [one for one in written if one.stance is not Stance.APPROVES]
    return tuple(sorted([*approving, *reviewed, *others], key=lambda one: one.at))


def heard(snapshot: Snapshot, seat: Seat, said: Iterable[Utterance]) -> Heard:
    """Fold what the seat's holders said into their present opinions."""
    now: dict[int, Utterance] = {}
    latest: datetime | None = None
    declined: dict[int, Declined] = {}
    objected = {one.objected for one in snapshot.memory.heard if one.seat == seat.key and one.objected}
    for one in said:
        if one.seats and seat.key not in one.seats:
            continue
        holder = not one.deleted and holds(seat, one.person, writer=one.writer)
        if not holder and not _objected_for(seat, one, objected):
            if one.stance in {Stance.APPROVES, Stance.CLEARS}:
                # It signs nothing; but it is a later opinion than the objection of before.
                now.pop(one.person.id, None)
            continue
        before = now.get(one.person.id)
        stance = _stance(snapshot, seat, one)
        declined.pop(one.person.id, None)
        if stance is Stance.DECLINES:
            declined[one.person.id] = Declined(one.person, one.at)
        else:
            latest = one.at
        match stance:
            case Stance.TAKES_BACK | Stance.DECLINES:
                if before and before.stance is Stance.APPROVES:
                    del now[one.person.id]
            case Stance.CLEARS:
                now.pop(one.person.id, None)
            case Stance.APPROVES | Stance.OBJECTS:
                now[one.person.id] = one
    return Heard(
        sign_offs=tuple(
            SignOff(one.person, one.commit, one.at, one.url)
            for one in now.values()
            if one.stance is Stance.APPROVES
        ),
        objections=tuple(
            Objection(one.person, one.at, one.url)
            for one in now.values()
            if one.stance is not Stance.APPROVES
        ),
        anyone=latest is not None,
        latest=latest,
        declined=tuple(declined.values()),
    )


def _objected_for(seat: Seat, one: Utterance, recorded: Container[str]) -> bool:
    """Tell whether a change request is the seat's although its giver cannot sign it, or not any more.

    It outlives its giver's membership, as ``recorded`` by address, and a commit under its giver's name, which
    anybody can write: else who wants it out of the way would need no dismissal.
    """
    if one.stance is not Stance.OBJECTS:
        return False
    barred = one.writer if seat.anyone else one.person.id in seat.barred
    return one.url in recorded or (barred and not one.deleted)


def _stance(snapshot: Snapshot, seat: Seat, one: Utterance) -> Stance:
    if one.dismissal is None:
        return one.stance
    actor = one.dismissal.actor
    if actor is None:
        return Stance.OBJECTS
    is_author = snapshot.pull_request.author is not None and actor.id == snapshot.pull_request.author.id
    permission = snapshot.permissions.get(actor.id, Permission.NONE)
    admin = permission is Permission.ADMIN and not is_author
    holder = holds(seat, actor, writer=permission >= Permission.WRITE)
    return Stance.CLEARS if admin or holder else Stance.OBJECTS


def _of_review(review: Review, dismissal: Dismissal | None) -> Utterance | None:
    if review.author is not None and review.author.is_bot:
        return None
    opinion = review.opinion
    judged = None
    if opinion is Opinion.DISMISSED:
        if dismissal is None:
            return None
        if dismissal.by_rule:
            # The branch's stale rule knows nothing of content: the opinion stands at its commit.
            opinion = dismissal.was
        elif dismissal.was is Opinion.APPROVED:
            return _said(review, Stance.CLEARS)
        else:
            opinion, judged = dismissal.was, dismissal
    match opinion:
        case Opinion.APPROVED:
            return _said(review, Stance.APPROVES)
        case Opinion.CHANGES_REQUESTED:
            return _said(review, Stance.OBJECTS, judged)
        case _:
            return None


def _said(review: Review, stance: Stance, dismissal: Dismissal | None = None) -> Utterance | None:
    """Return what a review says; of a deleted account only an objection counts on, until it is dismissed."""
    if review.author is None and stance is not Stance.OBJECTS:
        return None
    return Utterance(
        # Two deleted accounts are two people.
        review.author or Person(-review.id, GHOST),
        review.submitted_at,
        stance,
        review.commit,
        review.url,
        review.writer,
        dismissal=dismissal,
        deleted=review.author is None,
    )


def _of_command(command: CommandSeen, snapshot: Snapshot, writers: set[int]) -> Utterance | None:
    stances: Mapping[str, Stance] = {
        "approve": Stance.APPROVES,
        "withdraw": Stance.TAKES_BACK,
        "decline": Stance.DECLINES,
    }
    stance = stances.get(command.name)
    if stance is None or not command.granted:
        return None
    person = Person(command.actor_id, command.actor)
    url = next(
        (one.url for one in snapshot.comments if one.id == command.comment_id and one.kind == command.kind),
        "",
    )
    writer = command.actor_id in writers or snapshot.permissions.get(person.id, 0) >= Permission.WRITE
    seats = frozenset(SeatKey(one) for one in command.subject.split(",") if stance is Stance.DECLINES)
    return Utterance(person, command.at, stance, command.signs, url, writer, seats)
