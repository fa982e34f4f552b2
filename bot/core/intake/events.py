"""A webhook to jobs, or to nothing: which pull request may have changed, never how.

Order, lateness and repetition of webhooks do not matter, so only the fields are read that say where to look.
Events and fields: https://docs.github.com/en/webhooks/webhook-events-and-payloads
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from bot.core.intake.payloads import (
    ActionSent,
    AnySent,
    AuthorizationSent,
    ButtonSent,
    Check,
    CheckRunSent,
    CheckSuiteSent,
    GroupSent,
    InstallationSent,
    IssueCommentSent,
    MemberSent,
    PayloadError,
    PullRequestSent,
    PushSent,
    RepositoryActionSent,
    RepositorySent,
    Sent,
    TeamSent,
    fields_of,
)
from bot.core.model import (
    App,
    EndSessions,
    ForgetTeams,
    ForgetToken,
    Job,
    Pressed,
    Reconcile,
    ReconcileCommit,
    ReconcileLeaning,
    Sha,
)
from bot.core.model.topics import (
    branch_topic,
    file_topic,
    name_topic,
    number_topic,
    person_topic,
    shared_topic,
    team_topic,
)

_GROUP = re.compile(r"/pr-([1-9][0-9]{0,17})-[0-9a-f]{40,64}$")
"""``gh-readonly-queue/BASE/pr-NUMBER-SHA``, the branch of a merge group."""
_NUMBER = re.compile(r"[1-9][0-9]{0,17}")
_QUEUE_BRANCHES = "gh-readonly-queue/"
_KINDS = re.compile(r"\.(?:md|markdown|mdx|txt)$|^\.github/[^/]+\.ya?ml$", re.IGNORECASE)
"""Files that may be documents, templates or configurations."""
_MOST_COMMITS = 2048
"""Of one push in its webhook; https://docs.github.com/en/webhooks/webhook-events-and-payloads#push"""
_MOST_NAMES = 300
"""Files of one kind in one commit; whether longer lists are complete is not documented."""
_MOST_PATHS = 500
"""That a job names; where more have changed, it is the branch that has."""
_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Told:
    """What a webhook tells."""

    action: str
    """As it was sent, fit for nothing but a log; empty where there is none."""
    jobs: tuple[Job, ...]
    """What is to be looked at again; nothing for most webhooks."""


@dataclass(frozen=True, slots=True)
class _Event:
    """One webhook, as far as all events are alike."""

    name: str
    body: bytes
    action: str
    app: App | None

    def own(self, sent: Sent) -> bool:
        """Whether this app did it itself. An app that is not identified yet drops nothing."""
        return self.app is not None and sent.sender is not None and sent.sender.login == self.app.login

    def of_another_app(self, check: Check) -> bool:
        """Whether another app made it. An app that is not identified yet drops nothing."""
        return self.app is not None and check.app is not None and check.app.id != self.app.id


@dataclass(frozen=True, slots=True)
class _Kind(Generic[_Model]):
    """How the webhooks of one event are understood."""

    actions: frozenset[str]
    """Those that matter; none: the event has no action, and always matters."""
    model: type[_Model]
    jobs: Callable[[_Event, _Model], tuple[Job, ...]]


def told_by(event: str, body: bytes, app: App | None) -> Told:
    """Understand a webhook.

    Args:
        event: The name in ``X-GitHub-Event``.
        body: The payload, which is JSON.
        app: This app; None while GitHub has not been asked, then its own events are not dropped.

    Raises:
        PayloadError: the body is no JSON object, or a field that this event always has is missing or of
            another kind.
    """
    kind = _EVENTS.get(event)
    if kind is None:
        unread = fields_of(event, body, AnySent).action
        return Told(unread if isinstance(unread, str) else "", ())
    try:
        # At one go: to read the action first would be to parse everything twice.
        sent = fields_of(event, body, kind.model)
    except PayloadError:
        # An action that does not matter, or is not known yet, may come with anything.
        if not kind.actions or (action := fields_of(event, body, ActionSent).action) in kind.actions:
            raise
        return Told(action, ())
    action = sent.action if isinstance(sent, ActionSent) else ""
    if kind.actions and action not in kind.actions:
        return Told(action, ())
    return Told(action, kind.jobs(_Event(event, body, action, app), sent))


