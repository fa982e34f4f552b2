"""Carries out one action. Done twice it is done once, as far as GitHub allows."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal, assert_never

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from bot.core.model import (
    Action,
    Annotation,
    App,
    Ask,
    CheckRun,
    Comment,
    CommentKind,
    DeleteComment,
    Login,
    NodeId,
    NoteMerge,
    Person,
    PullRequestRef,
    React,
    Receipt,
    Refusal,
    Remember,
    Remind,
    Reply,
    RequestReviews,
    Severity,
    WithdrawRequests,
    WriteCheck,
    WriteComment,
    WriteDocuments,
)
from bot.github import queries
from bot.github.client import Client
from bot.github.failures import LockedError, RefusedError
from bot.github.texts import COMMENT_LIMIT, OUTPUT_LIMIT, cut, cut_title, refusal
from bot.ports import DeniedError, GoneError, UnavailableError

MOST_ANNOTATIONS = 50
"""In one request: https://docs.github.com/en/rest/checks/runs#create-a-check-run"""

MOST_ASKED = 15
"""Users and teams that GitHub takes for one pull request; more fail the whole call."""

_ANNOTATION_MESSAGE = 60_000
_LEVELS = {Severity.ERROR: "failure", Severity.WARNING: "warning"}


class _WrittenUser(BaseModel):
    model_config = ConfigDict(extra="ignore")

    id: int
    login: str


class _WrittenComment(BaseModel):
    """https://docs.github.com/en/rest/issues/comments#create-an-issue-comment."""

    model_config = ConfigDict(extra="ignore")

    id: int
    node_id: str
    html_url: str
    body: str
    created_at: AwareDatetime
    user: _WrittenUser | None


class Writer:
    """Writes to one repository and pull request after the other, through one client."""

    def __init__(self, client: Client, check_name: str) -> None:
        self._client = client
        self._check_name = check_name

    async def apply(self, app: App, ref: PullRequestRef, action: Action) -> Receipt:
        """Carry out the action on the pull request; ``ref`` has the repository's present name.

        Raises:
            UnavailableError: also where the answer was lost: the next run finds what was written by reading.
            OutsideError: as its kind says.
        """
        match action:
            case WriteCheck():
                return await self._write_check(ref, action)
            case WriteComment():
                return await self._write_comment(app, ref, action)
            case DeleteComment():
                return await self._delete_comment(ref, action)
            case RequestReviews():
                return await self._request_reviews(ref, action)
            case WithdrawRequests():
                return await self._withdraw_requests(ref, action)
            case React():
                return await self._react(ref, action)
            case Reply() | Remind() | NoteMerge():
                return await self._post_comment(app, ref, action.body)
            case WriteDocuments():
                return await self._commit(ref, action)
            case Remember():
                return Receipt()
            case _:
                assert_never(action)

    async def _write_check(self, ref: PullRequestRef, action: WriteCheck) -> Receipt:
        if action.run_id is not None:
            try:
                said = await self._rest(
                    ref, "PATCH", f"/check-runs/{action.run_id}", _check_body(self._check_name, action)
                )
            except GoneError:
                # Archived after 400 days, or its commit was lost: a new one is what counts.
                said = await self._create_check(ref, action)
        else:
            said = await self._create_check(ref, action)
        if not isinstance(said, dict) or not isinstance(said.get("id"), int):
            raise UnavailableError("GitHub's answer to a written check run makes no sense")
        return Receipt(
            check=CheckRun(
                said["id"],
                completed=True,
                conclusion=action.conclusion,
                external_id=action.external_id,
                title=cut_title(action.title),
            )
        )

    async def _create_check(self, ref: PullRequestRef, action: WriteCheck) -> Any:  # noqa: ANN401 - JSON
        body = _check_body(self._check_name, replace(action, annotated=False))
        return await self._rest(ref, "POST", "/check-runs", {**body, "head_sha": action.head})

    async def _write_comment(self, app: App, ref: PullRequestRef, action: WriteComment) -> Receipt:
        if action.comment is None:
            return await self._post_comment(app, ref, action.body)
        data = {"body": cut(action.body, COMMENT_LIMIT)}
        try:
            said = await self._rest(ref, "PATCH", f"/issues/comments/{action.comment.id}", data)
        except GoneError:
            # Somebody has deleted it. Where the repository itself is gone, creating says so.
            return await self._post_comment(app, ref, action.body)
        except LockedError:
            return Receipt(comment_refused=True)
        return Receipt(comment=_comment(app, said))

    async def _post_comment(self, app: App, ref: PullRequestRef, body: str) -> Receipt:
        data = {"body": cut(body, COMMENT_LIMIT)}
        try:
            said = await self._rest(ref, "POST", f"/issues/{ref.number}/comments", data)
        except LockedError:
            # A locked conversation takes no word from this app either; the check still speaks.
            return Receipt(comment_refused=True)
        return Receipt(comment=_comment(app, said))

    async def _commit(self, ref: PullRequestRef, action: WriteDocuments) -> Receipt:
        """Commit all of it or nothing: https://docs.github.com/en/graphql/reference/mutations#createcommitonbranch.

        Raises:
            UnavailableError: somebody has pushed meanwhile: what is to be written is judged on their commit.
        """
        variables = {
            "repository": f"{ref.owner}/{ref.name}",
            "branch": action.branch,
            "head": action.head,
            "headline": action.message,
            "additions": [
                {"path": one.path, "contents": base64.b64encode(one.after.encode()).decode()}
                for one in action.documents
            ],
        }
        try:
            await self._client.graphql(ref.installation_id, queries.named("commit"), variables)
        except (DeniedError, GoneError, RefusedError):
            # Without `contents: write`, or on a protected branch: a patch does no harm.
            return Receipt(commit_refused=True)
        return Receipt()

    async def _delete_comment(self, ref: PullRequestRef, action: DeleteComment) -> Receipt:
        try:
            await self._rest(ref, "DELETE", f"/issues/comments/{action.comment.id}")
        except (GoneError, LockedError):
            # Gone already is what was wanted.
            return Receipt()
        return Receipt()

    async def _request_reviews(self, ref: PullRequestRef, action: RequestReviews) -> Receipt:
        asks = [("team_reviewers", one) for one in action.teams] + [
            ("reviewers", one) for one in action.users
        ]
        refused = [
            Refusal(one.seat, f"GitHub asks at most {MOST_ASKED} reviewers of one pull request")
            for _, one in asks[MOST_ASKED:]
        ]
        asks = asks[:MOST_ASKED]
        try:
            await self._ask(ref, asks)
        except RefusedError as error:
            if len(asks) == 1:
                return Receipt(refusals=(Refusal(asks[0][1].seat, refusal(str(error))), *refused))
            # One bad name fails the whole call, and GitHub does not say which: ask one by one.
            refused = [*await self._ask_each(ref, asks), *refused]
        return Receipt(refusals=tuple(refused))

    async def _withdraw_requests(self, ref: PullRequestRef, action: WithdrawRequests) -> Receipt:
        """https://docs.github.com/en/rest/pulls/review-requests#remove-requested-reviewers-from-a-pull-request."""
        data: dict[str, list[str]] = {"reviewers": [], "team_reviewers": []}
        for one in action.subjects:
            kind = "team_reviewers" if one.key.startswith("team:") else "reviewers"
            data[kind].append(one.label.rpartition("/")[2])
        try:
            await self._rest(ref, "DELETE", f"/pulls/{ref.number}/requested_reviewers", data)
        except (GoneError, RefusedError):
            # Gone already is what was wanted.
            return Receipt()
        return Receipt()

    async def _ask_each(self, ref: PullRequestRef, asks: Sequence[tuple[str, Ask]]) -> list[Refusal]:
        refused = []
        for kind, one in asks:
            try:
                await self._ask(ref, [(kind, one)])
            except RefusedError as error:
                refused.append(Refusal(one.seat, refusal(str(error))))
        return refused

    async def _ask(self, ref: PullRequestRef, asks: Sequence[tuple[str, Ask]]) -> None:
        if not asks:
            return
        data: dict[str, list[str]] = {"reviewers": [], "team_reviewers": []}
        for kind, one in asks:
            data[kind].append(one.label.rpartition("/")[2])
        await self._rest(ref, "POST", f"/pulls/{ref.number}/requested_reviewers", data)

    async def _react(self, ref: PullRequestRef, action: React) -> Receipt:
        variables = {"subject": action.subject, "content": action.content.value}
        try:
            await self._client.graphql(
                ref.installation_id, queries.named("react"), variables, frozenset({"addReaction"})
            )
        except (GoneError, LockedError, RefusedError):
            # The comment is deleted or closed to us: there is nothing left to acknowledge.
            return Receipt()
        return Receipt()

    async def _rest(
        self,
        ref: PullRequestRef,
        method: Literal["POST", "PATCH", "DELETE"],
        path: str,
        data: Mapping[str, object] | None = None,
    ) -> Any:  # noqa: ANN401 - JSON
        return await self._client.rest(
            ref.installation_id,
            method,
            "/repos/{owner}/{name}" + path,
            {"owner": ref.owner, "name": ref.name},
            b"" if data is None else data,
        )


