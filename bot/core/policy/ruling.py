"""All commands of a pull request, judged in the order in which they were given."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from bot.core.model import (
    CommandedComment,
    CommandResult,
    CommandSeen,
    Comment,
    CommentKind,
    Outcome,
    Person,
    Reaction,
    Snapshot,
)
from bot.core.policy.authority import answer
from bot.core.policy.commands import REGISTRY, Command, parse_commands
from bot.core.policy.plea import Bench, Plea
from bot.core.policy.seats import in_force
from bot.core.policy.standing import standing

ONE_REPLY_PER: Final = timedelta(hours=1)
"""How often the same question is answered in one pull request."""

_Key = tuple[CommentKind, int, int]


@dataclass(frozen=True, slots=True)
class Ruling:
    """All commands of a pull request, judged."""

    pending: tuple[CommandedComment, ...]
    """Those whose comment is not acknowledged yet."""
    counting: tuple[CommandSeen, ...]
    """Those that have an effect on the verdict now."""
    benches: tuple[Bench, ...]
    """The documents with their seats as all of these have made them."""
    unrecorded: tuple[CommandSeen, ...]
    """Those that the journal does not have yet."""


def rule_on_commands(snapshot: Snapshot, benches: Sequence[Bench], excluded: frozenset[int]) -> Ruling:
    """Judge every command in the thread.

    Args:
        snapshot: The pull request.
        benches: Its documents with their seats, before any command.
        excluded: Who opened, wrote or pushed any of them.
    """
    recorded = {_key(one): one for one in snapshot.memory.commands}
    counting = [one for one in snapshot.memory.commands if _lasts(one) and one.granted]
    said: list[tuple[Comment, list[CommandSeen]]] = []

    def present() -> tuple[Bench, ...]:
        return _present(snapshot, benches, counting)

    for comment in snapshot.comments:
        seen = []
        # Each is judged only when it is taken: what the one before it has put in force counts for it.
        for one in _seen(snapshot, comment, recorded, present, excluded):
            seen.append(one)
            if one.granted and not comment.edited and one not in counting:
                counting.append(one)
        said.append((comment, seen))
    unrecorded = tuple(one for _, some in said for one in some if _key(one) not in recorded)
    everything = (*snapshot.memory.commands, *unrecorded)
    pending = tuple(
        CommandedComment(comment, tuple(_result(one, everything) for one in some))
        for comment, some in said
        if some and not comment.reactions & {Reaction.DONE, Reaction.REFUSED}
    )
    return Ruling(pending, tuple(counting), _present(snapshot, benches, counting), unrecorded)


def _key(one: CommandSeen) -> _Key:
    return one.kind, one.comment_id, one.line


def _lasts(one: CommandSeen) -> bool:
    spec = REGISTRY.get(one.name)
    return spec is not None and spec.lasting


def _present(
    snapshot: Snapshot, benches: Sequence[Bench], counting: Iterable[CommandSeen]
) -> tuple[Bench, ...]:
    """Return the benches as the commands so far have made them."""
    some = tuple(counting)
    changed = []
    for one in benches:
        now = standing(snapshot, one.path, some, one.seats)
        changed.append(replace(one, standing=now, seats=in_force(one.view, one.reading, one.seats, now)))
    return tuple(changed)


def _seen(
    snapshot: Snapshot,
    comment: Comment,
    recorded: Mapping[_Key, CommandSeen],
    present: Callable[[], tuple[Bench, ...]],
    excluded: frozenset[int],
) -> Iterator[CommandSeen]:
    if comment.author is None or comment.author.is_bot or comment.own:
        return
    if comment.edited:
        # On edit nothing new runs: what is on record stays on record, whatever the comment says now.
        said = (comment.kind, comment.id)
        yield from (one for one in recorded.values() if (one.kind, one.comment_id) == said)
        return
    for command in parse_commands(comment.body):
        known = recorded.get((comment.kind, comment.id, command.line))
        at, author = comment.created_at, comment.author
        yield known or _judge(comment, Plea(snapshot, at, author, command, present(), excluded))


def _judge(comment: Comment, plea: Plea) -> CommandSeen:
    given = answer(plea)
    person: Person = plea.person
    command: Command = plea.command
    return CommandSeen(
        comment_id=comment.id,
        kind=comment.kind,
        line=command.line,
        name=command.name,
        argument=command.argument,
        actor_id=person.id,
        actor=person.login,
        at=comment.created_at,
        granted=given.granted,
        ground=given.ground,
        signs=given.signs,
        paths=given.paths,
        subject=given.subject,
        content=given.content,
    )


def _result(seen: CommandSeen, everything: Iterable[CommandSeen]) -> CommandResult:
    spec = REGISTRY.get(seen.name)
    if spec is None:
        return CommandResult(seen, Outcome.UNKNOWN, answers=True)
    if not seen.granted:
        return CommandResult(seen, Outcome.REFUSED, answers=True)
    lately = any(one.name == seen.name and seen.at - ONE_REPLY_PER < one.at < seen.at for one in everything)
    return CommandResult(seen, Outcome.DONE, answers=spec.replies and not lately)
