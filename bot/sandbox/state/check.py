"""Check suites, check runs and commit statuses."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from bot.sandbox.state.ids import node_id

if TYPE_CHECKING:
    from bot.sandbox.state.accounts import Account, App
    from bot.sandbox.state.repository import Repository


@enum.unique
class RunStatus(enum.Enum):
    """How far a run is, as far as an app may say."""

    QUEUED = "queued"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"


@enum.unique
class Conclusion(enum.Enum):
    """How a run ended, worst first."""

    FAILURE = "failure"
    TIMED_OUT = "timed_out"
    CANCELLED = "cancelled"
    ACTION_REQUIRED = "action_required"
    STALE = "stale"
    SUCCESS = "success"
    NEUTRAL = "neutral"
    SKIPPED = "skipped"


PASSING: Final = frozenset({Conclusion.SUCCESS, Conclusion.NEUTRAL, Conclusion.SKIPPED})


@dataclass(slots=True, eq=False, kw_only=True)
class CheckSuite:
    """All runs of one app on one commit."""

    id: int
    repository: Repository
    app: App
    head_sha: str
    head_branch: str | None
    created_at: datetime
    updated_at: datetime
    before: str | None = None
    after: str | None = None
    status: RunStatus = RunStatus.QUEUED
    conclusion: Conclusion | None = None
    runs: list[CheckRun] = field(default_factory=list)

    @property
    def node_id(self) -> str:
        """The opaque global id."""
        return node_id("CS", self.id)

    def latest(self) -> list[CheckRun]:
        """Return the newest run of each name."""
        return list({run.name: run for run in self.runs}.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """A remark on lines of a file."""

    path: str
    start_line: int
    end_line: int
    annotation_level: str
    message: str
    start_column: int | None = None
    end_column: int | None = None
    title: str | None = None
    raw_details: str | None = None


@dataclass(slots=True, eq=False, kw_only=True)
class CheckRun:
    """One check run.

    `rerun_asked` is set when a person pressed "Re-run" and cleared when the app writes the
    run again; until then branch rules treat the run as not finished, although the run
    itself keeps its conclusion.
    """

    id: int
    suite: CheckSuite
    name: str
    status: RunStatus
    started_at: datetime
    conclusion: Conclusion | None = None
    completed_at: datetime | None = None
    external_id: str = ""
    details_url: str | None = None
    title: str | None = None
    summary: str | None = None
    text: str | None = None
    annotations: list[Annotation] = field(default_factory=list)
    actions: list[dict[str, str]] = field(default_factory=list)
    rerun_asked: bool = False

    @property
    def node_id(self) -> str:
        """The opaque global id."""
        return node_id("CR", self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitStatus:
    """One commit status: state is error, failure, pending or success."""

    id: int
    sha: str
    state: str
    context: str
    creator: Account
    created_at: datetime
    description: str | None = None
    target_url: str | None = None

    @property
    def node_id(self) -> str:
        """The opaque global id."""
        return node_id("SC", self.id)
