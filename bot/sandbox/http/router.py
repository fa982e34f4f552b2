"""Which function answers which path."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from bot.sandbox.http.call import Answer, Call
from bot.sandbox.state.accounts import Role

Handler = Callable[[Call], Answer]


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint: who may call it, whether it counts as creating content, who answers."""

    method: str
    pattern: str
    regex: re.Pattern[str]
    accepted: tuple[tuple[str, str], ...]
    person: Role
    creates: bool
    app_only: bool
    handler: Handler


class Router:
    """A table of routes, filled by the decorators in `bot.sandbox.rest`."""

    def __init__(self) -> None:
        """Begin empty."""
        self.routes: dict[str, list[Route]] = {}

    def add(
        self,
        method: str,
        pattern: str,
        *,
        need: str = "",
        person: Role = Role.READ,
        creates: bool = False,
        app_only: bool = False,
    ) -> Callable[[Handler], Handler]:
        """Register a function for a path such as `/repos/{owner}/{repo}/pulls/{number}`.

        `need` is written like `pull_requests:write|issues:write`; `app_only` means that
        only an app's own JWT is accepted. `{name:.+}` takes slashes too.
        """
        accepted = tuple(_pair(part) for part in need.split("|") if part)
        regex = re.compile(re.sub(r"\{(\w+)(?::([^}]+))?\}", _group, pattern))

        def keep(handler: Handler) -> Handler:
            route = Route(method, pattern, regex, accepted, person, creates, app_only, handler)
            self.routes.setdefault(method, []).append(route)
            return handler

        return keep

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """Find the route of a raw (still percent-encoded) path."""
        for route in self.routes.get(method, ()):
            match = route.regex.fullmatch(path)
            if match is not None:
                return route, {name: unquote(text) for name, text in match.groupdict().items()}
        return None

    def patterns(self) -> Sequence[tuple[str, str]]:
        """List all endpoints as (method, pattern)."""
        return [(route.method, route.pattern) for rows in self.routes.values() for route in rows]


def _pair(text: str) -> tuple[str, str]:
    name, _, level = text.partition(":")
    return name, level


def _group(match: re.Match[str]) -> str:
    return f"(?P<{match[1]}>{match[2] or '[^/]+'})"
