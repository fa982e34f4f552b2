"""Pull requests and everything said on them."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from bot.sandbox.state.accounts import Account, App, Team
from bot.sandbox.state.ids import node_id

if TYPE_CHECKING:
    from bot.sandbox.state.repository import Label, Repository

REACTIONS: Final = ("+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes")


@enum.unique
class ReviewState(enum.Enum):
    """A review's state as REST and GraphQL spell it; webhooks spell it in lower case."""

    PENDING = "PENDING"
    COMMENTED = "COMMENTED"
    APPROVED = "APPROVED"
    CHANGES_REQUESTED = "CHANGES_REQUESTED"
    DISMISSED = "DISMISSED"


@enum.unique
class Happened(enum.Enum):
    """Kinds of timeline events; the value is the GraphQL type."""

    REVIEW_REQUESTED = "ReviewRequestedEvent"
    REVIEW_REQUEST_REMOVED = "ReviewRequestRemovedEvent"
    FORCE_PUSHED = "HeadRefForcePushedEvent"
    READY_FOR_REVIEW = "ReadyForReviewEvent"
    CONVERT_TO_DRAFT = "ConvertToDraftEvent"
    BASE_CHANGED = "BaseRefChangedEvent"
    REVIEW_DISMISSED = "ReviewDismissedEvent"
    COMMENT_DELETED = "CommentDeletedEvent"
    CLOSED = "ClosedEvent"
    REOPENED = "ReopenedEvent"
    MERGED = "MergedEvent"
    LABELED = "LabeledEvent"
    UNLABELED = "UnlabeledEvent"
    RENAMED = "RenamedTitleEvent"


@dataclass(slots=True, eq=False, kw_only=True)
class Reaction:
    """One reaction of one account."""

    id: int
    user: Account
    content: str
    created_at: datetime

    @property
    def node_id(self) -> str:
        """The opaque global id."""
        return node_id("REA", self.id)


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of a text: who wrote which text when."""

    id: int
    editor: Account
    edited_at: datetime
    body: str


@dataclass(slots=True, eq=False, kw_only=True)
class Said:
    """What comments, reviews and review comments have in common."""

    id: int
    pull: PullRequest
    author: Account
    body: str
    created_at: datetime
    updated_at: datetime
    via_app: App | None = None
    edits: list[Edit] = field(default_factory=list)
    reactions: list[Reaction] = field(default_factory=list)
    minimized: str | None = None

    @property
    def editor(self) -> Account | None:
        """The last person who edited the text."""
        return self.edits[-1].editor if self.edits else None

    @property
    def last_edited_at(self) -> datetime | None:
        """When the text was last edited."""
        return self.edits[-1].edited_at if self.edits else None


@dataclass(slots=True, eq=False, kw_only=True)
class IssueComment(Said):
    """A comment in the conversation."""

    @property
    def node_id(self) -> str:
        """The opaque global id."""
        return node_id("IC", self.id)


@dataclass(slots=True, eq=False, kw_only=True)
class Review(Said):
    """A review; `on_behalf_of` are the teams whose request it answered."""

    state: ReviewState
    commit: str | None
    submitted_at: datetime | None = None
    on_behalf_of: list[Team] = field(default_factory=list)

    @property
    def node_id(self) -> str:
        """The opaque global id."""
        return node_id("PRR", self.id)


@dataclass(slots=True, eq=False, kw_only=True)
class ReviewComment(Said):
    """A comment on a file's line (or on the whole file: `line` None)."""

    review: Review
    path: str
    commit: str
    original_commit: str
    line: int | None = None
    original_line: int | None = None
    side: str = "RIGHT"
    start_line: int | None = None
    diff_hunk: str = ""
    reply_to: ReviewComment | None = None

    @property
    def node_id(self) -> str:
        """The opaque global id."""
        return node_id("PRRC", self.id)


@dataclass(slots=True, eq=False, kw_only=True)
class TimelineEvent:
    """Something that happened; which optional fields are set follows from `kind`."""

    id: int
    kind: Happened
    pull: PullRequest
    actor: Account
    created_at: datetime
    reviewer: Account | Team | None = None
    before: str | None = None
    after: str | None = None
    review: Review | None = None
    previous_state: ReviewState | None = None
    message: str | None = None
    commit: str | None = None
    deleted_author: Account | None = None
    label: Label | None = None

    @property
    def node_id(self) -> str:
        """The opaque global id."""
        return node_id("EVT", self.id)


@dataclass(frozen=True, slots=True)
class ReviewRequest:
    """A standing request to a person or a team."""

    id: int
    pull: PullRequest
    reviewer: Account | Team

    @property
    def node_id(self) -> str:
        """The opaque global id."""
        return node_id("RR", self.id)


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """A pull request waiting in the merge queue with its merge group's head."""

    id: int
    pull: PullRequest
    head_sha: str
    base_sha: str
    enqueuer: Account
    enqueued_at: datetime
    turn: int
    """Its order in the queue, kept when its group is made anew."""

    @property
    def node_id(self) -> str:
        """The opaque global id."""
        return node_id("MQE", self.id)


@dataclass(slots=True, eq=False, kw_only=True)
class PullRequest:
    """A pull request of `repository`; `head_repository` is None once the fork is gone."""

    id: int
    issue_id: int
    number: int
    repository: Repository
    author: Account
    title: str
    body: str | None
    base_ref: str
    base_sha: str
    head_repository: Repository | None
    head_owner: Account
    head_ref: str
    head_sha: str
    created_at: datetime
    updated_at: datetime
    via_app: App | None = None
    draft: bool = False
    open: bool = True
    locked: bool = False
    locked_to_apps: bool = False
    """Whether a lock keeps apps out too, which GitHub does not document."""
    closed_at: datetime | None = None
    merged_at: datetime | None = None
    merged_by: Account | None = None
    merge_commit_sha: str | None = None
    queue_entry: QueueEntry | None = None
    edits: list[Edit] = field(default_factory=list)
    reactions: list[Reaction] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    requests: list[ReviewRequest] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    comments: list[IssueComment] = field(default_factory=list)
    review_comments: list[ReviewComment] = field(default_factory=list)
    timeline: list[TimelineEvent] = field(default_factory=list)

    @property
    def node_id(self) -> str:
        """The opaque global id."""
        return node_id("PR", self.id)

    @property
    def merged(self) -> bool:
        """Whether it was merged."""
        return self.merged_at is not None

    @property
    def cross_repository(self) -> bool:
        """Whether the head is, or was, in a fork."""
        return self.head_repository is not self.repository
