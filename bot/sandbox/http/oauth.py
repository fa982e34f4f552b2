"""Signing people in to an app, at `/login/oauth/` of the web site.

https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-user-access-token-for-a-github-app

Stricter than GitHub, which lets `state` and PKCE be left out: an app that forgets them is told so here.
Errors of the exchange come with status 200, as there.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from bot.sandbox.http.actor import Gatekeeper
from bot.sandbox.http.plain import plain_page
from bot.sandbox.state.accounts import Account, App, Kind
from bot.sandbox.state.world import World

CODE_LIFE: Final = timedelta(minutes=10)
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}")
_NOBODY: Final = frozenset({"ghost", "web-flow"})
_DESCRIPTIONS: Final = {
    "incorrect_client_credentials": "The client_id and/or client_secret passed are incorrect.",
    "redirect_uri_mismatch": "The redirect_uri MUST match the registered callback URL for this application.",
    "bad_verification_code": "The code passed is incorrect or expired.",
}


@dataclass(slots=True)
class Grant:
    """A person has said yes; the code can be exchanged once."""

    app: App
    account: Account
    redirect_uri: str
    challenge: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """What an app sends a person to GitHub with."""

    app: App
    redirect_uri: str
    state: str
    challenge: str


class OAuth:
    """The web site's side of signing in."""

    def __init__(self, world: World, gatekeeper: Gatekeeper) -> None:
        """Serve one world."""
        self.world = world
        self.gatekeeper = gatekeeper
        self.grants: dict[str, Grant] = {}

    async def authorize(self, request: web.Request) -> web.Response:
        """Ask who somebody is, and lead back to the app with a code."""
        given: Mapping[str, object] = request.query if request.method == "GET" else await request.post()
        asked = self._asked({name: str(value) for name, value in given.items()})
        if isinstance(asked, str):
            return web.Response(status=400, text=asked)
        if request.method == "GET":
            return self._page(asked)
        account = self.world.accounts.get(str(given.get("login", "")).lower())
        if account is None or account.kind is not Kind.USER:
            return web.Response(status=404, text="There is nobody of this name.")
        code = secrets.token_hex(10)
        expires = self.world.wall.now() + CODE_LIFE
        self.grants[code] = Grant(asked.app, account, asked.redirect_uri, asked.challenge, expires)
        back = f"{asked.redirect_uri}?{urlencode({'code': code, 'state': asked.state})}"
        return web.Response(status=302, headers={"Location": back})

    def _asked(self, given: Mapping[str, str]) -> Asked | str:
        app = self._app(given.get("client_id", ""))
        if app is None:
            return "There is no app of this client_id."
        redirect_uri = given.get("redirect_uri", "")
        if redirect_uri not in app.callback_urls:
            return _DESCRIPTIONS["redirect_uri_mismatch"]
        if not given.get("state"):
            return "The request has no state: whoever answers it cannot be told from a forger."
        challenge = given.get("code_challenge", "")
        if given.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(challenge):
            return "The request has no code_challenge with the method S256."
        return Asked(app, redirect_uri, given["state"], challenge)

    def _app(self, client_id: str) -> App | None:
        return next((app for app in self.world.apps.values() if app.client_id == client_id), None)

    def _page(self, asked: Asked) -> web.Response:
        people = [
            account.login
            for account in self.world.accounts.values()
            if account.kind is Kind.USER and account.login not in _NOBODY
        ]
        hidden = {
            "client_id": asked.app.client_id,
            "redirect_uri": asked.redirect_uri,
            "state": asked.state,
            "code_challenge": asked.challenge,
            "code_challenge_method": "S256",
        }
        fields = "".join(
            f'<input type="hidden" name="{name}" value="{html.escape(value)}">'
            for name, value in hidden.items()
        )
        buttons = "".join(
            f'<p><button name="login" value="{login}">Continue as {login}</button></p>'
            for login in map(html.escape, people)
        )
        host = html.escape(urlsplit(asked.redirect_uri).netloc)
        return plain_page(
            f"{asked.app.name} wants to know who you are",
            f"<p>It will take you back to {host}.</p>"
            f'<form method="post" action="/login/oauth/authorize">{fields}{buttons}</form>',
        )

    async def access_token(self, request: web.Request) -> web.Response:
        """Exchange a code for a token."""
        sent = await request.json() if request.content_type == "application/json" else await request.post()
        given = {name: str(value) for name, value in dict(sent).items()}
        app = self._app(given.get("client_id", ""))
        secret = given.get("client_secret", "")
        if app is None or not hmac.compare_digest(secret.encode(), app.client_secret.encode()):
            return _fault("incorrect_client_credentials")
        # Whatever comes of it, a code is good for one attempt.
        grant = self.grants.pop(given.get("code", ""), None)
        if grant is None or grant.app is not app or self.world.wall.now() >= grant.expires_at:
            return _fault("bad_verification_code")
        if given.get("redirect_uri") != grant.redirect_uri:
            return _fault("redirect_uri_mismatch")
        if not _proves(given.get("code_verifier", ""), grant.challenge):
            return _fault("bad_verification_code")
        token = self.gatekeeper.admit(app, grant.account)
        return web.json_response(
            {
                "access_token": token.text,
                "expires_in": int((token.expires_at - self.world.wall.now()).total_seconds()),
                "refresh_token": f"ghr_{secrets.token_hex(38)}",
                "refresh_token_expires_in": 15_897_600,
                "scope": "",
                "token_type": "bearer",
            }
        )


def _proves(verifier: str, challenge: str) -> bool:
    """Tell whether a verifier is the one that the challenge was made from (RFC 7636, section 4.6)."""
    if not _VERIFIER.fullmatch(verifier):
        return False
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    return hmac.compare_digest(digest, challenge)


def _fault(error: str) -> web.Response:
    return web.json_response(
        {
            "error": error,
            "error_description": _DESCRIPTIONS[error],
            "error_uri": "https://docs.github.com/apps/oauth-apps/maintaining-oauth-apps/"
            "troubleshooting-oauth-app-access-token-request-errors",
        }
    )
