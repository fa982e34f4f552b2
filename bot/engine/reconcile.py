"""read -> decide -> plan -> apply, until nothing is left to do. Knows no engine library.

Everything here may be cut off at any point and run again: each write is a difference from what GitHub shows.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.core.advance import advance, facts_of
from bot.core.decide import decide
from bot.core.model import (
    NOTHING_NEW,
    Action,
    Conclusion,
    Decision,
    Fact,
    PullRequestRef,
    Receipt,
    Remember,
    Sha,
    Snapshot,
    Withheld,
    WriteCheck,
    WriteDocuments,
)
from bot.core.model.topics import Topic
from bot.core.plan import creations, plan
from bot.core.policy.leanings import leanings
from bot.core.policy.merge_group import as_merged
from bot.core.policy.reminders import next_nudge
from bot.core.render.record import Record, record_of
from bot.engine.aside import aside
from bot.engine.deeds import deeds_of
from bot.engine.effects import with_effects
from bot.ports import UNMETERED, Deed, GitHub, Journal, Meter, Pacing, Unpaced

MOST_ROUNDS: Final = 5
"""Rounds of deciding in one run; more than one only where GitHub refuses a request or a twin moves."""

OUTDATED_FOR: Final = timedelta(minutes=5)
"""How long a verdict by an older configuration stands before the present one is asked for again."""

_SATISFIED: Final = frozenset({Conclusion.SUCCESS, Conclusion.NEUTRAL})
"""What satisfies a required check (docs.github.com, about protected branches)."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Understood:
    """What follows from a snapshot alone."""

    decision: Decision
    record: Record
    """What pages show of it."""
    leans: Collection[Topic]
    """The topics on which it has to be made again when they change."""


