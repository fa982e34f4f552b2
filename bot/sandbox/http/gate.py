"""The door: every HTTP request comes in here and every answer leaves here."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
import traceback
import uuid
from dataclasses import dataclass, replace
from typing import Final

from aiohttp import web

from bot.sandbox.control import control
from bot.sandbox.errors import Refused, not_found
from bot.sandbox.graphql.context import Context
from bot.sandbox.graphql.engine import operation_of
from bot.sandbox.graphql.engine import run as run_graphql
from bot.sandbox.http.actor import Actor
from bot.sandbox.http.body import Body
from bot.sandbox.http.call import Answer, Call
from bot.sandbox.http.faults import Failure, without
from bot.sandbox.http.installation import InstallationPage
from bot.sandbox.http.log import Access, RequestRecord
from bot.sandbox.http.router import Route
from bot.sandbox.http.services import Services
from bot.sandbox.rest import router

BODY_LIMIT: Final = 64 * 1024**2
GRAPHQL: Final = frozenset({"/graphql", "/api/graphql"})
NEWEST: Final = "2026-03-10"
VERSIONS: Final = ("2022-11-28", NEWEST)


@dataclass(slots=True)
class Incoming:
    """A request after reading, before answering."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    raw: bytes
    route: Route | None = None
    params: dict[str, str] | None = None
    operation: str | None = None
    access: Access = Access.READ
    actor: Actor | None = None
    body: object = None
    is_graphql: bool = False

    @property
    def version(self) -> str:
        """The REST API's version that the caller asks for."""
        return self.headers.get("X-Github-Api-Version", VERSIONS[0])


class Gate:
    """Answers requests for one sandbox."""

    def __init__(self, services: Services) -> None:
        """Serve one world."""
        self.services = services
        self.busy = 0
        self.most_busy = 0
        self.problems: list[str] = []

    def application(self) -> web.Application:
        """Build the aiohttp application."""
        app = web.Application(client_max_size=BODY_LIMIT)
        app.router.add_route("*", "/_sandbox/{path:.*}", self._control)
        registration = self.services.registration
        app.router.add_post("/settings/apps/new", registration.begin)
        app.router.add_post("/organizations/{org}/settings/apps/new", registration.begin)
        app.router.add_post("/_web/apps", registration.confirm)
        InstallationPage(self.services.world).add_to(app)
        app.router.add_get("/login/oauth/authorize", self.services.oauth.authorize)
        app.router.add_post("/login/oauth/authorize", self.services.oauth.authorize)
        app.router.add_post("/login/oauth/access_token", self.services.oauth.access_token)
        app.router.add_route("*", "/{path:.*}", self.handle)
        return app

    async def _control(self, request: web.Request) -> web.Response:
        return await control(self.services, request)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request, with the faults that are due."""
        self.busy += 1
        self.most_busy = max(self.most_busy, self.busy)
        try:
            return await self._handle(request)
        finally:
            self.busy -= 1

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        incoming = await self._read(request)
        faults = self.services.faults
        if faults.latency_ms:
            await asyncio.sleep(faults.latency_ms / 1000)
        await faults.silence.meet(incoming.path)
        failure = faults.pick(incoming.method, incoming.path, incoming.operation)
        began = time.perf_counter()
        answer = None
        if failure is None or failure.is_carried_out:
            answer = self._guarded(incoming)
        if failure is not None and failure.at and answer is not None:
            answer = replace(answer, body=without(answer.body, failure.at))
        elif failure is not None and not failure.late:
            answer = _failed(failure)
        shown = answer or Answer(status=0)
        self._record(incoming, shown, (time.perf_counter() - began) * 1000)
        if failure is not None:
            await asyncio.sleep(failure.late)
        if answer is None or answer.status == 0:
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=499)
        return _response(answer)

    async def _read(self, request: web.Request) -> Incoming:
        path = request.rel_url.raw_path
        if path == "/api/v3" or path.startswith("/api/v3/"):
            path = path.removeprefix("/api/v3") or "/"
        incoming = Incoming(
            method=request.method,
            path=path,
            query=dict(request.query),
            headers={name.title(): value for name, value in request.headers.items()},
            raw=await request.read(),
            is_graphql=path in GRAPHQL,
        )
        self._place(incoming)
        return incoming

    def _place(self, incoming: Incoming) -> None:
        """Find out what a request is for, without answering yet."""
        try:
            incoming.body = json.loads(incoming.raw) if incoming.raw.strip() else {}
        except ValueError:
            incoming.body = None
        if incoming.is_graphql:
            text, name = _query_of(incoming.body)
            operation = operation_of(text, name)
            if operation is not None:
                incoming.operation = operation.name.value if operation.name else "(anonymous)"
                if operation.operation.value == "mutation":
                    incoming.access = Access.WRITE
            return
        if incoming.method not in ("GET", "HEAD", "OPTIONS"):
            incoming.access = Access.WRITE
        found = router.find(incoming.method, self._by_name(incoming.path))
        if found is not None:
            incoming.route, incoming.params = found

    def _by_name(self, path: str) -> str:
        """Turn `/repositories/{id}/...` into the path with the repository's name."""
        if not path.startswith("/repositories/"):
            return path
        number, _, rest = path.removeprefix("/repositories/").partition("/")
        found = self.services.world.repositories.get(int(number) if number.isdigit() else 0)
        if found is None:
            return path
        return f"/repos/{found.full_name}" + (f"/{rest}" if rest else "")

    def _guarded(self, incoming: Incoming) -> Answer:
        """Answer, turning refusals into GitHub's error JSON."""
        try:
            return self._answer(incoming)
        except Refused as refusal:
            return Answer(refusal.body(), refusal.status, refusal.headers)
        except Exception:  # noqa: BLE001 - the sandbox's own fault must be visible as one
            trace = traceback.format_exc()
            self.problems.append(trace)
            return Answer({"message": "Sandbox error", "trace": trace}, 500)

    def _answer(self, incoming: Incoming) -> Answer:
        services = self.services
        services.limits.admit(self.busy)
        incoming.actor = actor = services.gatekeeper.recognise(incoming.headers)
        if incoming.is_graphql:
            return self._graphql(incoming, actor)
        if incoming.version not in (VERSIONS[:1] if services.enterprise else VERSIONS):
            raise Refused(410, f"'{incoming.version}' is not a supported API version.")
        route = incoming.route
        if route is None or incoming.params is None:
            raise not_found()
        body = _fields(route, incoming.body)
        if route.app_only and actor.app is None:
            raise Refused(401, "A JSON web token could not be decoded")
        if route.pattern != "/rate_limit":
            services.limits.spend(actor.name, "core")
        call = Call(
            services=services,
            actor=actor,
            method=incoming.method,
            path=incoming.path,
            params=incoming.params,
            query=incoming.query,
            headers=incoming.headers,
            body=Body(body),
        )
        if not route.app_only:
            call.need(route.accepted, route.person)
        if route.creates:
            services.limits.create(actor.name)
        answer = route.handler(call)
        self._revalidate(incoming, answer)
        if answer.status == 304:  # noqa: PLR2004 - what was not sent is not counted
            services.limits.refund(actor.name, "core")
        self._tell_limits(answer, actor, "core")
        return answer

    def _tell_limits(self, answer: Answer, actor: Actor, resource: str) -> None:
        answer.headers.update(self.services.limits.headers(actor.name, resource))

    @staticmethod
    def _revalidate(incoming: Incoming, answer: Answer) -> None:
        """Add version and ETag, and answer 304 to whoever has the same already."""
        answer.headers["X-GitHub-Api-Version-Selected"] = incoming.version
        if incoming.method != "GET" or answer.status != 200:  # noqa: PLR2004 - only what was found has an ETag
            return
        if incoming.version == NEWEST:
            answer.body = _without_removed(answer.body)
        raw = answer.raw if answer.raw is not None else json.dumps(answer.body).encode()
        etag = f'W/"{hashlib.sha256(raw).hexdigest()}"'
        answer.headers["ETag"] = etag
        if incoming.headers.get("If-None-Match") == etag:
            answer.status, answer.body, answer.raw = 304, None, None

    def _graphql(self, incoming: Incoming, actor: Actor) -> Answer:
        if actor.account is None:
            raise Refused(401, "This endpoint requires you to be authenticated.")
        text, name = _query_of(incoming.body)
        variables = incoming.body.get("variables") if isinstance(incoming.body, dict) else None
        if not text:
            raise Refused(400, "A query attribute must be specified and must be a string.")
        context = Context(self.services, actor)
        answer = run_graphql(context, text, variables or {}, name)
        self._tell_limits(answer, actor, "graphql")
        return answer

    def _record(self, incoming: Incoming, answer: Answer, milliseconds: float) -> None:
        route = incoming.route.pattern if incoming.route else None
        self.services.log.records.append(
            RequestRecord(
                method=incoming.method,
                path=incoming.path,
                query="&".join(f"{name}={value}" for name, value in incoming.query.items()),
                route="/graphql" if incoming.is_graphql else route,
                operation=incoming.operation,
                access=incoming.access,
                actor=incoming.actor.name if incoming.actor else "unknown",
                status=answer.status,
                body=incoming.body,
                answer=answer.body,
                accept=incoming.headers.get("Accept", ""),
                version=incoming.version,
                milliseconds=round(milliseconds, 3),
            )
        )


