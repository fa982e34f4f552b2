"""Which page is where, and who may see it: everybody signs in, and what is not for somebody is not there."""

import re
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from bot.ports import (
    UNMETERED,
    Cache,
    Meter,
    OutsideError,
    People,
    Records,
    SignedOutError,
    StoreUnavailableError,
    Visitor,
    Wanted,
)
from bot.web.doors import Doors
from bot.web.pages.access import LIFETIME, Access
from bot.web.pages.chart import chart_of
from bot.web.pages.health import HealthPages, Upkeep
from bot.web.pages.look import Look
from bot.web.pages.rulebook import families, rule_html, rule_of
from bot.web.pages.signin import SignIn

_log = structlog.get_logger(__name__)

PER_PAGE: Final = 50
STUCK_DAYS: Final = 7
"""A design that has waited so long is marked."""
_MOST_AUDITED: Final = 100
_MOST_PLACES: Final = 500
"""Repositories to choose from; where there are more, one writes the name: the page stays small."""
_MOST_PAGES: Final = 10_000
_LONGEST: Final = 200
"""Characters of a filter."""
_OWNER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_NAME: Final = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}")
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,8}")

_Page = Callable[[web.Request, Visitor], Awaitable[web.Response]]


@dataclass(frozen=True, slots=True)
class PageParts:
    """What the pages need of the rest."""

    public_url: str
    """Where people reach this server, without a slash at its end."""
    records: Records
    people: People
    told: Cache
    """Where what GitHub tells of people is kept for all processes."""
    session_secrets: Sequence[str] = field(repr=False)
    operators: Sequence[str]
    server_url: str
    """Where GitHub is in a browser."""
    upkeep: Upkeep
    meter: Meter = UNMETERED
    clock: Callable[[], float] = time.time
    lifetime: timedelta = LIFETIME
    """How long GitHub's word on a person is good."""


