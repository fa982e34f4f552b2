"""The record of all requests, for tests to read and to hold against the descriptions."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass


@enum.unique
class Access(enum.Enum):
    """Whether a request only reads."""

    READ = "read"
    WRITE = "write"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRecord:
    """One request and its answer. `operation` is set for GraphQL, `route` is the pattern.

    `route` None means that the sandbox has no such endpoint. `answer` is the JSON value
    sent (None for an empty or raw body); `milliseconds` is the sandbox's own time.
    """

    method: str
    path: str
    query: str
    route: str | None
    operation: str | None
    access: Access
    actor: str
    status: int
    body: object
    answer: object
    accept: str
    version: str
    milliseconds: float

    def summary(self) -> dict[str, object]:
        """Return the record without bodies, as the control endpoint shows it."""
        return {
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "route": self.route,
            "operation": self.operation,
            "kind": self.access.value,
            "actor": self.actor,
            "status": self.status,
            "milliseconds": self.milliseconds,
        }


class RequestLog:
    """All requests in order of their answers."""

    def __init__(self) -> None:
        """Begin empty."""
        self.records: list[RequestRecord] = []

    def __iter__(self) -> Iterator[RequestRecord]:
        """Go through the records, oldest first."""
        return iter(self.records)

    def __len__(self) -> int:
        """Count the records."""
        return len(self.records)

    def clear(self) -> None:
        """Forget everything."""
        self.records.clear()

    def writes(self) -> list[RequestRecord]:
        """Return the requests that were meant to change something."""
        return [record for record in self.records if record.access is Access.WRITE]

    def unknown(self) -> list[RequestRecord]:
        """Return the requests to endpoints the sandbox does not have."""
        return [record for record in self.records if record.route is None]

    def counts(self) -> Counter[str]:
        """Count the requests by method and route (or GraphQL operation)."""
        return Counter(
            f"{record.method} {record.operation or record.route or record.path}" for record in self.records
        )
