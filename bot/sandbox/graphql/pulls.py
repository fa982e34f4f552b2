"""Pull requests: their state, files, commits, requests and timeline."""

from __future__ import annotations

from datetime import datetime

from bot.sandbox.acts.diff import ChangeKind, FileChange, patch
from bot.sandbox.acts.queue import waiting
from bot.sandbox.acts.reading import (
    is_mergeable,
    merge_state,
    opinions,
    pull_changes,
    pull_commits,
    review_decision,
    rules_of,
)
from bot.sandbox.graphql.context import Context
from bot.sandbox.graphql.fields import field
from bot.sandbox.graphql.paging import Connection, connect
from bot.sandbox.graphql.repositories import pull_state
from bot.sandbox.graphql.views import (
    CommitAt,
    PullCommit,
    Queue,
    RefAt,
    Thread,
    commit_at,
    threads,
)
from bot.sandbox.render.said import is_visible, pull_page
from bot.sandbox.state.accounts import Account
from bot.sandbox.state.pull import (
    PullRequest,
    QueueEntry,
    Review,
)
from bot.sandbox.state.repository import Repository


@field("PullRequest.url")
def url(pull: PullRequest, context: Context) -> str:
    """Return the pull request's page."""
    return pull_page(context.world, pull)


@field("PullRequest.state")
def state(pull: PullRequest, _context: Context) -> str:
    """Return OPEN, CLOSED or MERGED."""
    return pull_state(pull)


@field("PullRequest.closed")
def closed(pull: PullRequest, _context: Context) -> bool:
    """Tell whether it is closed, merged or not."""
    return not pull.open


@field("PullRequest.isDraft")
def is_draft(pull: PullRequest, _context: Context) -> bool:
    """Tell whether it is a draft."""
    return pull.draft


@field("PullRequest.isCrossRepository")
def is_cross(pull: PullRequest, _context: Context) -> bool:
    """Tell whether it comes from a fork."""
    return pull.cross_repository


@field("PullRequest.body")
def body(pull: PullRequest, _context: Context) -> str:
    """Return the text, empty rather than null here."""
    return pull.body or ""


@field("PullRequest.lastEditedAt")
def last_edited(pull: PullRequest, _context: Context) -> datetime | None:
    """Return when the text was last edited."""
    return pull.edits[-1].edited_at if pull.edits else None


@field("PullRequest.editor")
def editor(pull: PullRequest, _context: Context) -> Account | None:
    """Return who last edited the text."""
    return pull.edits[-1].editor if pull.edits else None


@field("PullRequest.authorAssociation")
def association(pull: PullRequest, context: Context) -> str:
    """Return the author's association."""
    return context.world.association(pull.author, pull.repository)


@field("PullRequest.viewerDidAuthor")
def viewer_did_author(pull: PullRequest, context: Context) -> bool:
    """Tell whether the caller opened it."""
    return pull.author is context.viewer


@field("PullRequest.baseRefName")
def base_name(pull: PullRequest, _context: Context) -> str:
    """Return the base branch's name."""
    return pull.base_ref


@field("PullRequest.baseRefOid")
def base_oid(pull: PullRequest, _context: Context) -> str:
    """Return the base's recorded commit."""
    return pull.base_sha


@field("PullRequest.baseRef")
def base_ref(pull: PullRequest, _context: Context) -> RefAt | None:
    """Return the base branch, null once deleted."""
    known = pull.base_ref in pull.repository.branches
    return RefAt(pull.repository, pull.base_ref) if known else None


@field("PullRequest.baseRepository")
def base_repository(pull: PullRequest, _context: Context) -> Repository:
    """Return the repository it is for."""
    return pull.repository


@field("PullRequest.headRefName")
def head_name(pull: PullRequest, _context: Context) -> str:
    """Return the head branch's name."""
    return pull.head_ref


@field("PullRequest.headRefOid")
def head_oid(pull: PullRequest, _context: Context) -> str:
    """Return the head commit's name."""
    return pull.head_sha


def head_home(pull: PullRequest, context: Context) -> Repository | None:
    """Return the head's repository, if it is there and the caller may know of it."""
    home = pull.head_repository
    return home if home is not None and context.sees(home) else None


