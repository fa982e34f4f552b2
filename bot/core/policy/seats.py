"""Which seats a document has: the union of everything that may not be edited away.

The author writes the header, so the header at the head alone is never trusted: seats of the base branch's
header, seats that were asked and seats that were heard on this pull request stand beside it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.core.document import read_version
from bot.core.model import (
    Absence,
    Commit,
    Document,
    DocumentChange,
    Opinion,
    Origin,
    Person,
    RequestSubject,
    Resolution,
    Schema,
    Seat,
    SeatKey,
    Sha,
    Snapshot,
    Team,
    Unresolved,
    Unverified,
    User,
)
from bot.core.policy.imports import is_import
from bot.core.policy.seat_names import with_labels
from bot.core.policy.sections import changed_between
from bot.core.policy.standing import Standing

WRITERS = SeatKey("writers")
"""The seat of a document that names no reviewer at all: one person with write access."""

WEB_FLOW: Final = 19864447
"""GitHub's own committer of merges and edits made in the browser, ``web-flow``: excludes nobody."""

_MERGE: Final = 2
"""Parents from which on a commit is a merge."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A changed document with both its copies read."""

    change: DocumentChange
    head: Document | None
    base: Document | None


def seats_of(snapshot: Snapshot, reading: Reading, paths: frozenset[str], schema: Schema) -> tuple[Seat, ...]:
    """Return the document's seats in the order they are named. ``paths``: of all documents judged now."""
    excluded = excluded_ids(snapshot, (reading,))
    known_names = with_labels(snapshot.names)
    wanted: dict[SeatKey, Seat] = {}
    named = [(origin, name, None) for origin, name in _configured(snapshot, reading, schema)]
    then = [(Origin.HEARD, name, None) for name in _named_when_reviewed(snapshot, reading, schema, excluded)]
    for origin, name, key in (*_names(snapshot, reading, paths), *then, *named):
        found = snapshot.remembered.get(key) if key else None
        seat = _seat(name, origin, found or known_names.get(name.casefold()), excluded)
        if seat is None:
            continue
        known = wanted.get(seat.key)
        wanted[seat.key] = replace(known, origins=known.origins | {origin}) if known else seat
    settings = snapshot.configuration
    return tuple(
        replace(one, approvals=settings.approvals) if one.team and not one.unverified else one
        for one in wanted.values()
    ) or (_minimum(excluded, settings.minimum),)


def in_force(
    snapshot: Snapshot, reading: Reading, seats: Sequence[Seat], standing: Standing
) -> tuple[Seat, ...]:
    """Return the seats as commands have changed them: some gone, some moved, some added.

    Where all have left, it is as where none was named: a design that nobody signs does not pass.
    """
    names = with_labels(snapshot.names)
    excluded = excluded_ids(snapshot, (reading,))
    kept = [one for one in seats if not _taken_back(one, standing)]
    for name in standing.requested:
        found = names.get(name)
        seat = None if found is None else _seat(name, Origin.REQUESTED, found, excluded)
        if seat and seat.key not in {one.key for one in kept}:
            kept = [*(one for one in kept if not one.anyone), seat]
    for key, heir in standing.moved:
        person = next((one for one in names.values() if isinstance(one, User) and one.key == heir), None)
        seat = _seat(heir, Origin.DELEGATED, person, excluded) if person else None
        kept = _handed_on(kept, key, seat)
    kept = [one for one in kept if one.key not in standing.released]
    return tuple(kept) or (_minimum(excluded, snapshot.configuration.minimum),)


def _handed_on(seats: Sequence[Seat], key: SeatKey, heir: Seat | None) -> list[Seat]:
    """Let a seat be another person's; it stays where it is while that one cannot sign."""
    old = next((one for one in seats if one.key == key), None)
    if old is None or heir is None or not heir.fillable:
        return list(seats)
    there = next((one for one in seats if one.key == heir.key), heir)
    new = replace(there, origins=there.origins | old.origins | heir.origins)
    others = [one for one in seats if one.key != heir.key or one is old]
    return [new if one is old else one for one in others]


