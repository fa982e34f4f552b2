"""Repositories, their branches' rules and labels."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase

from bot.sandbox.state.accounts import Account, Role
from bot.sandbox.state.check import CheckRun, CheckSuite, CommitStatus
from bot.sandbox.state.git import ObjectStore
from bot.sandbox.state.ids import node_id
from bot.sandbox.state.issue import Issue
from bot.sandbox.state.pull import IssueComment, PullRequest, ReviewComment


@dataclass(frozen=True, slots=True)
class RequiredCheck:
    """A check a branch asks for; `integration_id` pins the app that must report it."""

    context: str
    integration_id: int | None = None


@dataclass(slots=True, eq=False, kw_only=True)
class BranchRule:
    """One ruleset over the branches whose name matches `pattern` (`~DEFAULT_BRANCH` too)."""

    id: int
    pattern: str = "~DEFAULT_BRANCH"
    required_checks: list[RequiredCheck] = field(default_factory=list)
    dismiss_stale_reviews: bool = False
    required_approvals: int = 0
    admins_bypass: bool = False
    merge_queue: bool = False
    classic: bool = False
    """A branch protection rule, of before there were rulesets: only the branch tells of it."""
    queue_head_green: bool = False
    """Of the groups that merge together only the last one has to pass."""

    def covers(self, branch: str, default_branch: str) -> bool:
        """Tell whether the rule applies to a branch."""
        if self.pattern == "~DEFAULT_BRANCH":
            return branch == default_branch
        return self.pattern == "~ALL" or fnmatchcase(branch, self.pattern)


@dataclass(slots=True, eq=False, kw_only=True)
class Label:
    """A label of a repository."""

    id: int
    name: str
    created_at: datetime
    color: str = "ededed"
    description: str | None = None

    @property
    def node_id(self) -> str:
        """The opaque global id."""
        return node_id("LA", self.id)


@dataclass(slots=True, eq=False, kw_only=True)
class Repository:
    """A repository: branches name commits in `git`, which forks share."""

    id: int
    owner: Account
    name: str
    created_at: datetime
    updated_at: datetime
    pushed_at: datetime
    git: ObjectStore
    private: bool = False
    archived: bool = False
    description: str | None = None
    default_branch: str = "main"
    parent: Repository | None = None
    branches: dict[str, str] = field(default_factory=dict)
    collaborators: dict[int, Role] = field(default_factory=dict)
    rules: list[BranchRule] = field(default_factory=list)
    labels: dict[str, Label] = field(default_factory=dict)
    pulls: dict[int, PullRequest] = field(default_factory=dict)
    issues: dict[int, Issue] = field(default_factory=dict)
    comments: dict[int, IssueComment] = field(default_factory=dict)
    review_comments: dict[int, ReviewComment] = field(default_factory=dict)
    suites: dict[int, CheckSuite] = field(default_factory=dict)
    suites_by_sha: dict[str, list[CheckSuite]] = field(default_factory=dict)
    runs: dict[int, CheckRun] = field(default_factory=dict)
    statuses: list[CommitStatus] = field(default_factory=list)
    last_number: int = 0

    @property
    def node_id(self) -> str:
        """The opaque global id."""
        return node_id("R", self.id)

    @property
    def full_name(self) -> str:
        """`owner/name`."""
        return f"{self.owner.login}/{self.name}"

    def rules_for(self, branch: str) -> list[BranchRule]:
        """Return the rules that apply to a branch."""
        return [rule for rule in self.rules if rule.covers(branch, self.default_branch)]

    def rulesets_for(self, branch: str) -> list[BranchRule]:
        """Return those that are rulesets."""
        return [rule for rule in self.rules_for(branch) if not rule.classic]

    def next_number(self) -> int:
        """Take the next issue or pull request number."""
        self.last_number += 1
        return self.last_number

    def suites_on(self, oid: str) -> list[CheckSuite]:
        """Return the check suites of a commit, oldest first."""
        return self.suites_by_sha.get(oid, [])

    def open_pulls_at(self, oid: str) -> list[PullRequest]:
        """Return the open pull requests whose head is a commit."""
        return [pull for pull in self.pulls.values() if pull.open and pull.head_sha == oid]