@field("PullRequest.headRef")
def head_ref(pull: PullRequest, context: Context) -> RefAt | None:
    """Return the head branch, null once it or its fork is gone."""
    home = head_home(pull, context)
    return RefAt(home, pull.head_ref) if home and pull.head_ref in home.branches else None


@field("PullRequest.headRepository")
def head_repository(pull: PullRequest, context: Context) -> Repository | None:
    """Return the repository it comes from, null when deleted or closed to the caller."""
    return head_home(pull, context)


@field("PullRequest.headRepositoryOwner")
def head_owner(pull: PullRequest, _context: Context) -> Account | None:
    """Return the owner of the head repository."""
    return pull.head_owner if pull.head_repository is not None else None


@field("PullRequest.mergeCommit")
def merge_commit(pull: PullRequest, _context: Context) -> CommitAt | None:
    """Return the commit a merge made."""
    return commit_at(pull.repository, pull.merge_commit_sha)


@field("PullRequest.changedFiles")
def changed_files(pull: PullRequest, _context: Context) -> int:
    """Count the changed files."""
    return len(pull_changes(pull))


@field("PullRequest.additions")
def additions(pull: PullRequest, _context: Context) -> int:
    """Count added lines."""
    return sum(patch(pull.repository.git, change).additions for change in pull_changes(pull))


@field("PullRequest.deletions")
def deletions(pull: PullRequest, _context: Context) -> int:
    """Count deleted lines."""
    return sum(patch(pull.repository.git, change).deletions for change in pull_changes(pull))


@field("PullRequest.files")
def files(pull: PullRequest, _context: Context, **args: object) -> Connection:
    """List the changed files; there is no old path here, and REST's removed is DELETED."""

    def shown(change: FileChange) -> dict[str, object]:
        diff = patch(pull.repository.git, change)
        word = "DELETED" if change.kind is ChangeKind.REMOVED else change.kind.name
        return {
            "path": change.path,
            "changeType": word,
            "additions": diff.additions,
            "deletions": diff.deletions,
        }

    return connect(pull_changes(pull), args, shown)


@field("PullRequest.commits")
def commits(pull: PullRequest, context: Context, **args: object) -> Connection:
    """List the commits, oldest first."""
    context.need("contents")
    return connect(pull_commits(pull), args, lambda oid: PullCommit(pull, oid))


@field("PullRequestCommit.commit")
def pull_commit(row: PullCommit, _context: Context) -> CommitAt | None:
    """Return the commit, read in the base repository."""
    return commit_at(row.pull.repository, row.oid)


@field("PullRequestCommit.pullRequest")
def commit_pull(row: PullCommit, _context: Context) -> PullRequest:
    """Return the pull request."""
    return row.pull


@field("PullRequestCommit.url")
def pull_commit_url(row: PullCommit, context: Context) -> str:
    """Return the commit's page within the pull request."""
    return f"{pull_page(context.world, row.pull)}/commits/{row.oid}"


@field("PullRequest.mergeable")
def mergeable(pull: PullRequest, _context: Context) -> str:
    """Return MERGEABLE, CONFLICTING, or UNKNOWN when closed."""
    if not pull.open:
        return "UNKNOWN"
    return "MERGEABLE" if is_mergeable(pull) else "CONFLICTING"


@field("PullRequest.mergeStateStatus")
def merge_status(pull: PullRequest, context: Context) -> str:
    """Return what stands between the pull request and its merge."""
    return merge_state(context.world, pull)


@field("PullRequest.reviewDecision")
def decision(pull: PullRequest, context: Context) -> str | None:
    """Return the decision where the base asks for approvals."""
    return review_decision(context.world, pull)


@field("PullRequest.isMergeQueueEnabled")
def queue_enabled(pull: PullRequest, context: Context) -> bool:
    """Tell whether the base has a merge queue."""
    context.need("merge_queues")
    return any(rule.merge_queue for rule in rules_of(pull))


@field("PullRequest.isInMergeQueue")
def in_queue(pull: PullRequest, _context: Context) -> bool:
    """Tell whether it waits in the queue."""
    return pull.queue_entry is not None


