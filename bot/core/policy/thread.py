"""A conversation of thousands of comments is read once; then only what is new, and what may have changed."""

from collections.abc import Iterable
from typing import Final

from bot.core.model import CommandSeen, Comment, CommentKind, Snapshot, ThreadRead
from bot.core.policy.commands import parse_commands

LONG: Final = 100
"""Comments from which on it is worth while: as many come with the first answer."""
MOST_KEPT: Final = 100
"""Node ids that one query takes; with more of them a conversation is read whole each time."""


def thread_read(snapshot: Snapshot, new: Iterable[CommandSeen]) -> ThreadRead | None:
    """Return what to remember of a long conversation that has been read; None of a short one.

    Args:
        snapshot: With every comment of the thread that is not known already.
        new: Commands that are about to be put on record.
    """
    if not snapshot.changes:
        # Without a document the conversation is not read whole.
        return None
    thread = [one for one in snapshot.comments if one.kind is CommentKind.THREAD]
    others = [one for one in thread if not one.own]
    if len(thread) < LONG or not others:
        return None
    said = (*snapshot.memory.commands, *new)
    recorded = frozenset(one.comment_id for one in said if one.kind is CommentKind.THREAD)
    newest = others[-1]
    known = thread[: thread.index(newest) + 1]
    kept = tuple(one.node_id for one in known if _may_matter(one, recorded))
    return ThreadRead(newest.node_id, kept) if len(kept) <= MOST_KEPT else None


def _may_matter(comment: Comment, recorded: frozenset[int]) -> bool:
    """Tell whether it makes a difference that a comment is edited, deleted or acknowledged.

    Our own ones are answers: whether one is there tells that it need not be given again. A comment that held
    no command when it was read never will: on edit nothing new runs.
    """
    if comment.own or comment.id in recorded:
        return True
    return not comment.edited and bool(parse_commands(comment.body))
