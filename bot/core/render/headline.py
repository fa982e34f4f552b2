"""The one sentence that matters: it begins the comment and is the check's title."""

from collections.abc import Callable, Mapping
from typing import Final

from bot.core.model import (
    Block,
    BlockKind,
    Decision,
    Document,
    DocumentDecision,
    SeatState,
    Section,
    Severity,
    Step,
    Verdict,
)
from bot.core.policy.lifecycle import DRAFT, IN_REVIEW, KNOWN, SUPERSEDED, explain_move, move_allowed
from bot.core.render.implementation import implementation_headline
from bot.core.render.safe import counted, listed, plain

_NO_DOCUMENT: Final = "No design document in this pull request"

STANDS: Final = {
    Verdict.PASS: "through",
    Verdict.WAITING: "waiting",
    Verdict.BLOCKED: "blocked",
    Verdict.ERROR: "in error",
}
"""How a pull request with that verdict is."""

LONGEST_TITLE = 200
"""GitHub states no limit for a check's title; 255 is believed."""

_MOST: Final = 2
"""Names, or sections, that a headline says one by one."""


def headline(decision: Decision) -> str:
    """Return the sentence for the whole pull request, in plain text."""
    if decision.problem:
        return plain(decision.problem, LONGEST_TITLE)
    if decision.proposal and decision.proposal.problems:
        return plain(str(decision.proposal.problems[0]), LONGEST_TITLE)
    if not decision.documents:
        if decision.implementation:
            return plain(implementation_headline(decision.implementation), LONGEST_TITLE)
        return "The configuration is valid" if decision.proposal else _NO_DOCUMENT
    worst = by_urgency(decision)[0]
    if decision.implementation and decision.implementation.verdict > worst.verdict:
        return plain(implementation_headline(decision.implementation), LONGEST_TITLE)
    return plain(document_headline(worst), LONGEST_TITLE) + more_designs(decision)


def by_urgency(decision: Decision) -> list[DocumentDecision]:
    """Return the documents, first the one that the sentence is about; what is enforced goes before advice."""
    return sorted(
        decision.documents, key=lambda one: (0 if one.advice else one.verdict, one.verdict), reverse=True
    )


def more_designs(decision: Decision) -> str:
    """Say how many designs there are beside the one that the sentence is about."""
    others = len(decision.documents) - 1
    return f" (and {counted(others, 'more design')})" if others else ""


def outcome(decision: Decision) -> str:
    """Return how a pull request stands and why, in plain text."""
    stands = "advice only" if decision.advice else STANDS[decision.verdict]
    return f"{stands}: {headline(decision)}"


def document_headline(one: DocumentDecision) -> str:
    """Return the sentence for one document, in plain text."""
    if one.override:
        reason = plain(one.override.reason, 120).rstrip(".")
        return (
            f"Passed by override of {one.override.person.login}: {reason}. Open: {_SENTENCES[one.step](one)}"
        )
    return _SENTENCES[one.step](one)


def to_write(one: DocumentDecision) -> list[Section]:
    """Return the required leaf sections that nobody has answered and nobody has excused."""
    excused = {waiver.section for waiver in one.waivers}
    return [
        section
        for section in leaves(one.document)
        if section.required and not section.state.answered and section.id not in excused
    ]


def leaves(document: Document | None) -> list[Section]:
    """Return the sections that are counted: those without subsections of their own."""
    return [one for one in (document.sections if document else ()) if one.leaf]


def open_seats(one: DocumentDecision) -> list[SeatState]:
    """Return the seats that are still to sign."""
    return [state for state in one.seats if not state.is_signed]


def errors(one: DocumentDecision) -> int:
    """Count the findings that block and are not about an unwritten section."""
    unwritten = {section.id for section in to_write(one)}
    return sum(
        finding.severity is Severity.ERROR and finding.section not in unwritten for finding in one.findings
    )


def is_refused_move(one: DocumentDecision) -> bool:
    """Tell whether the status at the head is one that the base's does not lead to."""
    status = one.document.header.stage if one.document else None
    return status is not None and not move_allowed(one.base_status, status)


def _unknown_status(one: DocumentDecision) -> str:
    header = one.document.header if one.document else None
    choices = listed(KNOWN, "or")
    if header and header.status_is_menu:
        return f"Status still shows the whole menu: choose {choices}"
    if header and header.status_raw:
        return f"Status “{plain(header.status_raw, 40)}” is not one of {choices}"
    return f"The design has no Status: set it to {choices}"


def _objection(one: DocumentDecision) -> str:
    said = [
        f"{objection.person.login}{f' of {state.seat.label}' if state.seat.team else ''} asked for changes"
        for state in one.seats
        for objection in state.objections
    ]
    said += [block_sentence(block) for block in one.blocks]
    tail = f" (and {len(said) - 1} more)" if len(said) > 1 else ""
    return said[0] + tail


