"""Somebody who acts in the sandbox, with everything a person can do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.sandbox.acts import (
    checks,
    comments,
    installing,
    people,
    pulls,
    repositories,
    requests,
    reviews,
)
from bot.sandbox.acts.branches import Content, build_commit, delete_branch, push
from bot.sandbox.acts.queue import dequeue, enqueue
from bot.sandbox.acts.reviews import LineComment
from bot.sandbox.state.accounts import Account, App, Installation, Organization, Team
from bot.sandbox.state.check import CheckRun, CheckSuite
from bot.sandbox.state.pull import IssueComment, PullRequest, Reaction, Review, ReviewComment, Said
from bot.sandbox.state.repository import Repository
from bot.sandbox.state.world import World


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

    def unlock(self, pull: PullRequest) -> None:
        """Unlock the conversation."""
        pulls.unlock(self.world, pull, self.account)

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

    # As an owner or maintainer ---------------------------------------------------------

    def add_to_team(self, team: Team, login: str) -> None:
        """Make somebody a member of a team."""
        people.join_team(self.world, team, self.world.user(login), self.account)

    def remove_from_team(self, team: Team, login: str) -> None:
        """Take somebody out of a team."""
        people.leave_team(self.world, team, self.world.user(login), self.account)

    def remove_from_organization(self, organization: Organization, login: str) -> None:
        """Take somebody out of an organisation and its teams."""
        people.leave_organization(self.world, organization, self.world.user(login), self.account)

    def rename_team(self, team: Team, slug: str) -> None:
        """Give a team another name and slug."""
        people.rename_team(self.world, team, slug, self.account)

    def delete_team(self, team: Team) -> None:
        """Delete a team and its child teams."""
        people.delete_team(self.world, team, self.account)

    def rename_repository(self, repository: Repository, name: str) -> None:
        """Rename a repository."""
        repositories.rename(self.world, repository, name, self.account)

    def transfer_repository(self, repository: Repository, owner: Account) -> None:
        """Give a repository to another account."""
        repositories.transfer(self.world, repository, owner, self.account)

    def delete_repository(self, repository: Repository) -> None:
        """Delete a repository, such as one's own fork."""
        repositories.delete(self.world, repository, self.account)

    def install(self, app: App, account: Account) -> Installation:
        """Install an app on an account."""
        return installing.install(self.world, app, account, self.account)

    def uninstall(self, installation: Installation) -> None:
        """Remove an installation."""
        installing.uninstall(self.world, installation, self.account)

    def grant(self, installation: Installation, **permissions: str) -> None:
        """Accept further permissions, as `contents="write"`."""
        wanted = {**installation.permissions, **permissions}
        installing.grant(self.world, installation, wanted, self.account)
