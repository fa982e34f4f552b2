"""What a webhook leads to: it carries no decision, it only says what may have changed."""

from dataclasses import dataclass

from bot.core.model.github import PullRequestRef
from bot.core.model.names import Login, Sha
from bot.core.model.topics import Topic


@dataclass(frozen=True, slots=True)
class Reconcile:
    """Judge this pull request anew."""

    pull_request: PullRequestRef


@dataclass(frozen=True, slots=True)
class ReconcileCommit:
    """Judge anew every pull request known to have this head (a fork's check events name none)."""

    installation_id: int
    repository_id: int
    head: Sha


@dataclass(frozen=True, slots=True)
class ReconcileLeaning:
    """Judge anew, as there is room, the open pull requests whose verdict leans on one of these topics."""

    installation_id: int
    repository_id: int | None
    """None: wherever the installation reaches."""
    topics: tuple[Topic, ...]
    reason: str
    """One word for logs and metrics."""


@dataclass(frozen=True, slots=True)
class ForgetTeams:
    """Drop what is cached of an organisation's teams and members."""

    owner: str


@dataclass(frozen=True, slots=True)
class ForgetToken:
    """Drop the installation's token, and look where the app is installed: its standing has changed."""

    installation_id: int


@dataclass(frozen=True, slots=True)
class EndSessions:
    """Let a person's sign-ins of until now be worth nothing: they took this app's authorization back."""

    person_id: int


@dataclass(frozen=True, slots=True)
class Pressed:
    """Somebody pressed a button of our check: the one thing that GitHub tells once and never shows again."""

    pull_request: PullRequestRef
    command: str
    actor_id: int
    actor: Login


Job = Reconcile | Pressed | ReconcileCommit | ReconcileLeaning | ForgetTeams | ForgetToken | EndSessions
