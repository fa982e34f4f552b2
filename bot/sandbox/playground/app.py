"""The pages and the forms. Whoever the cookie names acts: it is a playground, on this machine alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from importlib.resources import files
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import jinja2
from aiohttp import web

from bot.sandbox.errors import Refused
from bot.sandbox.http.installation import InstallationPage
from bot.sandbox.person import Person
from bot.sandbox.playground import rules, views
from bot.sandbox.playground.deeds import DEEDS, NotAllowed
from bot.sandbox.playground.markup import rendered
from bot.sandbox.scene import Scene
from bot.sandbox.state.accounts import Role
from bot.sandbox.state.pull import PullRequest
from bot.sandbox.state.world import World

PERSON: Final = "person"
RULES: Final = "/rules"
"""Where those of the default branch are."""
_FORM_CAP: Final = 4 * 1024 * 1024
"""Bytes of a form: a document of a megabyte must get as far as the bot, which refuses it."""
_CSP: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
_STYLE: Final = files(__package__).joinpath("static/style.css").read_text(encoding="utf-8")

Quiet = Callable[[], Awaitable[bool]]
"""Waits until nothing is under way any more; returns whether that was so in time."""


class Playground:
    """A web site over one sandbox's world."""

    def __init__(self, world: World, scene: Scene, quiet: Quiet) -> None:
        """Serve a scene; after each deed `quiet` waits for the answers of apps."""
        self.world = world
        self.scene = scene
        self.quiet = quiet
        self.pages = jinja2.Environment(
            loader=jinja2.PackageLoader(__package__), autoescape=True, undefined=jinja2.StrictUndefined
        )
        self.pages.filters["markdown"] = rendered
        self.pages.globals.update(tone_of=views.tone_of, required=views.required)

    def application(self) -> web.Application:
        """Build the aiohttp application."""
        app = web.Application(client_max_size=_FORM_CAP, middlewares=[_guarded])
        app.router.add_get("/", self._home)
        app.router.add_get("/style.css", self._style)
        app.router.add_post("/become", self._become)
        app.router.add_post("/new", self._new)
        app.router.add_get(RULES, self._rules)
        app.router.add_post(RULES, self._change_rules)
        pull = "/{owner}/{repo}/pull/{number:[0-9]{1,9}}"
        app.router.add_get(pull, partial(self._pull, "conversation"))
        app.router.add_get(f"{pull}/files", partial(self._pull, "files"))
        app.router.add_get(f"{pull}/checks", partial(self._pull, "checks"))
        InstallationPage(self.world).add_to(app)
        app.router.add_get(f"{pull}/edit", self._edit)
        app.router.add_post(f"{pull}/{{deed}}", self._act)
        return app

    async def _style(self, _request: web.Request) -> web.Response:
        return web.Response(text=_STYLE, content_type="text/css")

    async def _home(self, request: web.Request) -> web.Response:
        repository = self.scene.repository
        rows = [views.seen(self.world, one) for one in reversed(repository.pulls.values())]
        return self._page(request, "home.html", rows=rows)

    async def _rules(self, request: web.Request) -> web.Response:
        person, repository = self._person(request), self.scene.repository
        return self._page(
            request,
            "rules.html",
            rule=self.scene.rule,
            demanded=rules.demanded(self.world, self.scene.rule),
            sources=rules.sources(self.world, repository),
            switches=rules.SWITCHES,
            admin=self.world.role(person.account, repository) is Role.ADMIN,
        )

    async def _change_rules(self, request: web.Request) -> web.Response:
        person, repository = self._person(request), self.scene.repository
        given = {name: str(value) for name, value in (await request.post()).items()}
        try:
            rules.change(self.world, repository, self.scene.rule, person, given)
        except NotAllowed as refusal:
            raise self._to(RULES, f"{person.login} {refusal}") from None
        raise self._to(RULES)

    async def _pull(self, tab: str, request: web.Request) -> web.Response:
        pull = self._found(request)
        changed = views.changed_files(pull) if tab == "files" else []
        return self._page(request, f"{tab}.html", seen=views.seen(self.world, pull), tab=tab, changed=changed)

    async def _edit(self, request: web.Request) -> web.Response:
        pull, path = self._found(request), request.query.get("path", "")
        text = views.text_at_head(pull, path)
        if text is None:
            raise web.HTTPNotFound(text="There is no such text at the head.")
        return self._page(
            request, "edit.html", seen=views.seen(self.world, pull), tab="edit", path=path, text=text
        )

    async def _become(self, request: web.Request) -> web.Response:
        given = await request.post()
        response = web.HTTPSeeOther(_back(str(given.get("back", "/"))))
        login = str(given.get("login", ""))
        if login in {one.login for one in views.faces(self.world, self.scene.repository)}:
            response.set_cookie(PERSON, login, httponly=True, samesite="Strict")
        raise response

    async def _new(self, request: web.Request) -> web.Response:
        given = await request.post()
        person, text = self._person(request), str(given.get("text", ""))
        try:
            pull = DEEDS["open"](
                self.world, self.scene.repository, person, {"text": text, "path": str(given["path"])}
            )
        except (NotAllowed, Refused, KeyError) as refusal:
            raise self._to("/", str(refusal)) from None
        await self.quiet()
        raise web.HTTPSeeOther(_address(pull) if isinstance(pull, PullRequest) else "/")

    async def _act(self, request: web.Request) -> web.Response:
        pull, person = self._found(request), self._person(request)
        deed = DEEDS.get(request.match_info["deed"])
        if deed is None or request.match_info["deed"] == "open":
            raise web.HTTPNotFound
        given = {name: str(value) for name, value in (await request.post()).items()}
        try:
            deed(self.world, pull, person, given)
        except (NotAllowed, Refused) as refusal:
            raise self._to(_address(pull), f"{person.login}: {_reason(refusal)}") from None
        said = (
            "" if await self.quiet() else "The bot has not come to rest yet: load the page again in a moment."
        )
        raise self._to(_address(pull), said)

    def _found(self, request: web.Request) -> PullRequest:
        where = request.match_info
        repository = self.scene.repository
        pull = repository.pulls.get(int(where["number"]))
        if pull is None or f"{where['owner']}/{where['repo']}" != repository.full_name:
            raise web.HTTPNotFound(text="There is no such pull request here.")
        return pull

    def _person(self, request: web.Request) -> Person:
        login = request.cookies.get(PERSON, "alice")
        known = {one.login for one in views.faces(self.world, self.scene.repository)}
        return self.scene.person(login if login in known else "alice")

    def _page(self, request: web.Request, name: str, **shown: Any) -> web.Response:  # noqa: ANN401 - the template's
        text = self.pages.get_template(name).render(
            me=self._person(request).login,
            faces=views.faces(self.world, self.scene.repository),
            repository=self.scene.repository,
            here=request.path_qs,
            said=request.query.get("said", "")[:500],
            **shown,
        )
        headers = {
            "Content-Security-Policy": _CSP,
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        }
        return web.Response(text=text, content_type="text/html", headers=headers)

    @staticmethod
    def _to(path: str, said: str = "") -> web.HTTPSeeOther:
        return web.HTTPSeeOther(f"{path}?{urlencode({'said': said})}" if said else path)


def _reason(refusal: Exception) -> str:
    """Return what GitHub says of a refusal, its details included."""
    errors = refusal.errors if isinstance(refusal, Refused) else []
    details = [str(one.get("message", "")) if isinstance(one, dict) else str(one) for one in errors]
    return " ".join([str(refusal), *details]).strip()


def _address(pull: PullRequest) -> str:
    return f"/{pull.repository.full_name}/pull/{pull.number}"


def _back(path: str) -> str:
    """Return a path on this site, whatever was asked for."""
    parts = urlsplit(path)
    return path if path.startswith("/") and not path.startswith("//") and not parts.netloc else "/"


@web.middleware
async def _guarded(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Let no other site act here: neither by a form of its own nor by a name that leads to this machine."""
    host = urlsplit(f"//{request.host}").hostname
    if host not in {"127.0.0.1", "localhost", "::1"}:
        raise web.HTTPForbidden(text="The playground answers to this machine's own names only.")
    origin = request.headers.get("Origin")
    if request.method != "GET" and origin is not None and urlsplit(origin).netloc != request.host:
        raise web.HTTPForbidden(text="That form is not the playground's.")
    return await handler(request)
