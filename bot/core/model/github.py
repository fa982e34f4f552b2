"""What GitHub says, as frozen values; every time is in UTC."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

from bot.core.model.names import USUAL_NAME, Login, NodeId, SeatKey, Sha


@dataclass(frozen=True, slots=True)
class App:
    """This app, as GitHub names it (``GET /app``)."""

    id: int
    slug: str
    name: str = USUAL_NAME
    """Under which it writes: a part of its check's name and of its comments' marks (``render.marks``)."""

    @property
    def login(self) -> Login:
        """The login under which its own writes appear."""
        return Login(f"{self.slug}[bot]")


@dataclass(frozen=True, slots=True)
class PullRequestRef:
    """Which pull request: the repository's id is the key, its name is only the way there."""

    installation_id: int
    repository_id: int
    owner: str
    name: str
    number: int

    @property
    def key(self) -> str:
        """Stable over renames and transfers."""
        return f"{self.repository_id}/{self.number}"

    def __str__(self) -> str:
        return f"{self.owner}/{self.name}#{self.number}"


@dataclass(frozen=True, slots=True)
class Person:
    """A user or bot."""

    id: int
    login: Login
    is_bot: bool = False


@dataclass(frozen=True, slots=True)
class Repository:
    """The repository that the pull request goes into."""

    id: int
    owner: str
    name: str
    in_organization: bool
    default_branch: str


@dataclass(frozen=True, slots=True)
class PullRequest:
    """The pull request itself."""

    number: int
    url: str
    open: bool
    merged: bool
    draft: bool
    locked: bool
    author: Person | None
    """None once the account is deleted."""
    base_ref: str
    head_sha: Sha
    title: str
    total_files: int
    merged_at: datetime | None = None
    merged_by: Person | None = None
    head_ref: str = ""
    """The branch of the head where it is one of this repository; ``""`` for a fork's."""


class Change(StrEnum):
    """What a pull request does to a file."""

    ADDED = "added"
    MODIFIED = "modified"
    REMOVED = "removed"
    RENAMED = "renamed"


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file of the pull request."""

    path: str
    change: Change
    previous_path: str | None = None


class FileProblem(StrEnum):
    """Why a file is not read as a document."""

    SYMLINK = "symlink"
    SUBMODULE = "submodule"
    NOT_TEXT = "not-text"
    """Binary, or not UTF-8."""
    TOO_LARGE = "too-large"
    NOT_SHOWN = "not-shown"
    """GitHub lists it as changed and shows no file of that name."""
    GONE_FROM_BASE = "gone-from-base"
    """The base branch has moved or removed it since: what it was there is not known."""


@dataclass(frozen=True, slots=True)
class File:
    """A file at a commit: its text, or why there is none."""

    path: str
    size: int
    text: str | None
    problem: FileProblem | None = None


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """A document that the pull request touches: the file at the head and at the tip of the base branch."""

    path: str
    """At the head, or at the base where the head has none."""
    head: File | None
    base: File | None


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit of the pull request; ids are None where no account is linked."""

    sha: Sha
    author_id: int | None
    committer_id: int | None
    parents: int
    suite_at: datetime | None
    """When this app's check suite appeared on it: GitHub's clock, unlike the commit's own dates."""


class Opinion(StrEnum):
    """What a review says."""

    APPROVED = "APPROVED"
    CHANGES_REQUESTED = "CHANGES_REQUESTED"
    COMMENTED = "COMMENTED"
    DISMISSED = "DISMISSED"
    PENDING = "PENDING"


@dataclass(frozen=True, slots=True)
class Review:
    """A submitted review."""

    id: int
    node_id: NodeId
    opinion: Opinion
    author: Person | None
    commit: Sha | None
    """None where the commit is gone."""
    submitted_at: datetime
    body: str
    url: str
    edited: bool
    """Its text was edited after submission, by anyone."""
    writer: bool
    """Its author can push to the repository."""
    reactions: frozenset[str] = frozenset()
    """This app's own reactions on it, as GraphQL names them (``EYES``, ``THUMBS_UP``, ``CONFUSED``)."""