def _fields(route: Route, body: object) -> dict[str, object]:
    """Return a body's fields; raises `Refused` (400) for anything but a JSON object."""
    if body is None:
        raise Refused(400, "Problems parsing JSON")
    if isinstance(body, list) and route.pattern.endswith("/labels"):
        return {"labels": body}  # the one endpoint that takes a bare list
    if not isinstance(body, dict):
        raise Refused(400, "Body should be a JSON object")
    return body


def _without_removed(body: object) -> object:
    """Leave out what version 2026-03-10 took from pull requests and the rate limit."""
    if isinstance(body, list):
        return [_without_removed(row) for row in body]
    if not isinstance(body, dict):
        return body
    if "base" in body and "head" in body:
        return {k: v for k, v in body.items() if k not in ("merge_commit_sha", "assignee")}
    return {k: v for k, v in body.items() if k != "rate"} if "resources" in body else body


def _query_of(body: object) -> tuple[str, str | None]:
    """Return the text and the operation's name of a GraphQL request."""
    if not isinstance(body, dict):
        return "", None
    text, name = body.get("query"), body.get("operationName")
    return (text if isinstance(text, str) else ""), (name if isinstance(name, str) else None)


def _failed(failure: Failure) -> Answer:
    if failure.status is None:
        return Answer(status=0)
    body = failure.body or {"message": "Server Error"}
    return Answer(body, failure.status, dict(failure.headers))


def _response(answer: Answer) -> web.Response:
    headers = {
        "X-GitHub-Request-Id": uuid.uuid4().hex[:20].upper(),
        "Server": "github.com",
        **answer.headers,
    }
    if answer.raw is not None:
        headers["Content-Type"] = answer.content_type
        return web.Response(body=answer.raw, status=answer.status, headers=headers)
    if answer.body is None or answer.status in (204, 304):
        return web.Response(status=answer.status, headers=headers)
    headers["Content-Type"] = answer.content_type
    raw = json.dumps(answer.body).encode()
    return web.Response(body=raw, status=answer.status, headers=headers)