@field("PullRequest.mergeQueueEntry")
def queue_entry(pull: PullRequest, context: Context) -> QueueEntry | None:
    """Return its place in the queue."""
    context.need("merge_queues")
    return pull.queue_entry


@field("MergeQueueEntry.state")
def entry_state(_entry: QueueEntry, _context: Context) -> str:
    """Return AWAITING_CHECKS: entries leave the queue as soon as these pass."""
    return "AWAITING_CHECKS"


@field("MergeQueueEntry.position")
def entry_position(entry: QueueEntry, _context: Context) -> int:
    """Return its place, the first being 1."""
    return waiting(entry.pull.repository, entry.pull.base_ref).index(entry) + 1


@field("MergeQueueEntry.headCommit")
def entry_head(entry: QueueEntry, _context: Context) -> CommitAt | None:
    """Return the merge group's head."""
    return commit_at(entry.pull.repository, entry.head_sha)


@field("MergeQueueEntry.baseCommit")
def entry_base(entry: QueueEntry, _context: Context) -> CommitAt | None:
    """Return the merge group's base."""
    return commit_at(entry.pull.repository, entry.base_sha)


@field("MergeQueueEntry.mergeQueue")
def entry_queue(entry: QueueEntry, _context: Context) -> Queue:
    """Return the queue it waits in."""
    return Queue(entry.pull.repository, entry.pull.base_ref)


@field("MergeQueueEntry.pullRequest")
def entry_pull(entry: QueueEntry, _context: Context) -> PullRequest:
    """Return the waiting pull request."""
    return entry.pull


@field("PullRequest.labels")
def labels(pull: PullRequest, _context: Context, **args: object) -> Connection:
    """List the labels."""
    return connect(pull.labels, args)


@field("PullRequest.comments")
def comments(pull: PullRequest, context: Context, **args: object) -> Connection:
    """List the conversation's comments, oldest first."""
    context.need("issues", other="pull_requests")
    return connect(pull.comments, args)


def visible_reviews(pull: PullRequest, context: Context) -> list[Review]:
    """Return the reviews that the caller may see."""
    viewer = context.viewer.id if context.viewer else None
    return [review for review in pull.reviews if is_visible(review, viewer)]


@field("PullRequest.reviews")
def reviews(
    pull: PullRequest,
    context: Context,
    states: list[str] | None = None,
    author: str | None = None,
    **args: object,
) -> Connection:
    """List the reviews, oldest first."""
    rows = [
        review
        for review in visible_reviews(pull, context)
        if (states is None or review.state.value in states) and author in (None, review.author.login)
    ]
    return connect(rows, args)


@field("PullRequest.latestReviews")
def latest_reviews(pull: PullRequest, context: Context, **args: object) -> Connection:
    """List the latest opinion of each writer."""
    return connect(opinions(context.world, pull), args)


@field("PullRequest.reviewThreads")
def review_threads(pull: PullRequest, _context: Context, **args: object) -> Connection:
    """List the threads on lines."""
    return connect(threads(pull), args)


@field("PullRequestReviewThread.path")
def thread_path(thread: Thread, _context: Context) -> str:
    """Return the file."""
    return thread.comments[0].path


@field("PullRequestReviewThread.line")
def thread_line(thread: Thread, _context: Context) -> int | None:
    """Return the line."""
    return thread.comments[0].line


@field("PullRequestReviewThread.isResolved", "PullRequestReviewThread.isCollapsed")
def thread_resolved(_thread: Thread, _context: Context) -> bool:
    """Say no: threads cannot be resolved here."""
    return False


@field("PullRequestReviewThread.isOutdated")
def thread_outdated(thread: Thread, _context: Context) -> bool:
    """Tell whether the head has moved since."""
    return thread.comments[0].commit != thread.pull.head_sha


@field("PullRequestReviewThread.comments")
def thread_comments(thread: Thread, _context: Context, **args: object) -> Connection:
    """List the thread's comments."""
    return connect(thread.comments, args)


@field("PullRequestReviewThread.pullRequest")
def thread_pull(thread: Thread, _context: Context) -> PullRequest:
    """Return the pull request."""
    return thread.pull


@field("PullRequestReviewThread.repository")
def thread_repository(thread: Thread, _context: Context) -> Repository:
    """Return the repository."""
    return thread.pull.repository
