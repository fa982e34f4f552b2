"""Conversation comments, reactions and labels (docs.github.com/rest/issues).

GitHub authorises these by the parent: on a pull request `pull_requests: write` is what
counts, whatever the address says about issues.
"""

from __future__ import annotations

from typing import Final

from bot.sandbox.acts import comments as acts
from bot.sandbox.acts.pulls import label, lock, unlabel
from bot.sandbox.errors import Refused, malformed, not_found
from bot.sandbox.http.call import Answer, Call
from bot.sandbox.render import pull, repository, said
from bot.sandbox.rest.repos import REPO
from bot.sandbox.rest.reviews import line_comment
from bot.sandbox.rest.routes import router
from bot.sandbox.state.accounts import Role
from bot.sandbox.state.pull import REACTIONS, IssueComment, PullRequest, Said

ISSUE: Final = f"{REPO}/issues/{{number}}"
COMMENT: Final = f"{REPO}/issues/comments/{{comment}}"
LINE_COMMENT: Final = f"{REPO}/pulls/comments/{{comment}}"
READ: Final = "issues:read|pull_requests:read"
WRITE: Final = "pull_requests:write"


def _comment(call: Call) -> IssueComment:
    found = call.repository().comments.get(call.number("comment"))
    if found is None:
        raise not_found()
    return found


@router.add("GET", ISSUE, need=READ)
def get_issue(call: Call) -> Answer:
    """Return a pull request as an issue."""
    return Answer(pull.issue(call.world, call.pull()))


@router.add("GET", f"{ISSUE}/comments", need=READ)
def list_comments(call: Call) -> Answer:
    """List a pull request's comments, oldest first."""
    return call.page(call.pull().comments, lambda each: said.comment(call.world, each))


@router.add("POST", f"{ISSUE}/comments", need=WRITE, creates=True)
def create_comment(call: Call) -> Answer:
    """Write a comment."""
    made = acts.comment(call.world, call.pull(), call.by, call.body.needed("body"))
    return Answer(said.comment(call.world, made), 201)


@router.add("GET", COMMENT, need=READ)
def get_comment(call: Call) -> Answer:
    """Return one comment."""
    return Answer(said.comment(call.world, _comment(call)))


def _may_change(call: Call, comment: IssueComment) -> None:
    """Let the author, or anyone with write access, edit and delete."""
    if call.by is comment.author or call.actor.token is not None:
        return
    if call.world.role(call.by, call.repository()) < Role.WRITE:
        raise Refused(403, "Must have admin rights to Repository.")


@router.add("PATCH", COMMENT, need=WRITE)
def edit_comment(call: Call) -> Answer:
    """Change a comment's text."""
    comment = _comment(call)
    _may_change(call, comment)
    acts.edit_comment(call.world, comment, call.by, call.body.needed("body"))
    return Answer(said.comment(call.world, comment))


@router.add("DELETE", COMMENT, need=WRITE)
def delete_comment(call: Call) -> Answer:
    """Delete a comment."""
    comment = _comment(call)
    _may_change(call, comment)
    acts.delete_comment(call.world, comment, call.by)
    return Answer(status=204)


# Reactions -------------------------------------------------------------------------------


def _list_reactions(call: Call, what: Said | PullRequest) -> Answer:
    wanted = call.query.get("content")
    rows = [each for each in what.reactions if wanted in (None, each.content)]
    return call.page(rows, lambda each: said.reaction(call.world, each))


def _react(call: Call, what: Said | PullRequest) -> Answer:
    content = call.body.choice("content", REACTIONS)
    if content is None:
        raise malformed('"content" wasn\'t supplied.')
    made, new = acts.react(call.world, what, call.by, content)
    return Answer(said.reaction(call.world, made), 201 if new else 200)


def _unreact(call: Call, what: Said | PullRequest) -> Answer:
    wanted = call.number("reaction")
    for reaction in what.reactions:
        if reaction.id == wanted:
            if reaction.user is not call.by:
                raise Refused(403, "You can only delete your own reactions")
            what.reactions.remove(reaction)
            return Answer(status=204)
    raise not_found()


@router.add("GET", f"{COMMENT}/reactions", need=READ)
def list_comment_reactions(call: Call) -> Answer:
    """List a comment's reactions."""
    return _list_reactions(call, _comment(call))


@router.add("POST", f"{COMMENT}/reactions", need=WRITE)
def react_to_comment(call: Call) -> Answer:
    """React to a comment: 201 the first time, 200 after that."""
    return _react(call, _comment(call))


@router.add("DELETE", f"{COMMENT}/reactions/{{reaction}}", need=WRITE)
def remove_comment_reaction(call: Call) -> Answer:
    """Take a reaction to a comment back."""
    return _unreact(call, _comment(call))


@router.add("GET", f"{LINE_COMMENT}/reactions", need="pull_requests:read")
def list_line_reactions(call: Call) -> Answer:
    """List a line comment's reactions."""
    return _list_reactions(call, line_comment(call))


@router.add("POST", f"{LINE_COMMENT}/reactions", need=WRITE)
def react_to_line_comment(call: Call) -> Answer:
    """React to a line comment."""
    return _react(call, line_comment(call))


@router.add("DELETE", f"{LINE_COMMENT}/reactions/{{reaction}}", need=WRITE)
def remove_line_reaction(call: Call) -> Answer:
    """Take a reaction to a line comment back."""
    return _unreact(call, line_comment(call))


@router.add("GET", f"{ISSUE}/reactions", need=READ)
def list_pull_reactions(call: Call) -> Answer:
    """List a pull request's reactions."""
    return _list_reactions(call, call.pull())


@router.add("POST", f"{ISSUE}/reactions", need=WRITE)
def react_to_pull(call: Call) -> Answer:
    """React to a pull request's text."""
    return _react(call, call.pull())


# Labels and lock -------------------------------------------------------------------------


def _labels(call: Call) -> Answer:
    which = call.pull()
    return call.page(which.labels, lambda each: repository.label(call.world, which.repository, each))


@router.add("GET", f"{ISSUE}/labels", need=READ)
def list_labels(call: Call) -> Answer:
    """List a pull request's labels."""
    return _labels(call)


@router.add("POST", f"{ISSUE}/labels", need=WRITE, person=Role.TRIAGE)
def add_labels(call: Call) -> Answer:
    """Add labels."""
    label(call.world, call.pull(), call.by, call.body.strings("labels", required=True))
    return _labels(call)


@router.add("DELETE", f"{ISSUE}/labels/{{name}}", need=WRITE, person=Role.TRIAGE)
def remove_label(call: Call) -> Answer:
    """Take a label off."""
    unlabel(call.world, call.pull(), call.by, call.params["name"])
    return _labels(call)


@router.add("PUT", f"{ISSUE}/lock", need=WRITE, person=Role.TRIAGE)
def lock_issue(call: Call) -> Answer:
    """Lock the conversation."""
    lock(call.world, call.pull(), call.by)
    return Answer(status=204)
