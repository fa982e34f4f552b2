"""Snapshot -> Decision: the one judgement that webhooks, the command line and the pages share.

What a row of the lifecycle table (``policy.steps``) needs to know is gathered here, document by document.
"""

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.core.document import read_version
from bot.core.model import (
    CommandedComment,
    CommandSeen,
    Decision,
    Document,
    DocumentChange,
    DocumentDecision,
    FileProblem,
    Finding,
    Implementation,
    Mode,
    Outcome,
    PressResult,
    Rewrite,
    Schema,
    Seat,
    Severity,
    Snapshot,
    Step,
    Verdict,
    Waiver,
)
from bot.core.policy.acts import rewritten
from bot.core.policy.buttons import press_results
from bot.core.policy.commands import REGISTRY
from bot.core.policy.concerned import concerned, is_minor
from bot.core.policy.coverage import coverage
from bot.core.policy.distinct import distinct
from bot.core.policy.implementation import implementation
from bot.core.policy.imports import is_import
from bot.core.policy.kinds import for_document, kind_for, schema_for, view_of
from bot.core.policy.opinions import utterances
from bot.core.policy.overriding import (
    covers,
    is_answered,
    missing_designs,
    obstacles,
    overridden,
    recorded,
    target_of,
)
from bot.core.policy.plea import Bench
from bot.core.policy.requests import no_longer_asked, with_requests, within_cap
from bot.core.policy.ruling import rule_on_commands
from bot.core.policy.seats import Reading, excluded_ids, seats_of
from bot.core.policy.signatures import content_of, seat_states
from bot.core.policy.steps import Case, asks_reviewers, step_of
from bot.core.policy.superseding import successor_path, superseding
from bot.core.rules import RuleContext, judge, refused, seat_without_holder


def decide(snapshot: Snapshot) -> Decision:
    """Judge a pull request. Pure: the same snapshot gives the same decision, byte for byte."""
    if not snapshot.files_complete:
        return Decision(
            verdict=Verdict.ERROR,
            documents=(),
            problem="GitHub does not list all files of a pull request this large (over 3,000), "
            "so it cannot be told which designs it changes. Split it.",
        )
    proposal = snapshot.proposal
    mended = proposal is not None and proposal.alone and not proposal.problems
    if snapshot.configuration_problems and not mended:
        problem = str(snapshot.configuration_problems[0])
        return Decision(verdict=Verdict.ERROR, documents=(), problem=problem, proposal=proposal)
    snapshot = _without_kinds_that_are_off(snapshot)
    benches = _benches(snapshot)
    excluded = excluded_ids(snapshot, [one.reading for one in benches])
    ruling = rule_on_commands(snapshot, benches, excluded)
    documents = within_cap(
        snapshot,
        [_judge(bench, ruling.counting) for bench in ruling.benches],
    )
    presses = press_results(snapshot, ruling.benches, excluded, documents)
    needed = implementation(snapshot)
    implemented = overridden(snapshot, needed, ruling.counting)
    verdict, advice = _worst(snapshot, documents, implemented)
    return Decision(
        verdict=verdict,
        advice=advice,
        documents=documents,
        implementation=implemented,
        proposal=proposal,
        commands=tuple(_acted(snapshot, documents, one) for one in ruling.pending),
        unrecorded=tuple(_with_obstacles(snapshot, documents, needed, one) for one in ruling.unrecorded),
        counting=ruling.counting,
        presses=tuple(_pressed(snapshot, documents, one) for one in presses),
        withdrawn=no_longer_asked(snapshot, benches, ruling.benches, documents),
    )


def _without_kinds_that_are_off(snapshot: Snapshot) -> Snapshot:
    """Leave out the documents of kinds for which nothing is to be written."""
    if not snapshot.configuration.kinds:
        return snapshot
    settings = snapshot.configuration
    changes = [one for one in snapshot.changes if for_document(settings, one.path).mode is not Mode.OFF]
    return replace(snapshot, changes=tuple(changes))


def _benches(snapshot: Snapshot) -> list[Bench]:
    paths = frozenset(one.path for one in snapshot.changes)
    benches = []
    for change in snapshot.changes:
        view, schema = view_of(snapshot, change.path), schema_for(snapshot, change.path)
        reading = _read(change, schema)
        kind = kind_for(snapshot.configuration, change.path)
        seats = seats_of(view, reading, paths, schema)
        benches.append(Bench(reading, seats, schema, view, kind.name if kind else ""))
    return benches


