"""What a repository's configuration says, and what is wrong with it; how it is read is the policy's."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.core.model.text import Severity


class Mode(StrEnum):
    """What the verdict is worth."""

    ENFORCE = "enforce"
    ADVISE = "advise"
    """Everything is said and asked, and nothing blocks."""
    OFF = "off"
    """Nothing is written at all."""


class AskWhen(StrEnum):
    """When a design that is In-Review asks its reviewers."""

    COMPLETE = "complete"
    """No fault is left."""
    NO_MISSING = "no-missing"
    """No required section is missing."""
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class SectionSettings:
    """What is said of one section of the template; None leaves it as the template has it."""

    owners: tuple[str, ...] = ()
    """Names, without ``@``, who must sign when the section changes."""
    required: bool | None = None
    reason: bool | None = None
    """Whether N/A has to give its reason."""
    aliases: tuple[str, ...] = ()
    """Other headings that mean it."""
    line: int = 0
    """Of the configuration, where it is written."""


@dataclass(frozen=True, slots=True)
class Reminders:
    """When seats that stay open are asked once more."""

    after: int = 3
    """Working days."""
    again: int = 5
    """Working days until the next one."""
    most: int = 3
    escalate: str | None = None
    """Who is named in the last one, without ``@``."""
    digest: bool = False
    """What waits is kept in an issue, written every Monday."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """One configuration; without arguments, that of a repository with no file. Names are without ``@``."""

    mode: Mode = Mode.ENFORCE
    paths: tuple[str, ...] = ()
    """Globs of documents; where the key is not given, the built-in ones and the title decide."""
    exclude: tuple[str, ...] = ()
    template: str | None = None
    """Path in the repository; None: the usual places, else the built-in template."""
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Name as headers write it, as ``name_key`` gives it -> team or login."""
    reviewers: tuple[str, ...] = ()
    approvals: int = 1
    """Of a team's seat."""
    comment_approvals: bool = True
    distinct: bool = False
    """Different people for different seats."""
    minimum: int = 1
    """Approvals by people with write access where nobody is named."""
    land: tuple[str, ...] = ("Approved", "Superseded")
    """Statuses with which a document may merge."""
    minor_edit: int = 0
    """Words."""
    sections: Mapping[str, SectionSettings] = field(default_factory=dict)
    """By number or title."""
    rules: Mapping[str | tuple[str, str], Severity] = field(default_factory=dict)
    """By code, or by code and status."""
    quiet: bool = False
    override_author: bool = False
    ask_when: AskWhen = AskWhen.NO_MISSING
    imports: tuple[str, ...] = ()
    """The key ``import``: globs of documents brought in from elsewhere."""
    away: Mapping[str, dt.date] = field(default_factory=dict)
    """Login in lower case -> first day back."""
    reminders: Reminders | None = None
    gate: tuple[str, ...] = ()
    """Globs of files whose change needs an approved design."""
    kinds: tuple["Kind", ...] = ()
    given: frozenset[str] = frozenset()
    """Keys that are written down, in the file's spelling; all others have their defaults."""
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)
    """Where each of those is written."""

    @property
    def by_title(self) -> bool:
        """Whether a document elsewhere is known by its title: setting ``paths`` switches that off."""
        return "paths" not in self.given

    def alias(self, name: str) -> str | None:
        """Return what a name means here where it is an alias: a team or login, without ``@``."""
        return self.aliases.get(name_key(name))


def name_key(name: str) -> str:
    """Return a name as aliases are compared: without ``@``, in lower case, single spaces."""
    return " ".join(name.removeprefix("@").casefold().split())


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of document: what it has differently from the others."""

    name: str
    configuration: Configuration


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """A fault of a configuration; line and column count from 1."""

    path: str
    line: int
    column: int
    key: str
    """Where in the file: ``sections.4.2.owners``; empty for the whole."""
    message: str
    """What is wrong and the way out, without place and without a full stop."""

    def __str__(self) -> str:
        return f"`{self.path}` line {self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class Effect:
    """What a proposed configuration would change for another open pull request."""

    number: int
    before: str
    """How it stands now, in plain words."""
    after: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a pull request makes of the configuration; it takes effect once it is merged."""

    path: str
    configuration: Configuration | None
    """What would hold then, the organisation's part included; None where it is not valid."""
    problems: tuple[Problem, ...] = ()
    alone: bool = False
    """The pull request changes nothing else."""
    text: str = ""
    """The file as it is proposed; empty where it is taken away."""
    effects: tuple[Effect, ...] = ()
    """On other open pull requests, those that would stand differently."""
    looked_at: int = 0
    """How many open pull requests were looked at for this."""
    open: int = 0
    """How many there are that this app has judged."""
