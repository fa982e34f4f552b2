"""``ports.Boards``: one issue of this app in a repository, found again by author and mark.

https://docs.github.com/en/rest/issues/issues
"""

from typing import Any, Final, Literal
from urllib.parse import quote

from bot.core.model import App
from bot.core.render.digest import DIGEST
from bot.core.render.marks import bears, mark
from bot.github.client import Client
from bot.github.texts import COMMENT_LIMIT, cut
from bot.ports import GoneError, Holding, UnavailableError

_MOST: Final = 100


class IssueBoards:
    """Writes with the permission ``issues: write``, which only ``setup --digest`` asks for."""

    def __init__(self, client: Client, name: str) -> None:
        self._client = client
        self._name = name
        self._app: App | None = None

    async def write(self, holding: Holding, issue: int | None, title: str, body: str) -> int:
        """See ``ports.Boards``."""
        text = {"title": title, "body": cut(f"{mark(self._name, DIGEST)}\n{body}", COMMENT_LIMIT)}
        number = issue if issue is not None else await self._find(holding)
        if number is not None:
            try:
                await self._rest(holding, "PATCH", f"/issues/{number}", {**text, "state": "open"})
            except GoneError:
                # Deleted or moved away. Where the repository has no issues at all, creating says so.
                number = None
        if number is None:
            said = await self._rest(holding, "POST", "/issues", text)
            number = said.get("number") if isinstance(said, dict) else None
        if not isinstance(number, int):
            raise UnavailableError("GitHub's answer to a written issue makes no sense")
        return number

    async def _find(self, holding: Holding) -> int | None:
        """Return the open issue that an earlier answer was lost of, or that a lost database knew."""
        if self._app is None:
            self._app = await self._client.app()
        creator = quote(self._app.login)
        path = f"{_home(holding)}/issues?creator={creator}&state=open&per_page=100"
        for one in await self._client.rest_list(holding.installation_id, path, {}, _MOST):
            if isinstance(one, dict) and bears(str(one.get("body")), DIGEST) and "pull_request" not in one:
                number = one.get("number")
                return number if isinstance(number, int) else None
        return None

    async def _rest(self, holding: Holding, method: Literal["POST", "PATCH"], path: str, data: object) -> Any:  # noqa: ANN401 - JSON; the caller checks what it uses
        return await self._client.rest(holding.installation_id, method, _home(holding) + path, data=data)


def _home(holding: Holding) -> str:
    return f"/repos/{quote(holding.owner)}/{quote(holding.name)}"