def _check_body(name: str, action: WriteCheck) -> dict[str, Any]:
    output: dict[str, Any] = {
        "title": cut_title(action.title),
        "summary": cut(action.summary, OUTPUT_LIMIT),
    }
    if action.annotations and not action.annotated:
        output["annotations"] = [_annotation(one) for one in action.annotations[:MOST_ANNOTATIONS]]
    if action.text:
        output["text"] = cut(action.text, OUTPUT_LIMIT)
    body: dict[str, Any] = {
        "name": name,
        "status": "completed",
        "conclusion": action.conclusion.value,
        "external_id": action.external_id,
        "output": output,
        # Always sent: buttons of before would stay otherwise.
        "actions": [
            {"label": one.label, "description": one.description, "identifier": one.command}
            for one in action.buttons
        ],
    }
    if action.details_url:
        body["details_url"] = action.details_url
    return body


def _annotation(one: Annotation) -> dict[str, object]:
    return {
        "path": one.path,
        "start_line": one.start_line,
        "end_line": one.end_line,
        "annotation_level": _LEVELS.get(one.severity, "notice"),
        "title": cut_title(one.title),
        "message": cut(one.message, _ANNOTATION_MESSAGE),
    }


def _comment(app: App, said: object) -> Comment:
    """Return a comment of our own as REST tells it."""
    try:
        written = _WrittenComment.model_validate(said)
    except ValidationError:
        raise UnavailableError("GitHub's answer to a written comment makes no sense") from None
    author = Person(written.user.id, Login(written.user.login), is_bot=True) if written.user else None
    return Comment(
        id=written.id,
        node_id=NodeId(written.node_id),
        kind=CommentKind.THREAD,
        author=author or Person(0, app.login, is_bot=True),
        own=True,
        created_at=written.created_at,
        edited=False,
        body=written.body,
        url=written.html_url,
    )
