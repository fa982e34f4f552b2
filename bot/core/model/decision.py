"""What is decided: a tree of values from which check, comment, requests and pages are derived."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.model.configuration import Proposal
from bot.core.model.document import Document
from bot.core.model.github import Comment, File, Person, RequestSubject
from bot.core.model.memory import CommandSeen, Press, Verdict
from bot.core.model.names import Login, SeatKey, Sha
from bot.core.model.text import Finding


class Origin(StrEnum):
    """Where a seat comes from."""

    HEAD = "header"
    BASE = "header on the base branch"
    CONFIGURATION = "configuration"
    OWNER = "owner of a changed section"
    ASKED = "asked earlier"
    HEARD = "gave an opinion"
    REQUESTED = "asked for by command"
    DELEGATED = "handed on"
    MINIMUM = "at least one reader"


@dataclass(frozen=True, slots=True)
class Seat:
    """What a reviewer's sign-off needs."""

    key: SeatKey
    label: str
    """``org/team``, login, or "anyone with write access"."""
    origins: frozenset[Origin]
    eligible: Mapping[int, Login]
    """Who can sign it now, by user id."""
    team: bool = True
    approvals: int = 1
    anyone: bool = False
    """Any person with write access can sign, but for those in ``barred``."""
    barred: frozenset[int] = frozenset()
    """Who opened, wrote or pushed the design and does not sign it: of the seat's people, where it has any."""
    auto_assigns: bool = False
    unverified: str = ""
    """Why the name could not be looked up; such a seat stands and cannot be signed."""

    @property
    def fillable(self) -> bool:
        """Whether anybody at all can sign it."""
        return self.anyone or len(self.eligible) >= self.approvals


@dataclass(frozen=True, slots=True)
class SignOff:
    """An approval, tied to the content it was given on."""

    person: Person
    commit: Sha | None
    at: datetime
    url: str


@dataclass(frozen=True, slots=True)
class Objection:
    """A change request that stands."""

    person: Person
    at: datetime
    url: str


class BlockKind(StrEnum):
    """What somebody put in the way by a command."""

    CONCERN = "concern"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class Block:
    """A concern or hold that stands: its comment may be edited or gone, only its own command lifts it."""

    kind: BlockKind
    name: str
    """Of a concern; ``""`` for a hold."""
    person: Person
    reason: str
    at: datetime
    url: str
    seats: frozenset[SeatKey]
    """The seats of who put it: their holders may lift it too."""
    untouched: bool = True
    """Its comment stands as it was written."""
    paths: frozenset[str] = frozenset()
    """The documents it was put on, by their names of then."""


@dataclass(frozen=True, slots=True)
class Waiver:
    """A section excused until it changes."""

    section: str
    person: Person
    reason: str


@dataclass(frozen=True, slots=True)
class Override:
    """An administrator lets this head pass, loudly."""

    person: Person
    reason: str
    at: datetime
    url: str
    covered: str = ""
    """Digests of what stood in the way when it was given; empty while it is not on record."""


@dataclass(frozen=True, slots=True)
class Stale:
    """A sign-off whose content has changed."""

    sign_off: SignOff
    changed: tuple[str, ...]
    """Labels of the sections that changed; empty where the signed commit is unreachable."""
    unreachable: bool = False


@dataclass(frozen=True, slots=True)
class Declined:
    """Somebody of a team who leaves a seat to its other members."""

    person: Person
    at: datetime


@dataclass(frozen=True, slots=True)
class SeatState:
    """A seat and what was said for it."""

    seat: Seat
    signed: tuple[SignOff, ...] = ()
    objections: tuple[Objection, ...] = ()
    stale: tuple[Stale, ...] = ()
    asked_at: datetime | None = None
    """When it was last asked; None: not yet."""
    ask: bool = False
    """To be asked in this run."""
    refusal: str = ""
    """Why GitHub would not ask it."""
    declined: tuple[Declined, ...] = ()
    """Who of a team has left it to the others, and has said nothing since."""
    heard_at: datetime | None = None
    """When somebody of the seat last gave an opinion, even one that was taken back."""

    @property
    def is_signed(self) -> bool:
        """Enough people have signed what stands here now, and nobody of the seat objects."""
        return not self.objections and len(self.signed) >= self.seat.approvals


