"""Reviews, their comments, and their dismissal by people and by the stale rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.sandbox.acts.limits import check_body
from bot.sandbox.acts.reading import pull_changes, pull_commits, rules_of
from bot.sandbox.acts.timeline import note, tell_as, touch
from bot.sandbox.errors import unprocessable
from bot.sandbox.state.accounts import Account, Team
from bot.sandbox.state.pull import (
    Edit,
    Happened,
    PullRequest,
    Review,
    ReviewComment,
    ReviewState,
)
from bot.sandbox.state.world import World

STATES: Final = {
    "APPROVE": ReviewState.APPROVED,
    "REQUEST_CHANGES": ReviewState.CHANGES_REQUESTED,
    "COMMENT": ReviewState.COMMENTED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LineComment:
    """A comment to be made with a review: on a line of the head, or on the file (None)."""

    path: str
    body: str
    line: int | None = None
    side: str = "RIGHT"
    start_line: int | None = None
    reply_to: ReviewComment | None = None


def start_review(
    world: World,
    pull: PullRequest,
    by: Account,
    *,
    event: str | None,
    body: str = "",
    commit: str | None = None,
    comments: tuple[LineComment, ...] = (),
) -> Review:
    """Write a review and submit it; without an event it stays pending."""
    check_body(body)
    commit = commit or pull.head_sha
    if commit != pull.head_sha and commit not in pull_commits(pull):
        raise unprocessable("Unprocessable Entity", "The commit_id is not part of the pull request")
    if any(r.author is by and r.state is ReviewState.PENDING for r in pull.reviews):
        raise unprocessable("Unprocessable Entity", "User can only have one pending review per pull request")
    _check_event(pull, by, event, body, has_comments=bool(comments))
    now = world.now()
    review = Review(
        id=world.ids.next(),
        pull=pull,
        author=by,
        body=body,
        created_at=now,
        updated_at=now,
        via_app=world.app_of_bot(by),
        state=ReviewState.PENDING,
        commit=commit,
    )
    for comment in comments:
        check_body(comment.body)
        _check_path(pull, comment)
    pull.reviews.append(world.register(review))
    for comment in comments:
        _add_comment(world, review, comment)
    if event is not None:
        _submit(world, review, event)
    return review


def submit_review(world: World, review: Review, event: str, body: str | None) -> None:
    """Submit a pending review."""
    if review.state is not ReviewState.PENDING:
        raise unprocessable("Unprocessable Entity", "Review has already been submitted")
    if body is not None:
        check_body(body)
        review.body = body
    has_comments = any(c.review is review for c in review.pull.review_comments)
    _check_event(review.pull, review.author, event, review.body, has_comments=has_comments)
    _submit(world, review, event)


def _check_event(pull: PullRequest, by: Account, event: str | None, body: str, *, has_comments: bool) -> None:
    if event is None:
        return
    if by is pull.author and event != "COMMENT":
        deed = "approve" if event == "APPROVE" else "request changes on"
        raise unprocessable("Unprocessable Entity", f"Can not {deed} your own pull request")
    if event != "APPROVE" and not body.strip() and not has_comments:
        raise unprocessable("Unprocessable Entity", "Body can't be blank")


def _submit(world: World, review: Review, event: str) -> None:
    pull, by = review.pull, review.author
    review.state = STATES[event]
    review.submitted_at = review.updated_at = world.now()
    review.on_behalf_of = _answered(world, pull, by)
    answered = {*review.on_behalf_of, by}
    pull.requests = [request for request in pull.requests if request.reviewer not in answered]
    touch(world, pull)
    tell_as(world, "pull_request_review", pull, "submitted", by, review=review)
    for comment in pull.review_comments:
        if comment.review is review:
            tell_as(world, "pull_request_review_comment", pull, "created", by, review_comment=comment)


def _answered(world: World, pull: PullRequest, by: Account) -> list[Team]:
    """Return the requested teams that a person's review answers."""
    teams = [r.reviewer for r in pull.requests if isinstance(r.reviewer, Team)]
    return [team for team in teams if by.id in world.members(team)]


def _check_path(pull: PullRequest, comment: LineComment) -> None:
    if comment.path not in {change.path for change in pull_changes(pull)}:
        error = {"resource": "PullRequestReviewComment", "field": "path", "code": "invalid"}
        raise unprocessable("Validation Failed", error)


def _add_comment(world: World, review: Review, said: LineComment) -> ReviewComment:
    now = world.now()
    commit = review.commit or review.pull.head_sha
    comment = ReviewComment(
        id=world.ids.next(),
        pull=review.pull,
        author=review.author,
        body=said.body,
        created_at=now,
        updated_at=now,
        via_app=review.via_app,
        review=review,
        path=said.path,
        commit=commit,
        original_commit=commit,
        line=said.line,
        original_line=said.line,
        side=said.side,
        start_line=said.start_line,
        diff_hunk="@@ -0,0 +1 @@",
        reply_to=said.reply_to,
    )
    review.pull.review_comments.append(comment)
    review.pull.repository.review_comments[comment.id] = comment
    return world.register(comment)


def comment_on_line(world: World, pull: PullRequest, by: Account, said: LineComment) -> ReviewComment:
    """Write a single comment on a line, which GitHub wraps in a review of its own."""
    check_body(said.body)
    start_review(world, pull, by, event="COMMENT", comments=(said,))
    return pull.review_comments[-1]


def edit_review(world: World, review: Review, by: Account, body: str) -> None:
    """Change a review's text."""
    check_body(body)
    _edit(world, review, by, body)
    tell_as(world, "pull_request_review", review.pull, "edited", by, review=review)


def edit_line_comment(world: World, comment: ReviewComment, by: Account, body: str) -> None:
    """Change a line comment's text."""
    check_body(body, required=True)
    was = comment.body
    _edit(world, comment, by, body)
    tell_as(
        world,
        "pull_request_review_comment",
        comment.pull,
        "edited",
        by,
        review_comment=comment,
        changes={"body": {"from": was}},
    )


def _edit(world: World, said: Review | ReviewComment, by: Account, body: str) -> None:
    now = world.now()
    said.edits.append(Edit(world.ids.next(), by, now, body))
    said.body, said.updated_at = body, now


def dismiss(world: World, review: Review, by: Account, message: str) -> None:
    """Dismiss a review by hand."""
    if review.state not in (ReviewState.APPROVED, ReviewState.CHANGES_REQUESTED):
        word = review.state.value.lower()
        raise unprocessable("Unprocessable Entity", f"Can not dismiss a {word} pull request review")
    _dismiss(world, review, by, message=message)


def dismiss_stale(world: World, pull: PullRequest, by: Account) -> None:
    """Dismiss the approvals given on an older diff, where a rule of the base asks for it."""
    if not any(rule.dismiss_stale_reviews for rule in rules_of(pull)):
        return
    for review in pull.reviews:
        if review.state is ReviewState.APPROVED:
            _dismiss(world, review, by, commit=pull.head_sha)


def _dismiss(
    world: World,
    review: Review,
    by: Account,
    *,
    message: str | None = None,
    commit: str | None = None,
) -> None:
    was, review.state = review.state, ReviewState.DISMISSED
    review.updated_at = world.now()
    note(
        world,
        review.pull,
        Happened.REVIEW_DISMISSED,
        by,
        review=review,
        previous_state=was,
        message=message,
        commit=commit,
    )
    touch(world, review.pull)
    tell_as(world, "pull_request_review", review.pull, "dismissed", by, review=review)