def _taken_back(seat: Seat, standing: Standing) -> bool:
    """A seat that only a command added and that has said nothing leaves by the counter-command."""
    label = seat.label.casefold()
    named = {label, label.rpartition("/")[2]} & standing.unrequested
    return bool(named) and seat.origins <= {Origin.REQUESTED}


def excluded_ids(snapshot: Snapshot, readings: Iterable[Reading]) -> frozenset[int]:
    """Return the user ids that hold no seat here: who opened, wrote or pushed what is to be signed.

    A commit of which it is known that it leaves these documents alone excludes nobody; all others do. A merge
    brings in what others wrote, and excludes only whoever has put words of their own into it.
    """
    readings = tuple(readings)
    author = snapshot.pull_request.author
    people = {author.id} if author else set()
    for reading in readings:
        for document in (reading.head, reading.base):
            for handle in document.header.author_handles if document else ():
                resolved = snapshot.names.get(handle.casefold())
                people |= {resolved.person.id} if isinstance(resolved, User) else set()
    for commit in snapshot.commits:
        if any(is_written_in(snapshot, commit, one.change.path) for one in readings):
            people |= {one for one in (commit.author_id, commit.committer_id) if one is not None}
    return frozenset(people)


def is_written_in(snapshot: Snapshot, commit: Commit, path: str) -> bool:
    """Tell whether a commit has changed a document, or may have."""
    if commit.parents >= _MERGE:
        return (commit.sha, path) in snapshot.written
    return (commit.sha, path) not in snapshot.untouched


def holds(seat: Seat, person: Person, *, writer: bool) -> bool:
    """Tell whether this person can sign the seat. ``writer``: can push to the repository."""
    return (writer and person.id not in seat.barred) if seat.anyone else person.id in seat.eligible


def _names(
    snapshot: Snapshot, reading: Reading, paths: frozenset[str]
) -> Iterable[tuple[Origin, str, SeatKey | None]]:
    """Yield who is named for the document: by what, how, and as which seat where that is known."""
    path = reading.change.path
    # Whoever an imported header names was asked where it comes from.
    if reading.head and not is_import(snapshot.configuration, reading.change):
        yield from ((Origin.HEAD, name.text, None) for name in reading.head.header.reviewers)
    if reading.base:
        yield from ((Origin.BASE, name.text, None) for name in reading.base.header.reviewers)
    # A seat whose document is gone from the pull request (renamed, say) counts for every document left.
    yield from (
        (Origin.REQUESTED if one.by_command else Origin.ASKED, one.label, one.seat)
        for one in snapshot.memory.asked
        if not one.failure and (one.path == path or one.path not in paths)
    )
    yield from (
        (Origin.HEARD, one.label, one.seat)
        for one in snapshot.memory.heard
        if one.path == path or one.path not in paths
    )
    yield from ((Origin.ASKED, one.label, one.key) for one in _asked_on_github(snapshot))


def _named_when_reviewed(
    snapshot: Snapshot, reading: Reading, schema: Schema, excluded: frozenset[int]
) -> Iterable[str]:
    """Yield whom the header named at the commit on which one of theirs has reviewed it.

    The journal knows them, unless the header was changed before any run saw the review, or it was lost.
    """
    if is_import(snapshot.configuration, reading.change):
        return
    known = with_labels(snapshot.names)
    copies = [one for one in (reading.head, reading.base) if one]
    now = {name.text.casefold() for one in copies for name in one.header.reviewers}
    # Each copy is read once, however many have reviewed it.
    by_commit: defaultdict[Sha, set[int]] = defaultdict(set)
    for review in snapshot.reviews:
        if review.commit and review.author and review.opinion in _OPINIONS:
            by_commit[review.commit].add(review.author.id)
    for commit, people in by_commit.items():
        then = read_version(snapshot.history.get((commit, reading.change.path)), schema)
        for name in then.header.reviewers if then else ():
            meant = _people_of(known.get(name.text.casefold()))
            if name.text.casefold() not in now and meant & people - excluded:
                yield name.text


