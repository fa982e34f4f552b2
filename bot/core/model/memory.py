"""What the store remembers of one pull request; lost, all but the journal is rebuilt from GitHub."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum

from bot.core.model.github import CommentKind
from bot.core.model.names import Login, NodeId, SeatKey, Sha


class Verdict(IntEnum):
    """Over several documents, and several pull requests on one commit, the greatest stands."""

    PASS = 0
    WAITING = 1
    """On people."""
    BLOCKED = 2
    """On the author."""
    ERROR = 3
    """On us or the configuration."""

    @property
    def label(self) -> str:
        """The word for logs and texts."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Asked:
    """A seat was asked on this content, or could not be."""

    seat: SeatKey
    label: str
    """``org/team`` or login, as it was asked."""
    path: str
    """Of the document it was asked about."""
    content: str
    """Digest of what the seat was asked to sign."""
    at: datetime
    failure: str = ""
    """GitHub's reason where the request was refused."""
    by_command: bool = False
    """Nothing but a command has put it there, so that a command can take it back."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A seat gave an opinion on this document: it cannot be edited away any more."""

    seat: SeatKey
    label: str
    path: str
    objected: str = ""
    """Address of the review by which it asked for changes: without its account only this tells whose."""


@dataclass(frozen=True, slots=True)
class CommandSeen:
    """A command was first seen and its authority judged, with the ground."""

    comment_id: int
    kind: CommentKind
    line: int
    """Of the command in its comment, from 1: one line is one command."""
    name: str
    argument: str
    actor_id: int
    actor: Login
    at: datetime
    """When the comment was created."""
    granted: bool
    ground: str
    """Which authority was found, or why it was refused."""
    signs: Sha | None = None
    """For approve and override: the head that it is about."""
    paths: tuple[str, ...] = ()
    """The documents it is about."""
    subject: str = ""
    """What it names, normalised: a concern's name, a seat's key, a section's id, a reviewer. For resolve and
    unhold the ids of those whose blocks it lifts as well."""
    content: str = ""
    """For waive: the digest of the section as it stood; another content ends the waiver. For override:
    digests of what stood in the way; anything else ends it."""


@dataclass(frozen=True, slots=True)
class DocumentsSeen:
    """Which documents the last run judged: asked for at once by the next read."""

    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ThreadRead:
    """How far a long conversation has been read, and what of it has to be looked at again."""

    newest: NodeId
    """The last comment of somebody else's that was read: all before it is known."""
    kept: tuple[NodeId, ...]
    """Comments up to there that hold commands, or answers of ours: they may be edited or deleted."""


@dataclass(frozen=True, slots=True)
class CommentPosted:
    """Where the checklist comment is: found at once in a thread of thousands."""

    node_id: NodeId


@dataclass(frozen=True, slots=True)
class Press:
    """A button of the check was pressed."""

    id: str
    """Of the delivery that told of it: one that is sent again has the same."""
    command: str
    """The button's name, which is a command's."""
    actor_id: int
    actor: Login
    at: datetime
    """When the webhook arrived."""


@dataclass(frozen=True, slots=True)
class PressSettled:
    """A press was judged, and what it asks for is done or refused, for good."""

    id: str
    command: str
    actor: Login
    granted: bool
    ground: str


@dataclass(frozen=True, slots=True)
class Muted:
    """GitHub took no comment of this app while the conversation was locked: none is tried until it is not."""


@dataclass(frozen=True, slots=True)
class MergedPast:
    """It was merged although the check did not let it, and that has been said."""

    title: str
    """What the check said then; empty where there was none."""


@dataclass(frozen=True, slots=True)
class Reminded:
    """A seat was reminded of the content that it was asked to sign."""

    seat: SeatKey
    path: str
    content: str
    number: int
    """From 1, for this content."""
    at: datetime


Fact = (
    Asked
    | Heard
    | CommandSeen
    | DocumentsSeen
    | CommentPosted
    | ThreadRead
    | Press
    | PressSettled
    | Muted
    | MergedPast
    | Reminded
)


@dataclass(frozen=True, slots=True)
class Memory:
    """The facts of one pull request, and what the other pull requests on its head said."""

    asked: tuple[Asked, ...] = ()
    heard: tuple[Heard, ...] = ()
    reminded: tuple[Reminded, ...] = ()
    commands: tuple[CommandSeen, ...] = ()
    pressed: tuple[Press, ...] = ()
    settled: tuple[PressSettled, ...] = ()
    paths: tuple[str, ...] = ()
    comment: NodeId | None = None
    thread: ThreadRead | None = None
    """None for a conversation of one page."""
    muted: bool = False
    """A comment was refused while the conversation was locked."""
    merged_past: bool = False
    """That it was merged past the gate has been said and counted."""
    others: Mapping[int, Verdict | None] = field(default_factory=dict)
    """Other open pull requests with the same head: number -> verdict, None while unjudged."""
    as_of: float = field(default=0.0, compare=False)
    """When it was recalled, in seconds since 1970 by the journal's clock; no part of what is remembered."""
