"""Reviews, review comments and review requests (docs.github.com/rest/pulls)."""

from __future__ import annotations

from typing import Final

from bot.sandbox.acts import requests as asking
from bot.sandbox.acts import reviews as acts
from bot.sandbox.acts.reviews import LineComment
from bot.sandbox.errors import Refused, malformed, not_found
from bot.sandbox.http.body import Body
from bot.sandbox.http.call import Answer, Call
from bot.sandbox.render import people, pull, said
from bot.sandbox.rest.pulls import PULL, READ, WRITE
from bot.sandbox.rest.repos import REPO
from bot.sandbox.rest.routes import router
from bot.sandbox.state.accounts import Account, Role, Team
from bot.sandbox.state.pull import Review, ReviewComment, ReviewState

EVENTS: Final = ("APPROVE", "REQUEST_CHANGES", "COMMENT")
REVIEW: Final = f"{PULL}/reviews/{{review}}"


def _review(call: Call) -> Review:
    wanted = call.number("review")
    for review in call.pull().reviews:
        if review.id == wanted and said.is_visible(review, _viewer(call)):
            return review
    raise not_found()


def _viewer(call: Call) -> int | None:
    return call.actor.account.id if call.actor.account else None


@router.add("GET", f"{PULL}/reviews", need=READ)
def list_reviews(call: Call) -> Answer:
    """List the reviews in order; a pending one only for its author."""
    rows = [each for each in call.pull().reviews if said.is_visible(each, _viewer(call))]
    return call.page(rows, lambda each: said.review(call.world, each))


@router.add("POST", f"{PULL}/reviews", need=WRITE, creates=True)
def create_review(call: Call) -> Answer:
    """Write a review; without `event` it stays pending."""
    body = call.body
    review = acts.start_review(
        call.world,
        call.pull(),
        call.by,
        event=body.choice("event", EVENTS),
        body=body.text("body") or "",
        commit=body.text("commit_id"),
        comments=tuple(_line(row) for row in body.objects("comments")),
    )
    return Answer(said.review(call.world, review))


def _line(row: Body) -> LineComment:
    line = row.whole("line")
    return LineComment(
        path=row.needed("path"),
        body=row.needed("body"),
        line=line if line is not None else row.whole("position"),
        side=row.choice("side", ("LEFT", "RIGHT")) or "RIGHT",
        start_line=row.whole("start_line"),
    )


@router.add("GET", REVIEW, need=READ)
def get_review(call: Call) -> Answer:
    """Return one review."""
    return Answer(said.review(call.world, _review(call)))


@router.add("PUT", REVIEW, need=WRITE)
def update_review(call: Call) -> Answer:
    """Change a review's text."""
    review = _review(call)
    _need_own(call, review.author)
    acts.edit_review(call.world, review, call.by, call.body.needed("body"))
    return Answer(said.review(call.world, review))


def _need_own(call: Call, author: Account) -> None:
    """Let only the author, or a person with write access, change a text."""
    if call.by is author:
        return
    if call.actor.token is not None or call.world.role(call.by, call.repository()) < Role.WRITE:
        raise Refused(403, "Resource not accessible by integration")


@router.add("POST", f"{REVIEW}/events", need=WRITE, creates=True)
def submit_review(call: Call) -> Answer:
    """Submit a pending review."""
    review, event = _review(call), call.body.choice("event", EVENTS)
    if event is None:
        raise malformed('"event" wasn\'t supplied.')
    if review.author is not call.by:
        raise not_found()
    acts.submit_review(call.world, review, event, call.body.text("body"))
    return Answer(said.review(call.world, review))


@router.add("PUT", f"{REVIEW}/dismissals", need=WRITE, person=Role.WRITE)
def dismiss_review(call: Call) -> Answer:
    """Dismiss an approval or a change request."""
    review = _review(call)
    acts.dismiss(call.world, review, call.by, call.body.needed("message"))
    return Answer(said.review(call.world, review))


@router.add("DELETE", REVIEW, need=WRITE)
def delete_review(call: Call) -> Answer:
    """Delete a pending review."""
    review = _review(call)
    if review.state is not ReviewState.PENDING:
        raise Refused(422, "Can not delete a non-pending pull request review")
    review.pull.reviews.remove(review)
    return Answer(said.review(call.world, review))


