"""Faults on demand: slow answers, errors, answers that get lost, dropped connections."""

from __future__ import annotations

import asyncio
import copy
import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One failure to come, for the next request that matches.

    `status` None cuts the connection. With `after` the request is carried out first and
    only its answer is lost. `method` and `path` (a part of it; a GraphQL operation's name
    works too) choose the request. `at` is a place in a GraphQL answer: all but that is answered.
    With `late` nothing fails: the request is carried out, and its answer comes so many seconds
    later. Who has ended by then never learns of it.
    """

    status: int | None = 502
    headers: dict[str, str] = field(default_factory=dict)
    body: dict[str, object] | None = None
    after: bool = False
    method: str | None = None
    path: str = ""
    at: tuple[str, ...] = ()
    late: float = 0.0

    @property
    def is_carried_out(self) -> bool:
        """Whether the request does its work all the same."""
        return self.after or bool(self.at) or bool(self.late)

    def matches(self, method: str, path: str, operation: str | None) -> bool:
        """Tell whether a request is the one to fail."""
        if self.method is not None and self.method.upper() != method:
            return False
        return self.path in path or (operation is not None and self.path == operation)


@dataclass(slots=True)
class Silence:
    """Requests that are taken in and answered never, as by a GitHub that hangs.

    `path` is a part of theirs. `after` so many are answered first. Once it is `over`, new ones are
    answered again; those that met it stay without an answer and are not carried out, unless it is
    ended outright.
    """

    path: str = ""
    after: int = 0
    over: bool = False
    met: int = 0
    _ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def meet(self, path: str) -> None:
        """Return at once, or when it is ended."""
        if self.over or self.path not in path:
            return
        if self.after:
            self.after -= 1
            return
        self.met += 1
        await self._ended.wait()

    def end(self) -> None:
        """Let new requests be answered, and those that have met it as well."""
        self.over = True
        self._ended.set()


def without(answer: object, at: Sequence[str]) -> object:
    """Return a GraphQL answer as if what is there had failed: null, with an error that names no kind."""
    broken: Any = copy.deepcopy(answer)
    data = broken["data"]
    for name in at[:-1]:
        data = data[name]
    data[at[-1]] = None
    error = {"message": "Something went wrong while executing your query.", "path": list(at)}
    broken["errors"] = [*broken.get("errors", []), error]
    return broken


class Faults:
    """What goes wrong, and how slow everything is."""

    def __init__(self) -> None:
        """Begin with nothing wrong."""
        self.latency_ms = 0.0
        self.rate = 0.0
        self.upcoming: deque[Failure] = deque()
        self.silence = Silence(over=True)
        self._random = random.Random(0)  # noqa: S311 - repeatable on purpose

    def seed(self, seed: int) -> None:
        """Restart the dice of the failure rate."""
        self._random.seed(seed)

    def fail_next(self, *failures: Failure) -> None:
        """Let coming requests fail, each failure once."""
        self.upcoming.extend(failures)

    def pick(self, method: str, path: str, operation: str | None) -> Failure | None:
        """Return the failure that a request meets, if any."""
        for failure in self.upcoming:
            if failure.matches(method, path, operation):
                self.upcoming.remove(failure)
                return failure
        if self.rate and self._random.random() < self.rate:
            return Failure(status=502)
        return None
