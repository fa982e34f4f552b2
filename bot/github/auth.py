"""Who this app is (JSON Web Token) and what it may do somewhere (installation token)."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import jwt
from cachetools import TLRUCache
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from bot.ports import CredentialsError

_BACKDATED = timedelta(seconds=60)
"""Against clocks that differ, as GitHub advises."""

_LIFETIME = timedelta(minutes=9)
"""At most ten: https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app"""

_MARGIN = timedelta(minutes=5)
"""A run that begins with a cached token must be able to end with it."""

_INSTALLATIONS = 10_000
"""Tokens kept at once; 600 bytes each."""


class AppKey:
    """The app's private key; parsed at first use, so that a wrong one does not stop the start."""

    def __init__(self, issuer: str, pem: str) -> None:
        self._issuer = issuer
        self._pem = pem
        self._key: RSAPrivateKey | None = None

    def sign(self, now: datetime) -> str:
        """Return a JSON Web Token that is good for nine minutes.

        Raises:
            CredentialsError: there is no id or no usable key.
        """
        if not self._issuer:
            raise CredentialsError(
                "Neither CLIENT_ID nor APP_ID is set: GitHub cannot tell which app this is."
            )
        if self._key is None:
            self._key = _load(self._pem)
        issued = now - _BACKDATED
        claims = {
            "iat": int(issued.timestamp()),
            "exp": int((now + _LIFETIME).timestamp()),
            "iss": self._issuer,
        }
        return jwt.encode(claims, self._key, algorithm="RS256")


def _load(pem: str) -> RSAPrivateKey:
    if not pem.strip():
        raise CredentialsError("PRIVATE_KEY is empty: set it to the key generated in the app's settings.")
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError):
        # The library's message may quote the key: it is left out.
        raise CredentialsError("PRIVATE_KEY is not a readable private key in PEM form.") from None
    if not isinstance(key, RSAPrivateKey):
        raise CredentialsError("PRIVATE_KEY is not an RSA key: GitHub accepts no other.")
    return key


@dataclass(frozen=True, slots=True)
class Token:
    """An installation's token: an opaque text of any length, never shown."""

    value: str = field(repr=False)
    until: datetime
    """When to stop using it."""
    made: datetime

    @classmethod
    def expiring(cls, value: str, expires_at: datetime, now: datetime) -> "Token":
        """Keep a margin before expiry; less of it where the whole life is short."""
        return cls(value, expires_at - min(_MARGIN, (expires_at - now) / 5), now)


class Tokens:
    """Installation tokens, each made once and shared until shortly before it expires."""

    def __init__(self, mint: Callable[[int], Awaitable[Token]], clock: Callable[[], datetime]) -> None:
        self._mint = mint
        self._kept: TLRUCache[int, Token] = TLRUCache(
            maxsize=_INSTALLATIONS,
            ttu=lambda _, token, __: token.until.timestamp(),
            timer=lambda: clock().timestamp(),
        )
        self._making: dict[int, asyncio.Task[Token]] = {}

    async def of(self, installation_id: int) -> Token:
        """Return the installation's token; those who ask while it is made wait for the same one.

        Raises:
            OutsideError: as the request for it failed, for all who wait.
        """
        token = self._kept.get(installation_id)
        if token is not None:
            return token
        making = self._making.get(installation_id)
        if making is None:
            making = asyncio.create_task(self._make(installation_id))
            self._making[installation_id] = making
            # Where nobody is left to hear of a failure, it is no news.
            making.add_done_callback(lambda done: done.cancelled() or done.exception())
        # One waiter's cancellation is not the others'.
        return await asyncio.shield(making)

    def drop(self, installation_id: int, token: Token | None = None) -> None:
        """Forget the installation's token; if ``token`` is given, only when it is still that one."""
        if token is None or self._kept.get(installation_id) == token:
            self._kept.pop(installation_id, None)

    async def _make(self, installation_id: int) -> Token:
        try:
            token = await self._mint(installation_id)
            self._kept[installation_id] = token
            return token
        finally:
            del self._making[installation_id]
