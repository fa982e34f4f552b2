"""What the pages show, taken from the world's records."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from markupsafe import Markup

from bot.sandbox.acts.diff import content, patch
from bot.sandbox.acts.reading import (
    blockers,
    is_mergeable,
    latest_runs,
    pull_changes,
    pull_commits,
    required_checks,
)
from bot.sandbox.playground.markup import rendered
from bot.sandbox.state.accounts import Account, Kind, Organization, Role, Team
from bot.sandbox.state.check import PASSING, CheckRun
from bot.sandbox.state.pull import Happened, PullRequest, ReviewState, Said, TimelineEvent
from bot.sandbox.state.repository import Repository
from bot.sandbox.state.world import World

_SAID = {
    ReviewState.APPROVED: ("approved", "good"),
    ReviewState.CHANGES_REQUESTED: ("requested changes", "bad"),
    ReviewState.COMMENTED: ("reviewed", ""),
    ReviewState.DISMISSED: ("reviewed (dismissed)", "faint"),
    ReviewState.PENDING: ("began a review", "faint"),
}
_HAPPENED = {
    Happened.REVIEW_REQUESTED: "asked {} for a review",
    Happened.REVIEW_REQUEST_REMOVED: "took back the request to {}",
    Happened.FORCE_PUSHED: "force-pushed",
    Happened.READY_FOR_REVIEW: "marked this as ready for review",
    Happened.CONVERT_TO_DRAFT: "took this back to draft",
    Happened.BASE_CHANGED: "changed the base branch",
    Happened.REVIEW_DISMISSED: "dismissed a review of {}",
    Happened.COMMENT_DELETED: "deleted a comment of {}",
    Happened.CLOSED: "closed this",
    Happened.REOPENED: "reopened this",
    Happened.MERGED: "merged this",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One thing of the conversation."""

    at: datetime
    who: Account
    kind: str
    """comment, review, event or commit."""
    deed: str
    tone: str = ""
    html: Markup | None = None
    reactions: tuple[str, ...] = ()
    order: int = 0
    """Of what has happened in the same second; commits come first."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A pull request as its page shows it."""

    pull: PullRequest
    rows: list[Row]
    runs: list[CheckRun]
    asked: list[str]
    blockers: list[str]
    mergeable: bool
    documents: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Where its pages are."""
        return f"/{self.pull.repository.full_name}/pull/{self.pull.number}"

    @property
    def state(self) -> str:
        """Open, Draft, Merged or Closed."""
        if self.pull.merged:
            return "Merged"
        if not self.pull.open:
            return "Closed"
        return "Draft" if self.pull.draft else "Open"


def seen(world: World, pull: PullRequest) -> Seen:
    """Return everything that a pull request's page shows."""
    return Seen(
        pull=pull,
        rows=conversation(pull),
        runs=runs_on_head(pull),
        asked=[name_of(one.reviewer) for one in pull.requests],
        blockers=blockers(world, pull) if pull.open else [],
        mergeable=pull.open and is_mergeable(pull),
        documents=[
            one.path for one in pull_changes(pull) if one.new is not None and one.path.endswith(".md")
        ],
    )


def conversation(pull: PullRequest) -> list[Row]:
    """Return comments, reviews, commits and events, oldest first."""
    rows = [*_commits(pull), *_events(pull), *_comments(pull), *_reviews(pull)]
    return sorted(rows, key=lambda row: (row.at, row.order))


def _commits(pull: PullRequest) -> list[Row]:
    git = pull.repository.git
    made = [(oid, git.commits[oid]) for oid in pull_commits(pull)]
    return [
        Row(
            one.committer.date,
            one.author.account or pull.author,
            "commit",
            f"{one.message.splitlines()[0]} · {oid[:7]}",
        )
        for oid, one in made
    ]


def _events(pull: PullRequest) -> list[Row]:
    return [
        Row(one.created_at, one.actor, "event", _HAPPENED[one.kind].format(_about(one)), order=one.id)
        for one in pull.timeline
        if one.kind in _HAPPENED
    ]


