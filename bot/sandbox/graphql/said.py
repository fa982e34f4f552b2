"""Comments, reviews, review comments and their reactions."""

from __future__ import annotations

from typing import Final

from bot.sandbox.errors import Refused
from bot.sandbox.graphql.context import Context
from bot.sandbox.graphql.fields import field
from bot.sandbox.graphql.paging import Connection, connect
from bot.sandbox.graphql.views import CommitAt, commit_at
from bot.sandbox.render.said import pull_page
from bot.sandbox.state.accounts import Role, Team
from bot.sandbox.state.pull import (
    Edit,
    IssueComment,
    PullRequest,
    Review,
    ReviewComment,
    Said,
)
from bot.sandbox.state.repository import Repository

# GraphQL's names of the reactions that REST writes as +1, -1 ...
REACTIONS: Final = {
    "THUMBS_UP": "+1",
    "THUMBS_DOWN": "-1",
    "LAUGH": "laugh",
    "HOORAY": "hooray",
    "CONFUSED": "confused",
    "HEART": "heart",
    "ROCKET": "rocket",
    "EYES": "eyes",
}
SPOKEN: Final = ("IssueComment", "PullRequestReview", "PullRequestReviewComment")


def each(name: str) -> tuple[str, ...]:
    """Name one field of all three kinds of speech."""
    return tuple(f"{kind}.{name}" for kind in SPOKEN)


@field(*each("authorAssociation"))
def association(said: Said, context: Context) -> str:
    """Return the author's association."""
    return context.world.association(said.author, said.pull.repository)


@field(*each("includesCreatedEdit"))
def includes_created_edit(said: Said, _context: Context) -> bool:
    """Tell whether the text was ever edited."""
    return bool(said.edits)


@field(*each("isMinimized"))
def is_minimized(said: Said, _context: Context) -> bool:
    """Tell whether it is hidden."""
    return said.minimized is not None


@field(*each("minimizedReason"))
def minimized_reason(said: Said, _context: Context) -> str | None:
    """Return why it is hidden, in lower case with hyphens."""
    return said.minimized


@field(*each("viewerDidAuthor"))
def viewer_did_author(said: Said, context: Context) -> bool:
    """Tell whether the caller wrote it."""
    return said.author is context.viewer


@field(*each("pullRequest"))
def said_pull(said: Said, _context: Context) -> PullRequest:
    """Return the pull request."""
    return said.pull


@field(*each("repository"))
def said_repository(said: Said, _context: Context) -> Repository:
    """Return the repository."""
    return said.pull.repository


@field(*each("reactionGroups"), "PullRequest.reactionGroups")
def reaction_groups(said: Said | PullRequest, context: Context) -> list[dict[str, object]]:
    """Return one group for every kind of reaction, the empty ones too."""
    return groups(said, context)


def groups(said: Said | PullRequest, context: Context) -> list[dict[str, object]]:
    """Return the reaction groups of something said."""
    viewer = context.viewer
    shown: list[dict[str, object]] = []
    for name, content in REACTIONS.items():
        rows = [row for row in said.reactions if row.content == content]
        shown.append(
            {
                "content": name,
                "createdAt": rows[0].created_at if rows else None,
                "viewerHasReacted": any(row.user is viewer for row in rows),
                "rows": rows,
            }
        )
    return shown


@field("ReactionGroup.reactors")
def reactors(group: dict[str, object], _context: Context, **args: object) -> Connection:
    """List who reacted."""
    rows = group["rows"]
    return connect([row.user for row in rows] if isinstance(rows, list) else [], args)


@field("Reaction.content")
def reaction_content(reaction: object, _context: Context) -> str:
    """Return GraphQL's name of a reaction."""
    content = getattr(reaction, "content", "")
    return next(name for name, plain in REACTIONS.items() if plain == content)


@field("IssueComment.url")
def comment_url(said: IssueComment, context: Context) -> str:
    """Return the comment's place on the page."""
    return f"{pull_page(context.world, said.pull)}#issuecomment-{said.id}"


@field("IssueComment.userContentEdits")
def content_edits(said: IssueComment, _context: Context, **args: object) -> Connection:
    """List the edits, newest first."""
    return connect(said.edits[::-1], args)


@field("UserContentEdit.id")
def edit_id(edit: Edit, _context: Context) -> str:
    """Return the edit's global id."""
    return f"UCE_{edit.id}"


@field("UserContentEdit.createdAt", "UserContentEdit.updatedAt")
def edit_created(edit: Edit, _context: Context) -> object:
    """Return when the edit was made."""
    return edit.edited_at


@field("UserContentEdit.diff")
def edit_diff(edit: Edit, _context: Context) -> str:
    """Return the text after the edit, as GitHub does in spite of the name."""
    return edit.body


@field("UserContentEdit.deletedAt", "UserContentEdit.deletedBy")
def edit_deleted(_edit: Edit, _context: Context) -> None:
    """Say that no edit is ever deleted."""


@field("PullRequestReview.url")
def review_url(review: Review, context: Context) -> str:
    """Return the review's place on the page."""
    return f"{pull_page(context.world, review.pull)}#pullrequestreview-{review.id}"


@field("PullRequestReview.authorCanPushToRepository")
def can_push(review: Review, context: Context) -> bool:
    """Tell whether the reviewer has write access."""
    return context.world.role(review.author, review.pull.repository) >= Role.WRITE


@field("PullRequestReview.commit")
def review_commit(review: Review, _context: Context) -> CommitAt | None:
    """Return the commit that was reviewed."""
    return commit_at(review.pull.repository, review.commit)


@field("PullRequestReview.onBehalfOf")
def on_behalf_of(review: Review, context: Context, **args: object) -> Connection | None:
    """List the teams whose request the review answered."""
    if review.on_behalf_of:
        context.need("members")
    rows: list[Team] = review.on_behalf_of
    return connect(rows, args)


@field("PullRequestReview.comments")
def review_comments(review: Review, _context: Context, **args: object) -> Connection:
    """List the review's comments on lines."""
    return connect([c for c in review.pull.review_comments if c.review is review], args)


@field("PullRequestReviewComment.url")
def line_url(said: ReviewComment, context: Context) -> str:
    """Return the comment's place on the page."""
    return f"{pull_page(context.world, said.pull)}#discussion_r{said.id}"


@field("PullRequestReviewComment.commit")
def line_commit(said: ReviewComment, _context: Context) -> CommitAt | None:
    """Return the commit the comment is shown on."""
    return commit_at(said.pull.repository, said.commit)


@field("PullRequestReviewComment.originalCommit")
def line_original(said: ReviewComment, _context: Context) -> CommitAt | None:
    """Return the commit the comment was made on."""
    return commit_at(said.pull.repository, said.original_commit)


@field("PullRequestReviewComment.pullRequestReview")
def line_review(said: ReviewComment, _context: Context) -> Review:
    """Return the review it came with."""
    return said.review


@field("PullRequestReviewComment.outdated")
def line_outdated(said: ReviewComment, _context: Context) -> bool:
    """Tell whether the head has moved since."""
    return said.original_commit != said.pull.head_sha


def spoken(record: object) -> Said | PullRequest:
    """Narrow a node to something one can react to; raises `Refused`."""
    if isinstance(record, Said | PullRequest):
        return record
    raise Refused(422, "The subject cannot be reacted to")
