"""A command with all that its judgement needs, and the answer to it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bot.core.model import Configuration, Permission, Person, Schema, Seat, Sha, Snapshot
from bot.core.policy.commands import Command
from bot.core.policy.seats import Reading, holds
from bot.core.policy.standing import Standing

REVIEWER: Final = re.compile(r"@?((?:[A-Za-z0-9-]{1,100}/)?[\w-]{1,100})")
"""A team or login as a command names it."""


@dataclass(frozen=True, slots=True)
class Bench:
    """A document with the seats that may speak about it, as far as commands before have changed them."""

    reading: Reading
    seats: tuple[Seat, ...]
    schema: Schema
    """Of its template, as the configuration has it."""
    view: Snapshot
    """The pull request as it is for documents of this one's kind."""
    kind: str = ""
    """What the configuration calls that kind; empty where it has none for it."""
    standing: Standing = field(default_factory=Standing)

    @property
    def path(self) -> str:
        """Of the document."""
        return self.reading.change.path

    @property
    def settings(self) -> Configuration:
        """What holds for the document."""
        return self.view.configuration


@dataclass(frozen=True, slots=True)
class Plea:
    """A command and who gives it, where and under which circumstances."""

    snapshot: Snapshot
    at: datetime
    """When it was given, by GitHub's clock."""
    person: Person
    command: Command
    benches: tuple[Bench, ...]
    excluded: frozenset[int]
    """Who opened, wrote or pushed."""

    @property
    def permission(self) -> Permission:
        """On the repository; a review by somebody who can push tells it as well."""
        known = self.snapshot.permissions.get(self.person.id, Permission.NONE)
        pushes = any(
            one.writer for one in self.snapshot.reviews if one.author and one.author.id == self.person.id
        )
        return max(known, Permission.WRITE) if pushes else known

    @property
    def writes(self) -> bool:
        """Whether the person can push."""
        return self.permission >= Permission.WRITE

    @property
    def is_author(self) -> bool:
        """Whether the person opened the pull request."""
        author = self.snapshot.pull_request.author
        return author is not None and author.id == self.person.id

    def held(self, bench: Bench) -> list[Seat]:
        """Return the person's seats for a document."""
        return [one for one in bench.seats if holds(one, self.person, writer=self.writes)]


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a command is granted, on which ground, and what it is about."""

    granted: bool
    ground: str
    paths: tuple[str, ...] = ()
    subject: str = ""
    signs: Sha | None = None
    content: str = ""


def no(ground: str) -> Answer:
    """Refuse."""
    return Answer(granted=False, ground=ground)


def first_word(plea: Plea) -> str:
    """Return what stands right after the command."""
    return plea.command.argument.partition(" ")[0]


def is_named(seat: Seat, name: str) -> bool:
    """Tell whether a name, with or without ``@`` and organisation, means a seat."""
    label = seat.label.casefold()
    return name.removeprefix("@").casefold() in {label, label.rpartition("/")[2]}


def paths_of(found: Iterable[tuple[Bench, object]]) -> tuple[str, ...]:
    """Return the documents of some findings, each once."""
    return tuple(dict.fromkeys(bench.path for bench, _ in found))


def several(plea: Plea, paths: Sequence[str]) -> Answer | None:
    """Refuse a command that could mean one of several documents; None where it means no more than one."""
    if len(paths) < 2:  # noqa: PLR2004 - one is plain
        return None
    return no(f"say which document: /tdd {plea.command.name} … in PATH; here are: {', '.join(paths)}")
