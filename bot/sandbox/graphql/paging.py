"""Connections: pages of a list by cursor."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.sandbox.errors import Refused

T = TypeVar("T")


@dataclass(slots=True)
class Edge:
    """One row with its cursor; `extra` holds the fields only this kind of edge has."""

    cursor: str
    node: object
    extra: dict[str, object]


@dataclass(slots=True)
class PageInfo:
    """Where a page lies in its list."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@dataclass(slots=True)
class Connection:
    """One page of a list."""

    edges: list[Edge]
    page_info: PageInfo
    total_count: int

    @property
    def nodes(self) -> list[object]:
        """The rows without their edges."""
        return [edge.node for edge in self.edges]


def _cursor(index: int) -> str:
    return base64.b64encode(f"cursor:v2:{index}".encode()).decode()


def _index(cursor: str) -> int:
    try:
        text = base64.b64decode(cursor, validate=True).decode()
        return int(text.removeprefix("cursor:v2:"))
    except (binascii.Error, ValueError):
        raise Refused(
            422, f"`{cursor}` does not appear to be a valid cursor.", kind="INVALID_CURSOR_ARGUMENTS"
        ) from None


def connect(
    rows: Sequence[T],
    args: dict[str, object],
    node: Callable[[T], object] | None = None,
    extra: Callable[[T], dict[str, object]] | None = None,
) -> Connection:
    """Cut the page that `first`, `last`, `before` and `after` ask for out of a list."""
    start, stop = 0, len(rows)
    after, before = args.get("after"), args.get("before")
    if isinstance(after, str):
        start = max(start, _index(after) + 1)
    if isinstance(before, str):
        stop = min(stop, _index(before))
    first, last = args.get("first"), args.get("last")
    if isinstance(first, int):
        stop = min(stop, start + first)
    if isinstance(last, int):
        start = max(start, stop - last)
    edges = [
        Edge(_cursor(at), node(rows[at]) if node else rows[at], extra(rows[at]) if extra else {})
        for at in range(start, max(start, stop))
    ]
    info = PageInfo(
        has_next_page=stop < len(rows),
        has_previous_page=start > 0,
        start_cursor=edges[0].cursor if edges else None,
        end_cursor=edges[-1].cursor if edges else None,
    )
    return Connection(edges, info, len(rows))
