"""The one place where GitHub's refusals become errors that the engine knows."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

from bot.ports import (
    CredentialsError,
    DeniedError,
    GoneError,
    LimitedError,
    OutsideError,
    ReadOnlyError,
    SuspendedError,
    UnavailableError,
)

PAUSE = timedelta(minutes=1)
"""GitHub's advice where it limits and does not say for how long.

https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
"""

LONGEST_PAUSE = timedelta(hours=2)
"""A primary limit is reset within the hour; a longer wait is a wrong clock or a broken header."""

_MESSAGE_LENGTH = 300
_LOCKED = re.compile(r"\blocked\b")
"""A conversation; somebody who is blocked is another matter."""

_GONE = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE, HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS}
_AGAIN = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT, HTTPStatus.TOO_EARLY, HTTPStatus.LOCKED}


class RefusedError(OutsideError):
    """GitHub understood the request and will not do it (422); the message is GitHub's reason."""


class LockedError(DeniedError):
    """The conversation is locked, to this app too."""


def failure_of(status: int, headers: Mapping[str, str], body: bytes, now: datetime) -> OutsideError:
    """Return the error that an answer other than 2xx stands for.

    Args:
        status: The HTTP status.
        headers: Names in any case, as aiohttp gives them.
        body: As received; JSON with a ``message`` where GitHub itself answers, HTML from a proxy.
        now: To count the seconds until a limit is reset.
    """
    reason = _reason(body)
    text = f"GitHub answered {status}" + (f": {reason}" if reason else "")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _AGAIN:
        return UnavailableError(text, _asked_pause(headers, now))
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return LimitedError(text, _asked_pause(headers, now) or PAUSE)
    if status == HTTPStatus.UNAUTHORIZED:
        return CredentialsError(text)
    if status == HTTPStatus.FORBIDDEN:
        return _forbidden(text, reason, headers, now)
    if status in _GONE:
        return GoneError(text)
    if status == HTTPStatus.UNPROCESSABLE_ENTITY:
        return RefusedError(reason or text)
    if status < HTTPStatus.BAD_REQUEST:
        # A renamed repository. Following would turn a POST into a GET; the next read learns the name.
        return UnavailableError(f"{text} (it has moved)", timedelta(seconds=1))
    return OutsideError(text)


def _forbidden(text: str, reason: str, headers: Mapping[str, str], now: datetime) -> OutsideError:
    """Tell a limit from a missing permission: both are 403.

    https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
    """
    said = reason.lower()
    limited = "retry-after" in headers or headers.get("x-ratelimit-remaining") == "0"
    if limited or "rate limit" in said or "abuse detection" in said:
        return LimitedError(text, _asked_pause(headers, now) or PAUSE)
    if "suspended" in said:
        return SuspendedError(f"{text}. Its owner can resume it in the installation's settings.")
    if "archived" in said:
        return ReadOnlyError(text)
    if _LOCKED.search(said):
        return LockedError(text)
    needs = headers.get("x-accepted-github-permissions", "")
    return DeniedError(f"{text} (needs {needs})" if needs else text, needs)


def _asked_pause(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Return how long GitHub asks to wait: ``Retry-After``, else until the used-up limit is reset."""
    if (seconds := _number(headers.get("retry-after"))) is not None:
        return _bounded(timedelta(seconds=seconds))
    reset = _number(headers.get("x-ratelimit-reset"))
    if headers.get("x-ratelimit-remaining") == "0" and reset is not None:
        return _bounded(datetime.fromtimestamp(reset, UTC) - now)
    return None


def _number(value: str | None) -> int | None:
    """Read seconds. ``Retry-After`` may be a date elsewhere; GitHub sends seconds."""
    text = (value or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= len("9999999999") else None


def _bounded(pause: timedelta) -> timedelta:
    return min(max(pause, timedelta(seconds=1)), LONGEST_PAUSE)


def _reason(body: bytes) -> str:
    """Return GitHub's own words, with its details where it gives some."""
    try:
        said = json.loads(body)
    except ValueError:
        return ""
    if not isinstance(said, dict):
        return ""
    details = said.get("errors")
    words = [said.get("message"), *(details if isinstance(details, list) else [details])]
    return _short(" ".join(word for one in words if (word := _word(one))))


def _word(said: object) -> str:
    """Read one of the shapes in which GitHub gives a detail."""
    if isinstance(said, str):
        return said
    if not isinstance(said, Mapping):
        return ""
    message = said.get("message")
    return str(message) if message else " ".join(str(said[key]) for key in ("field", "code") if said.get(key))


def _short(text: str) -> str:
    plain = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return plain if len(plain) <= _MESSAGE_LENGTH else plain[: _MESSAGE_LENGTH - 1] + "…"


@dataclass(frozen=True, slots=True)
class Fault:
    """One entry of ``errors`` in an answer to a GraphQL query; what it concerns is null in the data."""

    kind: str
    """Such as ``FORBIDDEN``, ``NOT_FOUND``, ``RATE_LIMITED``; empty where GitHub gives none."""
    path: tuple[str | int, ...]
    message: str
    of_query: bool = False
    """The query itself is not valid on this server."""

    @classmethod
    def read(cls, entry: object) -> "Fault":
        """Read an entry leniently: what is odd about it must not hide that there is one."""
        said: Mapping[str, Any] = entry if isinstance(entry, Mapping) else {}
        path = said.get("path")
        extensions = said.get("extensions")
        return cls(
            kind=str(said.get("type") or ""),
            path=tuple(step for step in path if isinstance(step, str | int))
            if isinstance(path, list)
            else (),
            message=_short(str(said.get("message") or "")),
            of_query=isinstance(extensions, Mapping) and "code" in extensions,
        )

    def tolerable(self, names: frozenset[str]) -> bool:
        """Whether it only says that one of these fields may not be seen or is not there."""
        return self.kind in {"FORBIDDEN", "NOT_FOUND"} and self.at_any(names)

    def at_any(self, names: frozenset[str]) -> bool:
        """Whether what it concerns is one of these fields, or in one."""
        return any(step in names for step in self.path)

    def failure(self, reset: datetime | None, now: datetime) -> OutsideError:
        """Return the error that it stands for; ``reset`` is when the used-up limit ends, if known.

        https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
        """
        where = ".".join(str(step) for step in self.path)
        text = f"GitHub answered {self.kind or 'an error'}{f' at {where}' if where else ''}: {self.message}"
        if self.kind == "RATE_LIMITED" or "rate limit" in self.message.lower():
            return LimitedError(text, _bounded(reset - now) if reset else PAUSE)
        if self.kind == "NOT_FOUND":
            return GoneError(text)
        if self.kind in {"FORBIDDEN", "INSUFFICIENT_SCOPES"}:
            return LockedError(text) if _LOCKED.search(self.message.lower()) else DeniedError(text)
        if self.kind == "UNPROCESSABLE":
            return RefusedError(text)
        return OutsideError(text) if self.of_query else UnavailableError(text)


def is_outage(error: OutsideError) -> bool:
    """Tell whether GitHub itself fails: not that it limits, refuses or knows nothing."""
    return isinstance(error, UnavailableError) and not isinstance(error, LimitedError)


def faults_of(errors: object) -> Sequence[Fault]:
    """Read the ``errors`` of an answer."""
    return [Fault.read(entry) for entry in errors] if isinstance(errors, list) else []
