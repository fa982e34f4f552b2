"""(Snapshot, Decision) -> Actions: only the differences, so that a second run gives none.

The order matters: what blocks is written first and what lets merge last, because an automatic merge fires
at the moment a required check turns green.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from bot.core.model import (
    Action,
    Ask,
    CheckRun,
    Conclusion,
    Creation,
    Decision,
    DeleteComment,
    DocumentsSeen,
    Fact,
    Heard,
    Mode,
    NoteMerge,
    Origin,
    Outcome,
    PressResult,
    PressSettled,
    React,
    Reaction,
    Remember,
    Remind,
    Reply,
    RequestReviews,
    SeatKey,
    Snapshot,
    Verdict,
    WithdrawRequests,
    WriteCheck,
    WriteComment,
    WriteDocuments,
)
from bot.core.policy.reminders import nudges
from bot.core.policy.thread import thread_read
from bot.core.render.check import NO_LINES, lines_of, render_check
from bot.core.render.comment import CHECKLIST, render_comment
from bot.core.render.marks import bears
from bot.core.render.merged import MERGED, render_merged
from bot.core.render.reminder import reminder_kind, render_reminder
from bot.core.render.reply import press_kind, render_press, render_reply, reply_kind

_LETS_MERGE: Final = frozenset({Conclusion.SUCCESS, Conclusion.NEUTRAL})


def plan(snapshot: Snapshot, decision: Decision) -> tuple[Action, ...]:
    """Return what is left to do, in the order to do it.

    A closed pull request gets no writes but the note that it was merged past the gate, a repository whose
    configuration says ``mode: off`` none at all.
    """
    if _is_off(snapshot, decision):
        return ()
    if not snapshot.pull_request.open:
        return tuple(_merged(snapshot, decision))
    if snapshot.merging:
        # A group has no thread: all that is said of it is said by its check. While those ahead are not judged
        # nothing is said: a run that has not passed takes the pull request out of the queue.
        waits = snapshot.group is not None and None in snapshot.group.ahead.values()
        if waits and decision.counted is Verdict.PASS:
            return ()
        return tuple(_check(snapshot, decision, frozenset()))
    first = (*_remember(snapshot, decision), *_notice(snapshot, decision))
    commits = tuple(_commits(snapshot, decision))
    if commits:
        # They make a new head; whatever is to be said is said of that one.
        return (*first, *commits)
    said = [
        *_withdrawals(decision),
        *_requests(decision),
        *_comment(snapshot, decision),
        *_answers(snapshot, decision),
        *_press_answers(snapshot, decision),
        *_reminders(snapshot, decision),
    ]
    held = frozenset(creations(said)) & withheld_of(snapshot)
    check = _check(snapshot, decision, held)
    passes = [one for one in check if one.conclusion in _LETS_MERGE]
    blocks = [one for one in check if one.conclusion not in _LETS_MERGE]
    return (*first, *blocks, *(one for one in said if creation_of(one) not in held), *passes)


def _is_off(snapshot: Snapshot, decision: Decision) -> bool:
    """Tell whether nothing is written here; a kind of document may be on where all others are off."""
    kinds = snapshot.configuration.kinds
    return snapshot.configuration.mode is Mode.OFF and not (kinds and decision.documents)


def creation_of(action: Action) -> Creation | None:
    """Return what people are notified of by this action; None: of nothing."""
    match action:
        case RequestReviews():
            return Creation.REQUEST
        case Reply():
            return Creation.REPLY
        case Remind():
            return Creation.REMINDER
        case WriteComment(comment=None):
            return Creation.COMMENT
        case _:
            return None


def creations(actions: Iterable[Action]) -> Mapping[Creation, int]:
    """Return how much of each kind these actions create."""
    return Counter(kind for one in actions if (kind := creation_of(one)) is not None)


def withheld_of(snapshot: Snapshot) -> frozenset[Creation]:
    """Return what must not be created in this run."""
    return snapshot.withheld.what if snapshot.withheld else frozenset()


def _remember(snapshot: Snapshot, decision: Decision) -> Iterable[Action]:
    facts: list[Fact] = list(decision.unrecorded)
    known = {(one.seat, one.path, one.objected) for one in snapshot.memory.heard}
    facts += [
        Heard(state.seat.key, state.seat.label, document.path, objected)
        for document in decision.documents
        for state in document.seats
        if state.heard_at and not state.seat.anyone
        for objected in dict.fromkeys(("", *(one.url for one in state.objections)))
        if (state.seat.key, document.path, objected) not in known
    ]
    paths = tuple(one.path for one in snapshot.changes)
    # With an invalid configuration no document was looked for.
    if paths != snapshot.memory.paths and not snapshot.configuration_problems:
        facts.append(DocumentsSeen(paths))
    thread = thread_read(snapshot, decision.unrecorded)
    if thread is not None and thread != snapshot.memory.thread:
        facts.append(thread)
    if facts:
        yield Remember(tuple(facts))


def _silent(snapshot: Snapshot) -> bool:
    """Tell whether nothing at all is to be done on somebody's behalf yet."""
    return snapshot.withheld is not None and snapshot.withheld.until_event


