"""A pull request as if somebody had said something else: reviews added, or a person's words left out."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from bot.core.model import (
    Login,
    NodeId,
    Opinion,
    Permission,
    Person,
    Review,
    Snapshot,
    Team,
    User,
)


class Deed(StrEnum):
    """What is supposed of somebody."""

    APPROVE = "approve"
    OBJECT = "object"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class Supposition:
    """One thing that is supposed."""

    deed: Deed
    who: str
    """A login, or ``org/team`` for all its members; without ``@``."""


class SuppositionError(ValueError):
    """It cannot be supposed; the message says why and what could be."""


_WRITTEN: Final = re.compile(
    r"(?P<deed>[a-z]+):@?(?P<who>[A-Za-z0-9-]{1,100}(?:/[\w.-]{1,100})?(?:\[bot\])?)"
)


def parse_supposition(text: str) -> Supposition:
    """Read ``approve:LOGIN``, ``approve:ORG/TEAM``, ``object:...`` or ``ignore:...``.

    Raises:
        SuppositionError: it is none of these.
    """
    found = _WRITTEN.fullmatch(text.strip())
    if found is None or found["deed"] not in set(Deed):
        ways = ", ".join(f"{one}:LOGIN" for one in Deed)
        raise SuppositionError(f"{text[:80]!r} is none of {ways}, each with ORG/TEAM for all its members too")
    return Supposition(Deed(found["deed"]), found["who"])


def supposed(snapshot: Snapshot, wishes: Sequence[Supposition]) -> Snapshot:
    """Return the snapshot with all of it so, in the order given: what comes later is the later opinion.

    Raises:
        SuppositionError: nobody of that name has to do with the pull request.
    """
    for wish in wishes:
        people = _people(snapshot, wish.who)
        if not people:
            raise SuppositionError(
                f"{wish.who} has nothing to do with this pull request: no seat, no review, no comment"
            )
        snapshot = _EFFECTS[wish.deed](snapshot, people)
    return snapshot


def _people(snapshot: Snapshot, who: str) -> list[Person]:
    wanted = who.casefold()
    for one in snapshot.names.values():
        if isinstance(one, Team) and one.label.casefold() == wanted:
            return [Person(id_, login) for id_, login in one.members.items()]
    return [one for one in _known(snapshot) if one.login.casefold() == wanted][:1]


def _known(snapshot: Snapshot) -> Iterable[Person]:
    for one in snapshot.names.values():
        if isinstance(one, Team):
            yield from (Person(id_, login) for id_, login in one.members.items())
        elif isinstance(one, User):
            yield one.person
    yield from (one.author for one in snapshot.reviews if one.author)
    yield from (one.author for one in snapshot.comments if one.author)
    if snapshot.pull_request.author:
        yield snapshot.pull_request.author
    yield from (Person(one.actor_id, Login(one.actor)) for one in snapshot.memory.commands)


def _approve(snapshot: Snapshot, people: Sequence[Person]) -> Snapshot:
    return _reviewed(snapshot, people, Opinion.APPROVED)


def _object(snapshot: Snapshot, people: Sequence[Person]) -> Snapshot:
    return _reviewed(snapshot, people, Opinion.CHANGES_REQUESTED)


def _reviewed(snapshot: Snapshot, people: Sequence[Person], opinion: Opinion) -> Snapshot:
    """Add a review of the head by each, as given at the moment of the snapshot."""
    first = min((one.id for one in snapshot.reviews), default=0)
    new = [
        Review(
            # Below every real one, so that no dismissal is about it.
            id=min(first, 0) - number,
            node_id=NodeId(""),
            opinion=opinion,
            author=person,
            commit=snapshot.pull_request.head_sha,
            submitted_at=snapshot.now,
            body="",
            url="",
            edited=False,
            writer=_writes(snapshot, person),
        )
        for number, person in enumerate(people, start=1)
    ]
    return replace(snapshot, reviews=(*snapshot.reviews, *new))


def _writes(snapshot: Snapshot, person: Person) -> bool:
    """Tell whether the person can push, as far as the snapshot knows."""
    reviewed = any(one.writer for one in snapshot.reviews if one.author and one.author.id == person.id)
    return reviewed or snapshot.permissions.get(person.id, Permission.NONE) >= Permission.WRITE


def _ignore(snapshot: Snapshot, people: Sequence[Person]) -> Snapshot:
    ids = {one.id for one in people}
    return replace(
        snapshot,
        reviews=tuple(one for one in snapshot.reviews if one.author is None or one.author.id not in ids),
        comments=tuple(one for one in snapshot.comments if one.author is None or one.author.id not in ids),
        memory=replace(
            snapshot.memory,
            commands=tuple(one for one in snapshot.memory.commands if one.actor_id not in ids),
        ),
    )


_Effect = Callable[[Snapshot, Sequence[Person]], Snapshot]
_EFFECTS: Final[Mapping[Deed, _Effect]] = MappingProxyType(
    {Deed.APPROVE: _approve, Deed.OBJECT: _object, Deed.IGNORE: _ignore}
)