@dataclass(frozen=True, slots=True)
class Reconcile:
    """Brings one pull request to where it should be."""

    github: GitHub
    journal: Journal
    meter: Meter = UNMETERED
    pacing: Pacing = field(default_factory=Unpaced)

    async def __call__(self, ref: PullRequestRef, *, checks_only: bool = False) -> Sequence[PullRequestRef]:
        """Judge and write. Return other pull requests on the same commit that are still to be judged.

        Args:
            ref: Which pull request.
            checks_only: Say nothing new to people; see ``NOTHING_NEW``.

        Raises:
            OutsideError: GitHub or the journal failed; whatever was written so far stands and is right.
        """
        with self.meter.span("read"):
            snapshot = await self.github.read(ref, await self.journal.recall(ref))
        head = snapshot.pull_request.head_sha
        if not snapshot.pull_request.open:
            await self._close(ref, snapshot)
            await self.journal.wake(ref, None)
            return await self.journal.release(ref, head, merged=snapshot.pull_request.merged)
        snapshot = await with_effects(self.github, self.journal, ref, snapshot)
        if checks_only:
            snapshot = replace(snapshot, withheld=NOTHING_NEW)
        improving = await self.journal.moved(ref, head)
        snapshot, decision, actions = await self._bring(ref, snapshot)
        if any(isinstance(one, WriteDocuments) for one in actions) and not snapshot.commits_refused:
            # A new head: it is read and judged by a run of its own.
            return [*improving, ref]
        findings = [one for document in decision.documents for one in document.findings]
        self.meter.decided(decision.verdict, [one.rule for one in findings])
        await self.journal.wake(ref, _next_look(snapshot, decision))
        await self.journal.digest(ref, _digest_days(snapshot))
        unjudged = [number for number, verdict in snapshot.memory.others.items() if verdict is None]
        behind = await self._judge_group(ref, snapshot)
        return [*improving, *(replace(ref, number=number) for number in (*unjudged, *behind))]

    async def _close(self, ref: PullRequestRef, snapshot: Snapshot) -> None:
        """Note a merge past the gate; apart from that a closed pull request is left alone."""
        actions = await aside(_planned, snapshot) if snapshot.pull_request.merged else ()
        if actions:
            _log.warning("merged past the gate", pull_request=str(ref), head=snapshot.pull_request.head_sha)
            await self._apply_all(ref, snapshot, actions)
            self.meter.merged_past()

    async def _judge_group(self, ref: PullRequestRef, snapshot: Snapshot) -> Sequence[int]:
        """Judge the merge group, where there is one; return who waits for what is said there."""
        merged = as_merged(snapshot)
        if merged is None:
            return ()
        merged, _, actions = await self._bring(ref, merged)
        return merged.group.behind if merged.group and actions else ()

    async def _bring(
        self, ref: PullRequestRef, snapshot: Snapshot
    ) -> tuple[Snapshot, Decision, Sequence[Action]]:
        """Decide and write until nothing is left; return how it ended, and what was written last."""
        last: Sequence[Action] = ()
        known: _Understood | None = None
        for _ in range(MOST_ROUNDS):
            snapshot, known = await self._settle(ref, snapshot, known)
            decision = known.decision
            actions = await aside(plan, snapshot, decision)
            if _lets_merge(actions) and _rests_on_members(decision) and not snapshot.members_fresh:
                snapshot = await self.github.freshen(ref, snapshot)
                continue
            if denied := await self.pacing.claim(ref, creations(actions)):
                # For the rest of the run: what was refused now is refused in a second as well.
                before = snapshot.withheld or Withheld(frozenset())
                snapshot = replace(snapshot, withheld=replace(before, what=before.what | denied))
                actions = await aside(plan, snapshot, decision)
            _log.info(
                "decided",
                pull_request=str(ref),
                head=_judged(snapshot),
                verdict=decision.verdict.label,
                steps=[one.step.value for one in decision.documents],
                actions=[type(one).__name__ for one in actions],
            )
            if not actions:
                break
            last = actions
            snapshot = await self._apply_all(ref, snapshot, actions)
            if any(isinstance(one, WriteDocuments) for one in actions) and not snapshot.commits_refused:
                break
        return snapshot, decision, last

    async def _settle(
        self, ref: PullRequestRef, snapshot: Snapshot, known: _Understood | None
    ) -> tuple[Snapshot, _Understood]:
        """Decide, and record the verdict in the same transaction that reads those of its twins.

        What pages show is kept with it. Where all that is ``known`` of this run, nothing is written.
        """
        with self.meter.span("decide"):
            understood = await aside(_understand, snapshot, known)
        if snapshot.merging or (understood == known and not snapshot.others):
            # A group's commit is one pull request's alone. What is known cannot have changed; twins can.
            return snapshot, understood
        shown = None if known and known.decision == understood.decision else understood.record
        others = await self.journal.settle(
            ref,
            snapshot.pull_request.head_sha,
            understood.decision.counted,
            snapshot.others,
            shown,
            understood.leans,
            snapshot.memory.as_of,
        )
        return replace(snapshot, memory=replace(snapshot.memory, others=others)), understood

    async def _apply_all(
        self, ref: PullRequestRef, snapshot: Snapshot, actions: Sequence[Action]
    ) -> Snapshot:
        """Write one after the other; what is known after each is stored before the next one."""
        facts: Sequence[Fact] = ()
        for action in actions:
            receipt = Receipt()
            deeds = deeds_of(action, _judged(snapshot))
            await self.journal.remember(ref, facts, deeds)
            if not isinstance(action, Remember):
                receipt = await self._apply(ref, action, deeds)
            facts = facts_of(snapshot, action, receipt)
            snapshot = advance(snapshot, action, receipt)
            if receipt.refusals or receipt.commit_refused or receipt.comment_refused:
                # What is left of the plan was made without knowing that this cannot be done.
                break
        await self.journal.remember(ref, facts)
        return snapshot

    async def _apply(self, ref: PullRequestRef, action: Action, deeds: Sequence[Deed]) -> Receipt:
        """Write what has been announced to the audit; where GitHub refuses, say there that it did."""
        try:
            with self.meter.span("apply", action=type(action).__name__):
                return await self.github.apply(ref, action)
        except Exception as error:
            reason = f"failed: {type(error).__name__}"
            await self.journal.audit(ref, [replace(one, why=reason) for one in deeds])
            raise


def _understand(snapshot: Snapshot, known: _Understood | None) -> _Understood:
    """Decide; what pages show is made anew only of a decision that is not ``known``."""
    decision = decide(snapshot)
    same = known is not None and decision == known.decision
    record = known.record if known and same else record_of(snapshot, decision)
    return _Understood(decision, record, leanings(snapshot, decision))


def _planned(snapshot: Snapshot) -> Sequence[Action]:
    return plan(snapshot, decide(snapshot))


def _next_look(snapshot: Snapshot, decision: Decision) -> datetime | None:
    """Return when the pull request is looked at again although nothing happens."""
    nudge = next_nudge(snapshot, decision)
    if not snapshot.outdated:
        return nudge
    soon = snapshot.now + OUTDATED_FOR
    return min(nudge, soon) if nudge else soon


def _digest_days(snapshot: Snapshot) -> int | None:
    settings = snapshot.configuration.reminders
    return settings.after if settings and settings.digest else None


def _judged(snapshot: Snapshot) -> Sha:
    """Return the commit that is judged: the head, or the merge queue's."""
    return snapshot.merging or snapshot.pull_request.head_sha


def _lets_merge(actions: Sequence[Action]) -> bool:
    return any(isinstance(one, WriteCheck) and one.conclusion in _SATISFIED for one in actions)


def _rests_on_members(decision: Decision) -> bool:
    return any(state.seat.team for one in decision.documents for state in one.seats)
