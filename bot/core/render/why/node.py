"""One statement of a decision and what it rests on: every medium draws the same tree."""

from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    """How a statement bears on the merge."""

    GOOD = "good"
    OPEN = "open"
    """Somebody still has to act, and nobody has done anything wrong."""
    BAD = "bad"
    NOTE = "note"
    """It is so, and decides nothing alone."""


class Topic(StrEnum):
    """What a statement is about; a medium may leave some out or show them differently."""

    PULL_REQUEST = "pull-request"
    CONFIGURATION = "configuration"
    TWIN = "twin"
    """Another pull request on the same commit."""
    IMPLEMENTATION = "implementation"
    """Files that need an approved design, and the designs that were named for them."""
    DOCUMENT = "document"
    MOVE = "move"
    SECTIONS = "sections"
    FAULT = "fault"
    SEAT = "seat"
    ORIGIN = "origin"
    """From where a seat is required."""
    HOLDERS = "holders"
    """Who can sign a seat, or cannot: it tells members of teams."""
    SIGN_OFF = "sign-off"
    STALE = "stale"
    CHANGE = "change"
    """A section that changed after somebody signed."""
    OBJECTION = "objection"
    REQUEST = "request"
    BLOCK = "block"
    """A concern or a hold."""
    WAIVER = "waiver"
    OVERRIDE = "override"
    COMMAND = "command"
    UNCOUNTED = "uncounted"
    """An opinion that counts for no seat."""


@dataclass(frozen=True, slots=True)
class Node:
    """A statement, and below it those that it rests on."""

    topic: Topic
    mark: Mark
    says: str
    """One line of plain text without a full stop. It quotes documents and people as they wrote: what draws it
    makes it harmless for its medium."""
    url: str = ""
    """Where it can be read on GitHub; ``""`` where nothing stands there."""
    below: tuple["Node", ...] = ()

    def all(self, topic: Topic) -> tuple["Node", ...]:
        """Return every statement on a topic in this tree, itself included, from top to bottom."""
        own = (self,) if self.topic is topic else ()
        return (*own, *(found for one in self.below for found in one.all(topic)))