def _about(event: TimelineEvent) -> str:
    if event.reviewer is not None:
        return name_of(event.reviewer)
    if event.review is not None:
        return event.review.author.login
    return event.deleted_author.login if event.deleted_author else ""


def _comments(pull: PullRequest) -> list[Row]:
    return [
        Row(
            one.created_at,
            one.author,
            "comment",
            "commented",
            "",
            rendered(one.body),
            reactions_of(one),
            one.id,
        )
        for one in pull.comments
    ]


def _reviews(pull: PullRequest) -> list[Row]:
    return [
        Row(
            one.submitted_at or one.created_at,
            one.author,
            "review",
            _SAID[one.state][0],
            _SAID[one.state][1],
            rendered(one.body) if one.body else None,
            reactions_of(one),
            one.id,
        )
        for one in pull.reviews
    ]


def reactions_of(said: Said) -> tuple[str, ...]:
    """Return the reactions by their names: not every machine has pictures for them."""
    return tuple(one.content for one in said.reactions)


def name_of(reviewer: Account | Team) -> str:
    """Return how somebody who is asked is called."""
    return f"{reviewer.organization.login}/{reviewer.slug}" if isinstance(reviewer, Team) else reviewer.login


def runs_on_head(pull: PullRequest) -> list[CheckRun]:
    """Return the newest runs on the head."""
    return [run for suite in pull.repository.suites_on(pull.head_sha) for run in suite.latest()]


def tone_of(run: CheckRun) -> str:
    """Return how a run is shown: good, bad or waiting."""
    if run.conclusion is None:
        return "waiting"
    if run.conclusion in PASSING:
        return "good"
    return "waiting" if run.conclusion.value == "action_required" else "bad"


def required(pull: PullRequest, run: CheckRun) -> bool:
    """Tell whether the base branch asks for this very run."""
    return any(run in latest_runs(pull.repository, pull.head_sha, check) for check in required_checks(pull))


@dataclass(frozen=True, slots=True)
class Changed:
    """A changed file with its patch."""

    path: str
    kind: str
    additions: int
    deletions: int
    lines: list[tuple[str, str]]
    """Each with its kind: add, del, hunk or same."""


def changed_files(pull: PullRequest) -> list[Changed]:
    """Return the files that a pull request changes."""
    git = pull.repository.git
    made = []
    for one in pull_changes(pull):
        difference = patch(git, one)
        lines = [(_line_kind(line), line) for line in (difference.text or "Binary file").splitlines()]
        made.append(Changed(one.path, one.kind.value, difference.additions, difference.deletions, lines))
    return made


def _line_kind(line: str) -> str:
    if line.startswith("@@"):
        return "hunk"
    return {"+": "add", "-": "del"}.get(line[:1], "same")


def text_at_head(pull: PullRequest, path: str) -> str | None:
    """Return a file at the head; None where there is none, or where it is no text."""
    git = pull.repository.git
    entry = git.entry(pull.head_sha, path)
    if entry is None or entry.type != "blob":
        return None
    try:
        return content(git, entry).decode("utf-8")
    except UnicodeDecodeError:
        return None


@dataclass(frozen=True, slots=True)
class Face:
    """Somebody one can become, and what there is to know of that person."""

    login: str
    about: str


def faces(world: World, repository: Repository) -> list[Face]:
    """Return everybody one can act as, with role and teams."""
    people = [one for one in world.accounts.values() if one.kind is Kind.USER and one.login not in _NOBODY]
    return [Face(one.login, _about_person(world, one, repository)) for one in people]


_NOBODY = frozenset({"ghost", "web-flow"})


def _about_person(world: World, who: Account, repository: Repository) -> str:
    owner = repository.owner
    teams = []
    if isinstance(owner, Organization):
        teams = [team.slug for team in owner.teams.values() if who.id in team.members]
    role = world.role(who, repository)
    access = {Role.READ: "may read", Role.WRITE: "may write", Role.ADMIN: "admin"}.get(
        role, role.name.lower()
    )
    return ", ".join([*teams, access])
