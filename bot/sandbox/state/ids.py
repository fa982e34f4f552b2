"""Numeric ids and node ids."""

from __future__ import annotations

import base64
import itertools
from typing import Protocol


class HasNodeId(Protocol):
    """A record that GraphQL's `node(id:)` can find."""

    @property
    def node_id(self) -> str:
        """The opaque global id."""
        ...


class Counter:
    """Gives the ids of one world: rising, never reused, the same in every run."""

    def __init__(self, start: int = 1001) -> None:
        """Begin at `start`."""
        self._numbers = itertools.count(start)

    def next(self) -> int:
        """Return the next free id."""
        return next(self._numbers)


def node_id(prefix: str, number: int) -> str:
    """Build an opaque node id in GitHub's present style, such as `PR_kwDOAAAD6Q`."""
    packed = base64.urlsafe_b64encode(number.to_bytes(8, "big")).decode().rstrip("=")
    return f"{prefix}_kwDO{packed}"
