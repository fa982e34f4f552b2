"""Opening, editing, closing and merging pull requests."""

from __future__ import annotations

from typing import Final

from bot.sandbox.acts.branches import build_commit, close, mark_merged, push, signature
from bot.sandbox.acts.checks import open_suites
from bot.sandbox.acts.limits import TITLE_LIMIT, check_body
from bot.sandbox.acts.merging import merged_files
from bot.sandbox.acts.reading import base_tip, blockers, pull_commits, rules_of
from bot.sandbox.acts.timeline import note, tell, touch
from bot.sandbox.errors import Refused, invalid, unprocessable
from bot.sandbox.state.accounts import Account, Role
from bot.sandbox.state.git import Entry
from bot.sandbox.state.pull import Edit, Happened, PullRequest
from bot.sandbox.state.repository import Label, Repository
from bot.sandbox.state.world import World

__all__ = [
    "close",
    "edit",
    "label",
    "lock",
    "merge",
    "open_pull",
    "reopen",
    "set_draft",
    "unlabel",
    "update_branch",
]
METHODS: Final = ("merge", "squash", "rebase")


def open_pull(  # noqa: PLR0913 - a pull request has this many parts
    world: World,
    repository: Repository,
    by: Account,
    *,
    title: str,
    head: tuple[Repository, str],
    base: str,
    body: str | None = None,
    draft: bool = False,
) -> PullRequest:
    """Open a pull request from a branch of the repository or of a fork."""
    home, ref = head
    _check_opening(repository, title, head, base)
    check_body(body or "")
    oid, now = home.branches[ref], world.now()
    pull = PullRequest(
        id=world.ids.next(),
        issue_id=world.ids.next(),
        number=repository.next_number(),
        repository=repository,
        author=by,
        title=title,
        body=body,
        base_ref=base,
        base_sha=repository.branches[base],
        head_repository=home,
        head_owner=home.owner,
        head_ref=ref,
        head_sha=oid,
        created_at=now,
        updated_at=now,
        via_app=world.app_of_bot(by),
        draft=draft,
    )
    repository.pulls[pull.number] = world.register(pull)
    if pull.cross_repository:
        open_suites(world, repository, oid, by, branch=None)
    tell(world, pull, "opened", by)
    return pull


def _check_opening(repository: Repository, title: str, head: tuple[Repository, str], base: str) -> None:
    home, ref = head
    if not title.strip():
        raise invalid("PullRequest", "title", "missing_field")
    if len(title) > TITLE_LIMIT:
        raise invalid("PullRequest", "title", message="title is too long (maximum is 256 characters)")
    if base not in repository.branches:
        raise invalid("PullRequest", "base")
    if ref not in home.branches:
        raise invalid("PullRequest", "head")
    if not repository.git.between(repository.branches[base], home.branches[ref]):
        raise _custom(f"No commits between {base} and {ref}")
    for pull in repository.pulls.values():
        if pull.open and (pull.head_repository, pull.head_ref, pull.base_ref) == (home, ref, base):
            raise _custom(f"A pull request already exists for {home.owner.login}:{ref}.")


def _custom(message: str) -> Refused:
    error = {"resource": "PullRequest", "code": "custom", "message": message}
    return unprocessable("Validation Failed", error)


def edit(
    world: World,
    pull: PullRequest,
    by: Account,
    *,
    title: str | None = None,
    body: str | None = None,
    base: str | None = None,
) -> None:
    """Change title, text or base branch, in one `edited` event."""
    changed: dict[str, object] = {}
    if base is not None and base != pull.base_ref:
        if base not in pull.repository.branches:
            raise invalid("PullRequest", "base")
        old_ref, old_sha = pull.base_ref, pull.base_sha
        pull.base_ref, pull.base_sha = base, pull.repository.branches[base]
        changed["base"] = {"ref": {"from": old_ref}, "sha": {"from": old_sha}}
        note(world, pull, Happened.BASE_CHANGED, by, before=old_ref, after=base)
    if title is not None and title != pull.title:
        if len(title) > TITLE_LIMIT or not title.strip():
            raise invalid("PullRequest", "title")
        changed["title"] = {"from": pull.title}
        note(world, pull, Happened.RENAMED, by, before=pull.title, after=title)
        pull.title = title
    if body is not None and body != (pull.body or ""):
        check_body(body)
        changed["body"] = {"from": pull.body or ""}
        pull.body = body
        pull.edits.append(Edit(world.ids.next(), by, world.now(), body))
    if changed:
        touch(world, pull)
        tell(world, pull, "edited", by, changes=changed)


def set_draft(world: World, pull: PullRequest, by: Account, *, draft: bool) -> None:
    """Mark a pull request ready for review, or take it back to draft."""
    if pull.draft is draft:
        return
    pull.draft = draft
    touch(world, pull)
    note(world, pull, Happened.CONVERT_TO_DRAFT if draft else Happened.READY_FOR_REVIEW, by)
    tell(world, pull, "converted_to_draft" if draft else "ready_for_review", by)