class Step(StrEnum):
    """Where a document is on its way, which says whose move it is."""

    NO_DOCUMENT = "no-document"
    UNREADABLE = "unreadable"
    UNKNOWN_STATUS = "unknown-status"
    OBJECTION = "objection"
    DRAFT_PULL_REQUEST = "draft-pull-request"
    WRITE = "write"
    """Draft: a to-do list."""
    MEND = "mend"
    """Faults block."""
    SIGN = "sign"
    """Seats are open."""
    SUCCEED = "succeed"
    """Superseded and signed, but the successor is not there yet."""
    FINALIZE = "finalize"
    """All have signed: set Status to Approved."""
    HELD = "held"
    """Signed, but no document of this status is merged here."""
    DONE = "done"


@dataclass(frozen=True, slots=True)
class DocumentDecision:
    """One document of the pull request."""

    path: str
    document: Document | None
    """At the head; None where it is gone or unreadable."""
    base_status: str | None
    verdict: Verdict
    step: Step
    findings: tuple[Finding, ...]
    seats: tuple[SeatState, ...]
    asks: bool
    """Whether its open seats are asked now."""
    content: str
    """Digest of what a seat signs."""
    blocks: tuple[Block, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    override: Override | None = None
    """Why it passes although something is open."""
    outgrown: Override | None = None
    """An override for this head that does not let it pass any more: more has come up since."""
    kind: str = ""
    """What the configuration calls documents of this kind; empty where it has none for it."""
    advice: bool = False
    """What is said of it blocks nothing (``mode: advise``)."""
    imported: bool = False
    """It is brought in from elsewhere, where it was reviewed: it comes as it is."""
    one_suffices: bool = False
    """Of the seats that are open, one holder of any is enough: so little has changed."""


class Outcome(StrEnum):
    """What became of a command."""

    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A new version of a document that a command asks for."""

    path: str
    before: str
    after: str
    message: str


@dataclass(frozen=True, slots=True)
class CommandResult:
    """One command of a comment that is not acknowledged yet."""

    seen: CommandSeen
    outcome: Outcome
    answers: bool
    """It is answered with a comment, where the reaction does not say enough."""
    rewrites: tuple[Rewrite, ...] = ()
    """What it makes of documents, in the order in which they are written."""
    remark: str = ""
    """Why nothing came of it although its giver may give it."""


@dataclass(frozen=True, slots=True)
class PressResult:
    """A press of a button that is not dealt with yet, and what becomes of it."""

    press: Press
    outcome: Outcome
    ground: str
    """Which authority was found, or why nothing comes of it."""
    path: str = ""
    """The document that it is about."""
    rewrites: tuple[Rewrite, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether its giver may not, or nothing can come of it."""
        return self.outcome is Outcome.REFUSED


@dataclass(frozen=True, slots=True)
class CommandedComment:
    """A comment with commands, and what became of each."""

    comment: Comment
    results: tuple[CommandResult, ...]


@dataclass(frozen=True, slots=True)
class NamedDesign:
    """A design that the description names as the one to be implemented."""

    name: str
    """As written."""
    path: str
    """``""`` where a pull request was named that brought no design in."""
    file: File | None
    """On the base branch; None where no document stands there."""
    status: str = ""
    """As its template writes it."""
    verdict: Verdict = Verdict.BLOCKED
    """Approved is a pass; what may still become it is waiting."""


@dataclass(frozen=True, slots=True)
class Implementation:
    """Files whose change needs an approved design, and what was named for them."""

    files: tuple[str, ...]
    designs: tuple[NamedDesign, ...]
    verdict: Verdict
    override: Override | None = None
    """Why it passes although no approved design stands for the files."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The judgement on a pull request."""

    verdict: Verdict
    """Of this pull request alone: the worst of its documents that are enforced; where all of those pass, the
    worst of the others."""
    documents: tuple[DocumentDecision, ...]
    commands: tuple[CommandedComment, ...] = ()
    """Not acknowledged yet."""
    unrecorded: tuple[CommandSeen, ...] = ()
    """Judged now and not in the journal yet."""
    counting: tuple[CommandSeen, ...] = ()
    """Commands that have an effect on this verdict."""
    presses: tuple[PressResult, ...] = ()
    """Of buttons, not dealt with yet."""
    advice: bool = False
    """The verdict is only advice: nothing that is enforced stands in the way."""
    withdrawn: tuple[RequestSubject, ...] = ()
    """Asked by this app, and not to sign any more because of a command."""
    implementation: Implementation | None = None
    """What the implementation gate says; None where it asks for nothing."""
    proposal: Proposal | None = None
    """What the pull request makes of the configuration; an invalid one blocks it."""
    problem: str = ""
    """For an error: what is wrong with us, GitHub or the configuration."""

    @property
    def counted(self) -> Verdict:
        """What counts beside other pull requests on the same commit: advice stops nobody."""
        return Verdict.PASS if self.advice else self.verdict