def _notice(snapshot: Snapshot, decision: Decision) -> Iterable[Action]:
    if _silent(snapshot):
        return
    for one in decision.commands:
        if Reaction.SEEN not in one.comment.reactions:
            yield React(one.comment.node_id, Reaction.SEEN)


def _commits(snapshot: Snapshot, decision: Decision) -> Iterable[Action]:
    if not snapshot.pull_request.head_ref or snapshot.commits_refused or _silent(snapshot):
        return
    branch, head = snapshot.pull_request.head_ref, snapshot.pull_request.head_sha
    for one in decision.commands:
        acts = [result.rewrites for result in one.results if result.rewrites]
        if acts:
            yield WriteDocuments(acts[0], branch, head)
            if len(acts) == 1:
                yield React(one.comment.node_id, Reaction.DONE)
            return  # the next one is judged on the head that this one makes
    for press in decision.presses:
        if press.rewrites:
            yield WriteDocuments(press.rewrites, branch, head)
            yield Remember((_settled(press),))
            return


def _settled(one: PressResult) -> PressSettled:
    press = one.press
    return PressSettled(press.id, press.command, press.actor, one.outcome is Outcome.DONE, one.ground)


def _press_answers(snapshot: Snapshot, decision: Decision) -> Iterable[Action]:
    """Answer a press by a comment where it changes nothing that the presser would see."""
    if _silent(snapshot):
        return
    answered: set[str] = set()
    for one in decision.presses:
        body = render_press(snapshot.app, one)
        kind = press_kind(one)
        told = _has_said(snapshot, kind)
        if body and not told and kind not in answered:
            yield Reply(body)
            answered.add(kind)
            if Creation.REPLY in withheld_of(snapshot):
                continue
        yield Remember((_settled(one),))


def _answers(snapshot: Snapshot, decision: Decision) -> Iterable[Action]:
    for one in decision.commands:
        said = _has_said(snapshot, reply_kind(one.comment)) or snapshot.muted
        if any(result.answers or result.rewrites for result in one.results) and not said:
            yield Reply(render_reply(snapshot.app, decision, one))
            if Creation.REPLY in withheld_of(snapshot):
                # The reaction says that all is done; it waits for the answer.
                continue
        if _silent(snapshot):
            continue
        refused = any(result.outcome is not result.outcome.DONE for result in one.results)
        yield React(one.comment.node_id, Reaction.REFUSED if refused else Reaction.DONE)


def _reminders(snapshot: Snapshot, decision: Decision) -> Iterable[Action]:
    """Remind the seats that are due; in a run that may not, nobody is told that it would have."""
    due = nudges(snapshot, decision)
    if not due or snapshot.muted or Creation.REMINDER in withheld_of(snapshot):
        return
    facts = tuple(one.fact(snapshot.now) for one in due)
    if _has_said(snapshot, reminder_kind(due)):
        # Its answer was lost.
        yield Remember(facts)
    else:
        yield Remind(render_reminder(snapshot.app, due), facts)


