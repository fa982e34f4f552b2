"""(Snapshot, Decision) -> Record. Every text is cut and every list has an end: a record is some 10 KB."""

from dataclasses import replace
from typing import Final
from urllib.parse import quote

from bot.core.model import (
    BlockKind,
    Decision,
    DocumentDecision,
    Finding,
    SeatState,
    Section,
    Severity,
    Snapshot,
    Step,
    Verdict,
)
from bot.core.render.headline import document_headline, headline, leaves, open_seats
from bot.core.render.record.changes import changes_of
from bot.core.render.record.history import history_of
from bot.core.render.record.values import DocumentRecord, Fault, Move, Record, SeatRecord, SectionRow
from bot.core.render.safe import counted, shorten
from bot.core.render.why import Node, Topic, why

MOST_DOCUMENTS: Final = 20
MOST_FAULTS: Final = 60
MOST_SEATS: Final = 40
MOST_SECTIONS: Final = 120
MOST_NODES: Final = 400
LONGEST_SOURCE: Final = 200
LONGEST_TEXT: Final = 300
_SHARED: Final = MOST_DOCUMENTS // 4
"""Documents that may each have all there is room for; more share it."""


def record_of(snapshot: Snapshot, decision: Decision) -> Record:
    """Return what pages show of a decision until the next one."""
    pull, shown = snapshot.pull_request, decision.documents[:MOST_DOCUMENTS]
    return Record(
        at=snapshot.now,
        head=pull.head_sha,
        url=pull.url,
        title=shorten(pull.title, LONGEST_TEXT),
        author=pull.author.login if pull.author else "",
        base=shorten(pull.base_ref, LONGEST_TEXT),
        draft=pull.draft,
        verdict=decision.verdict,
        sentence=headline(decision),
        tree=_pruned(why(snapshot, decision)),
        documents=tuple(_document(snapshot, one, max(1, len(shown) // _SHARED)) for one in shown),
        more_documents=len(decision.documents) - len(shown),
    )


def _document(snapshot: Snapshot, one: DocumentDecision, share: int) -> DocumentRecord:
    document = one.document
    faults = sorted(one.findings, key=lambda each: (-each.severity, each.span))
    weighing = [each for each in faults if each.severity > Severity.OFF]
    lines = document.source.split("\n") if document else []
    most = MOST_FAULTS // share
    return DocumentRecord(
        path=shorten(one.path, LONGEST_TEXT),
        url=_blob_url(snapshot, one.path) if document else "",
        title=shorten((document.title if document else None) or one.path, LONGEST_TEXT),
        authors=tuple(shorten(each, 80) for each in (document.header.authors if document else ())[:10]),
        status=shorten(_status(one), 60),
        verdict=one.verdict,
        step=one.step,
        sentence=document_headline(one),
        move=move_of(one),
        waiting=waits_for(one),
        removed=any(each.path == one.path and each.head is None for each in snapshot.changes),
        sections=tuple(_section(one, each) for each in leaves(document)[: MOST_SECTIONS // share]),
        faults=tuple(_fault(each, lines) for each in weighing[:most]),
        more_faults=max(0, len(weighing) - most),
        seats=tuple(_seat(snapshot, one, each) for each in one.seats[: MOST_SEATS // share]),
        changes=changes_of(snapshot, one, share),
    )


def move_of(one: DocumentDecision) -> Move:
    """Say who has to act next on a document."""
    if one.verdict is Verdict.PASS:
        return Move.NOBODY
    if one.step is Step.SIGN:
        return Move.REVIEWERS
    return Move.REVIEWERS if _only_held(one) else Move.AUTHOR


def waits_for(one: DocumentDecision) -> tuple[str, ...]:
    """Name the seats that are still to sign; where nothing but a hold is in the way, who set it."""
    if _only_held(one):
        return tuple(dict.fromkeys(block.person.login for block in one.blocks))
    return tuple(state.seat.label for state in open_seats(one)[:MOST_SEATS])


def _only_held(one: DocumentDecision) -> bool:
    """A concern or a change request is the author's to answer, a hold is not."""
    objected = any(state.objections for state in one.seats)
    held = bool(one.blocks) and all(block.kind is BlockKind.HOLD for block in one.blocks)
    return one.step is Step.OBJECTION and held and not objected


def _status(one: DocumentDecision) -> str:
    header = one.document.header if one.document else None
    if header is None or header.status_is_menu:
        return ""
    return header.status or header.status_raw or ""


def _blob_url(snapshot: Snapshot, path: str) -> str:
    """Return the file's page at the judged commit; the pull request's own address says which server it is."""
    pull = snapshot.pull_request
    root, found, _ = pull.url.rpartition(f"/pull/{pull.number}")
    return f"{root}/blob/{pull.head_sha}/{quote(path)}" if found else ""


def _section(one: DocumentDecision, section: Section) -> SectionRow:
    waiver = next((each for each in one.waivers if each.section == section.id), None)
    return SectionRow(
        label=shorten(section.label, 160),
        state=section.state,
        required=section.required,
        line=section.line,
        waived=f"{waiver.person.login}: {shorten(waiver.reason, LONGEST_TEXT)}" if waiver else "",
    )


def _fault(finding: Finding, lines: list[str]) -> Fault:
    span = finding.span
    source = lines[span.line - 1].rstrip("\r") if 0 < span.line <= len(lines) else ""
    end = span.end_column - 1 if span.end_line == span.line else len(source)
    start = max(0, span.column - 1 - LONGEST_SOURCE // 2)
    before = span.column - 1 - start
    return Fault(
        rule=finding.rule,
        name=finding.name,
        severity=finding.severity,
        line=span.line,
        message=shorten(finding.message, LONGEST_TEXT),
        help=shorten(finding.help, LONGEST_TEXT),
        source=source[start : start + LONGEST_SOURCE],
        before=min(before, LONGEST_SOURCE),
        marked=max(0, min(end - start, LONGEST_SOURCE) - before),
    )


def _seat(snapshot: Snapshot, one: DocumentDecision, state: SeatState) -> SeatRecord:
    return SeatRecord(
        label=state.seat.label,
        origins=tuple(sorted(each.value for each in state.seat.origins)),
        signed=state.is_signed,
        standing=_standing(state),
        history=history_of(snapshot, one, state),
    )


def _standing(state: SeatState) -> str:
    seat = state.seat
    if state.objections:
        return f"{state.objections[0].person.login} asked for changes"
    if state.is_signed:
        return "signed by " + ", ".join(each.person.login for each in state.signed)
    if seat.unverified:
        return "could not be verified"
    if not seat.fillable:
        return "nobody can sign it"
    if state.signed:
        return f"{len(state.signed)} of {counted(seat.approvals, 'approval')}"
    if state.stale:
        return f"to sign again: it changed after {state.stale[0].sign_off.person.login} signed"
    return "open, asked" if state.asked_at else "open, not asked"


_KEPT_BACK: Final = frozenset({Topic.HOLDERS})
"""Who belongs to a team is told by GitHub to those who may know it."""


def _pruned(root: Node) -> Node:
    """Return the tree without what a page must not tell, and with an end."""
    left = MOST_NODES

    def kept(node: Node) -> Node:
        nonlocal left
        below = []
        for one in node.below:
            if one.topic in _KEPT_BACK:
                continue
            if left <= 0:
                break
            left -= 1
            below.append(kept(one))
        return replace(node, says=shorten(node.says, LONGEST_TEXT), below=tuple(below))

    return kept(root)
