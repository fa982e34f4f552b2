"""Users, organisations, teams, apps and their installations.

The records are mutable on purpose: together they are a small database, and only the
functions in `acts` change them.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import datetime

from bot.sandbox.state.ids import node_id


@enum.unique
class Kind(enum.Enum):
    """What sort of account a login belongs to, spelled as REST spells it."""

    USER = "User"
    ORGANIZATION = "Organization"
    BOT = "Bot"


@enum.unique
class Role(enum.IntEnum):
    """A person's or team's access to a repository, least first."""

    NONE = 0
    READ = 1
    TRIAGE = 2
    WRITE = 3
    MAINTAIN = 4
    ADMIN = 5

    @property
    def permission(self) -> str:
        """The name REST uses in team permissions: pull, triage, push, maintain, admin."""
        return ("none", "pull", "triage", "push", "maintain", "admin")[self]

    @classmethod
    def of(cls, name: str) -> Role:
        """Read either spelling, `push` or `write`; raises `KeyError` for an unknown one."""
        names = {"pull": "READ", "push": "WRITE"}
        return cls[names.get(name.lower(), name.upper())]


@dataclass(slots=True, eq=False, kw_only=True)
class Account:
    """A login: a person, an organisation or an app's bot."""

    id: int
    login: str
    kind: Kind
    created_at: datetime
    name: str | None = None
    deleted: bool = False

    @property
    def node_id(self) -> str:
        """The opaque global id."""
        prefix = {Kind.USER: "U", Kind.ORGANIZATION: "O", Kind.BOT: "BOT"}[self.kind]
        return node_id(prefix, self.id)

    @property
    def email(self) -> str:
        """The no-reply address that links commits to the account."""
        return f"{self.id}+{self.login}@users.noreply.github.com"


@enum.unique
class OrgRole(enum.Enum):
    """A member's standing in an organisation."""

    MEMBER = "member"
    ADMIN = "admin"


@dataclass(slots=True, eq=False, kw_only=True)
class Organization(Account):
    """An organisation with its members by user id and its teams by slug."""

    members: dict[int, OrgRole] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    base_role: Role = Role.READ


@enum.unique
class Privacy(enum.Enum):
    """Who sees a team: REST says closed where GraphQL says VISIBLE."""

    CLOSED = "closed"
    SECRET = "secret"  # noqa: S105 - a team's privacy


@dataclass(slots=True, eq=False, kw_only=True)
class Team:
    """A team: direct members by user id (`member` or `maintainer`), repository roles by id.

    `delegation` is the number of members that review requests are handed to at once
    ("auto-assignment"), or None where the team itself stays requested.
    """

    id: int
    organization: Organization
    slug: str
    name: str
    created_at: datetime
    privacy: Privacy = Privacy.CLOSED
    parent: Team | None = None
    description: str | None = None
    delegation: int | None = None
    members: dict[int, str] = field(default_factory=dict)
    repositories: dict[int, Role] = field(default_factory=dict)

    @property
    def node_id(self) -> str:
        """The opaque global id."""
        return node_id("T", self.id)

    @property
    def combined_slug(self) -> str:
        """`organisation/team`, as in a mention."""
        return f"{self.organization.login}/{self.slug}"

    def lineage(self) -> list[Team]:
        """Return the team and its ancestors, nearest first."""
        found, team = [], self
        while True:
            found.append(team)
            if team.parent is None:
                return found
            team = team.parent


@dataclass(slots=True, eq=False, kw_only=True)
class App:
    """A registered GitHub App. `private_key` is PEM; `webhook_url` None sends nothing."""

    id: int
    client_id: str
    slug: str
    name: str
    owner: Account
    bot: Account
    private_key: str
    public_key: str
    created_at: datetime
    permissions: dict[str, str]
    events: list[str]
    webhook_secret: str | None = None
    webhook_url: str | None = None
    client_secret: str = "sandbox-client-secret"  # noqa: S105 - a sample, worth nothing
    callback_urls: list[str] = field(default_factory=list)
    hook_id: int = 0

    @property
    def node_id(self) -> str:
        """The opaque global id."""
        return node_id("A", self.id)


@dataclass(slots=True, eq=False, kw_only=True)
class Installation:
    """An app on an account. `repositories` None means all of the account's."""

    id: int
    app: App
    account: Account
    permissions: dict[str, str]
    events: list[str]
    created_at: datetime
    updated_at: datetime
    repositories: set[int] | None = None
    suspended_at: datetime | None = None
    suspended_by: Account | None = None

    @property
    def node_id(self) -> str:
        """The opaque global id."""
        return node_id("I", self.id)

    def allows(self, permission: str, level: str) -> bool:
        """Tell whether the installation was granted `permission` at `level` or above."""
        order = ("none", "read", "write", "admin")
        granted = "read" if permission == "metadata" else self.permissions.get(permission, "none")
        return order.index(granted) >= order.index(level)
