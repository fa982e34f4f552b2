"""The mutations."""

from __future__ import annotations

from typing import Any

from bot.sandbox.acts.comments import react, unreact
from bot.sandbox.acts.pulls import set_draft
from bot.sandbox.acts.requests import request, unrequest
from bot.sandbox.errors import Refused
from bot.sandbox.graphql.context import Context
from bot.sandbox.graphql.fields import field
from bot.sandbox.graphql.query import find
from bot.sandbox.graphql.said import REACTIONS, groups, spoken
from bot.sandbox.state.accounts import Account, Role, Team
from bot.sandbox.state.pull import PullRequest, Said

Input = dict[str, Any]


def _pull(context: Context, node_id: str) -> PullRequest:
    found = find(context, node_id)
    if not isinstance(found, PullRequest):
        raise Refused(404, f"Could not resolve to a PullRequest node with the id of '{node_id}'")
    return found


def _echo(given: Input, **payload: object) -> dict[str, object]:
    return {"clientMutationId": given.get("clientMutationId"), **payload}


@field("Mutation.addReaction")
def add_reaction(_root: object, context: Context, **args: Input) -> dict[str, object]:
    """Add a reaction; one that is there already stays as it is."""
    given = args["input"]
    subject = spoken(find(context, given["subjectId"]))
    home = subject.repository if isinstance(subject, PullRequest) else subject.pull.repository
    context.need_write(home, "pull_requests", Role.READ)
    made, _ = react(context.world, subject, context.by(), REACTIONS[given["content"]])
    return _echo(given, reaction=made, subject=subject, reactionGroups=groups(subject, context))


@field("Mutation.removeReaction")
def remove_reaction(_root: object, context: Context, **args: Input) -> dict[str, object]:
    """Take a reaction back."""
    given = args["input"]
    subject = spoken(find(context, given["subjectId"]))
    home = subject.repository if isinstance(subject, PullRequest) else subject.pull.repository
    context.need_write(home, "pull_requests", Role.READ)
    gone = unreact(subject, context.by(), REACTIONS[given["content"]])
    return _echo(given, reaction=gone, subject=subject, reactionGroups=groups(subject, context))


def _set_draft(context: Context, given: Input, *, draft: bool) -> dict[str, object]:
    pull = _pull(context, given["pullRequestId"])
    role = Role.READ if pull.author is context.viewer else Role.WRITE
    context.need_write(pull.repository, "pull_requests", role)
    set_draft(context.world, pull, context.by(), draft=draft)
    return _echo(given, pullRequest=pull)


@field("Mutation.markPullRequestReadyForReview")
def mark_ready(_root: object, context: Context, **args: Input) -> dict[str, object]:
    """Mark a draft ready for review."""
    return _set_draft(context, args["input"], draft=False)


@field("Mutation.convertPullRequestToDraft")
def convert_to_draft(_root: object, context: Context, **args: Input) -> dict[str, object]:
    """Take a pull request back to draft."""
    return _set_draft(context, args["input"], draft=True)


@field("Mutation.requestReviews")
def request_reviews(_root: object, context: Context, **args: Input) -> dict[str, object]:
    """Ask for reviews; without `union` those not named are asked no more."""
    given = args["input"]
    pull = _pull(context, given["pullRequestId"])
    context.need_write(pull.repository, "pull_requests", Role.TRIAGE)
    context.services.limits.create(context.actor.name)
    ids = [*(given.get("userIds") or []), *(given.get("teamIds") or [])]
    named: list[Account | Team] = []
    for each in ids:
        found = find(context, each)
        if isinstance(found, Team):
            context.need("members")
        if not isinstance(found, Account | Team):
            raise Refused(404, f"Could not resolve to a node with the global id of '{each}'.")
        named.append(found)
    if not given.get("union"):
        gone = [row.reviewer for row in pull.requests if row.reviewer not in named]
        unrequest(context.world, pull, context.by(), gone)
    request(context.world, pull, context.by(), named)
    return _echo(given, pullRequest=pull, actor=context.by())


@field("Mutation.minimizeComment")
def minimize(_root: object, context: Context, **args: Input) -> dict[str, object]:
    """Hide a comment."""
    given = args["input"]
    subject = find(context, given["subjectId"])
    if not isinstance(subject, Said):
        raise Refused(422, "The subject cannot be minimized")
    context.need_write(subject.pull.repository, "pull_requests", Role.WRITE)
    subject.minimized = given["classifier"].lower().replace("_", "-")
    return _echo(given, minimizedComment=subject)