def _pull_request(event: _Event, sent: PullRequestSent) -> tuple[Job, ...]:
    # Our own request changes nothing that is decided; our own pushes and edits do, so they are judged.
    if event.action == "review_requested" and event.own(sent):
        return ()
    return (Reconcile(sent.pull_request_ref(sent.pull_request.number)),)


def _review(_: _Event, sent: PullRequestSent) -> tuple[Job, ...]:
    return (Reconcile(sent.pull_request_ref(sent.pull_request.number)),)


def _issue_comment(event: _Event, sent: IssueCommentSent) -> tuple[Job, ...]:
    if sent.issue.pull_request is None:
        return ()
    # What we write ourselves is known; when a person edits or deletes it, the next run heals it.
    if event.action in {"created", "edited"} and event.own(sent):
        return ()
    return (Reconcile(sent.pull_request_ref(sent.issue.number)),)


def _check_run(event: _Event, sent: CheckRunSent) -> tuple[Job, ...]:
    if event.action == "requested_action" and not event.of_another_app(sent.check_run):
        return _button(event, sent, sent.check_run)
    return _check(event, sent, sent.check_run)


def _button(event: _Event, sent: Sent, check: Check) -> tuple[Job, ...]:
    """Return the press, with the pull request that the check speaks for; GitHub does not show it again."""
    pressed = fields_of(event.name, event.body, ButtonSent)
    if pressed.sender.type == "Bot" or event.own(sent):
        return ()
    number = _number_of(check.external_id)
    if number is None:
        return ()
    ref = sent.pull_request_ref(number)
    return (Pressed(ref, pressed.requested_action.identifier, pressed.sender.id, pressed.sender.login),)


def _check_suite(event: _Event, sent: CheckSuiteSent) -> tuple[Job, ...]:
    return _check(event, sent, sent.check_suite)


def _check(event: _Event, sent: Sent, check: Check) -> tuple[Job, ...]:
    if event.of_another_app(check) or event.own(sent):
        return ()
    # The list may name pull requests that a fork has opened within itself.
    numbers = [one.number for one in check.pull_requests if one.base.repo.id == sent.repository.id]
    if not numbers and (number := _number_of(check.external_id)):
        numbers = [number]
    if numbers:
        return tuple(Reconcile(sent.pull_request_ref(number)) for number in dict.fromkeys(numbers))
    return (ReconcileCommit(sent.installation.id, sent.repository.id, Sha(check.head_sha)),)


def _number_of(external_id: str | None) -> int | None:
    """Return the pull request that our own check run names as ``NUMBER:...``."""
    number, colon, _ = (external_id or "").partition(":")
    if not colon or not _NUMBER.fullmatch(number):
        return None
    return int(number)


def _merge_group(_: _Event, sent: GroupSent) -> tuple[Job, ...]:
    """Look at the pull request that the group was made for; the event names it in the branch's name alone.

    Which commit is judged is not taken from here: the queue itself is asked for the place in it.
    """
    found = _GROUP.search(sent.merge_group.head_ref)
    return (Reconcile(sent.pull_request_ref(int(found[1]))),) if found else ()


def _push(_: _Event, sent: PushSent) -> tuple[Job, ...]:
    """Name what a push may have changed of documents, template and configuration: no other file is looked at.

    The lists of files are believed only as far as they can be complete: beyond that the whole branch counts.
    """
    branch = sent.ref.removeprefix("refs/heads/")
    if sent.deleted or branch == sent.ref or branch.startswith(_QUEUE_BRANCHES):
        return ()
    lists = [names for one in sent.commits for names in (one.added, one.removed, one.modified)]
    paths = [path for path in dict.fromkeys(path for names in lists for path in names) if _KINDS.search(path)]
    told = len(sent.commits) < _MOST_COMMITS and all(len(names) < _MOST_NAMES for names in lists)
    if told and len(paths) <= _MOST_PATHS and not (sent.created or sent.forced):
        topics = [file_topic(branch, path) for path in paths]
        topics += [number for path in paths if (number := number_topic(branch, path))]
    else:
        topics = [branch_topic(branch)]
    installation, repository = sent.installation.id, sent.repository
    jobs = [ReconcileLeaning(installation, repository.id, tuple(topics), "base-push")] if topics else []
    if repository.name == ".github" and branch == repository.default_branch:
        shared = tuple(shared_topic(path) for path in paths)
        jobs += [ReconcileLeaning(installation, None, shared, "base-push")] if shared else []
    return tuple(jobs)


