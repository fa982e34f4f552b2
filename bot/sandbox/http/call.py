"""One request as an endpoint sees it, and the answer it gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import urlencode

from bot.sandbox.errors import Refused, forbidden, not_found
from bot.sandbox.http.actor import Actor
from bot.sandbox.http.body import Body
from bot.sandbox.state.accounts import Account, App, Organization, Role
from bot.sandbox.state.pull import PullRequest
from bot.sandbox.state.repository import Repository
from bot.sandbox.state.world import World

if TYPE_CHECKING:
    from bot.sandbox.http.services import Services

T = TypeVar("T")
PER_PAGE: Final = 30
MOST_PER_PAGE: Final = 100


@dataclass(slots=True)
class Answer:
    """What goes back: a JSON value, or raw bytes with their media type."""

    body: object = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    content_type: str = "application/json; charset=utf-8"


@dataclass(slots=True)
class Call:
    """A request with its caller, its path's parameters and its body."""

    services: Services
    actor: Actor
    method: str
    path: str
    params: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Body

    @property
    def world(self) -> World:
        """All records."""
        return self.services.world

    @property
    def by(self) -> Account:
        """Who signs what is written; raises `Refused` (401) for nobody."""
        if self.actor.account is None:
            raise Refused(401, "Requires authentication")
        return self.actor.account

    @property
    def app(self) -> App | None:
        """The app behind the call, through a JWT or an installation token."""
        installation = self.actor.installation
        return installation.app if installation else self.actor.app

    # Permissions ---------------------------------------------------------------------

    def need(self, accepted: Sequence[tuple[str, str]], person: Role) -> None:
        """Check the caller's right to the repository of the path, or raise `Refused`.

        `accepted` are alternative (permission, level) pairs for apps; `person` is the role
        a person needs.
        """
        if "repo" in self.params and "owner" in self.params:
            self._need_in(self.repository(), accepted, person)
        elif self.actor.token is not None and accepted:
            self._need_permission(accepted)

    def _need_in(self, repository: Repository, accepted: Sequence[tuple[str, str]], person: Role) -> None:
        if self.actor.app is not None:
            raise Refused(401, "A JSON web token cannot be used for this endpoint")
        if self.actor.token is None:
            self._need_role(repository, person)
        elif self._reaches(repository):
            self._need_permission(accepted)
        elif repository.private:
            raise not_found()
        elif self.method != "GET":  # anyone may read what is public
            raise forbidden(accepted_header(accepted))
        if repository.archived and self.method != "GET":
            raise Refused(403, "Repository was archived so is read-only.")

    def _need_role(self, repository: Repository, person: Role) -> None:
        writes = self.method != "GET"
        role = Role.NONE if repository.private else Role.READ
        if self.actor.account is not None:
            role = self.world.role(self.actor.account, repository)
            through = self.actor.through
            if through is not None and repository.private and not self.world.reached(through, repository):
                role = Role.NONE
        if role < Role.READ:
            raise not_found()
        if self.actor.account is None and writes:
            raise Refused(401, "Requires authentication")
        if role < person:
            raise Refused(403, "Must have admin rights to Repository.")

    def _reaches(self, repository: Repository) -> bool:
        token = self.actor.token
        if token is None or not self.world.covers(token.installation, repository):
            return False
        return token.repositories is None or repository.id in token.repositories

    def _need_permission(self, accepted: Sequence[tuple[str, str]]) -> None:
        if accepted and not any(self.actor.allows(name, level) for name, level in accepted):
            raise forbidden(accepted_header(accepted))

    # What the path names ---------------------------------------------------------------

    def number(self, name: str) -> int:
        """Return a numeric parameter of the path; raises `Refused` (404)."""
        text = self.params[name]
        if not text.isascii() or not text.isdigit():
            raise not_found()
        return int(text)

    def repository(self) -> Repository:
        """Return the path's repository; raises `Refused` 404, or 301/307 after a rename."""
        owner, name = self.params["owner"], self.params["repo"]
        moved = self.world.renamed.get(f"{owner}/{name}".lower())
        if moved is not None:
            rest = self.path.split("/", 4)[4:]
            place = "/".join([f"{self.world.api_url}/repositories/{moved.id}", *rest])
            status = 301 if self.method == "GET" else 307
            raise Refused(status, "Moved Permanently", headers={"Location": place})
        return self.world.repository(owner, name)

    def organization(self) -> Organization:
        """Return the path's organisation; an app must be installed on it."""
        return self.world.organization(self.params["org"])

    def pull(self) -> PullRequest:
        """Return the path's pull request; raises `Refused` (404)."""
        found = self.repository().pulls.get(self.number("number"))
        if found is None:
            raise not_found()
        return found

    # Answers ---------------------------------------------------------------------------

    def page(self, items: Iterable[T], render: Callable[[T], object], wrap: str | None = None) -> Answer:
        """Answer with one page of a list, `wrap`ped in an object with `total_count` if named."""
        rows = list(items)
        size = min(max(1, self.whole("per_page", PER_PAGE)), MOST_PER_PAGE)
        page = max(1, self.whole("page", 1))
        shown = [render(row) for row in rows[(page - 1) * size : page * size]]
        last = max(1, -(-len(rows) // size))
        links = {"prev": page - 1, "next": page + 1, "last": last, "first": 1}
        wanted = [
            f'<{self.link(page=number)}>; rel="{rel}"'
            for rel, number in links.items()
            if (rel in ("prev", "first") and page > 1) or (rel in ("next", "last") and page < last)
        ]
        headers = {"Link": ", ".join(wanted)} if wanted else {}
        if wrap is None:
            return Answer(shown, headers=headers)
        return Answer({"total_count": len(rows), wrap: shown}, headers=headers)

    def link(self, **changed: object) -> str:
        """Return this request's address with some query parameters changed."""
        query = {**self.query, **{name: str(value) for name, value in changed.items()}}
        prefix = "/api/v3" if self.services.enterprise else ""
        return f"{self.world.api_url}{prefix}{self.path}?{urlencode(query)}"

    def whole(self, name: str, default: int) -> int:
        """Return a numeric query parameter, or the default where it is none."""
        text = self.query.get(name, "")
        return int(text) if text.isascii() and text.isdigit() else default


def accepted_header(accepted: Sequence[tuple[str, str]]) -> str:
    """Write alternatives as in `X-Accepted-GitHub-Permissions`."""
    return "; ".join(f"{name}={level}" for name, level in accepted)
