"""What commands have put in force: concerns, holds, waivers, releases, extra seats, an override.

All of it is folded over the commands that count, in the order in which they were given. Nothing is kept in
rendered text, and nothing is guessed: who might give which command was judged when it was first seen.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Final

from bot.core.model import (
    Block,
    BlockKind,
    CommandSeen,
    Login,
    Opinion,
    Override,
    Person,
    Seat,
    SeatKey,
    Snapshot,
    Team,
    User,
    Waiver,
)
from bot.core.policy.commands import section_and_reason
from bot.core.policy.overriding import override_of
from bot.core.policy.reach import is_gone, reaches
from bot.core.policy.seat_names import with_labels


@dataclass(frozen=True, slots=True)
class Excuse:
    """A waiver with the content it was given on."""

    waiver: Waiver
    content: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What is in force for one document."""

    blocks: tuple[Block, ...] = ()
    excuses: tuple[Excuse, ...] = ()
    released: frozenset[SeatKey] = frozenset()
    declined: frozenset[tuple[SeatKey, int]] = frozenset()
    """Teams' seats that somebody, by user id, has left to the others; they may come back by an opinion."""
    moved: tuple[tuple[SeatKey, SeatKey], ...] = ()
    """Persons' seats handed on, in order: the seat's key, and that of whoever has it now."""
    requested: tuple[str, ...] = ()
    """Names asked for by command, in lower case."""
    unrequested: frozenset[str] = frozenset()
    """Names of which that was taken back."""
    override: Override | None = None

    def waivers(self, fingerprints: Mapping[str, str]) -> tuple[Waiver, ...]:
        """Return the waivers of sections that still say what they said when they were excused."""
        return tuple(
            one.waiver for one in self.excuses if fingerprints.get(one.waiver.section, "") == one.content
        )


def standing(
    snapshot: Snapshot, path: str, commands: Iterable[CommandSeen], seats: Sequence[Seat]
) -> Standing:
    """Fold the commands that count, oldest first, into what is in force for a document."""
    present = {one.path for one in snapshot.changes}
    scene = _Scene(snapshot, seats)
    state = Standing()
    for command in sorted(commands, key=lambda one: (one.at, one.comment_id, one.line)):
        effect = _EFFECTS.get(command.name)
        if not effect or not command.granted:
            continue
        if reaches(command, path, present):
            state = effect(state, command, scene)
        elif command.name in _LIFTING and is_gone(command.paths, present):
            state = _lifted_there(state, command)
    return state


_LIFTING: Final = frozenset({"resolve", "unhold"})


def _lifted_there(state: Standing, command: CommandSeen) -> Standing:
    """Leave what was lifted under a path of before lifted: only blocks put on that very document."""
    there = frozenset(command.paths)
    kept = tuple(one for one in state.blocks if not (one.paths <= there and _lifts(command, one)))
    return replace(state, blocks=kept)


def _lifts(command: CommandSeen, block: Block) -> bool:
    """Tell whether a counter-command named this block when it was judged: those its giver may lift."""
    if command.name == "unhold":
        return block.kind is BlockKind.HOLD and str(block.person.id) in command.subject.split(",")
    name, *people = command.subject.split(",")
    return block.kind is BlockKind.CONCERN and block.name == name and str(block.person.id) in people


@dataclass(frozen=True, slots=True)
class _Scene:
    snapshot: Snapshot
    seats: Sequence[Seat]

    def key_of(self, name: str) -> SeatKey | None:
        """Return the seat that a name, in lower case, means."""
        found = with_labels(self.snapshot.names).get(name)
        return found.key if isinstance(found, Team | User) else None

    def has_objected(self, key: SeatKey, since: datetime) -> bool:
        """Tell whether somebody of a seat has asked for changes since; whether that stands, others judge."""
        people = {person for one in self.seats if one.key == key for person in one.eligible}
        was = {one.review_id: one.was for one in self.snapshot.dismissals}
        return any(
            was.get(one.id, one.opinion) is Opinion.CHANGES_REQUESTED
            for one in self.snapshot.reviews
            if one.author is not None and one.author.id in people and one.submitted_at > since
        )

    def block(self, kind: BlockKind, command: CommandSeen) -> Block:
        comment = next(
            (
                one
                for one in self.snapshot.comments
                if one.id == command.comment_id and one.kind == command.kind
            ),
            None,
        )
        reason = command.argument
        if kind is BlockKind.CONCERN:
            reason = reason.partition(" ")[2].strip()
        return Block(
            kind=kind,
            name=command.subject,
            person=_actor(command),
            reason=reason,
            at=command.at,
            url=comment.url if comment else "",
            seats=frozenset(one.key for one in self.seats if command.actor_id in one.eligible),
            untouched=comment is not None and not comment.edited,
            paths=frozenset(command.paths),
        )


