"""What is to be done: only the differences between what is and what should be."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.core.model.decision import Rewrite
from bot.core.model.github import CheckRun, Comment, Conclusion, RequestSubject
from bot.core.model.memory import Fact, Reminded
from bot.core.model.names import NodeId, SeatKey, Sha
from bot.core.model.text import Severity


@dataclass(frozen=True, slots=True)
class Annotation:
    """A note on lines of a file in "Files changed"; at most 50 go with one check run."""

    path: str
    start_line: int
    end_line: int
    severity: Severity
    title: str
    message: str


@dataclass(frozen=True, slots=True)
class Button:
    """A click on the check that gives a command."""

    command: str
    label: str
    """At most 20 characters."""
    description: str
    """At most 40 characters."""


@dataclass(frozen=True, slots=True)
class WriteCheck:
    """Create the check run, or update the one that is there."""

    run_id: int | None
    head: Sha
    conclusion: Conclusion
    title: str
    summary: str
    text: str
    annotations: tuple[Annotation, ...]
    """GitHub appends them at every update, so another set than the one that stands makes another run."""
    external_id: str
    """``NUMBER:DIGEST:LINES``: of all the above, and of the annotations alone. By it the next run sees that
    nothing changed, or that the lines did."""
    details_url: str = ""
    buttons: tuple[Button, ...] = ()
    """At most three."""
    annotated: bool = False
    """The run that is there has these annotations; they are not sent once more."""


@dataclass(frozen=True, slots=True)
class WriteComment:
    """Create the checklist comment, or edit the one that is there."""

    comment: Comment | None
    body: str


@dataclass(frozen=True, slots=True)
class DeleteComment:
    """Remove a second checklist comment of our own."""

    comment: Comment


@dataclass(frozen=True, slots=True)
class Ask:
    """One seat to ask, and for each of its documents the content it is asked on."""

    seat: SeatKey
    label: str
    contents: Mapping[str, str]
    """Path -> digest."""
    by_command: bool = False
    """Nothing but a command has put it there."""


@dataclass(frozen=True, slots=True)
class RequestReviews:
    """Ask seats to review, all in one call; split only after GitHub refuses it."""

    teams: tuple[Ask, ...]
    users: tuple[Ask, ...]


@dataclass(frozen=True, slots=True)
class WithdrawRequests:
    """Take back requests of our own that nobody has to answer any more, all in one call."""

    subjects: tuple[RequestSubject, ...]


class Reaction(StrEnum):
    """How a command is acknowledged, as GraphQL names it."""

    SEEN = "EYES"
    DONE = "THUMBS_UP"
    REFUSED = "CONFUSED"


@dataclass(frozen=True, slots=True)
class React:
    """Put a reaction on a comment, review or line comment."""

    subject: NodeId
    content: Reaction


@dataclass(frozen=True, slots=True)
class Reply:
    """Answer a command with a comment of its own."""

    body: str


@dataclass(frozen=True, slots=True)
class Remind:
    """Remind seats that stay open, with a comment of its own."""

    body: str
    reminded: tuple[Reminded, ...]


@dataclass(frozen=True, slots=True)
class Remember:
    """Write facts to the journal: no request to GitHub."""

    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class WriteDocuments:
    """Write new versions of documents to the head's branch in one commit, because somebody asked for it."""

    documents: tuple[Rewrite, ...]
    branch: str
    head: Sha
    """The commit that the new one follows: where the branch has moved on, nothing is written."""

    @property
    def message(self) -> str:
        """The commit's, of one line."""
        return self.documents[0].message


@dataclass(frozen=True, slots=True)
class NoteMerge:
    """Say under a merged pull request that its check did not let it: the one word on a closed one."""

    body: str
    title: str
    """What the check said; empty where there was none."""
    who: str
    """Login of who merged it; empty where GitHub does not say."""


Action = (
    WriteCheck
    | WriteComment
    | DeleteComment
    | RequestReviews
    | WithdrawRequests
    | React
    | Reply
    | NoteMerge
    | Remind
    | Remember
    | WriteDocuments
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A seat that GitHub would not ask, and its reason."""

    seat: SeatKey
    reason: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What GitHub made of an action."""

    check: CheckRun | None = None
    comment: Comment | None = None
    refusals: tuple[Refusal, ...] = ()
    comment_refused: bool = False
    """The conversation is locked, to this app too."""
    commit_refused: bool = False
    """GitHub does not let this app commit: the permission is missing, or the branch is protected."""
