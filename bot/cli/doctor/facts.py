"""What the doctor has found out, before anything is made of it."""

from dataclasses import dataclass
from datetime import timedelta

from bot.core.model import Problem
from bot.github.examination import AppSeen, BranchRules, InstallationSeen, RepositorySeen, Sent
from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """The server's own side."""

    settings: Settings
    permissions: dict[str, str]
    """What the manifest asks for on this GitHub."""
    events: tuple[str, ...]
    database: str | None
    """What is wrong with the database; empty for nothing, None while there is none yet."""
    drift: timedelta | None
    """How far this machine's clock is ahead of GitHub's; None: GitHub did not say."""


@dataclass(frozen=True, slots=True)
class AppFacts:
    """The app as GitHub has it."""

    app: AppSeen
    webhook_url: str
    sent: Sent
    """In the last day."""


@dataclass(frozen=True, slots=True)
class RepositoryFacts:
    """One repository. What could not be looked at is None."""

    installation: InstallationSeen
    repository: RepositorySeen | None = None
    configured: bool | None = None
    problems: tuple[Problem, ...] = ()
    """Of its configuration."""
    template: str = ""
    """What is wrong with its template; empty for nothing."""
    rules: BranchRules | None = None
    admins: tuple[str, ...] = ()
