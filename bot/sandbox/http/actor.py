"""Who calls: nobody, an app (JWT), an installation (token) or a person."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import jwt

from bot.sandbox.errors import Refused
from bot.sandbox.state.accounts import Account, App, Installation
from bot.sandbox.state.world import Event, World

LONGEST_JWT: Final = 600
TOKEN_LIFE: Final = timedelta(hours=1)
PERSON_LIFE: Final = timedelta(hours=8)
"""How long a token lives that an app holds for a person who signed in."""
# Real tokens are about 520 characters since spring 2026: an opaque JWT after a prefix.
TOKEN_LENGTH: Final = 520


@dataclass(slots=True, eq=False)
class Token:
    """An installation token with what it was narrowed to (None: everything)."""

    text: str
    installation: Installation
    expires_at: datetime
    permissions: dict[str, str] | None = None
    repositories: frozenset[int] | None = None
    revoked: bool = False


@dataclass(slots=True, eq=False)
class PersonToken:
    """A token of a person who signed in to an app: it reaches what both of them reach."""

    text: str
    app: App
    account: Account
    expires_at: datetime
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class Actor:
    """The caller. `account` signs what is written; `app` is set for a JWT alone."""

    account: Account | None = None
    app: App | None = None
    token: Token | None = None
    through: App | None = None
    """The app that a person has signed in to."""
    client: App | None = None
    """The app that showed its client secret."""

    @property
    def installation(self) -> Installation | None:
        """The installation behind a token."""
        return self.token.installation if self.token else None

    @property
    def name(self) -> str:
        """The name shown in the request log and used for rate limits."""
        if self.token is not None:
            return f"installation {self.token.installation.id}"
        if self.app is not None:
            return f"app {self.app.id}"
        return f"user {self.account.login}" if self.account else "anonymous"

    def allows(self, permission: str, level: str) -> bool:
        """Tell whether an installation token has a permission at a level."""
        if self.token is None:
            return False
        narrowed = self.token.permissions
        if narrowed is not None and permission != "metadata":
            order = ("none", "read", "write", "admin")
            if order.index(narrowed.get(permission, "none")) < order.index(level):
                return False
        return self.token.installation.allows(permission, level)


class Gatekeeper:
    """Issues installation tokens and recognises callers. `token_life` may be shortened."""

    def __init__(self, world: World, *, by_number: bool = False) -> None:
        """Keep the tokens of one world; `by_number`: apps sign with their number alone."""
        self.world = world
        self.by_number = by_number
        self.token_life = TOKEN_LIFE
        self.tokens: dict[str, Token] = {}
        self.person_life = PERSON_LIFE
        self.person_tokens: dict[str, PersonToken] = {}

    def issue(
        self,
        installation: Installation,
        *,
        permissions: dict[str, str] | None = None,
        repositories: frozenset[int] | None = None,
    ) -> Token:
        """Issue a token; raises `Refused` (403) for a suspended installation."""
        if installation.suspended_at is not None:
            raise Refused(403, "This installation has been suspended")
        expires = self.world.wall.now() + self.token_life
        serial = f"{installation.id}:{len(self.tokens)}".encode()
        token = Token(
            _token_text(installation.app.id, serial),
            installation,
            expires,
            permissions,
            repositories,
        )
        self.tokens[token.text] = token
        return token

    def admit(self, app: App, account: Account) -> PersonToken:
        """Issue a token for a person who signed in to an app."""
        expires = self.world.wall.now() + self.person_life
        token = PersonToken(f"ghu_{secrets.token_hex(18)}", app, account, expires)
        self.person_tokens[token.text] = token
        return token

    def revoke_authorization(self, app: App, account: Account) -> None:
        """Let a person take back the authorization of an app: all its tokens for that person end."""
        for token in self.person_tokens.values():
            if token.app is app and token.account is account:
                token.revoked = True
        event = Event(name="github_app_authorization", action="revoked", sender=account, subject={"app": app})
        self.world.emit(event)

    def recognise(self, headers: Mapping[str, str]) -> Actor:
        """Return the caller; raises `Refused` (401, 403) for credentials that do not hold."""
        scheme, _, text = headers.get("Authorization", "").partition(" ")
        text = text.strip()
        if not scheme:
            return Actor()
        if scheme.lower() == "basic":
            return self._client(text)
        if scheme.lower() not in ("bearer", "token"):
            raise _bad_credentials()
        if text.startswith("ghu_"):
            return self._signed_in(text)
        if text.startswith("ghs_"):
            return self._installation(text)
        if text.startswith("user-"):
            return self._person(text.removeprefix("user-"))
        if text.count(".") == 2:  # noqa: PLR2004 - header, claims, signature
            return self._app(text)
        raise _bad_credentials()

    def _person(self, login: str) -> Actor:
        account = self.world.accounts.get(login.lower())
        if account is None:
            raise _bad_credentials()
        return Actor(account=account)

    def _signed_in(self, text: str) -> Actor:
        token = self.person_tokens.get(text)
        if token is None or token.revoked or token.account.deleted:
            raise _bad_credentials()
        if self.world.wall.now() >= token.expires_at:
            raise _bad_credentials()
        return Actor(account=token.account, through=token.app)

    def _client(self, text: str) -> Actor:
        try:
            name, _, secret = base64.b64decode(text, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise _bad_credentials() from None
        for app in self.world.apps.values():
            if app.client_id == name and hmac.compare_digest(app.client_secret.encode(), secret.encode()):
                return Actor(client=app)
        raise _bad_credentials()

    def _installation(self, text: str) -> Actor:
        token = self.tokens.get(text)
        gone = token is None or token.installation.id not in self.world.installations
        if token is None or gone or token.revoked or self.world.wall.now() >= token.expires_at:
            raise _bad_credentials()
        if token.installation.suspended_at is not None:
            raise Refused(403, "This installation has been suspended")
        return Actor(account=token.installation.app.bot, token=token)

    def _app(self, text: str) -> Actor:
        try:
            claims: dict[str, Any] = jwt.decode(text, options={"verify_signature": False})
        except jwt.PyJWTError:
            raise Refused(401, "A JSON web token could not be decoded") from None
        app = self._issuer(claims.get("iss"))
        try:
            jwt.decode(
                text,
                app.public_key,
                algorithms=["RS256"],
                options={"verify_exp": False, "verify_iat": False, "verify_iss": False},
            )
        except jwt.PyJWTError:
            raise Refused(401, "A JSON web token could not be decoded") from None
        self._check_times(claims)
        return Actor(app=app)

    def _issuer(self, issuer: object) -> App:
        for app in self.world.apps.values():
            if str(issuer) == str(app.id) or (issuer == app.client_id and not self.by_number):
                return app
        raise Refused(404, "Integration not found")

    def _check_times(self, claims: Mapping[str, object]) -> None:
        """Apply the rules of `iat` and `exp` with GitHub's own sentences."""
        now = int(self.world.wall.now().timestamp())
        issued, expires = claims.get("iat"), claims.get("exp")
        if not isinstance(issued, int) or issued > now:
            raise Refused(
                401,
                "'Issued at' claim ('iat') must be an Integer representing the time that the "
                "assertion was issued",
            )
        if not isinstance(expires, int) or expires <= now:
            raise Refused(
                401,
                "'Expiration time' claim ('exp') must be a numeric value representing the future "
                "time at which the assertion expires",
            )
        if expires > now + LONGEST_JWT:
            raise Refused(401, "'Expiration time' claim ('exp') is too far in the future")


def _bad_credentials() -> Refused:
    return Refused(401, "Bad credentials")


def _token_text(app_id: int, serial: bytes) -> str:
    """Build an opaque token with two dots, as long as the real ones."""
    stream = b"".join(hashlib.sha512(serial + bytes([n])).digest() for n in range(8))
    text = base64.urlsafe_b64encode(stream).decode().rstrip("=")
    head = f"ghs_{app_id}_eyJhbGciOiJFUzI1NiJ9"
    room = TOKEN_LENGTH - len(head) - 2
    return f"{head}.{text[: room - 86]}.{text[room - 86 : room]}"