def _worst(
    snapshot: Snapshot, documents: Sequence[DocumentDecision], implemented: Implementation | None
) -> tuple[Verdict, bool]:
    """Return the verdict on all, and whether it is only advice."""
    faulty = snapshot.proposal is not None and bool(snapshot.proposal.problems)
    proposed = Verdict.BLOCKED if faulty else Verdict.PASS
    proposed = max(proposed, implemented.verdict) if implemented else proposed
    advised = snapshot.configuration.mode is Mode.ADVISE
    enforced = [one.verdict for one in documents if not one.advice]
    binding = max([Verdict.PASS if advised else proposed, *enforced])
    if binding is not Verdict.PASS:
        return binding, False
    worst = max([proposed, *(one.verdict for one in documents)])
    return worst, worst is not Verdict.PASS


def _acted(
    snapshot: Snapshot, documents: Sequence[DocumentDecision], said: CommandedComment
) -> CommandedComment:
    """Add to the commands that change a document what they make of it, or why nothing."""
    results = []
    for one in said.results:
        spec = REGISTRY.get(one.seen.name)
        about = next((each for each in documents if each.path in one.seen.paths), None)
        if one.outcome is not Outcome.DONE or spec is None or not spec.act or about is None:
            results.append(one)
            continue
        made = _made(snapshot, documents, about, one.seen)
        if isinstance(made, str):
            results.append(replace(one, outcome=Outcome.REFUSED, answers=True, remark=made))
        else:
            results.append(replace(one, rewrites=made))
    return replace(said, results=tuple(results))


def _with_obstacles(
    snapshot: Snapshot,
    documents: Sequence[DocumentDecision],
    needed: Implementation | None,
    seen: CommandSeen,
) -> CommandSeen:
    """Put on record what an override is about: what stands in the way now."""
    if seen.name != "override" or not seen.granted:
        return seen
    present = missing_designs(needed) | target_of(snapshot)
    for one in documents:
        if one.path in seen.paths:
            present |= obstacles(one.findings, one.seats, one.blocks)
    return replace(seen, content=recorded(present))


def _pressed(snapshot: Snapshot, documents: Sequence[DocumentDecision], one: PressResult) -> PressResult:
    """Add to a press that is granted what it makes of its document, or why nothing."""
    about = next((each for each in documents if each.path == one.path), None)
    if about is None or one.outcome is not Outcome.DONE:
        return one
    schema = schema_for(snapshot, about.path)
    made = rewritten(one.press.command, about, schema, snapshot.now.date())
    if isinstance(made, str):
        return replace(one, outcome=Outcome.REFUSED, ground=made)
    return replace(one, rewrites=made)


def _made(
    snapshot: Snapshot,
    documents: Sequence[DocumentDecision],
    about: DocumentDecision,
    seen: CommandSeen,
) -> tuple[Rewrite, ...] | str:
    if seen.name != "supersede":
        return rewritten(seen.name, about, schema_for(snapshot, about.path), snapshot.now.date())
    if about.document is None:
        return "there is no document that could be read"
    path = successor_path(about.path, seen.subject)
    schema = schema_for(snapshot, path)
    changed = next((one for one in documents if one.path == path), None)
    if changed is not None:
        return superseding(about.document, changed.document, path, changed.base_status, schema)
    old = read_version(snapshot.targets.get(path), schema, path)
    return superseding(about.document, old, path, old.header.stage if old else None, schema)


def _read(change: DocumentChange, schema: Schema) -> Reading:
    path = change.path
    return Reading(change, read_version(change.head, schema, path), read_version(change.base, schema, path))


def _judge(bench: Bench, commands: Sequence[CommandSeen]) -> DocumentDecision:
    snapshot, schema, reading = bench.view, bench.schema, bench.reading
    content = content_of(reading.head)
    now, seats = bench.standing, bench.seats
    said = utterances(snapshot, commands, bench.path)
    states = seat_states(snapshot, reading, schema, seats, said)
    states = concerned(reading, coverage(snapshot, schema, seats).owners, states)
    if snapshot.configuration.distinct:
        # Among those that count: nobody is used up by a seat that does not.
        states = distinct(states)
    waivers = now.waivers(reading.head.fingerprints) if reading.head else ()
    imported = reading.head is not None and is_import(snapshot.configuration, reading.change)
    findings = _findings(snapshot, schema, reading, seats)
    case = Case(
        reading=reading,
        seats=states,
        findings=_noted(findings) if imported else _excused(findings, waivers),
        blocks=now.blocks,
        waived=frozenset(one.section for one in waivers),
        imported=imported,
        minor=is_minor(reading, snapshot.configuration.minor_edit),
        successor=_successor_status(snapshot, reading),
    )
    step = step_of(snapshot, case)
    asks = asks_reviewers(snapshot, case, step)
    given = now.override if step is not Step.DONE else None
    present = obstacles(case.findings, case.seats, now.blocks) | target_of(snapshot)
    stands = given and covers(given, present) and not is_answered(given, case.seats, now.blocks)
    override = given if stands else None
    return DocumentDecision(
        path=reading.change.path,
        document=reading.head,
        base_status=case.base_status,
        verdict=Verdict.PASS if override else _VERDICTS[step],
        step=step,
        findings=case.findings,
        seats=with_requests(snapshot, reading.change.path, content, case.seats, asks=asks),
        asks=asks,
        content=content,
        blocks=now.blocks,
        waivers=waivers,
        override=override,
        outgrown=given if override is None else None,
        kind=bench.kind,
        advice=snapshot.configuration.mode is Mode.ADVISE,
        imported=imported,
        one_suffices=case.one_suffices,
    )


