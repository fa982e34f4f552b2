"""The fields of each webhook that say where to look; all others are left unread.

The classes are named after the events that they are read from:
https://docs.github.com/en/webhooks/webhook-events-and-payloads
"""

from collections.abc import Mapping
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.core.model import Login, PullRequestRef


class PayloadError(ValueError):
    """A payload is no JSON object, or lacks what its event always has; the message names the field."""


_Id = Annotated[int, Field(gt=0, lt=2**63)]
_Name = Annotated[str, Field(min_length=1, max_length=255)]
_Oid = Annotated[str, Field(pattern=r"^[0-9a-f]{40}([0-9a-f]{24})?$")]


class _Part(BaseModel):
    """The fields used of an object; GitHub adds others at any time."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


class _Account(_Part):
    login: _Name


class _Installation(_Part):
    id: _Id


class _Repository(_Part):
    id: _Id
    name: _Name
    owner: _Account


class AnySent(_Part):
    """What is read of an event of which nothing is needed; the action may be anything, or not there."""

    action: object = ""


class ActionSent(_Part):
    """What every event with several kinds of change has."""

    action: _Name


class Sent(_Part):
    """What every event about a repository has when it reaches an app."""

    installation: _Installation
    repository: _Repository
    sender: _Account | None = None

    def pull_request_ref(self, number: int) -> PullRequestRef:
        """Return how this app names a pull request of the repository."""
        return PullRequestRef(
            installation_id=self.installation.id,
            repository_id=self.repository.id,
            owner=self.repository.owner.login,
            name=self.repository.name,
            number=number,
        )


class RepositoryActionSent(Sent, ActionSent):
    """``repository``; and what all others about a repository have that tell of several kinds of change."""


class _Number(_Part):
    number: _Id


class PullRequestSent(RepositoryActionSent):
    """``pull_request``, and the reviews and their comments."""

    pull_request: _Number


class _Issue(_Part):
    number: _Id
    pull_request: Mapping[str, object] | None = None
    """There only when the issue is a pull request."""


class IssueCommentSent(RepositoryActionSent):
    """``issue_comment``: of an issue or of a pull request's thread."""

    issue: _Issue


class _Identified(_Part):
    id: _Id


class _Base(_Part):
    repo: _Identified


class _Listed(_Part):
    number: _Id
    base: _Base


class Check(_Part):
    """A check run or suite; for a fork's commits ``pull_requests`` is empty."""

    head_sha: _Oid
    app: _Identified | None = None
    external_id: str | None = None
    pull_requests: list[_Listed] = []


class CheckRunSent(RepositoryActionSent):
    """``check_run``: asked for again, or one of its buttons pressed."""

    check_run: Check


class _Clicked(_Part):
    identifier: Annotated[str, Field(min_length=1, max_length=20)]


class _Presser(_Account):
    id: _Id
    login: Login
    type: str = "_User"


class ButtonSent(RepositoryActionSent):
    """``check_run`` with ``requested_action``: who pressed which button."""

    sender: _Presser
    requested_action: _Clicked


class CheckSuiteSent(RepositoryActionSent):
    """``check_suite``: all checks of a commit asked for again."""

    check_suite: Check


class InstallationSent(ActionSent):
    """``installation`` and ``installation_repositories``."""

    installation: _Installation


class AuthorizationSent(ActionSent):
    """``github_app_authorization``: of no installation, and sent to every app unasked."""

    sender: _Identified


class _Group(_Part):
    head_ref: _Name


class GroupSent(RepositoryActionSent):
    """``merge_group``: the queue has made a commit to be judged."""

    merge_group: _Group


class _Files(_Part):
    """What a commit of a push changed; a renamed file is added and removed."""

    added: list[str] = []
    removed: list[str] = []
    modified: list[str] = []


class _PushedTo(_Repository):
    default_branch: str = ""


class PushSent(Sent):
    """``push``: to a branch, or a tag."""

    ref: _Name
    created: bool = False
    deleted: bool = False
    forced: bool = False
    commits: list[_Files] = []
    repository: _PushedTo


class _Team(_Part):
    id: _Id
    slug: str = ""
    parent: "_Team | None" = None


class _OrganizationSent(ActionSent):
    installation: _Installation
    organization: _Account


class _User(_Account):
    id: _Id


class _Membership(_Part):
    user: _User | None = None


class MemberSent(_OrganizationSent):
    """``organization``: a person has joined or left, or the organisation itself has changed."""

    membership: _Membership | None = None
    """Not there where the organisation itself has changed."""


class TeamSent(_OrganizationSent):
    """``team`` and ``membership``."""

    team: _Team | None = None


class RepositorySent(ActionSent):
    """``member``: a collaborator of a repository."""

    repository: _Repository


_Model = TypeVar("_Model", bound=BaseModel)


def fields_of(event: str, body: bytes, model: type[_Model]) -> _Model:
    """Return what this app uses of a payload, which is JSON; no other field becomes an object in memory.

    Raises:
        PayloadError: it is no JSON object, or a field that this event always has is missing or of another
            kind.
    """
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(step) for step in fault["loc"]) or "the whole"
        raise PayloadError(f"webhook {event}: `{where}`: {fault['msg']}") from None
