"""The standard scene."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from bot.sandbox.acts.branches import Content
from bot.sandbox.person import Person
from bot.sandbox.state.accounts import App, Installation, Organization, OrgRole, Role, Team
from bot.sandbox.state.pull import PullRequest
from bot.sandbox.state.repository import BranchRule, Repository, RequiredCheck
from bot.sandbox.state.world import World

TEAMS: Final = {"eng-lead": "bob", "infrastructure": "carol", "security-team": "dana"}
PERMISSIONS: Final = {
    "checks": "write",
    "contents": "read",
    "issues": "read",
    "members": "read",
    "merge_queues": "read",
    "metadata": "read",
    "pull_requests": "write",
    "statuses": "write",
}
EVENTS: Final = (
    "check_run",
    "check_suite",
    "issue_comment",
    "membership",
    "merge_group",
    "organization",
    "pull_request",
    "pull_request_review",
    "pull_request_review_comment",
    "push",
    "repository",
    "team",
)
CHECK: Final = "tdd/review"
SECRET: Final = "sandbox-webhook-secret"  # noqa: S105 - a sample, worth nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Organisation acme: alice writes, bob, carol and dana each hold a team, erin is an admin.

    mallory is a stranger without an organisation. The teams may write to `repository`,
    acme/shop, on whose default branch `rule` requires the app's check from the app.
    """

    world: World
    organization: Organization
    repository: Repository
    app: App
    installation: Installation
    rule: BranchRule

    @classmethod
    def seed(cls, world: World, *, webhook_url: str | None = None) -> Self:
        """Create everything."""
        organization = world.add_organization("acme")
        for login in ("alice", "bob", "carol", "dana", "erin"):
            role = OrgRole.ADMIN if login == "erin" else OrgRole.MEMBER
            world.add_member(organization, world.add_user(login), role)
        world.add_user("mallory")
        repository = world.add_repository(organization, "shop")
        for name, login in TEAMS.items():
            team = world.add_team(organization, name)
            team.members[world.user(login).id] = "member"
            team.repositories[repository.id] = Role.WRITE
        repository.collaborators[world.user("alice").id] = Role.WRITE
        app = world.add_app(organization, "tdd-bot", permissions=dict(PERMISSIONS), events=EVENTS)
        app.webhook_url, app.webhook_secret = webhook_url, SECRET
        rule = BranchRule(id=world.ids.next(), required_checks=[RequiredCheck(CHECK, app.id)])
        repository.rules.append(rule)
        scene = cls(
            world=world,
            organization=organization,
            repository=repository,
            app=app,
            installation=world.install(app, organization),
            rule=rule,
        )
        scene.person("alice").commit(repository, "main", {"README.md": "# shop\n"}, message="Initial commit")
        return scene

    def person(self, login: str) -> Person:
        """Return somebody to act as."""
        return Person(self.world, self.world.user(login))

    def team(self, slug: str) -> Team:
        """Return one of acme's teams."""
        return self.organization.teams[slug]

    def open_pull(
        self,
        files: Mapping[str, Content],
        *,
        author: str = "alice",
        branch: str = "change",
        title: str = "A change",
        draft: bool = False,
        base: str = "main",
    ) -> PullRequest:
        """Commit files to a new branch and open a pull request from it."""
        who = self.person(author)
        who.commit(self.repository, branch, files, base=base)
        return who.open_pull(self.repository, branch, title=title, draft=draft, base=base)

    def open_fork_pull(
        self, files: Mapping[str, Content], *, author: str = "mallory", branch: str = "change"
    ) -> PullRequest:
        """Open a pull request from a fork."""
        who = self.person(author)
        fork = who.fork(self.repository)
        who.commit(fork, branch, files)
        return who.open_pull(self.repository, branch, head=fork)
