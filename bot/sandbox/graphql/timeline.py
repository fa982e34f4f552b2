"""Review requests, and what happened on a pull request."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from bot.sandbox.acts.reading import pull_commits
from bot.sandbox.graphql.context import Context
from bot.sandbox.graphql.fields import field
from bot.sandbox.graphql.paging import Connection, connect
from bot.sandbox.graphql.pulls import head_home, visible_reviews
from bot.sandbox.graphql.views import CommitAt, PullCommit, RefAt, commit_at
from bot.sandbox.render.said import pull_page
from bot.sandbox.state.accounts import Account, Team
from bot.sandbox.state.pull import Happened, PullRequest, ReviewRequest, TimelineEvent


@field("PullRequest.reviewRequests")
def review_requests(pull: PullRequest, _context: Context, **args: object) -> Connection:
    """List the standing requests."""
    return connect(pull.requests, args)


@field("ReviewRequest.asCodeOwner")
def as_code_owner(_request: ReviewRequest, _context: Context) -> bool:
    """Say no: the sandbox has no code owners."""
    return False


@field(
    "ReviewRequest.requestedReviewer",
    "ReviewRequestedEvent.requestedReviewer",
    "ReviewRequestRemovedEvent.requestedReviewer",
)
def requested(row: ReviewRequest | TimelineEvent, context: Context) -> Account | Team | None:
    """Return who was asked; a team only to those who may read members."""
    if isinstance(row.reviewer, Team):
        context.need("members")
    return row.reviewer


@field("ReviewRequest.pullRequest")
def request_pull(request: ReviewRequest, _context: Context) -> PullRequest:
    """Return the pull request."""
    return request.pull


# GraphQL's names of the kinds of timeline events.
ITEM_TYPES: Final = {
    "REVIEW_REQUESTED_EVENT": Happened.REVIEW_REQUESTED,
    "REVIEW_REQUEST_REMOVED_EVENT": Happened.REVIEW_REQUEST_REMOVED,
    "HEAD_REF_FORCE_PUSHED_EVENT": Happened.FORCE_PUSHED,
    "READY_FOR_REVIEW_EVENT": Happened.READY_FOR_REVIEW,
    "CONVERT_TO_DRAFT_EVENT": Happened.CONVERT_TO_DRAFT,
    "BASE_REF_CHANGED_EVENT": Happened.BASE_CHANGED,
    "REVIEW_DISMISSED_EVENT": Happened.REVIEW_DISMISSED,
    "COMMENT_DELETED_EVENT": Happened.COMMENT_DELETED,
    "CLOSED_EVENT": Happened.CLOSED,
    "REOPENED_EVENT": Happened.REOPENED,
    "MERGED_EVENT": Happened.MERGED,
    "LABELED_EVENT": Happened.LABELED,
    "UNLABELED_EVENT": Happened.UNLABELED,
    "RENAMED_TITLE_EVENT": Happened.RENAMED,
}


@field("PullRequest.timelineItems")
def timeline(
    pull: PullRequest,
    context: Context,
    item_types: list[str] | None = None,
    since: str | None = None,
    **args: object,
) -> Connection:
    """List what happened, in order, filtered by kind."""
    wanted = set(item_types or [*ITEM_TYPES, "ISSUE_COMMENT", "PULL_REQUEST_REVIEW"])
    kinds = {ITEM_TYPES[name] for name in wanted if name in ITEM_TYPES}
    rows: list[tuple[datetime, int, object]] = [
        (each.created_at, each.id, each) for each in pull.timeline if each.kind in kinds
    ]
    if "ISSUE_COMMENT" in wanted:
        rows += [(each.created_at, each.id, each) for each in pull.comments]
    if "PULL_REQUEST_REVIEW" in wanted:
        rows += [(each.created_at, each.id, each) for each in visible_reviews(pull, context)]
    if "PULL_REQUEST_COMMIT" in wanted:
        git = pull.repository.git
        rows += [(git.commits[oid].committer.date, 0, PullCommit(pull, oid)) for oid in pull_commits(pull)]
    if since is not None:
        rows = [row for row in rows if row[0] >= datetime.fromisoformat(since)]
    rows.sort(key=lambda row: row[:2])
    return connect([row[2] for row in rows], args)


@field("HeadRefForcePushedEvent.beforeCommit")
def before_commit(event: TimelineEvent, _context: Context) -> CommitAt | None:
    """Return the head before a forced push."""
    return commit_at(event.pull.repository, event.before)


@field("HeadRefForcePushedEvent.afterCommit")
def after_commit(event: TimelineEvent, _context: Context) -> CommitAt | None:
    """Return the head after a forced push."""
    return commit_at(event.pull.repository, event.after)


@field("HeadRefForcePushedEvent.ref")
def forced_ref(event: TimelineEvent, context: Context) -> object:
    """Return the pushed branch."""
    home = head_home(event.pull, context)
    return RefAt(home, event.pull.head_ref) if home else None


@field("BaseRefChangedEvent.previousRefName", "RenamedTitleEvent.previousTitle")
def was(event: TimelineEvent, _context: Context) -> str | None:
    """Return the old name."""
    return event.before


@field("BaseRefChangedEvent.currentRefName", "RenamedTitleEvent.currentTitle")
def became(event: TimelineEvent, _context: Context) -> str | None:
    """Return the new name."""
    return event.after


@field("MergedEvent.commit")
def merged_commit(event: TimelineEvent, _context: Context) -> CommitAt | None:
    """Return the merge commit."""
    return commit_at(event.pull.repository, event.commit)


@field("MergedEvent.mergeRefName")
def merged_into(event: TimelineEvent, _context: Context) -> str:
    """Return the branch merged into."""
    return event.pull.base_ref


@field("ReviewDismissedEvent.dismissalMessage")
def dismissal_message(event: TimelineEvent, _context: Context) -> str | None:
    """Return the reason a person gave."""
    return event.message


@field("ReviewDismissedEvent.previousReviewState")
def previous_state(event: TimelineEvent, _context: Context) -> str | None:
    """Return the review's state before."""
    return event.previous_state.value if event.previous_state else None


@field("ReviewDismissedEvent.pullRequestCommit")
def dismissing_commit(event: TimelineEvent, _context: Context) -> PullCommit | None:
    """Return the commit that made the stale rule dismiss, null for a person's dismissal."""
    return PullCommit(event.pull, event.commit) if event.commit else None


@field("ReviewDismissedEvent.url")
def dismissal_url(event: TimelineEvent, context: Context) -> str:
    """Return the event's place on the page."""
    return f"{pull_page(context.world, event.pull)}#event-{event.id}"


@field("CommentDeletedEvent.deletedCommentAuthor")
def deleted_author(event: TimelineEvent, _context: Context) -> Account | None:
    """Return whose comment was deleted."""
    return event.deleted_author
