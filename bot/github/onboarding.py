"""``ports.Onboarding``: one pull request in a repository that has just got the app, and never a second one.

https://docs.github.com/en/rest/pulls/pulls#create-a-pull-request
https://docs.github.com/en/rest/git/trees#create-a-tree
"""

from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from bot.core.render.onboarding import ONBOARDING_BRANCH, ONBOARDING_TITLE, FirstSteps, first_steps
from bot.github import queries
from bot.github.answers import Oid
from bot.github.client import Client
from bot.github.part import Nodes, Part, checked
from bot.ports import Holding

_SHARED: Final = ".github"
"""What stands in this repository holds for the whole account: it is nobody's to begin with."""


class _Commit(Oid):
    tree: Oid


class _Default(Part):
    name: str
    target: _Commit | None


class _Tip(Part):
    message: str = ""


class _Marker(Part):
    target: _Tip | None


class _Number(Part):
    number: int


class _Newcomer(Part):
    database_id: int
    is_archived: bool
    is_fork: bool
    default_branch_ref: _Default | None
    configuration: Oid | None
    template: Oid | None
    other_template: Oid | None
    pull_requests: Nodes[_Number]
    ref: _Marker | None


class _Shared(Part):
    configuration: Oid | None


class _Answer(Part):
    repository: _Newcomer | None
    shared: _Shared | None = None


class _Made(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    sha: str


class _Opened(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    number: int


class PullRequestOnboarding:
    """Writes with ``contents: write``, which only ``setup --onboard`` and ``--commits`` ask for."""

    def __init__(self, client: Client, template: str) -> None:
        self._client = client
        self._template = template

    async def begin(self, holding: Holding) -> int | None:
        """See ``ports.Onboarding``."""
        if holding.name.lower() == _SHARED:
            return None
        answer = await self._ask(holding)
        found = answer.repository
        base = found.default_branch_ref if found else None
        if found is None or base is None or base.target is None or not _is_wanted(holding, found):
            return None
        if answer.shared is not None and answer.shared.configuration is not None:
            return None
        steps = first_steps(self._template, has_template=bool(found.template or found.other_template))
        tip = found.ref.target if found.ref else None
        if found.ref is None:
            await self._branch(holding, base.target, steps)
        elif tip is None or tip.message.strip() != ONBOARDING_TITLE:
            # Somebody else's branch of this name. Ours without a pull request is what a crash has left.
            return None
        body = {
            "title": ONBOARDING_TITLE,
            "head": ONBOARDING_BRANCH,
            "base": base.name,
            "body": steps.body,
            "maintainer_can_modify": True,
        }
        return checked(_Opened, await self._post(holding, "/pulls", body)).number

    async def _ask(self, holding: Holding) -> _Answer:
        variables: dict[str, object] = {
            "owner": holding.owner,
            "name": holding.name,
            "branch": ONBOARDING_BRANCH,
            "ref": f"refs/heads/{ONBOARDING_BRANCH}",
        }
        query = queries.named("newcomer")
        answer = await self._client.graphql(
            holding.installation_id, query, variables, frozenset({"repository", "shared"})
        )
        return checked(_Answer, answer.data)

    async def _branch(self, holding: Holding, base: _Commit, steps: FirstSteps) -> None:
        """Make the branch with everything in it at once: until then nobody sees anything."""
        files = [
            {"path": path, "mode": "100644", "type": "blob", "content": text} for path, text in steps.files
        ]
        tree = await self._made(holding, "/git/trees", {"base_tree": base.tree.oid, "tree": files})
        commit = {"message": ONBOARDING_TITLE, "tree": tree, "parents": [base.oid]}
        sha = await self._made(holding, "/git/commits", commit)
        await self._post(holding, "/git/refs", {"ref": f"refs/heads/{ONBOARDING_BRANCH}", "sha": sha})

    async def _made(self, holding: Holding, path: str, data: object) -> str:
        return checked(_Made, await self._post(holding, path, data)).sha

    async def _post(self, holding: Holding, path: str, data: object) -> Any:  # noqa: ANN401 - JSON; the caller checks
        where = {"owner": holding.owner, "name": holding.name}
        return await self._client.rest(
            holding.installation_id, "POST", "/repos/{owner}/{name}" + path, where, data
        )


def _is_wanted(holding: Holding, found: _Newcomer) -> bool:
    """Whether it is the repository that is meant, can be written to, and was never asked."""
    settled = found.configuration is not None or found.pull_requests.seen
    out = found.is_archived or found.is_fork or settled
    return found.database_id == holding.repository_id and not out
