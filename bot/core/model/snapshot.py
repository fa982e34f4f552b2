"""Everything a decision is made from, read eagerly: nothing is fetched later."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.core.model.configuration import Configuration, Problem, Proposal
from bot.core.model.decision import NamedDesign
from bot.core.model.github import (
    App,
    CheckRun,
    Comment,
    Commit,
    Demand,
    Dismissal,
    DocumentChange,
    File,
    Permission,
    PullRequest,
    Repository,
    RequestEvent,
    RequestSubject,
    Resolution,
    Review,
)
from bot.core.model.memory import Memory
from bot.core.model.names import SeatKey, Sha


class Creation(StrEnum):
    """What people are notified of, and what GitHub limits by the minute and hour as "content creation"."""

    REQUEST = "request"
    REPLY = "reply"
    COMMENT = "comment"
    REMINDER = "reminder"
    """Withheld, it is simply due in a later run: nobody is told that it would have been sent."""
    ONBOARDING = "onboarding"
    """A pull request that offers a first configuration."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """What is not to be written in this run although it is due."""

    what: frozenset[Creation]
    until_event: bool = False
    """Nobody has done anything here yet: all that is said to people waits until somebody does."""


NOTHING_NEW: Final = Withheld(frozenset(Creation), until_event=True)
"""Only the check, and what stands there already, is brought up to date."""


@dataclass(frozen=True, slots=True)
class MergeGroup:
    """What the merge queue has made of the pull request: its head merged into all that is ahead of it."""

    head: Sha
    """The commit that becomes the tip of the base branch once its checks have passed."""
    base: Sha
    """The group ahead of it, or the tip of the base branch."""
    check: CheckRun | None
    """This app's own run on the group's head."""
    changes: tuple[DocumentChange, ...]
    """The documents of the pull request as the group has them, beside those of its base."""
    beside: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """As ``Snapshot.beside``, at the group's base."""
    ahead: Mapping[int, bool | None] = field(default_factory=dict)
    """Pull requests ahead that merge with it although nothing asks whether their groups have passed (the
    strategy HEADGREEN): number -> whether this app's run there lets merge, None while it has none."""
    behind: tuple[int, ...] = ()
    """Pull requests whose group waits for what this app says of this one, with that strategy."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One pull request at one moment."""

    now: datetime
    """The only clock of the core."""
    app: App
    repository: Repository
    pull_request: PullRequest
    template: str
    """The Markdown text that documents are judged by."""
    templates: Mapping[str, str] = field(default_factory=dict)
    """Name of a kind of document that has a template of its own -> that template's text."""
    configuration: Configuration = field(default_factory=Configuration)
    """Of the default branch, the organisation's part included; never of the pull request's own."""
    configuration_problems: tuple[Problem, ...] = ()
    """What is wrong with it: then nothing passes, and no document is read."""
    outdated: tuple[str, ...] = ()
    """What of configuration and template is older than the default branches, because GitHub fails to give the
    present: files with their commits, in words."""
    proposal: Proposal | None = None
    """What the pull request makes of the configuration; None where it does not touch it."""
    changes: tuple[DocumentChange, ...] = ()
    beside: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Folder -> names of the files in it at the tip of the base branch; no entry: not looked at."""
    files_complete: bool = True
    """False where GitHub does not list all files (over 3,000): never a pass."""
    commits: tuple[Commit, ...] = ()
    """Oldest first; without documents at most the last 100."""
    forced_at: datetime | None = None
    """When the branch was last force-pushed; None: never."""
    untouched: frozenset[tuple[Sha, str]] = frozenset()
    """Commit and path of a document that it is known to leave alone; of no entry nothing is known."""
    written: frozenset[tuple[Sha, str]] = frozenset()
    """Commit and path of a document where a merge is more than the two texts that it joins: whoever made it
    wrote there."""
    uncompared: int = 0
    """Commits of others of which that could not be told."""
    reviews: tuple[Review, ...] = ()
    dismissals: tuple[Dismissal, ...] = ()
    comments: tuple[Comment, ...] = ()
    """Of every kind, oldest first, reviews with a text among them."""
    requested: tuple[RequestSubject, ...] = ()
    """Asked at this moment."""
    request_events: tuple[RequestEvent, ...] = ()
    names: Mapping[str, Resolution] = field(default_factory=dict)
    """Name as written, without ``@``, in lower case -> what it is."""
    remembered: Mapping[SeatKey, Resolution] = field(default_factory=dict)
    """Seats asked or heard whose name means nobody or somebody else by now -> what they have become."""
    members_fresh: bool = False
    """Teams were read in this run, not from the cache."""
    permissions: Mapping[int, Permission] = field(default_factory=dict)
    """User id -> permission, for those whose authority matters."""
    history: Mapping[tuple[Sha, str], File | None] = field(default_factory=dict)
    """Documents at commits that opinions refer to; None: not there; no entry: the commit is unreachable."""
    linked: Mapping[str, File | None] = field(default_factory=dict)
    """Documents that a changed one names as its successor, at the tip of the base branch; None: not there."""
    targets: Mapping[str, File | None] = field(default_factory=dict)
    """Documents that a command names and the pull request does not change, at its head; None: not there."""
    gated: tuple[str, ...] = ()
    """Changed files that need an approved design, by the key ``gate``."""
    cited: tuple[NamedDesign, ...] = ()
    """The designs that the description names for them, as they stand at the tip of the base branch."""
    commits_refused: bool = False
    """This app was not allowed to commit: what it would change is shown as a patch instead."""
    withheld: Withheld | None = None
    """What must not be written in this run; None: nothing."""
    check: CheckRun | None = None
    demand: Demand = Demand.UNKNOWN
    group: MergeGroup | None = None
    """Its place in the merge queue; None where it is not in one, or its group is not made yet."""
    merging: Sha | None = None
    """The head of the merge group that this snapshot is about; None: the pull request itself."""
    pages: str = ""
    """Where this server's pages are, without a slash at the end; ``""`` where it has none."""
    others: tuple[int, ...] = ()
    """Other open pull requests whose head is this commit."""
    memory: Memory = field(default_factory=Memory)

    @property
    def muted(self) -> bool:
        """Whether GitHub takes no comment of this app: the conversation is locked, and one was refused."""
        return self.pull_request.locked and self.memory.muted