class Pages:
    """All pages of one server."""

    def __init__(self, parts: PageParts) -> None:
        self._records = parts.records
        self._clock = parts.clock
        self._meter = parts.meter
        self._server = parts.server_url
        self._look = Look(parts.public_url, parts.clock)
        self._access = Access(parts.people, parts.operators, parts.clock, parts.told, parts.lifetime)
        self._sign_in = SignIn(
            parts.people, self._access, self._look, parts.public_url, parts.session_secrets, parts.clock
        )
        self._health = HealthPages(parts.upkeep, self._access, self._look, self._sign_in)

    def join(self, doors: Doors) -> None:
        """Take the pages' paths, and all that is left: it looks like everything that is not there."""
        self._look.join(doors)
        self._sign_in.join(doors)
        for path, page in {
            "/": self.designs,
            "/{owner}/{repository}/pull/{number}": self.why,
            "/rules": self.rules,
            "/rules/{code}": self.rule,
            "/health": self._health.health,
        }.items():
            doors.add_get(path, self._metered(page.__name__, self._signed_in(page)))
        replay = self._health.replay
        doors.add_post("/health/replay", self._metered(replay.__name__, self._signed_in(replay)))
        doors.add_get("/{rest:.*}", self.nothing)

    def _metered(self, name: str, page: Handler) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            began = time.perf_counter()
            response = await page(request)
            self._meter.shown(name, response.status, time.perf_counter() - began)
            return response

        return handle

    def _signed_in(self, page: _Page) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            visitor = self._sign_in.visitor(request)
            if visitor is None:
                return self._sign_in.to_login(request)
            try:
                await self._sign_in.still(request)
                response = await page(request, visitor)
            except SignedOutError:
                self._access.forget(visitor)
                return self._sign_in.to_login(request, forget=True)
            except StoreUnavailableError as error:
                _log.warning("page without a database", reason=str(error))
                return self._look.trouble("The database does not answer", "Try again in a moment.", 503)
            except OutsideError as error:
                _log.warning("page without GitHub", reason=str(error))
                return self._look.trouble(
                    "GitHub does not answer", "Until it says what you may see, nothing is shown.", 503
                )
            self._sign_in.renew(request, response)
            return response

        return handle

    async def designs(self, request: web.Request, visitor: Visitor) -> web.Response:
        """``GET /``: all designs that the person may read, the longest waiting first."""
        query = {name: request.query.get(name, "").strip()[:_LONGEST] for name in _FILTERS}
        wanted = Wanted(query["repository"], query["status"], query["reviewer"], query["text"])
        number = request.query.get("page", "1")
        page = int(number) if _NUMBER.fullmatch(number) and int(number) <= _MOST_PAGES else 1
        visible = await self._access.repositories(visitor, await self._records.places())
        now = datetime.fromtimestamp(self._clock(), UTC)
        ids = [place.id for place in visible]
        listing = await self._records.designs(ids, wanted, (page - 1) * PER_PAGE, PER_PAGE, now)
        return self._look.page(
            "designs.html",
            visitor,
            operates=await self._operates(visitor),
            listing=listing,
            places=sorted(f"{place.owner}/{place.name}" for place in visible),
            query=query,
            filtered=any(query.values()),
            page=page,
            pages=max(1, -(-listing.found // PER_PAGE)),
            chart=chart_of(listing.weeks),
            stuck=[
                one.merged is None and self._look.days(one.since) >= STUCK_DAYS for one in listing.designs
            ],
            stuck_days=STUCK_DAYS,
            most_places=_MOST_PLACES,
            server=self._server,
        )

    async def why(self, request: web.Request, visitor: Visitor) -> web.Response:
        """``GET /{owner}/{repo}/pull/{number}``: the last decision and all it rests on."""
        info = request.match_info
        owner, name, number = info["owner"], info["repository"], info["number"]
        if not (_OWNER.fullmatch(owner) and _NAME.fullmatch(name) and _NUMBER.fullmatch(number)):
            return self._look.gone(visitor)
        # GitHub is asked first, whatever is kept here: how long an answer takes tells nobody what there is.
        repository = await self._access.repository(visitor, owner, name)
        kept = await self._records.record(repository, int(number)) if repository is not None else None
        if repository is None or kept is None:
            return self._look.gone(visitor)
        return self._look.page(
            "why.html",
            visitor,
            operates=await self._operates(visitor),
            kept=kept,
            record=kept.record,
            deeds=_DEEDS,
            audit=await self._records.audit(repository, kept.number, _MOST_AUDITED),
        )

    async def nothing(self, request: web.Request) -> web.Response:
        """Answer any other path; there is nothing to sign in for."""
        return self._look.gone(self._sign_in.visitor(request))

    async def rules(self, _: web.Request, visitor: Visitor) -> web.Response:
        """``GET /rules``: every rule by subject."""
        operates = await self._operates(visitor)
        return self._look.page("rules.html", visitor, operates=operates, families=families())

    async def rule(self, request: web.Request, visitor: Visitor) -> web.Response:
        """``GET /rules/{code}``: what a rule is for and how to satisfy it."""
        rule = rule_of(request.match_info["code"])
        if rule is None:
            return self._look.gone(visitor)
        operates = await self._operates(visitor)
        return self._look.page("rule.html", visitor, operates=operates, rule=rule, body=rule_html(rule.code))

    async def _operates(self, visitor: Visitor) -> bool:
        """Tell whether to show the way to Health; where GitHub does not say, the page does without."""
        try:
            return await self._access.operates(visitor)
        except SignedOutError:
            raise
        except OutsideError:
            return False


_DEEDS: Final = {
    "WriteCheck": "wrote the check",
    "WriteComment": "wrote the checklist",
    "DeleteComment": "removed a second checklist",
    "RequestReviews": "asked for reviews",
    "React": "acknowledged a command",
    "Reply": "answered a command",
    "Remind": "sent a reminder",
    "WriteDocuments": "committed a new version",
}
"""The audit's words for what was done, as a sentence has them; others are shown as they are."""
_FILTERS: Final = ("repository", "status", "reviewer", "text")
