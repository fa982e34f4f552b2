"""Commits and pushes, with what follows on the pull requests of the pushed branch."""

from __future__ import annotations

from collections.abc import Mapping

from bot.sandbox.acts.checks import open_suites
from bot.sandbox.acts.diff import changes, patch
from bot.sandbox.acts.reading import base_tip, merge_base
from bot.sandbox.acts.reviews import dismiss_stale
from bot.sandbox.acts.timeline import note, tell, touch
from bot.sandbox.errors import unprocessable
from bot.sandbox.state.accounts import Account
from bot.sandbox.state.git import FILE, Commit, Entry, Signature
from bot.sandbox.state.pull import Happened, PullRequest
from bot.sandbox.state.repository import Repository
from bot.sandbox.state.world import Event, World

# What a file becomes: text, bytes, a ready entry (symlink, submodule), or None for "gone".
Content = str | bytes | Entry | None


def signature(world: World, account: Account) -> Signature:
    """Sign as an account, now."""
    return Signature(account.name or account.login, account.email, world.now(), account)


def build_commit(
    world: World,
    repository: Repository,
    parents: tuple[str, ...],
    files: Mapping[str, Content],
    by: Account,
    message: str,
    *,
    committer: Account | None = None,
) -> Commit:
    """Make a commit that changes `files` of its first parent; no branch moves."""
    git = repository.git
    state = dict(git.files(parents[0])) if parents else {}
    for path, content in files.items():
        if content is None:
            state.pop(path, None)
        elif isinstance(content, Entry):
            state[path] = content
        else:
            data = content.encode() if isinstance(content, str) else content
            mode = state[path].mode if path in state else FILE
            state[path] = Entry(mode, git.add_blob(data))
    author = signature(world, by)
    made = signature(world, committer) if committer else author
    return git.add_commit(git.add_files(state), parents, message, author, made)


def push(
    world: World, repository: Repository, branch: str, oid: str, by: Account, *, force: bool = False
) -> None:
    """Move (or create) a branch, and let everything that watches it follow."""
    before = repository.branches.get(branch)
    if before == oid:
        return
    forced = before is not None and before not in repository.git.history(oid)
    if forced and not force:
        raise unprocessable("Update is not a fast forward")
    repository.branches[branch] = oid
    repository.pushed_at = repository.updated_at = world.now()
    _tell_push(world, repository, branch, before, oid, by, forced=forced)
    open_suites(world, repository, oid, by, branch=branch, before=before)
    for pull in _headed(world, repository, branch):
        _synchronize(world, pull, oid, by, forced=forced)
    _absorb(world, repository, branch, by)


def delete_branch(world: World, repository: Repository, branch: str, by: Account) -> None:
    """Delete a branch; its pull requests are closed, as on GitHub."""
    before = repository.branches.pop(branch)
    _tell_push(world, repository, branch, before, None, by, forced=False)
    for pull in _headed(world, repository, branch):
        close(world, pull, by)


def close(world: World, pull: PullRequest, by: Account) -> None:
    """Close a pull request without merging it."""
    pull.open, pull.closed_at = False, world.now()
    touch(world, pull)
    note(world, pull, Happened.CLOSED, by)
    tell(world, pull, "closed", by)


def mark_merged(world: World, pull: PullRequest, commit: str, base: str, by: Account) -> None:
    """Close a pull request as merged: `base` is the base's tip just before."""
    now = world.now()
    pull.base_sha = base
    pull.open, pull.closed_at, pull.merged_at = False, now, now
    pull.merged_by, pull.merge_commit_sha = by, commit
    pull.queue_entry = None
    touch(world, pull)
    note(world, pull, Happened.MERGED, by, commit=commit)
    tell(world, pull, "closed", by)


def _headed(world: World, repository: Repository, branch: str) -> list[PullRequest]:
    homes = {repository.id: repository}
    if repository.parent:
        homes[repository.parent.id] = repository.parent
    homes.update({r.id: r for r in world.repositories.values() if r.parent is repository})
    return [
        pull
        for home in homes.values()
        for pull in home.pulls.values()
        if pull.open and pull.head_repository is repository and pull.head_ref == branch
    ]


def _shown(pull: PullRequest) -> list[tuple[str, str | None]]:
    git = pull.repository.git
    found = changes(git, merge_base(pull), pull.head_sha)
    return [(change.path, patch(git, change).text) for change in found]


def _synchronize(world: World, pull: PullRequest, oid: str, by: Account, *, forced: bool) -> None:
    before, shown = pull.head_sha, _shown(pull)
    pull.head_sha, pull.base_sha = oid, base_tip(pull)
    touch(world, pull)
    if forced:
        note(world, pull, Happened.FORCE_PUSHED, by, before=before, after=oid)
    if pull.cross_repository:
        open_suites(world, pull.repository, oid, by, branch=None)
    tell(world, pull, "synchronize", by, before=before, after=oid)
    if _shown(pull) != shown:
        dismiss_stale(world, pull, by)


def _absorb(world: World, repository: Repository, branch: str, by: Account) -> None:
    """Mark pull requests merged whose head a push has brought into their base."""
    waiting = [p for p in repository.pulls.values() if p.open and p.base_ref == branch]
    if not waiting:
        return
    tip = repository.branches[branch]
    reached = set(repository.git.history(tip))
    for pull in waiting:
        if pull.head_sha in reached and pull.head_sha != pull.base_sha:
            mark_merged(world, pull, tip, pull.base_sha, by)


def _tell_push(
    world: World,
    repository: Repository,
    branch: str,
    before: str | None,
    after: str | None,
    by: Account,
    *,
    forced: bool,
) -> None:
    subject: dict[str, object] = {"branch": branch, "before": before, "after": after, "forced": forced}
    world.emit(Event(name="push", action=None, sender=by, repository=repository, subject=subject))