def _actor(command: CommandSeen) -> Person:
    return Person(command.actor_id, Login(command.actor))


def _raise_concern(state: Standing, command: CommandSeen, scene: _Scene) -> Standing:
    """Add a concern. Under a name that is taken it stands beside the other's: nobody takes that one over."""
    block = scene.block(BlockKind.CONCERN, command)
    same = (block.kind, block.name, block.person.id, block.paths)
    others = tuple(one for one in state.blocks if (one.kind, one.name, one.person.id, one.paths) != same)
    return replace(state, blocks=(*others, block))


def _lift(state: Standing, command: CommandSeen, _: _Scene) -> Standing:
    return replace(state, blocks=tuple(one for one in state.blocks if not _lifts(command, one)))


def _hold(state: Standing, command: CommandSeen, scene: _Scene) -> Standing:
    return replace(state, blocks=(*state.blocks, scene.block(BlockKind.HOLD, command)))


def _release(state: Standing, command: CommandSeen, scene: _Scene) -> Standing:
    """Let a seat leave; one of which another holder asks for changes since has not left."""
    if scene.has_objected(SeatKey(command.subject), command.at):
        return state
    return replace(state, released=state.released | {SeatKey(command.subject)})


def _decline(state: Standing, command: CommandSeen, _: _Scene) -> Standing:
    left = {(SeatKey(key), command.actor_id) for key in command.subject.split(",")}
    return replace(state, declined=state.declined | left)


def _delegate(state: Standing, command: CommandSeen, _: _Scene) -> Standing:
    """Move a seat; where its heir let one of their own leave before, that does not take this one along."""
    key, heir = command.subject.split(",")[:2]
    moved = (*state.moved, (SeatKey(key), SeatKey(heir)))
    return replace(state, moved=moved, released=state.released - {SeatKey(heir)})


def _waive(state: Standing, command: CommandSeen, _: _Scene) -> Standing:
    reason = section_and_reason(command.argument)[1]
    waiver = Waiver(command.subject, _actor(command), reason)
    others = _other_excuses(state, command.subject)
    return replace(state, excuses=(*others, Excuse(waiver, command.content)))


def _unwaive(state: Standing, command: CommandSeen, _: _Scene) -> Standing:
    return replace(state, excuses=_other_excuses(state, command.subject))


def _other_excuses(state: Standing, section: str) -> tuple[Excuse, ...]:
    return tuple(one for one in state.excuses if one.waiver.section != section)


def _request(state: Standing, command: CommandSeen, scene: _Scene) -> Standing:
    """Add a seat; one that has left, or was handed on, is asked for again."""
    others = tuple(one for one in state.requested if one != command.subject)
    key = scene.key_of(command.subject)
    return replace(
        state,
        requested=(*others, command.subject),
        unrequested=state.unrequested - {command.subject},
        released=frozenset(one for one in state.released if one != key),
        moved=tuple(one for one in state.moved if one[0] != key),
    )


def _unrequest(state: Standing, command: CommandSeen, scene: _Scene) -> Standing:
    """Take a seat back, by whichever of its names it was asked for."""
    key = scene.key_of(command.subject)
    others = tuple(
        one for one in state.requested if one != command.subject and (key is None or scene.key_of(one) != key)
    )
    return replace(state, requested=others, unrequested=state.unrequested | {command.subject})


def _override(state: Standing, command: CommandSeen, scene: _Scene) -> Standing:
    override = override_of(scene.snapshot, command)
    return replace(state, override=override) if override else state


_Effect = Callable[[Standing, CommandSeen, _Scene], Standing]
_EFFECTS: Final[Mapping[str, _Effect]] = MappingProxyType(
    {
        "concern": _raise_concern,
        "resolve": _lift,
        "hold": _hold,
        "unhold": _lift,
        "release": _release,
        "decline": _decline,
        "delegate": _delegate,
        "waive": _waive,
        "unwaive": _unwaive,
        "request": _request,
        "unrequest": _unrequest,
        "override": _override,
    }
)
