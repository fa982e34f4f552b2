"""An issue that is no pull request."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from bot.sandbox.state.accounts import Account, App
from bot.sandbox.state.ids import node_id
from bot.sandbox.state.pull import Reaction

if TYPE_CHECKING:
    from bot.sandbox.state.repository import Repository


@dataclass(slots=True, eq=False, kw_only=True)
class Issue:
    """An issue, as far as an app writes one: title, text and whether it is open."""

    id: int
    number: int
    repository: Repository
    author: Account
    title: str
    body: str | None
    created_at: datetime
    updated_at: datetime
    open: bool = True
    closed_at: datetime | None = None
    via_app: App | None = None
    reactions: list[Reaction] = field(default_factory=list)

    @property
    def node_id(self) -> str:
        """The opaque global id."""
        return node_id("I", self.id)