def _people_of(resolution: Resolution | None) -> frozenset[int]:
    match resolution:
        case Team(members=members):
            return frozenset(members)
        case User(person):
            return frozenset({person.id})
        case _:
            return frozenset()


_OPINIONS: Final = frozenset({Opinion.APPROVED, Opinion.CHANGES_REQUESTED, Opinion.DISMISSED})


def _configured(snapshot: Snapshot, reading: Reading, schema: Schema) -> Iterable[tuple[Origin, str]]:
    """Yield who is required whatever the header says: for all documents, and for sections that change."""
    yield from ((Origin.CONFIGURATION, name) for name in snapshot.configuration.reviewers)
    if is_import(snapshot.configuration, reading.change):
        return
    owned = [one for one in schema.sections if one.owners]
    changed = changed_between(reading.base, reading.head) if owned else frozenset()
    for section in owned:
        if section.id in changed:
            yield from ((Origin.OWNER, name) for name in section.owners)


def _asked_on_github(snapshot: Snapshot) -> Iterable[RequestSubject]:
    """Whom this app has asked on GitHub and the journal does not know, because it was lost."""
    known = {one.seat for one in snapshot.memory.asked}
    # GitHub replaces a team with auto-assignment by some of its members, in this app's name.
    drafted = {
        SeatKey(f"user:{member}")
        for one in snapshot.names.values()
        if isinstance(one, Team) and one.auto_assigns
        for member in one.members
    }
    for event in snapshot.request_events:
        if event.own and not event.removed and event.subject.key not in drafted | known:
            yield event.subject


def _seat(name: str, origin: Origin, resolution: Resolution | None, excluded: frozenset[int]) -> Seat | None:
    """Return the seat of a name, or None for a name that is verified to be nobody here any more.

    Such a name is a finding where the header at the head lists it (TDD4xx); from anywhere else it is not
    required any more.
    """
    match resolution:
        case Team():
            eligible = {one: login for one, login in resolution.members.items() if one not in excluded}
            return Seat(
                key=resolution.key,
                label=resolution.label,
                origins=frozenset({origin}),
                eligible=eligible,
                barred=excluded & resolution.members.keys(),
                auto_assigns=resolution.auto_assigns,
            )
        case User(person):
            eligible = {person.id: person.login} if person.id not in excluded else {}
            return Seat(
                key=resolution.key,
                label=person.login,
                origins=frozenset({origin}),
                eligible=eligible,
                team=False,
                barred=excluded & {person.id},
            )
        case Unresolved(why) if origin in _REQUIRED:
            return _unverified(name, origin, _UNASKABLE.get(why, _NOBODY))
        case Unresolved(why) if why in _UNASKABLE:
            return _unverified(name, origin, _UNASKABLE[why])
        case Unresolved():
            return None
        case Unverified(cause):
            return _unverified(name, origin, cause)
        case None:
            return _unverified(name, origin, "it was not looked up")


_REQUIRED: Final = frozenset({Origin.CONFIGURATION, Origin.OWNER})
"""Whoever wrote these can mend them; nobody who opens a pull request can."""

_NOBODY: Final = "no such team, or nobody of that name who could review here; the configuration requires it"

_UNASKABLE: Final[Mapping[Absence, str]] = {
    Absence.NO_ACCESS: "the team exists but has no access to this repository",
    Absence.HIDDEN: "the team exists but is secret",
}
"""A team that is there has not gone: what it was to sign stays open until it can be asked again."""


def _unverified(name: str, origin: Origin, cause: str) -> Seat:
    """Return a seat that stands although nobody can be shown to hold it, so that nothing passes."""
    return Seat(
        key=SeatKey(f"name:{name.casefold()}"),
        label=name,
        origins=frozenset({origin}),
        eligible={},
        unverified=cause,
    )


def _minimum(barred: frozenset[int], approvals: int) -> Seat:
    return Seat(
        key=WRITERS,
        label="anyone with write access",
        origins=frozenset({Origin.MINIMUM}),
        eligible={},
        team=False,
        approvals=approvals,
        anyone=True,
        barred=barred,
    )
