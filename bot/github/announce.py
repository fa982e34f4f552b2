"""Says on a pull request's check why it could not be judged, by REST alone: the queries may be what fails."""

from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.core.model import App, CheckRun, Conclusion, PullRequestRef, Sha
from bot.core.render.unjudged import render_unjudged
from bot.github.client import Client
from bot.github.write import Writer
from bot.ports import UnavailableError


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Head(_Part):
    sha: str


class _Pull(_Part):
    """https://docs.github.com/en/rest/pulls/pulls#get-a-pull-request."""

    state: str
    head: _Head


class _AppOf(_Part):
    id: int


class _Run(_Part):
    id: int
    status: str
    conclusion: str | None
    external_id: str | None
    app: _AppOf | None


class _Runs(_Part):
    """https://docs.github.com/en/rest/checks/runs#list-check-runs-for-a-git-reference."""

    check_runs: list[_Run]


class Announcer:
    """Three requests: the head, the run that is there, and what it should say."""

    def __init__(self, client: Client, writer: Writer, check_name: str) -> None:
        self._client = client
        self._writer = writer
        self._check_name = check_name

    async def announce(self, app: App, ref: PullRequestRef, reason: str) -> None:
        """Write the check of an open pull request, unless it says so already.

        Raises:
            OutsideError: as its kind says; most likely what it is about.
        """
        place = {"owner": ref.owner, "name": ref.name}
        said = await self._client.rest(
            ref.installation_id,
            "GET",
            "/repos/{owner}/{name}/pulls/{number}",
            {**place, "number": str(ref.number)},
        )
        pull = _checked(_Pull, said)
        if pull.state != "open":
            return
        said = await self._client.rest(
            ref.installation_id,
            "GET",
            "/repos/{owner}/{name}/commits/{sha}/check-runs{?check_name,app_id}",
            {**place, "sha": pull.head.sha, "check_name": self._check_name, "app_id": str(app.id)},
        )
        present = _ours(app, _checked(_Runs, said))
        action = render_unjudged(ref, Sha(pull.head.sha), present, reason)
        if action:
            await self._writer.apply(app, ref, action)


def _ours(app: App, runs: _Runs) -> CheckRun | None:
    for run in runs.check_runs:
        if run.app and run.app.id == app.id:
            conclusion = next((one for one in Conclusion if one.value == run.conclusion), None)
            done = run.status == "completed"
            return CheckRun(run.id, completed=done, conclusion=conclusion, external_id=run.external_id or "")
    return None


_Model = TypeVar("_Model", bound=BaseModel)


def _checked(model: type[_Model], said: object) -> _Model:
    try:
        return model.model_validate(said)
    except ValidationError:
        raise UnavailableError("GitHub's answer about a pull request or its check makes no sense") from None
