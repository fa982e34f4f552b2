"""(Snapshot, Action, Receipt) -> Snapshot: what an action has changed once it is done, with no new read."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import assert_never

from bot.core.model import (
    Action,
    Ask,
    Asked,
    CommandSeen,
    Comment,
    CommentPosted,
    DeleteComment,
    DocumentsSeen,
    Fact,
    Heard,
    Memory,
    MergedPast,
    Muted,
    NoteMerge,
    Press,
    PressSettled,
    React,
    Receipt,
    Remember,
    Remind,
    Reminded,
    Reply,
    RequestEvent,
    RequestReviews,
    RequestSubject,
    Snapshot,
    ThreadRead,
    WithdrawRequests,
    WriteCheck,
    WriteComment,
    WriteDocuments,
)


def facts_of(snapshot: Snapshot, action: Action, receipt: Receipt) -> tuple[Fact, ...]:
    """Return what is to be remembered of an action once it is done."""
    match action:
        case Remember(facts):
            return facts
        case RequestReviews(teams, users):
            reasons = {one.seat: one.reason for one in receipt.refusals}
            return tuple(
                Asked(
                    ask.seat,
                    ask.label,
                    path,
                    content,
                    snapshot.now,
                    reasons.get(ask.seat, ""),
                    by_command=ask.by_command,
                )
                for ask in (*teams, *users)
                for path, content in ask.contents.items()
            )
        case WriteComment() | Reply() if receipt.comment_refused:
            return (Muted(),)
        case NoteMerge(title=title):
            return (MergedPast(title),)
        case Remind(reminded=reminded):
            return (*reminded, Muted()) if receipt.comment_refused else reminded
        case WriteComment() if receipt.comment and receipt.comment.node_id != snapshot.memory.comment:
            return (CommentPosted(receipt.comment.node_id),)
        case _:
            return ()


def advance(snapshot: Snapshot, action: Action, receipt: Receipt) -> Snapshot:
    """Return the snapshot as a new read would give it after this action."""
    snapshot = _learn(snapshot, facts_of(snapshot, action, receipt))
    match action:
        case WriteCheck():
            return replace(snapshot, check=receipt.check)
        case WriteComment() | Reply() | Remind() | NoteMerge():
            return _with_comment(snapshot, receipt.comment)
        case DeleteComment(comment):
            return replace(
                snapshot, comments=tuple(one for one in snapshot.comments if one.node_id != comment.node_id)
            )
        case RequestReviews(teams, users):
            return _with_requests(snapshot, [*teams, *users], receipt)
        case WithdrawRequests(subjects):
            return _without_requests(snapshot, subjects)
        case React(subject, content):
            return replace(
                snapshot,
                comments=tuple(
                    replace(one, reactions=one.reactions | {content}) if one.node_id == subject else one
                    for one in snapshot.comments
                ),
            )
        case WriteDocuments():
            return replace(snapshot, commits_refused=receipt.commit_refused)
        case Remember():
            return snapshot


def _learn(snapshot: Snapshot, facts: Iterable[Fact]) -> Snapshot:
    memory = snapshot.memory
    for fact in facts:
        memory = _with_fact(memory, fact)
    return replace(snapshot, memory=memory)


def _with_fact(memory: Memory, fact: Fact) -> Memory:
    """Add a fact where it is kept: of some only the last one counts."""
    match fact:
        case DocumentsSeen(paths):
            return replace(memory, paths=paths)
        case CommentPosted(node_id):
            return replace(memory, comment=node_id)
        case ThreadRead():
            return replace(memory, thread=fact)
        case Muted():
            return replace(memory, muted=True)
        case MergedPast():
            return replace(memory, merged_past=True)
        case _:
            return _with_one_more(memory, fact)


def _with_one_more(
    memory: Memory, fact: Asked | Heard | Reminded | Press | PressSettled | CommandSeen
) -> Memory:
    """Add a fact of a kind that adds up."""
    match fact:
        case Asked():
            return replace(memory, asked=(*memory.asked, fact))
        case Heard():
            return replace(memory, heard=(*memory.heard, fact))
        case Reminded():
            return replace(memory, reminded=(*memory.reminded, fact))
        case Press():
            return replace(memory, pressed=(*memory.pressed, fact))
        case PressSettled():
            return replace(memory, settled=(*memory.settled, fact))
        case CommandSeen():
            return replace(memory, commands=(*memory.commands, fact))
        case _:
            assert_never(fact)


def _with_comment(snapshot: Snapshot, comment: Comment | None) -> Snapshot:
    if comment is None:
        return snapshot
    others = tuple(one for one in snapshot.comments if one.node_id != comment.node_id)
    return replace(snapshot, comments=(*others, comment))


def _with_requests(snapshot: Snapshot, asks: Sequence[Ask], receipt: Receipt) -> Snapshot:
    refused = {one.seat for one in receipt.refusals}
    subjects = [RequestSubject(one.seat, one.label) for one in asks if one.seat not in refused]
    events = [RequestEvent(snapshot.now, own=True, removed=False, subject=one) for one in subjects]
    return replace(
        snapshot,
        requested=(*snapshot.requested, *subjects),
        request_events=(*snapshot.request_events, *events),
    )


def _without_requests(snapshot: Snapshot, subjects: Sequence[RequestSubject]) -> Snapshot:
    events = [RequestEvent(snapshot.now, own=True, removed=True, subject=one) for one in subjects]
    return replace(
        snapshot,
        requested=tuple(one for one in snapshot.requested if one not in subjects),
        request_events=(*snapshot.request_events, *events),
    )