def reopen(world: World, pull: PullRequest, by: Account) -> None:
    """Open a closed pull request again."""
    home = pull.head_repository
    if pull.merged or home is None or pull.head_ref not in home.branches:
        raise invalid("PullRequest", "state", message="state cannot be changed.")
    pull.open, pull.closed_at = True, None
    pull.head_sha = home.branches[pull.head_ref]
    touch(world, pull)
    note(world, pull, Happened.REOPENED, by)
    tell(world, pull, "reopened", by)


def lock(world: World, pull: PullRequest, by: Account) -> None:
    """Lock the conversation to people without write access."""
    pull.locked = True
    tell(world, pull, "locked", by)


def unlock(world: World, pull: PullRequest, by: Account) -> None:
    """Let everybody speak again."""
    pull.locked = False
    tell(world, pull, "unlocked", by)


def label(world: World, pull: PullRequest, by: Account, names: list[str]) -> None:
    """Add labels, creating those the repository does not have."""
    known = pull.repository.labels
    for name in names:
        if name.lower() not in known:
            made = Label(id=world.ids.next(), name=name, created_at=world.now())
            known[name.lower()] = world.register(made)
        found = known[name.lower()]
        if found not in pull.labels:
            pull.labels.append(found)
            note(world, pull, Happened.LABELED, by, label=found)
            tell(world, pull, "labeled", by, label=found)


def unlabel(world: World, pull: PullRequest, by: Account, name: str) -> None:
    """Take a label off; raises `Refused` (404) when it is not on."""
    found = pull.repository.labels.get(name.lower())
    if found is None or found not in pull.labels:
        raise Refused(404, "Label does not exist")
    pull.labels.remove(found)
    note(world, pull, Happened.UNLABELED, by, label=found)
    tell(world, pull, "unlabeled", by, label=found)


def merge(
    world: World,
    pull: PullRequest,
    by: Account,
    *,
    method: str = "merge",
    sha: str | None = None,
    message: str | None = None,
) -> str:
    """Merge a pull request and return the new tip; raises `Refused` 405 or 409."""
    _check_merge(world, pull, by, sha)
    repository, base = pull.repository, base_tip(pull)
    files = merged_files(repository.git, base, pull.head_sha)
    if files is None:
        raise Refused(405, "Pull Request is not mergeable")
    tip = _merge_commit(world, pull, by, files, method, message)
    mark_merged(world, pull, tip, base, by)
    push(world, repository, pull.base_ref, tip, by)
    return tip


def _check_merge(world: World, pull: PullRequest, by: Account, sha: str | None) -> None:
    if not pull.open:
        raise Refused(405, "Pull Request is not mergeable")
    if sha is not None and sha != pull.head_sha:
        raise Refused(409, "Head branch was modified. Review and try the merge again.")
    if pull.draft:
        raise Refused(405, "Pull Request is still a draft")
    bypass = any(rule.admins_bypass for rule in rules_of(pull))
    if bypass and world.role(by, pull.repository) is Role.ADMIN:
        return
    broken = blockers(world, pull)
    if broken:
        sentences = "\n\n".join(["Repository rule violations found", *broken])
        raise Refused(405, f"{sentences}\n\n")


def _merge_commit(
    world: World,
    pull: PullRequest,
    by: Account,
    files: dict[str, Entry],
    method: str,
    message: str | None,
) -> str:
    git, base = pull.repository.git, base_tip(pull)
    if method == "rebase":
        tip = base
        for oid in pull_commits(pull):
            old = git.commits[oid]
            tip = git.add_commit(old.tree, (tip,), old.message, old.author, signature(world, by)).oid
        return tip
    parents = (base, pull.head_sha) if method == "merge" else (base,)
    text = message or (
        f"Merge pull request #{pull.number} from {pull.head_owner.login}/{pull.head_ref}"
        if method == "merge"
        else f"{pull.title} (#{pull.number})"
    )
    gone = dict.fromkeys(git.files(base).keys() - files.keys())
    return build_commit(
        world, pull.repository, parents, {**gone, **files}, by, text, committer=world.web_flow
    ).oid


def update_branch(world: World, pull: PullRequest, by: Account) -> None:
    """Merge the base's tip into the head branch; raises `Refused` (422) on a conflict."""
    home, base = pull.head_repository, base_tip(pull)
    files = merged_files(pull.repository.git, base, pull.head_sha)
    if home is None or files is None:
        raise unprocessable("merge conflict between base and head")
    if base in home.git.history(pull.head_sha):
        raise unprocessable("There are no new commits on the base branch.")
    gone = dict.fromkeys(home.git.files(pull.head_sha).keys() - files.keys())
    text = f"Merge branch '{pull.base_ref}' into {pull.head_ref}"
    parents = (pull.head_sha, base)
    commit = build_commit(world, home, parents, {**gone, **files}, by, text, committer=world.web_flow)
    push(world, home, pull.head_ref, commit.oid, by)