def _check(snapshot: Snapshot, decision: Decision, held: frozenset[Creation]) -> list[WriteCheck]:
    wanted = render_check(snapshot, decision, held)
    present = snapshot.check
    if present is None:
        return [] if _spared(snapshot, decision) else [wanted]
    if _said_by_a_worse_one(present, wanted, snapshot, decision):
        return []
    same = present.external_id == wanted.external_id and present.conclusion is wanted.conclusion
    if same and present.completed and not present.suite_reset:
        return []
    lines = lines_of(present.external_id)
    annotated = lines == lines_of(wanted.external_id)
    if not annotated and lines != NO_LINES:
        # An update adds annotations to those that are there (docs.github.com/rest/checks/runs): a new run of
        # the name takes the old one's place, with nothing on its lines that is not so any more.
        return [wanted]
    return [replace(wanted, run_id=present.id, annotated=annotated)]


def _spared(snapshot: Snapshot, decision: Decision) -> bool:
    """Tell whether a quiet repository wants no check here: nothing in the pull request concerns this app."""
    ours = decision.documents or decision.implementation or decision.proposal
    return snapshot.configuration.quiet and not (ours or decision.problem or snapshot.memory.others)


def _merged(snapshot: Snapshot, decision: Decision) -> Iterable[Action]:
    """Note a merge past the gate, once: the journal knows it, and where that was lost the comment itself."""
    pull, check = snapshot.pull_request, snapshot.check
    enforced = snapshot.configuration.mode is Mode.ENFORCE and not decision.advice
    concerned = enforced and (decision.documents or decision.implementation)
    if not pull.merged or not concerned or snapshot.memory.merged_past or _let_merge(snapshot):
        return
    if not _has_said(snapshot, MERGED):
        who = pull.merged_by.login if pull.merged_by else ""
        yield NoteMerge(render_merged(snapshot), check.title if check else "", who)


def _has_said(snapshot: Snapshot, kind: str) -> bool:
    """Tell whether this app has written a comment of this kind."""
    return any(one.own and bears(one.body, kind) for one in snapshot.comments)


def _let_merge(snapshot: Snapshot) -> bool:
    """Tell whether the check let it merge, or may have: what ended after the merge says nothing."""
    check, merged_at = snapshot.check, snapshot.pull_request.merged_at
    if check is None:
        return False
    later = bool(merged_at and check.completed_at and check.completed_at > merged_at)
    return later or (check.completed and check.conclusion in _LETS_MERGE)


def _said_by_a_worse_one(
    present: CheckRun, wanted: WriteCheck, snapshot: Snapshot, decision: Decision
) -> bool:
    """Tell whether the run on this commit already speaks for another pull request whose verdict is worse."""
    speaker = present.external_id.split(":", 1)[0]
    verdict = next((one for number, one in snapshot.memory.others.items() if str(number) == speaker), None)
    return (
        verdict is not None
        and verdict > decision.counted
        and present.conclusion is wanted.conclusion
        and present.completed
        and not present.suite_reset
    )


def _requests(decision: Decision) -> Iterable[Action]:
    asks: dict[SeatKey, Ask] = {}
    teams: set[SeatKey] = set()
    for document in decision.documents:
        for state in document.seats:
            if not state.ask:
                continue
            known = asks.get(state.seat.key)
            contents = {**(known.contents if known else {}), document.path: document.content}
            added = state.seat.origins <= {Origin.REQUESTED} and (known is None or known.by_command)
            asks[state.seat.key] = Ask(state.seat.key, state.seat.label, contents, by_command=added)
            teams |= {state.seat.key} if state.seat.team else set()
    if asks:
        yield RequestReviews(
            teams=tuple(one for one in asks.values() if one.seat in teams),
            users=tuple(one for one in asks.values() if one.seat not in teams),
        )


def _withdrawals(decision: Decision) -> Iterable[Action]:
    if decision.withdrawn:
        yield WithdrawRequests(decision.withdrawn)


def _comment(snapshot: Snapshot, decision: Decision) -> Iterable[Action]:
    mine = [one for one in snapshot.comments if one.own and bears(one.body, CHECKLIST)]
    mine.sort(key=lambda one: (one.created_at, one.id))
    kept = next((one for one in mine if one.node_id == snapshot.memory.comment), mine[0] if mine else None)
    body = render_comment(snapshot, decision)
    if body is None or snapshot.muted:
        return
    if kept is None or kept.body.strip() != body.strip():
        yield WriteComment(kept, body)
    for one in mine:
        if kept and one.node_id != kept.node_id:
            yield DeleteComment(one)