@dataclass(frozen=True, slots=True)
class Dismissal:
    """A review was dismissed: by a person, or by the branch's own rule after a push."""

    review_id: int
    was: Opinion
    actor: Person | None
    by_rule: bool
    at: datetime


class CommentKind(StrEnum):
    """Where a comment stands."""

    THREAD = "thread"
    REVIEW = "review"
    LINE = "line"
    """In a conversation on a line of the diff."""


@dataclass(frozen=True, slots=True)
class Comment:
    """Anything people write under a pull request that may hold commands."""

    id: int
    node_id: NodeId
    kind: CommentKind
    author: Person | None
    own: bool
    """Written by this app."""
    created_at: datetime
    edited: bool
    body: str
    url: str
    reactions: frozenset[str] = frozenset()
    """This app's own reactions on it."""


@dataclass(frozen=True, slots=True)
class RequestSubject:
    """A team or user who is asked to review."""

    key: SeatKey
    label: str
    """``org/team`` or login."""


@dataclass(frozen=True, slots=True)
class RequestEvent:
    """A review request made or removed, from the timeline."""

    at: datetime
    own: bool
    """Done by this app."""
    removed: bool
    subject: RequestSubject


class Conclusion(StrEnum):
    """How a check run ends (``POST /repos/{owner}/{repo}/check-runs``)."""

    SUCCESS = "success"
    FAILURE = "failure"
    ACTION_REQUIRED = "action_required"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class CheckRun:
    """This app's own check run on the head."""

    id: int
    completed: bool
    conclusion: Conclusion | None
    external_id: str
    suite_reset: bool = False
    """Somebody pressed Re-run: the suite waits although the run is complete, so it must be written again."""
    title: str = ""
    completed_at: datetime | None = None
    required: bool | None = None
    """Whether the base branch requires it; None where GitHub did not say."""


class Demand(StrEnum):
    """Whether the rules of the base branch ask for this app's check, and from whom."""

    PINNED = "pinned"
    """From this app alone."""
    ANY_SOURCE = "any-source"
    """From whoever reports a check of that name, which any workflow can."""
    OTHER_SOURCE = "other-source"
    """From another app: what this one says does not count."""
    NONE = "none"
    UNKNOWN = "unknown"
    """It is required, or may be, and GitHub does not say from whom."""


class Permission(IntEnum):
    """A person's permission on the repository."""

    NONE = 0
    READ = 1
    WRITE = 2
    ADMIN = 3


class Absence(StrEnum):
    """Why a name is no reviewer."""

    NO_SUCH_NAME = "no-such-name"
    NO_ACCESS = "no-access"
    """The team exists but cannot see the repository."""
    HIDDEN = "hidden"
    """It exists, but a secret team cannot be asked."""
    NOT_A_MEMBER = "not-a-member"
    """A user, but neither member of the organisation nor collaborator."""


@dataclass(frozen=True, slots=True)
class Team:
    """A name resolved to a team of the organisation."""

    id: int
    label: str
    """``org/slug``."""
    members: Mapping[int, Login]
    """Child teams included, by numeric id."""
    auto_assigns: bool = False

    @property
    def key(self) -> SeatKey:
        """The seat of this team."""
        return SeatKey(f"team:{self.id}")


@dataclass(frozen=True, slots=True)
class User:
    """A name resolved to a person who may review here."""

    person: Person

    @property
    def key(self) -> SeatKey:
        """The seat of this person."""
        return SeatKey(f"user:{self.person.id}")


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A name verified to be no reviewer here."""

    why: Absence
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class Unverified:
    """A name that could not be looked up: an outage or a missing permission. Never read as invalid."""

    cause: str


Resolution = Team | User | Unresolved | Unverified