@router.add("GET", f"{REVIEW}/comments", need=READ)
def list_comments_of_review(call: Call) -> Answer:
    """List a review's comments on lines."""
    review = _review(call)
    rows = [each for each in review.pull.review_comments if each.review is review]
    return call.page(rows, lambda each: said.review_comment(call.world, each))


# Comments on lines -----------------------------------------------------------------------


def line_comment(call: Call) -> ReviewComment:
    """Return the path's review comment; raises `Refused` (404)."""
    found = call.repository().review_comments.get(call.number("comment"))
    if found is None:
        raise not_found()
    return found


@router.add("GET", f"{PULL}/comments", need=READ)
def list_line_comments(call: Call) -> Answer:
    """List a pull request's comments on lines."""
    rows = [each for each in call.pull().review_comments if said.is_visible(each.review, _viewer(call))]
    return call.page(rows, lambda each: said.review_comment(call.world, each))


@router.add("POST", f"{PULL}/comments", need=WRITE, creates=True)
def create_line_comment(call: Call) -> Answer:
    """Comment on a line or a file, or answer such a comment."""
    pull_, body = call.pull(), call.body
    reply = body.whole("in_reply_to")
    if reply is not None:
        return Answer(_reply(call, reply, body.needed("body")), 201)
    body.needed("commit_id")
    made = acts.comment_on_line(call.world, pull_, call.by, _line(body))
    return Answer(said.review_comment(call.world, made), 201)


@router.add("POST", f"{PULL}/comments/{{comment}}/replies", need=WRITE, creates=True)
def reply_to_line_comment(call: Call) -> Answer:
    """Answer a comment on a line."""
    return Answer(_reply(call, call.number("comment"), call.body.needed("body")), 201)


def _reply(call: Call, number: int, text: str) -> dict[str, object]:
    first = call.repository().review_comments.get(number)
    if first is None or first.pull is not call.pull():
        raise not_found()
    line = LineComment(path=first.path, body=text, line=first.line, reply_to=first)
    made = acts.comment_on_line(call.world, call.pull(), call.by, line)
    return said.review_comment(call.world, made)


@router.add("GET", f"{REPO}/pulls/comments/{{comment}}", need=READ)
def get_line_comment(call: Call) -> Answer:
    """Return one comment on a line."""
    return Answer(said.review_comment(call.world, line_comment(call)))


@router.add("PATCH", f"{REPO}/pulls/comments/{{comment}}", need=WRITE)
def edit_line_comment(call: Call) -> Answer:
    """Change a line comment's text."""
    comment = line_comment(call)
    _need_own(call, comment.author)
    acts.edit_line_comment(call.world, comment, call.by, call.body.needed("body"))
    return Answer(said.review_comment(call.world, comment))


# Review requests -------------------------------------------------------------------------


def _named(call: Call) -> list[Account | Team]:
    body = call.body
    return asking.find_reviewers(
        call.world,
        call.pull(),
        body.strings("reviewers"),
        body.strings("team_reviewers"),
        sees_teams=call.actor.token is None or call.actor.allows("members", "read"),
    )


@router.add("GET", f"{PULL}/requested_reviewers", need=READ)
def list_requests(call: Call) -> Answer:
    """List the standing requests."""
    asked = [request.reviewer for request in call.pull().requests]
    return Answer(
        {
            "users": [people.account(call.world, r) for r in asked if isinstance(r, Account)],
            "teams": [people.team(call.world, r) for r in asked if isinstance(r, Team)],
        }
    )


@router.add("POST", f"{PULL}/requested_reviewers", need=WRITE, person=Role.TRIAGE, creates=True)
def add_requests(call: Call) -> Answer:
    """Ask people and teams: all names, or none when one is bad."""
    if "reviewers" not in call.body and "team_reviewers" not in call.body:
        raise malformed('"reviewers" wasn\'t supplied.')
    which = call.pull()
    asking.request(call.world, which, call.by, _named(call))
    return Answer(pull.simple(call.world, which), 201)


@router.add("DELETE", f"{PULL}/requested_reviewers", need=WRITE, person=Role.TRIAGE)
def remove_requests(call: Call) -> Answer:
    """Take requests back; `reviewers` must be sent even when only teams go."""
    call.body.strings("reviewers", required=True)
    which = call.pull()
    asking.unrequest(call.world, which, call.by, _named(call))
    return Answer(pull.simple(call.world, which))