def _noted(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Turn all faults into notes."""
    return tuple(replace(one, severity=min(one.severity, Severity.NOTE)) for one in findings)


def _excused(findings: tuple[Finding, ...], waivers: Sequence[Waiver]) -> tuple[Finding, ...]:
    """Turn the faults of excused sections into notes: they stay visible and block nothing."""
    sections = {one.section for one in waivers}
    return tuple(
        replace(one, severity=min(one.severity, Severity.NOTE)) if one.section in sections else one
        for one in findings
    )


_VERDICTS: Mapping[Step, Verdict] = {
    Step.NO_DOCUMENT: Verdict.PASS,
    Step.UNREADABLE: Verdict.BLOCKED,
    Step.UNKNOWN_STATUS: Verdict.BLOCKED,
    Step.OBJECTION: Verdict.BLOCKED,
    Step.DRAFT_PULL_REQUEST: Verdict.WAITING,
    Step.WRITE: Verdict.WAITING,
    Step.MEND: Verdict.BLOCKED,
    Step.SIGN: Verdict.WAITING,
    Step.SUCCEED: Verdict.WAITING,
    Step.FINALIZE: Verdict.WAITING,
    Step.HELD: Verdict.WAITING,
    Step.DONE: Verdict.PASS,
}


def _findings(
    snapshot: Snapshot, schema: Schema, reading: Reading, seats: Sequence[Seat]
) -> tuple[Finding, ...]:
    head = reading.change.head
    if head is None:
        return ()
    if reading.head is None:
        return (refused(head.path, head.problem or FileProblem.TOO_LARGE, head.size),)
    context = RuleContext(
        base=reading.base,
        base_known=True,
        names=snapshot.names,
        today=snapshot.now.date(),
        beside=_beside(snapshot, reading.change),
    )
    found = judge(reading.head, schema, context, severities={**snapshot.configuration.rules})
    unfillable = [
        seat_without_holder(reading.head, seat) for seat in seats if not seat.fillable and not seat.unverified
    ]
    return tuple(sorted([*found, *unfillable], key=lambda one: (one.span, one.rule)))


def _beside(snapshot: Snapshot, change: DocumentChange) -> tuple[str, ...] | None:
    """Return the other files in the folder of a document that is new or moved, as a merge would leave them.

    None for one that has its place already, or where the folder was not looked at.
    """
    folder = posixpath.dirname(change.path)
    stays = change.base is not None and change.base.path == change.path
    if change.head is None or stays or folder not in snapshot.beside:
        return None
    there = {posixpath.join(folder, name) for name in snapshot.beside[folder]}
    heads = {one.path for one in snapshot.changes if one.head}
    gone = {one.base.path for one in snapshot.changes if one.base} - heads
    beside = {path for path in heads if posixpath.dirname(path) == folder}
    return tuple(sorted((there | beside) - gone - {change.path}))


def _successor_status(snapshot: Snapshot, reading: Reading) -> str | None:
    """Return the status of the document that this one names as its successor.

    None where there is none, and where the successors lead back here: then neither is in force.
    """
    here = reading.change.path
    named = reading.head.header.superseded_by if reading.head else None
    successor = _document_at(snapshot, successor_path(here, named)) if named else None
    seen = {here}
    following = successor
    while following is not None:
        if following.path in seen:
            return None
        seen.add(following.path)
        onward = following.header.superseded_by
        following = _document_at(snapshot, successor_path(following.path, onward)) if onward else None
    return successor.header.stage if successor else None


def _document_at(snapshot: Snapshot, path: str) -> Document | None:
    """Return a document as a merge would leave it, of those that are changed or named by one that is."""
    heads = {one.head.path: one.head for one in snapshot.changes if one.head}
    if path not in heads and path in {one.base.path for one in snapshot.changes if one.base}:
        # It is taken away, or moved, by this very pull request.
        return None
    return read_version(heads.get(path) or snapshot.linked.get(path), schema_for(snapshot, path), path)
