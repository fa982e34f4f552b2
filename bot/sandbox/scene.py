"""The standard scene, and people who act in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from bot.sandbox.acts import checks, comments, pulls, requests, reviews
from bot.sandbox.acts.branches import Content, build_commit, delete_branch, push
from bot.sandbox.acts.queue import dequeue, enqueue
from bot.sandbox.acts.reviews import LineComment
from bot.sandbox.state.accounts import (
    Account,
    App,
    Installation,
    Organization,
    OrgRole,
    Role,
    Team,
)
from bot.sandbox.state.check import CheckRun, CheckSuite
from bot.sandbox.state.pull import IssueComment, PullRequest, Reaction, Review, ReviewComment, Said
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


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who acts; every deed has the effects and events it has on GitHub."""

    world: World
    account: Account

    @property
    def login(self) -> str:
        """The login."""
        return self.account.login

    @property
    def id(self) -> int:
        """The numeric id."""
        return self.account.id

    @property
    def token(self) -> str:
        """The token for `Authorization: token ...`."""
        return f"user-{self.account.login}"

    def commit(
        self,
        repository: Repository,
        branch: str,
        files: Mapping[str, Content],
        *,
        message: str = "Change files",
        base: str | None = None,
    ) -> str:
        """Commit to a branch (made from `base`, default the default branch) and push it."""
        tips = repository.branches
        start = tips.get(branch) or tips.get(base or repository.default_branch)
        parents = (start,) if start else ()
        made = build_commit(self.world, repository, parents, files, self.account, message)
        push(self.world, repository, branch, made.oid, self.account)
        return made.oid

    def force_push(
        self,
        repository: Repository,
        branch: str,
        files: Mapping[str, Content],
        *,
        onto: str | None = None,
        message: str = "Rewritten",
    ) -> str:
        """Replace a branch by one commit on `onto` (default the default branch's tip)."""
        start = onto or repository.branches[repository.default_branch]
        made = build_commit(self.world, repository, (start,), files, self.account, message)
        push(self.world, repository, branch, made.oid, self.account, force=True)
        return made.oid

    def delete_branch(self, repository: Repository, branch: str) -> None:
        """Delete a branch."""
        delete_branch(self.world, repository, branch, self.account)

    def fork(self, repository: Repository) -> Repository:
        """Fork a repository to the person's own account."""
        return self.world.add_repository(self.account, repository.name, parent=repository)

    def open_pull(
        self,
        repository: Repository,
        branch: str,
        *,
        title: str = "A change",
        body: str | None = None,
        base: str = "main",
        draft: bool = False,
        head: Repository | None = None,
    ) -> PullRequest:
        """Open a pull request from a branch that exists (in `head`, a fork, if given)."""
        return pulls.open_pull(
            self.world,
            repository,
            self.account,
            title=title,
            head=(head or repository, branch),
            base=base,
            body=body,
            draft=draft,
        )

    def edit(
        self,
        pull: PullRequest,
        *,
        title: str | None = None,
        body: str | None = None,
        base: str | None = None,
    ) -> None:
        """Change title, text or base."""
        pulls.edit(self.world, pull, self.account, title=title, body=body, base=base)

    def ready(self, pull: PullRequest) -> None:
        """Mark ready for review."""
        pulls.set_draft(self.world, pull, self.account, draft=False)

    def draft(self, pull: PullRequest) -> None:
        """Take back to draft."""
        pulls.set_draft(self.world, pull, self.account, draft=True)

    def close(self, pull: PullRequest) -> None:
        """Close."""
        pulls.close(self.world, pull, self.account)

    def reopen(self, pull: PullRequest) -> None:
        """Reopen."""
        pulls.reopen(self.world, pull, self.account)

    def lock(self, pull: PullRequest) -> None:
        """Lock the conversation."""
        pulls.lock(self.world, pull, self.account)

    def merge(self, pull: PullRequest, *, method: str = "merge") -> str:
        """Merge; raises `Refused` with GitHub's sentence where a rule forbids it."""
        return pulls.merge(self.world, pull, self.account, method=method)

    def enqueue(self, pull: PullRequest) -> str:
        """Put into the merge queue; returns the merge group's head."""
        return enqueue(self.world, pull, self.account)

    def dequeue(self, pull: PullRequest, reason: str = "dequeued") -> None:
        """Take out of the merge queue."""
        dequeue(self.world, pull, self.account, reason)

    def comment(self, pull: PullRequest, body: str) -> IssueComment:
        """Write a comment."""
        return comments.comment(self.world, pull, self.account, body)

    def edit_comment(self, comment: IssueComment, body: str) -> None:
        """Edit anybody's comment."""
        comments.edit_comment(self.world, comment, self.account, body)

    def delete_comment(self, comment: IssueComment) -> None:
        """Delete anybody's comment."""
        comments.delete_comment(self.world, comment, self.account)

    def react(self, said: Said, content: str) -> Reaction:
        """React with one of +1, -1, laugh, confused, heart, hooray, rocket, eyes."""
        return comments.react(self.world, said, self.account, content)[0]

    def review(
        self,
        pull: PullRequest,
        event: str,
        body: str = "",
        *,
        commit: str | None = None,
        lines: tuple[LineComment, ...] = (),
    ) -> Review:
        """Review with APPROVE, REQUEST_CHANGES or COMMENT."""
        return reviews.start_review(
            self.world,
            pull,
            self.account,
            event=event,
            body=body,
            commit=commit,
            comments=lines,
        )

    def approve(self, pull: PullRequest, body: str = "") -> Review:
        """Approve."""
        return self.review(pull, "APPROVE", body)

    def line_comment(self, pull: PullRequest, path: str, body: str, line: int = 1) -> ReviewComment:
        """Comment on a line."""
        said = LineComment(path=path, body=body, line=line)
        return reviews.comment_on_line(self.world, pull, self.account, said)

    def dismiss(self, review: Review, message: str = "No longer so") -> None:
        """Dismiss a review."""
        reviews.dismiss(self.world, review, self.account, message)

    def request(self, pull: PullRequest, *, users: tuple[str, ...] = (), teams: tuple[str, ...] = ()) -> None:
        """Ask for reviews."""
        named = requests.find_reviewers(self.world, pull, users, teams)
        requests.request(self.world, pull, self.account, named)

    def unrequest(
        self, pull: PullRequest, *, users: tuple[str, ...] = (), teams: tuple[str, ...] = ()
    ) -> None:
        """Take requests back."""
        named = requests.find_reviewers(self.world, pull, users, teams)
        requests.unrequest(self.world, pull, self.account, named)

    def label(self, pull: PullRequest, *names: str) -> None:
        """Add labels."""
        pulls.label(self.world, pull, self.account, list(names))

    def rerun(self, run: CheckRun) -> None:
        """Press "Re-run" on a check."""
        checks.rerequest_run(self.world, run, self.account)

    def rerun_all(self, suite: CheckSuite) -> None:
        """Press "Re-run all checks"."""
        checks.rerequest_suite(self.world, suite, self.account)

    def press(self, run: CheckRun, identifier: str) -> None:
        """Press one of a check's own buttons."""
        checks.press_button(self.world, run, identifier, self.account)


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
