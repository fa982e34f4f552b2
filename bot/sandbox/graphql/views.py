"""Things GraphQL shows that are no records of their own: objects at a place."""

from __future__ import annotations

from dataclasses import dataclass

from bot.sandbox.state.check import Annotation, CheckRun
from bot.sandbox.state.git import Commit, Entry
from bot.sandbox.state.ids import node_id
from bot.sandbox.state.pull import PullRequest, ReviewComment
from bot.sandbox.state.repository import BranchRule, Repository


@dataclass(frozen=True, slots=True)
class CommitAt:
    """A commit of a repository."""

    repository: Repository
    commit: Commit

    @property
    def node_id(self) -> str:
        """The opaque global id, different in each repository."""
        return f"{self.commit.node_id}{self.repository.id:x}"


@dataclass(frozen=True, slots=True)
class BlobAt:
    """A blob of a repository."""

    repository: Repository
    oid: str

    @property
    def node_id(self) -> str:
        """The opaque global id."""
        return node_id("B", int(self.oid[:14], 16))


@dataclass(frozen=True, slots=True)
class TreeAt:
    """A tree of a repository."""

    repository: Repository
    oid: str

    @property
    def node_id(self) -> str:
        """The opaque global id."""
        return node_id("TR", int(self.oid[:14], 16))


@dataclass(frozen=True, slots=True)
class EntryAt:
    """A tree entry at its path."""

    repository: Repository
    path: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class RefAt:
    """A branch."""

    repository: Repository
    name: str

    @property
    def node_id(self) -> str:
        """The opaque global id."""
        return f"{node_id('REF', self.repository.id)}{self.name.encode().hex()}"


@dataclass(frozen=True, slots=True)
class PullCommit:
    """A commit of a pull request."""

    pull: PullRequest
    oid: str

    @property
    def node_id(self) -> str:
        """The opaque global id."""
        return f"{node_id('PURC', self.pull.id)}{self.oid[:8]}"


@dataclass(frozen=True, slots=True)
class Thread:
    """A line comment and the answers to it."""

    pull: PullRequest
    comments: tuple[ReviewComment, ...]

    @property
    def node_id(self) -> str:
        """The opaque global id."""
        return node_id("PRRT", self.comments[0].id)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a ruleset."""

    ruleset: BranchRule
    type: str

    @property
    def node_id(self) -> str:
        """The opaque global id."""
        return node_id(f"RRU{self.type[0]}", self.ruleset.id)


@dataclass(frozen=True, slots=True)
class Queue:
    """The merge queue of a branch."""

    repository: Repository
    branch: str

    @property
    def node_id(self) -> str:
        """The opaque global id."""
        return f"{node_id('MQ', self.repository.id)}{self.branch.encode().hex()}"


@dataclass(frozen=True, slots=True)
class Remark:
    """An annotation of a run."""

    run: CheckRun
    annotation: Annotation


def object_at(repository: Repository, oid: str) -> CommitAt | BlobAt | TreeAt | None:
    """Return the object of a name, whatever its kind."""
    git = repository.git
    if oid in git.commits:
        return CommitAt(repository, git.commits[oid])
    if oid in git.blobs:
        return BlobAt(repository, oid)
    return TreeAt(repository, oid) if oid in git.trees else None


def commit_at(repository: Repository, oid: str | None) -> CommitAt | None:
    """Return a commit, or None for an unknown or missing name."""
    commit = repository.git.commits.get(oid or "")
    return None if commit is None else CommitAt(repository, commit)


def threads(pull: PullRequest) -> list[Thread]:
    """Group a pull request's line comments, pending reviews left out."""
    rows: dict[int, list[ReviewComment]] = {}
    for comment in pull.review_comments:
        if comment.review.submitted_at is not None:
            first = comment.reply_to or comment
            rows.setdefault(first.id, []).append(comment)
    return [Thread(pull, tuple(row)) for row in rows.values()]
