"""The lifecycle table: from all that was gathered about one document to what has to happen next."""

from dataclasses import dataclass
from typing import Final

from bot.core.model import (
    AskWhen,
    Block,
    FileProblem,
    Finding,
    Origin,
    SeatState,
    SectionState,
    Severity,
    Snapshot,
    Step,
)
from bot.core.policy.concerned import is_dropped, minor_signed
from bot.core.policy.lifecycle import APPROVED, DRAFT, IN_REVIEW, KNOWN, SUPERSEDED, move_allowed
from bot.core.policy.seats import Reading


@dataclass(frozen=True, slots=True)
class Case:
    """One document with everything a row of the lifecycle table looks at."""

    reading: Reading
    seats: tuple[SeatState, ...]
    findings: tuple[Finding, ...]
    blocks: tuple[Block, ...]
    waived: frozenset[str]
    """Ids of the sections that are excused."""
    imported: bool
    """It is brought in from elsewhere, where it was reviewed."""
    minor: bool
    """So little of an approved design changed that one holder of any seat is enough."""
    successor: str | None
    """Status of the document named as successor, where it is found."""

    @property
    def has_errors(self) -> bool:
        """Whether a fault is left that blocks."""
        return any(one.severity is Severity.ERROR for one in self.findings)

    @property
    def status(self) -> str | None:
        """Its stage at the head; None where that cannot be read, or is not known."""
        return self.reading.head.header.stage if self.reading.head else None

    @property
    def base_status(self) -> str | None:
        """Its stage on the base branch; None where it is not there, or cannot be read."""
        return self.reading.base.header.stage if self.reading.base else None

    @property
    def one_suffices(self) -> bool:
        """Whether one of the seats that are still open is enough."""
        leaving = any(is_dropped(one.seat) and not one.is_signed for one in self.seats)
        return self.minor and not leaving

    @property
    def lacks_section(self) -> bool:
        """Whether a section that is required, and not excused, is not there at all."""
        sections = self.reading.head.sections if self.reading.head else ()
        return any(
            one.required and one.state is SectionState.MISSING and one.id not in self.waived
            for one in sections
        )


def step_of(snapshot: Snapshot, case: Case) -> Step:
    """Return what has to happen next: every row of the table is one branch here."""
    if case.reading.change.head is None:
        return _removed(snapshot, case)
    if case.reading.head is None:
        return Step.UNREADABLE
    if case.blocks or any(one.objections for one in case.seats):
        return Step.OBJECTION
    if case.status not in KNOWN:
        return Step.UNKNOWN_STATUS
    if snapshot.pull_request.draft:
        return Step.DRAFT_PULL_REQUEST
    if case.imported:
        return Step.DONE if all(one.is_signed for one in case.seats) else Step.SIGN
    return _by_status(snapshot, case)


def _by_status(snapshot: Snapshot, case: Case) -> Step:
    if not move_allowed(case.base_status, case.status or ""):
        return Step.MEND
    lands = case.status in snapshot.configuration.land
    match case.status:
        case "Draft":
            return Step.DONE if lands else Step.WRITE
        case "In-Review":
            return _reviewed(case, signed=Step.DONE if lands else Step.FINALIZE)
        case "Approved":
            return _reviewed(case, signed=Step.DONE if lands else Step.HELD)
        case _:
            return _superseded(case, signed=Step.DONE if lands else Step.HELD)


_NO_TEXT: Final = frozenset({FileProblem.SYMLINK, FileProblem.SUBMODULE})


def _removed(snapshot: Snapshot, case: Case) -> Step:
    """Deleting a design needs its reviewers once it was approved; before that it is the author's own.

    A text that cannot be read on the base branch may have been approved; what is no text never was.
    """
    if case.blocks or any(one.objections for one in case.seats):
        return Step.OBJECTION
    base = case.reading.change.base
    unread = base is not None and case.reading.base is None and base.problem not in _NO_TEXT
    if case.base_status != APPROVED and not unread:
        return Step.DONE
    if snapshot.pull_request.draft:
        return Step.DRAFT_PULL_REQUEST
    return Step.DONE if all(one.is_signed for one in case.seats) else Step.SIGN


def _reviewed(case: Case, *, signed: Step) -> Step:
    if case.has_errors:
        return Step.MEND
    enough = minor_signed(case.seats) if case.minor else all(one.is_signed for one in case.seats)
    return signed if enough else Step.SIGN


def _superseded(case: Case, *, signed: Step) -> Step:
    if case.has_errors:
        return Step.MEND
    if not _agreed_to_retire(case):
        return Step.SIGN
    return signed if _succeeded(case) else Step.SUCCEED


def _succeeded(case: Case) -> bool:
    """Tell whether the design that takes its place is there; what became of an old one's since is past."""
    head, base = case.reading.head, case.reading.base
    if case.base_status == SUPERSEDED and head and base:
        kept = head.header.superseded_by == base.header.superseded_by
        return kept or case.successor in {IN_REVIEW, APPROVED}
    return case.successor in {IN_REVIEW, APPROVED}


def _agreed_to_retire(case: Case) -> bool:
    """One of those whom the base names is enough to retire a design, and all are to change what it says.

    A seat that the author has added on the way is no substitute for one of theirs.
    """
    if case.base_status == SUPERSEDED or not _only_retired(case.reading):
        return all(one.is_signed for one in case.seats)
    deciding = [one for one in case.seats if one.seat.origins & {Origin.BASE, Origin.CONFIGURATION}]
    return any(one.is_signed for one in deciding or case.seats)


def _only_retired(reading: Reading) -> bool:
    """Tell whether nothing but the status and the successor's name differs from the base's copy."""
    head, base = reading.head, reading.base
    if head is None or base is None:
        return False
    differing = {name for name, digest in head.fingerprints.items() if base.fingerprints.get(name) != digest}
    differing |= base.fingerprints.keys() - head.fingerprints.keys()
    same = (head.title, head.header.authors) == (base.title, base.header.authors)
    return same and differing <= {"header"}


def asks_reviewers(snapshot: Snapshot, case: Case, step: Step) -> bool:
    """Tell whether the open seats are asked for their opinion at this step."""
    if (
        snapshot.merging
        or snapshot.pull_request.draft
        or step in {Step.UNREADABLE, Step.UNKNOWN_STATUS, Step.DONE}
    ):
        return False
    if case.reading.change.head is None:
        return step is Step.SIGN
    if case.imported:
        return step is Step.SIGN
    if case.status == DRAFT or not move_allowed(case.base_status, case.status or ""):
        return False
    when = snapshot.configuration.ask_when
    if case.status != IN_REVIEW or when is AskWhen.COMPLETE:
        return not case.has_errors
    return when is AskWhen.ALWAYS or not case.lacks_section
