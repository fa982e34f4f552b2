"""Who is signed in: an encrypted cookie, so that no process and no table has to remember it.

Fernet of ``cryptography``, which is there for the App's key anyway: it authenticates, carries the time of its
making, and ``MultiFernet`` reads with old secrets while it writes with the new one. aiohttp-session was
weighed: its encrypted storage is the same Fernet with a single key.
"""

import base64
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final, Generic, TypeVar

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import TypeAdapter, ValidationError

_Value = TypeVar("_Value")

LONGEST: Final = 4_000
"""Bytes of a cookie: a browser keeps 4,096 with its name (RFC 6265, section 6.1)."""


class Sealed(Generic[_Value]):
    """Turns a value into a cookie's text and back. Sealed for one purpose, it opens for no other."""

    def __init__(
        self,
        secrets: Sequence[str],
        purpose: str,
        kind: type[_Value],
        life: timedelta,
        clock: Callable[[], float],
    ) -> None:
        self._keys = MultiFernet([Fernet(_key(secret, purpose)) for secret in secrets])
        self._adapter = TypeAdapter(kind)
        self._life = int(life.total_seconds())
        self._clock = clock

    def seal(self, value: _Value) -> str:
        """Return the text; it says when it was made."""
        return self._keys.encrypt_at_time(self._adapter.dump_json(value), int(self._clock())).decode()

    def open(self, text: str) -> _Value | None:
        """Return the value; None where the text was not made here, was changed, or is too old."""
        if not text or len(text) > LONGEST:
            return None
        try:
            raw = self._keys.decrypt_at_time(text.encode("ascii"), self._life, int(self._clock()))
            return self._adapter.validate_json(raw)
        except (InvalidToken, UnicodeEncodeError, ValidationError):
            return None

    def age(self, text: str) -> timedelta:
        """Return how long ago a text that opens was sealed."""
        return timedelta(seconds=int(self._clock()) - self._keys.extract_timestamp(text.encode("ascii")))


def _key(secret: str, purpose: str) -> bytes:
    # A secret of any length and alphabet becomes a key; another purpose, another key.
    derived = HKDF(SHA256(), 32, salt=None, info=f"tdd-bot {purpose}".encode()).derive(secret.encode())
    return base64.urlsafe_b64encode(derived)