def _teams(event: _Event, sent: TeamSent) -> tuple[Job, ...]:
    """Forget the organisation's people, and look again at the pull requests with a seat of this team.

    A change in a team is one in the team above it; that this one has an event of its own is not documented.
    """
    jobs: tuple[Job, ...] = (ForgetTeams(sent.organization.login),)
    if sent.team is None:
        return jobs
    teams = [sent.team, *([sent.team.parent] if sent.team.parent else [])]
    topics = [team_topic(one.id) for one in teams]
    if event.name == "team" and sent.team.slug:
        topics.append(name_topic(sent.team.slug))
    return (*jobs, ReconcileLeaning(sent.installation.id, None, tuple(topics), "people"))


def _organization(_: _Event, sent: MemberSent) -> tuple[Job, ...]:
    """Forget the organisation's people, and look again where this one holds a seat or has signed."""
    jobs: tuple[Job, ...] = (ForgetTeams(sent.organization.login),)
    if sent.membership is None or sent.membership.user is None:
        return jobs
    user = sent.membership.user
    topics = (person_topic(user.id), name_topic(user.login))
    return (*jobs, ReconcileLeaning(sent.installation.id, None, topics, "people"))


def _collaborators(_: _Event, sent: RepositorySent) -> tuple[Job, ...]:
    return (ForgetTeams(sent.repository.owner.login),)


def _token(_: _Event, sent: InstallationSent) -> tuple[Job, ...]:
    return (ForgetToken(sent.installation.id),)


def _moved(_: _Event, sent: RepositoryActionSent) -> tuple[Job, ...]:
    """Look where the repository is now, and whether it can be written to.

    Transferred, it comes to other teams, and to another token.
    """
    return (ForgetTeams(sent.repository.owner.login), ForgetToken(sent.installation.id))


def _authorization(_: _Event, sent: AuthorizationSent) -> tuple[Job, ...]:
    return (EndSessions(sent.sender.id),)


_EVENTS: Mapping[str, _Kind[Any]] = {
    "pull_request": _Kind(
        frozenset(
            {
                "opened",
                "reopened",
                "synchronize",
                "edited",
                "ready_for_review",
                "converted_to_draft",
                "review_requested",
                "review_request_removed",
                "locked",
                "unlocked",
                "closed",
            }
        ),
        PullRequestSent,
        _pull_request,
    ),
    "pull_request_review": _Kind(frozenset({"submitted", "edited", "dismissed"}), PullRequestSent, _review),
    "pull_request_review_comment": _Kind(
        frozenset({"created", "edited", "deleted"}), PullRequestSent, _review
    ),
    "issue_comment": _Kind(frozenset({"created", "edited", "deleted"}), IssueCommentSent, _issue_comment),
    "check_run": _Kind(frozenset({"rerequested", "requested_action"}), CheckRunSent, _check_run),
    "check_suite": _Kind(frozenset({"rerequested"}), CheckSuiteSent, _check_suite),
    "push": _Kind(frozenset(), PushSent, _push),
    "merge_group": _Kind(frozenset({"checks_requested"}), GroupSent, _merge_group),
    "team": _Kind(
        frozenset({"created", "edited", "deleted", "added_to_repository", "removed_from_repository"}),
        TeamSent,
        _teams,
    ),
    "membership": _Kind(frozenset({"added", "removed"}), TeamSent, _teams),
    "organization": _Kind(
        frozenset({"member_added", "member_removed", "renamed"}), MemberSent, _organization
    ),
    "member": _Kind(frozenset({"added", "edited", "removed"}), RepositorySent, _collaborators),
    "installation": _Kind(
        frozenset({"created", "suspend", "unsuspend", "new_permissions_accepted", "deleted"}),
        InstallationSent,
        _token,
    ),
    # Told to the account that it is of by then.
    "repository": _Kind(
        frozenset({"renamed", "transferred", "archived", "unarchived"}), RepositoryActionSent, _moved
    ),
    # Of no installation, and sent to every app unasked.
    "github_app_authorization": _Kind(frozenset({"revoked"}), AuthorizationSent, _authorization),
    # A token is good for the repositories that the installation had when it was made.
    "installation_repositories": _Kind(frozenset({"added", "removed"}), InstallationSent, _token),
}
"""All others lead to nothing."""