def block_sentence(block: Block) -> str:
    """Say who put what in the way, in plain text."""
    reason = f": {plain(block.reason, 120)}" if block.reason else ""
    if block.kind is BlockKind.CONCERN:
        return f"{block.person.login} raised the concern “{block.name}”{reason}"
    return f"{block.person.login} holds the merge{reason}"


def _draft(one: DocumentDecision) -> str:
    missing, total = len(to_write(one)), len(leaves(one.document))
    if missing:
        return f"Draft: {missing} of {counted(total, 'section')} to write"
    return f"Draft: all {counted(total, 'section')} written"


def _mend(one: DocumentDecision) -> str:
    header = one.document.header if one.document else None
    if is_refused_move(one) and header and header.stage:
        return explain_move(one.base_status, header.stage).rstrip(".")
    sections, others = len(to_write(one)), errors(one)
    parts = [counted(sections, "section") + " to write"] if sections else []
    parts += [counted(others, "thing") + " to mend"] if others else []
    goal = "approval" if one.asks or (header and header.stage != IN_REVIEW) else "review"
    first = next((each.message for each in one.findings if each.severity is Severity.ERROR), "")
    what = f": {first}" if first and (sections, others) == (0, 1) else ""
    return f"{listed(parts)} before {goal}{what}"


def _waiting(one: DocumentDecision) -> str:
    waiting = open_seats(one)
    again = next((state for state in waiting if state.stale and not state.signed), None)
    if again and not one.one_suffices:
        tail = f" (and {len(waiting) - 1} more)" if len(waiting) > 1 else ""
        return f"{again.seat.label} to sign again: {_why_stale(again)}{tail}"
    names = [state.seat.label for state in waiting]
    if one.one_suffices and len(names) > 1:
        return f"A minor edit: waiting for one of {listed(names, 'or')}"
    shown = listed(names) if len(names) <= _MOST else f"{names[0]} and {len(names) - 1} more"
    if one.imported:
        return f"{_brought_in(one)}: waiting for {shown}"
    return f"Waiting for {shown}" if one.document else f"Removing this design waits for {shown}"


def _brought_in(one: DocumentDecision) -> str:
    return f"Brought in from elsewhere as {one.document.header.status if one.document else ''}"


def _why_stale(state: SeatState) -> str:
    stale = state.stale[0]
    who = stale.sign_off.person.login
    if stale.unreachable:
        return f"the commit that {who} signed is gone"
    left = len(stale.changed) - _MOST
    sections = [*stale.changed[:_MOST], *([f"{left} more"] if left > 0 else [])]
    return f"{listed(sections)} changed after {who} signed"


def _all_signed(one: DocumentDecision) -> str:
    number = len(one.seats)
    words = {1: "The only seat has", 2: "Both seats have", 3: "All three seats have"}
    return f"{words.get(number, f'All {number} seats have')} signed"


def _held(one: DocumentDecision) -> str:
    status = one.document.header.status if one.document else None
    return f"{_all_signed(one)}, but no {status} design is merged here (`land` in the configuration)"


def signers(one: DocumentDecision) -> list[str]:
    """Return who signed, each once, in the order of the seats."""
    return list(dict.fromkeys(sign_off.person.login for state in one.seats for sign_off in state.signed))


def _done(one: DocumentDecision) -> str:
    names = signers(one)
    by = f" and signed by {listed(names)}" if names else ""
    if one.document is None:
        return f"The design is removed{' as ' + listed(names) + ' agreed' if names else ''}"
    if one.imported:
        return _brought_in(one) + by
    if one.document.header.stage == SUPERSEDED:
        return f"Superseded{by}"
    if one.document.header.stage in {DRAFT, IN_REVIEW}:
        return f"{one.document.header.status}{by}, which may be merged here"
    return f"Approved{by}" if by else "Approved before; nothing that anybody signs has changed"


_SENTENCES: Final[Mapping[Step, Callable[[DocumentDecision], str]]] = {
    Step.NO_DOCUMENT: lambda _: _NO_DOCUMENT,
    Step.UNREADABLE: lambda one: f"The design is {one.findings[0].message}",
    Step.UNKNOWN_STATUS: _unknown_status,
    Step.OBJECTION: _objection,
    Step.DRAFT_PULL_REQUEST: lambda _: "Draft pull request: mark it ready for review to have the design read",
    Step.WRITE: _draft,
    Step.MEND: _mend,
    Step.SIGN: _waiting,
    Step.SUCCEED: lambda _: "Signed; the design that supersedes it is missing, or not In-Review or Approved",
    Step.FINALIZE: lambda one: f"{_all_signed(one)}: set Status to Approved",
    Step.HELD: _held,
    Step.DONE: _done,
}
