"""A decision as it is kept: texts and times only, each of bounded size, nothing that has to be looked up."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.document.worddiff import Piece
from bot.core.model import SectionState, Severity, Sha, Step, Verdict
from bot.core.render.why import Node


class Move(StrEnum):
    """Who has to act next."""

    AUTHOR = "author"
    REVIEWERS = "reviewers"
    NOBODY = "nobody"


class EventKind(StrEnum):
    """What happened to a seat."""

    ASKED = "asked"
    REFUSED = "could not be asked"
    TAKEN_BACK = "request removed"
    APPROVED = "approved"
    OBJECTED = "requested changes"
    COMMENTED = "commented"
    DISMISSED = "review dismissed"
    COMMANDED = "commanded"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a seat."""

    at: datetime
    kind: EventKind
    who: str = ""
    """A login; ``""`` where it was this app."""
    detail: str = ""
    """The commit, the command or the reason."""
    url: str = ""


@dataclass(frozen=True, slots=True)
class SeatRecord:
    """A seat, how it stands and what led there."""

    label: str
    origins: tuple[str, ...]
    signed: bool
    standing: str
    """One line without a full stop."""
    history: tuple[Event, ...] = ()
    """Oldest first, the last ones where there are many."""


@dataclass(frozen=True, slots=True)
class SectionRow:
    """A section that is counted."""

    label: str
    state: SectionState
    required: bool
    line: int | None
    waived: str = ""
    """Who excused it and why; ``""`` where nobody did."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A finding with the line it is about."""

    rule: str
    name: str
    severity: Severity
    line: int
    message: str
    help: str
    source: str
    """The line as written, cut where it is long."""
    before: int = 0
    """Characters of ``source`` in front of the marked stretch."""
    marked: int = 0
    """Characters of it that are marked; 0: none."""


@dataclass(frozen=True, slots=True)
class ChangedSection:
    """A section as it differs from what somebody signed."""

    who: str
    signed_at: datetime
    commit: Sha | None
    section: str
    pieces: tuple[Piece, ...]
    """Long stretches that stayed are cut in the middle."""


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """One document of the pull request."""

    path: str
    url: str
    """Of the file at the judged commit, on GitHub."""
    title: str
    authors: tuple[str, ...]
    status: str
    """As the document writes it; ``""`` where there is none or the document is gone."""
    verdict: Verdict
    step: Step
    sentence: str
    move: Move
    waiting: tuple[str, ...]
    """Labels of the seats that are still to sign."""
    removed: bool = False
    """The pull request takes it away."""
    sections: tuple[SectionRow, ...] = ()
    faults: tuple[Fault, ...] = ()
    more_faults: int = 0
    seats: tuple[SeatRecord, ...] = ()
    changes: tuple[ChangedSection, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """The last decision on a pull request."""

    at: datetime
    head: Sha
    url: str
    title: str
    author: str
    """A login; ``""`` once the account is deleted."""
    base: str
    draft: bool
    verdict: Verdict
    """Of this pull request alone."""
    sentence: str
    tree: Node
    documents: tuple[DocumentRecord, ...] = ()
    more_documents: int = 0
