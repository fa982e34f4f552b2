"""Signing in with GitHub, and out again.

The web application flow of
https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-user-access-token-for-a-github-app
with ``state`` and PKCE (RFC 7636). What the way back has to match is sealed in a cookie of its own, so that
only the browser that began can end it, within ten minutes.
"""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from urllib.parse import quote

import structlog
from aiohttp import hdrs, web

from bot.ports import SIGNED_IN, OutsideError, People, SignedOutError, SignInRefusedError, Visitor
from bot.web.doors import Doors
from bot.web.pages.access import Access
from bot.web.pages.look import Look
from bot.web.pages.session import Sealed

_log = structlog.get_logger(__name__)

IDLE: Final = timedelta(hours=2)
"""A session that nobody uses ends after this."""
RENEWED: Final = timedelta(minutes=10)
"""A cookie older than this is replaced by a fresh one."""
_WAY_BACK: Final = timedelta(minutes=10)
"""As long as GitHub's code is good."""
_LOCAL: Final = re.compile(r"/(?![/\\])[\w.~!$&'()*+,;=:@/?%\[\]-]{0,1000}", re.ASCII)
_CODE: Final = re.compile(r"[\w.~-]{1,200}", re.ASCII)
_TEMPORARY: Final = "-signing-in"


@dataclass(frozen=True, slots=True)
class Session:
    """What the cookie holds."""

    id: int
    login: str
    token: str = field(repr=False)
    since: float
    """When the person signed in, in seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Form:
    """For which session a form was made: one that another site sends knows of none."""

    id: int
    since: float


@dataclass(frozen=True, slots=True)
class Pending:
    """A sign-in under way."""

    state: str
    verifier: str = field(repr=False)
    then: str
    """The path that the person wanted."""


class SignIn:
    """Everything about who is looking."""

    def __init__(
        self,
        people: People,
        access: Access,
        look: Look,
        public_url: str,
        session_secrets: Sequence[str],
        clock: Callable[[], float],
    ) -> None:
        self._people = people
        self._access = access
        self._look = look
        self._back_to = f"{public_url}/callback"
        self._clock = clock
        self._sessions = Sealed(session_secrets, "session", Session, IDLE, clock)
        self._forms = Sealed(session_secrets, "form", Form, IDLE, clock)
        self._pending = Sealed(session_secrets, "signing in", Pending, _WAY_BACK, clock)
        self._secure = public_url.startswith("https://")
        # The prefix makes browsers hold the cookie to this very host (RFC 6265bis, section 4.1.3.2).
        self._cookie = "__Host-tdd-bot" if self._secure and not look.base else "tdd-bot"

    def join(self, doors: Doors) -> None:
        """Take the paths of signing in and out."""
        doors.add_get("/login", self.login)
        doors.add_get("/callback", self.callback)
        doors.add_get("/logout", self.ask_logout)
        doors.add_post("/logout", self.logout)

    def visitor(self, request: web.Request) -> Visitor | None:
        """Return who is signed in, as the cookie says."""
        session = self._session(request)
        if session is None:
            return None
        return Visitor(session.id, session.login, session.token)  # type: ignore[arg-type] # a Login, sealed by us

    async def still(self, request: web.Request) -> None:
        """Go on where the session does.

        Raises:
            SignedOutError: GitHub has told, since the session began, that its person took back their word.
            StoreUnavailableError: the database does not answer.
        """
        session = self._session(request)
        if session is None or await self._access.ended(session.id, session.since):
            raise SignedOutError("the authorization was taken back")

    def _session(self, request: web.Request) -> Session | None:
        session = self._sessions.open(request.cookies.get(self._cookie, ""))
        if session is None or self._clock() - session.since >= SIGNED_IN.total_seconds():
            return None
        return session

    def renew(self, request: web.Request, response: web.StreamResponse) -> None:
        """Replace a cookie that is not fresh: each lives only as long as it is used."""
        text = request.cookies.get(self._cookie, "")
        session = self._sessions.open(text)
        if session is not None and self._sessions.age(text) >= RENEWED:
            self._set(response, self._cookie, self._sessions.seal(session), IDLE)

    def form_token(self, request: web.Request) -> str:
        """Return what a form of this session has to bring back; empty where there is no session."""
        session = self._session(request)
        return self._forms.seal(Form(session.id, session.since)) if session else ""

    def accepts(self, request: web.Request, token: str) -> bool:
        """Tell whether a form was made for the session that sends it, and not too long ago."""
        session = self._session(request)
        return session is not None and self._forms.open(token) == Form(session.id, session.since)

    def to_login(self, request: web.Request, *, forget: bool = False) -> web.Response:
        """Send somebody to sign in and then back here."""
        then = request.rel_url.raw_path_qs if request.method in {"GET", "HEAD"} else "/"
        response = self._redirect(f"{self._look.base}/login?next={quote(then, safe='')}")
        if forget:
            self._drop(response, self._cookie)
        return response

    async def login(self, request: web.Request) -> web.Response:
        """``GET /login``: lead to GitHub."""
        wanted = request.query.get("next", "/")
        pending = Pending(
            state=secrets.token_urlsafe(32),
            verifier=secrets.token_urlsafe(48),
            then=wanted if _LOCAL.fullmatch(wanted) else "/",
        )
        url = self._people.sign_in_url(pending.state, _challenge(pending.verifier), self._back_to)
        response = self._redirect(url)
        self._set(response, self._cookie + _TEMPORARY, self._pending.seal(pending), _WAY_BACK)
        return response

    async def callback(self, request: web.Request) -> web.Response:
        """``GET /callback``: GitHub has led back."""
        pending = self._pending.open(request.cookies.get(self._cookie + _TEMPORARY, ""))
        state = request.query.get("state", "")
        if pending is None or not hmac.compare_digest(state.encode(), pending.state.encode()):
            return self._refuse("This browser has not begun that sign-in, or began it too long ago.")
        code = request.query.get("code", "")
        if not _CODE.fullmatch(code):
            return self._refuse("GitHub did not sign you in.")
        try:
            visitor = await self._people.visitor(code, pending.verifier, self._back_to)
        except (SignInRefusedError, SignedOutError) as error:
            _log.warning("sign-in refused", reason=str(error))
            return self._refuse("GitHub did not take its own code: it is used up or too old.")
        except OutsideError as error:
            _log.warning("sign-in failed", reason=str(error))
            return self._look.trouble("GitHub does not answer", "Nobody can sign in for now.", 503, "/login")
        response = self._redirect(self._look.base + pending.then)
        session = Session(visitor.id, visitor.login, visitor.token, self._clock())
        self._set(response, self._cookie, self._sessions.seal(session), IDLE)
        self._drop(response, self._cookie + _TEMPORARY)
        _log.info("signed in", person=visitor.id)
        return response

    def _refuse(self, text: str) -> web.Response:
        response = self._look.trouble("You are not signed in", text, 400, "/login")
        self._drop(response, self._cookie + _TEMPORARY)
        return response

    async def ask_logout(self, request: web.Request) -> web.Response:
        """``GET /logout``: a button, because a link from elsewhere must sign nobody out."""
        return self._look.page("logout.html", self.visitor(request))

    async def logout(self, request: web.Request) -> web.Response:
        """``POST /logout``: end the token at GitHub too, so that a copy of the cookie is worth nothing."""
        visitor = self.visitor(request)
        if visitor is not None:
            self._access.forget(visitor)
            try:
                await self._people.revoke(visitor)
            except OutsideError as error:
                _log.warning("a token could not be revoked", reason=str(error))
        response = self._redirect(f"{self._look.base}/logout")
        self._drop(response, self._cookie)
        return response

    def _redirect(self, location: str) -> web.Response:
        headers = {hdrs.LOCATION: location, hdrs.CACHE_CONTROL: "no-store", "Referrer-Policy": "no-referrer"}
        return web.Response(status=303, headers=headers)

    def _set(self, response: web.StreamResponse, name: str, text: str, life: timedelta) -> None:
        response.set_cookie(
            name,
            text,
            max_age=int(life.total_seconds()),
            path=self._look.base or "/",
            secure=self._secure,
            httponly=True,
            # Sent when GitHub leads back, never with a form or a picture of somebody else's page.
            samesite="Lax",
        )

    def _drop(self, response: web.StreamResponse, name: str) -> None:
        response.del_cookie(
            name, path=self._look.base or "/", secure=self._secure, httponly=True, samesite="Lax"
        )


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
