"""The whole of the sandbox's GitHub and the look-ups in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeVar

from bot.sandbox.errors import not_found
from bot.sandbox.state.accounts import (
    Account,
    App,
    Installation,
    Kind,
    Organization,
    OrgRole,
    Role,
    Team,
)
from bot.sandbox.state.clock import Clock, SystemClock
from bot.sandbox.state.git import ObjectStore
from bot.sandbox.state.ids import Counter, HasNodeId
from bot.sandbox.state.keys import key_pair
from bot.sandbox.state.repository import Repository

Node = TypeVar("Node", bound=HasNodeId)


ENTERPRISE_VERSION: Final = "3.13.0"
"""Which GitHub Enterprise Server is played."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something apps may be told of; `subject` names the records that the payload shows."""

    name: str
    action: str | None
    sender: Account
    repository: Repository | None = None
    organization: Organization | None = None
    installation: Installation | None = None
    subject: dict[str, object] = field(default_factory=dict)


class World:
    """All records, by id and by name. Times come from `clock`, those of tokens from `wall`."""

    def __init__(self, clock: Clock | None = None, wall: Clock | None = None) -> None:
        """Start with nobody but GitHub's own accounts."""
        self.clock: Clock = clock or SystemClock()
        self.wall: Clock = wall or SystemClock()
        self.api_url = "http://127.0.0.1"
        self.web_url = "http://127.0.0.1"
        self.ids = Counter()
        self.accounts: dict[str, Account] = {}
        self.by_id: dict[int, Account] = {}
        self.apps: dict[int, App] = {}
        self.installations: dict[int, Installation] = {}
        self.repositories: dict[int, Repository] = {}
        self.nodes: dict[str, HasNodeId] = {}
        self.renamed: dict[str, Repository] = {}
        self.listeners: list[Callable[[Event], None]] = []
        self._names: dict[str, Repository] = {}
        self.web_flow = self.add_user("web-flow", account_id=19864447)
        self.ghost = self.add_user("ghost", account_id=10137)

    def now(self) -> datetime:
        """Return the world's present moment."""
        return self.clock.now()

    def emit(self, event: Event) -> None:
        """Tell the listeners at once; what they render is the state of this moment."""
        for listener in self.listeners:
            listener(event)

    def register(self, node: Node) -> Node:
        """Make a record findable by its node id and return it."""
        self.nodes[node.node_id] = node
        return node

    # Seeding -------------------------------------------------------------------------

    def _add_account(self, account: Account) -> None:
        self.accounts[account.login.lower()] = account
        self.by_id[account.id] = account
        self.register(account)

    def add_user(self, login: str, *, account_id: int | None = None, kind: Kind = Kind.USER) -> Account:
        """Create a person (or a bot's account)."""
        number = account_id or self.ids.next()
        user = Account(id=number, login=login, kind=kind, created_at=self.now(), name=login.capitalize())
        self._add_account(user)
        return user

    def delete_user(self, user: Account) -> None:
        """Delete an account: what it wrote stays, by nobody (GraphQL) or by ghost (REST)."""
        user.deleted = True
        del self.accounts[user.login.lower()]
        del self.nodes[user.node_id]
        for account in self.accounts.values():
            if isinstance(account, Organization):
                account.members.pop(user.id, None)
                for team in account.teams.values():
                    team.members.pop(user.id, None)
        for repository in self.repositories.values():
            repository.collaborators.pop(user.id, None)

    def add_organization(self, login: str) -> Organization:
        """Create an organisation without members."""
        organization = Organization(
            id=self.ids.next(), login=login, kind=Kind.ORGANIZATION, created_at=self.now()
        )
        self._add_account(organization)
        return organization

    def add_member(self, organization: Organization, user: Account, role: OrgRole = OrgRole.MEMBER) -> None:
        """Make a person a member of an organisation."""
        organization.members[user.id] = role

    def add_team(self, organization: Organization, name: str, *, parent: Team | None = None) -> Team:
        """Create a team; its slug is the lower-cased name with hyphens."""
        slug = re.sub(r"[^a-z0-9_]+", "-", name.lower()).strip("-")
        team = Team(
            id=self.ids.next(),
            organization=organization,
            slug=slug,
            name=name,
            created_at=self.now(),
            parent=parent,
        )
        organization.teams[slug] = team
        return self.register(team)

    def add_repository(
        self, owner: Account, name: str, *, parent: Repository | None = None, private: bool = False
    ) -> Repository:
        """Create a repository without commits; a fork begins with its parent's branches."""
        now = self.now()
        repository = Repository(
            id=self.ids.next(),
            owner=owner,
            name=name,
            created_at=now,
            updated_at=now,
            pushed_at=now,
            git=parent.git if parent else ObjectStore(),
            private=private,
            parent=parent,
            default_branch=parent.default_branch if parent else "main",
            branches=dict(parent.branches) if parent else {},
        )
        self.repositories[repository.id] = repository
        self._names[repository.full_name.lower()] = repository
        return self.register(repository)

    def rename_repository(self, repository: Repository, name: str) -> None:
        """Give a repository another name; requests to the old one are redirected."""
        was = repository.full_name.lower()
        self.renamed[was] = self._names.pop(was)
        repository.name = name
        self._names[repository.full_name.lower()] = repository

    def transfer_repository(self, repository: Repository, owner: Account) -> None:
        """Give a repository to another account; its former owner's teams reach it no more.

        Requests to the old address are redirected; no pull request waits any more for those teams.
        """
        former, was = repository.owner, repository.full_name.lower()
        self.renamed[was] = self._names.pop(was)
        repository.owner = owner
        self._names[repository.full_name.lower()] = repository
        self.renamed.pop(repository.full_name.lower(), None)
        for installation in self.installations.values():
            if installation.account is former and installation.repositories is not None:
                installation.repositories.discard(repository.id)
        if isinstance(former, Organization):
            for team in former.teams.values():
                team.repositories.pop(repository.id, None)
            for pull in repository.pulls.values():
                pull.requests[:] = [one for one in pull.requests if not isinstance(one.reviewer, Team)]

    def drop_repository(self, repository: Repository) -> None:
        """Delete a repository; pull requests from it stay, without a head repository."""
        del self.repositories[repository.id]
        del self._names[repository.full_name.lower()]
        del self.nodes[repository.node_id]
        for other in self.repositories.values():
            for pull in other.pulls.values():
                if pull.head_repository is repository:
                    pull.head_repository = None

    def add_app(
        self,
        owner: Account,
        slug: str,
        *,
        permissions: dict[str, str],
        events: Iterable[str] = (),
        app_id: int | None = None,
    ) -> App:
        """Register an app with its bot account and the process's key pair."""
        number = app_id or self.ids.next()
        private, public = key_pair()
        app = App(
            id=number,
            client_id=f"Iv23li{number:014d}",
            slug=slug,
            name=slug,
            owner=owner,
            bot=self.add_user(f"{slug}[bot]", kind=Kind.BOT),
            private_key=private,
            public_key=public,
            created_at=self.now(),
            permissions=dict(permissions),
            events=list(events),
            hook_id=self.ids.next(),
        )
        self.apps[number] = app
        return self.register(app)

    def install(self, app: App, account: Account) -> Installation:
        """Install an app on all repositories of an account, with all it asks for."""
        now = self.now()
        installation = Installation(
            id=self.ids.next(),
            app=app,
            account=account,
            permissions=dict(app.permissions),
            events=list(app.events),
            created_at=now,
            updated_at=now,
        )
        self.installations[installation.id] = installation
        return installation

    # Look-ups ------------------------------------------------------------------------

    def user(self, login: str) -> Account:
        """Find a person or bot by login; raises `Refused` (404)."""
        found = self.accounts.get(login.lower())
        if found is None or isinstance(found, Organization):
            raise not_found()
        return found

    def organization(self, login: str) -> Organization:
        """Find an organisation by login; raises `Refused` (404)."""
        found = self.accounts.get(login.lower())
        if not isinstance(found, Organization):
            raise not_found()
        return found

    def repository(self, owner: str, name: str) -> Repository:
        """Find a repository by name; raises `Refused` (404)."""
        found = self._names.get(f"{owner}/{name}".lower())
        if found is None:
            raise not_found()
        return found

    def team(self, organization: str, slug: str) -> Team:
        """Find a team by slug; raises `Refused` (404)."""
        found = self.organization(organization).teams.get(slug.lower())
        if found is None:
            raise not_found()
        return found

    def app_of_bot(self, account: Account) -> App | None:
        """Return the app whose bot an account is."""
        return next((app for app in self.apps.values() if app.bot is account), None)

    def installation_on(self, app: App, repository: Repository) -> Installation | None:
        """Return the installation through which an app sees a repository."""
        for installation in self.installations.values():
            if installation.app is app and self.covers(installation, repository):
                return installation
        return None

    def reached(self, app: App, repository: Repository) -> bool:
        """Tell whether any installation of an app reaches a repository."""
        return any(one.app is app and self.covers(one, repository) for one in self.installations.values())

    @staticmethod
    def covers(installation: Installation, repository: Repository) -> bool:
        """Tell whether an installation reaches a repository."""
        chosen = installation.repositories
        return repository.owner is installation.account and (chosen is None or repository.id in chosen)

    def members(self, team: Team, *, children: bool = True) -> dict[int, str]:
        """Return a team's members by user id with their role, child teams included."""
        found = dict(team.members)
        if children:
            for other in team.organization.teams.values():
                if other is not team and team in other.lineage():
                    found.update({user: "member" for user in other.members if user not in found})
        return found

    def team_role(self, team: Team, repository: Repository) -> Role:
        """Return a team's access to a repository, its parents' included."""
        roles = (each.repositories.get(repository.id, Role.NONE) for each in team.lineage())
        return max(roles, default=Role.NONE)

    def role(self, user: Account, repository: Repository) -> Role:
        """Return a person's access to a repository from every source."""
        owner = repository.owner
        if user is owner:
            return Role.ADMIN
        roles = [repository.collaborators.get(user.id, Role.NONE)]
        if not repository.private:
            roles.append(Role.READ)
        if isinstance(owner, Organization) and user.id in owner.members:
            if owner.members[user.id] is OrgRole.ADMIN:
                return Role.ADMIN
            roles.append(owner.base_role)
            roles.extend(
                self.team_role(team, repository) for team in owner.teams.values() if user.id in team.members
            )
        return max(roles)

    def collaborators(self, repository: Repository) -> list[Account]:
        """Return everyone with access of their own: collaborators, team and org members."""
        owner = repository.owner
        ids = set(repository.collaborators)
        if isinstance(owner, Organization):
            ids.update(
                user
                for user in owner.members
                if owner.base_role > Role.NONE or self._in_team(user, owner, repository)
            )
        else:
            ids.add(owner.id)
        return [self.by_id[user] for user in sorted(ids)]

    def _in_team(self, user: int, owner: Organization, repository: Repository) -> bool:
        return (
            self.role(self.by_id[user], repository) > (Role.NONE if repository.private else Role.READ)
            or owner.members[user] is OrgRole.ADMIN
        )

    def association(self, user: Account, repository: Repository) -> str:
        """Return the author association that comments show."""
        owner = repository.owner
        if user is owner:
            return "OWNER"
        if isinstance(owner, Organization) and user.id in owner.members:
            return "MEMBER"
        if user.id in repository.collaborators:
            return "COLLABORATOR"
        merged = any(pull.author is user and pull.merged for pull in repository.pulls.values())
        return "CONTRIBUTOR" if merged else "NONE"
