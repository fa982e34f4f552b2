"""Who may give a command: judged when it is first seen and journalled with the ground."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.core.model import (
    CommandedComment,
    CommandResult,
    CommandSeen,
    Comment,
    CommentKind,
    Commit,
    Outcome,
    Permission,
    Person,
    Reaction,
    Seat,
    Sha,
    Snapshot,
)
from bot.core.policy.commands import REGISTRY, Authority, Command, CommandSpec, parse_commands
from bot.core.policy.seats import holds

ONE_REPLY_PER: Final = timedelta(hours=1)
"""How often the same question is answered in one pull request."""

SHORTEST_SHA: Final = 7
"""As many digits of a commit as git itself prints."""

TAKES_EFFECT_ONCE_SEEN: Final = frozenset({"withdraw"})
"""Commands that block: editing or deleting their comment changes nothing any more."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """All commands of a pull request, judged."""

    pending: tuple[CommandedComment, ...]
    """Those whose comment is not acknowledged yet."""
    counting: tuple[CommandSeen, ...]
    """Those that have an effect on the verdict now."""
    unrecorded: tuple[CommandSeen, ...]
    """Those that the journal does not have yet."""


def rule_on_commands(snapshot: Snapshot, seats: Sequence[Seat]) -> Ruling:
    """Judge every command in the thread. ``seats``: of all documents of the pull request."""
    recorded = {(one.kind, one.comment_id, one.line): one for one in snapshot.memory.commands}
    seen = [(comment, _seen(snapshot, comment, recorded, seats)) for comment in snapshot.comments]
    unrecorded = tuple(
        one for _, some in seen for one in some if (one.kind, one.comment_id, one.line) not in recorded
    )
    everything = (*snapshot.memory.commands, *unrecorded)
    pending = tuple(
        CommandedComment(comment, tuple(_result(one, everything) for one in some))
        for comment, some in seen
        if some and not comment.reactions & {Reaction.DONE, Reaction.REFUSED}
    )
    lasting = [one for one in snapshot.memory.commands if one.name in TAKES_EFFECT_ONCE_SEEN]
    standing = [one for comment, some in seen if not comment.edited for one in some]
    counting = tuple(one for one in dict.fromkeys([*lasting, *standing]) if one.granted)
    return Ruling(pending, counting, unrecorded)


def _seen(
    snapshot: Snapshot,
    comment: Comment,
    recorded: Mapping[tuple[CommentKind, int, int], CommandSeen],
    seats: Sequence[Seat],
) -> list[CommandSeen]:
    if comment.author is None or comment.author.is_bot or comment.own:
        return []
    if comment.edited:
        # On edit nothing new runs: what is on record stays on record, whatever the comment says now.
        return [
            one
            for one in snapshot.memory.commands
            if one.kind == comment.kind and one.comment_id == comment.id
        ]
    return [
        recorded.get((comment.kind, comment.id, command.line))
        or _judge(snapshot, comment, comment.author, command, seats)
        for command in parse_commands(comment.body)
    ]


def _judge(
    snapshot: Snapshot, comment: Comment, author: Person, command: Command, seats: Sequence[Seat]
) -> CommandSeen:
    spec = REGISTRY.get(command.name)
    signs: Sha | None = None
    granted, ground = _authority(snapshot, author, spec, seats)
    if granted and command.name == "approve":
        signs = signed_commit(snapshot.commits, comment, command.argument)
        if signs is None:
            granted, ground = False, _no_commit(command.argument)
    return CommandSeen(
        comment_id=comment.id,
        kind=comment.kind,
        line=command.line,
        name=command.name,
        argument=command.argument,
        actor_id=author.id,
        actor=author.login,
        at=comment.created_at,
        granted=granted,
        ground=ground,
        signs=signs,
    )


def signed_commit(commits: Iterable[Commit], comment: Comment, argument: str) -> Sha | None:
    """Return the commit that an approving comment signs, or None where that cannot be told.

    Without an argument it is the newest head that already carried this app's check suite when the comment
    was created: both times are GitHub's own, commit dates are their authors' and never used.
    """
    if argument:
        prefix = argument.split(maxsplit=1)[0].casefold()
        matches = [one.sha for one in commits if one.sha.startswith(prefix)]
        return matches[0] if len(prefix) >= SHORTEST_SHA and len(matches) == 1 else None
    carried = [one.sha for one in commits if one.suite_at is not None and one.suite_at <= comment.created_at]
    return carried[-1] if carried else None


def _no_commit(argument: str) -> str:
    if argument:
        return (
            f"no single commit of this pull request begins with {argument.split(maxsplit=1)[0][:40]!r}; "
            f"give at least {SHORTEST_SHA} digits"
        )
    return "it cannot be told which commit you had before you; say it: /tdd approve SHA"


def _authority(
    snapshot: Snapshot, person: Person, spec: CommandSpec | None, seats: Sequence[Seat]
) -> tuple[bool, str]:
    if spec is None:
        return False, "there is no such command"
    match spec.who:
        case Authority.ANYONE:
            return True, Authority.ANYONE.value
        case Authority.SEAT_HOLDER:
            return _seat_holder(snapshot, person, seats)


def _seat_holder(snapshot: Snapshot, person: Person, seats: Sequence[Seat]) -> tuple[bool, str]:
    writer = snapshot.permissions.get(person.id, Permission.NONE) >= Permission.WRITE or any(
        one.writer for one in snapshot.reviews if one.author and one.author.id == person.id
    )
    held = [one.label for one in seats if holds(one, person, writer=writer)]
    if held:
        return True, f"holds the seat of {', '.join(dict.fromkeys(held))}"
    author = snapshot.pull_request.author
    if author and author.id == person.id:
        return False, "who opened the pull request cannot sign it"
    if any(person.id in (one.author_id, one.committer_id) for one in snapshot.commits):
        return False, "who wrote or pushed a part of it cannot sign it"
    labels = ", ".join(dict.fromkeys(one.label for one in seats)) or "none"
    return False, f"only holders of a seat can; the seats here: {labels}"


def _result(seen: CommandSeen, everything: Iterable[CommandSeen]) -> CommandResult:
    spec = REGISTRY.get(seen.name)
    if spec is None:
        return CommandResult(seen, Outcome.UNKNOWN, answers=True)
    if not seen.granted:
        return CommandResult(seen, Outcome.REFUSED, answers=True)
    lately = any(one.name == seen.name and seen.at - ONE_REPLY_PER < one.at < seen.at for one in everything)
    return CommandResult(seen, Outcome.DONE, answers=spec.replies and not lately)
