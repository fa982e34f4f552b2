"""Pull requests (docs.github.com/rest/pulls/pulls)."""

from __future__ import annotations

from typing import Final

from bot.sandbox.acts import pulls as acts
from bot.sandbox.acts.reading import pull_changes, pull_commits
from bot.sandbox.errors import Refused, invalid, not_found
from bot.sandbox.http.call import Answer, Call
from bot.sandbox.render import git
from bot.sandbox.render import pull as render
from bot.sandbox.rest.repos import REPO
from bot.sandbox.rest.routes import router
from bot.sandbox.state.accounts import Role
from bot.sandbox.state.pull import PullRequest
from bot.sandbox.state.repository import Repository

PULL: Final = f"{REPO}/pulls/{{number}}"
MOST_FILES: Final = 3000
MOST_COMMITS: Final = 250
READ: Final = "pull_requests:read"
WRITE: Final = "pull_requests:write"


@router.add("GET", f"{REPO}/pulls", need=READ)
def list_pulls(call: Call) -> Answer:
    """List pull requests, filtered by state, head and base, newest first by default."""
    state = call.query.get("state", "open")
    head, base = call.query.get("head"), call.query.get("base")
    rows = [
        pull
        for pull in call.repository().pulls.values()
        if (state == "all" or pull.open == (state == "open"))
        and head in (None, f"{pull.head_owner.login}:{pull.head_ref}")
        and base in (None, pull.base_ref)
    ]
    key = call.query.get("sort", "created")
    if key == "updated":
        rows.sort(key=lambda pull: pull.updated_at)
    down = "desc" if key == "created" else "asc"
    if call.query.get("direction", down) == "desc":
        rows.reverse()
    return call.page(rows, lambda pull: render.simple(call.world, pull))


def _head(call: Call, which: Repository, text: str) -> tuple[Repository, str]:
    """Read `branch` or `owner:branch`."""
    owner, colon, branch = text.rpartition(":")
    if not colon or owner.lower() == which.owner.login.lower():
        return which, branch
    for fork in call.world.repositories.values():
        if fork.parent is which and fork.owner.login.lower() == owner.lower():
            return fork, branch
    raise invalid("PullRequest", "head")


@router.add("POST", f"{REPO}/pulls", need=WRITE, creates=True)
def create_pull(call: Call) -> Answer:
    """Open a pull request."""
    which, body = call.repository(), call.body
    title, head, base = body.needed("title"), body.needed("head"), body.needed("base")
    pull = acts.open_pull(
        call.world,
        which,
        call.by,
        title=title,
        head=_head(call, which, head),
        base=base,
        body=body.text("body"),
        draft=body.flag("draft"),
    )
    return Answer(render.full(call.world, pull), 201)


@router.add("GET", PULL, need=READ)
def get_pull(call: Call) -> Answer:
    """Return a pull request."""
    return Answer(render.full(call.world, call.pull()))


def _need_author_or_writer(call: Call, pull: PullRequest) -> None:
    if call.actor.token is not None or call.by is pull.author:
        return
    if call.world.role(call.by, pull.repository) < Role.TRIAGE:
        raise not_found()


@router.add("PATCH", PULL, need=WRITE)
def edit_pull(call: Call) -> Answer:
    """Change title, text, base or state."""
    pull, body = call.pull(), call.body
    _need_author_or_writer(call, pull)
    state = body.choice("state", ("open", "closed"))
    acts.edit(
        call.world,
        pull,
        call.by,
        title=body.text("title"),
        body=body.text("body"),
        base=body.text("base"),
    )
    if state == "closed" and pull.open:
        acts.close(call.world, pull, call.by)
    elif state == "open" and not pull.open:
        acts.reopen(call.world, pull, call.by)
    return Answer(render.full(call.world, pull))


@router.add("GET", f"{PULL}/files", need=READ)
def list_files(call: Call) -> Answer:
    """List the changed files, at most 3,000."""
    pull = call.pull()
    home = pull.repository
    return call.page(
        pull_changes(pull)[:MOST_FILES],
        lambda change: git.file_change(call.world, home, pull.head_sha, change),
    )


@router.add("GET", f"{PULL}/commits", need=READ)
def list_commits(call: Call) -> Answer:
    """List the commits, oldest first, at most 250."""
    home = call.repository()
    return call.page(
        pull_commits(call.pull())[:MOST_COMMITS],
        lambda oid: git.commit(call.world, home, home.git.commits[oid]),
    )


@router.add("GET", f"{PULL}/merge", need=READ)
def check_merged(call: Call) -> Answer:
    """Say 204 for a merged pull request, else 404."""
    if not call.pull().merged:
        raise not_found()
    return Answer(status=204)


@router.add("PUT", f"{PULL}/merge", need="contents:write", person=Role.WRITE)
def merge_pull(call: Call) -> Answer:
    """Merge, if every rule of the base branch allows it."""
    pull, body = call.pull(), call.body
    method = body.choice("merge_method", acts.METHODS) or "merge"
    title, text = body.text("commit_title"), body.text("commit_message")
    message = "\n\n".join(part for part in (title, text) if part) or None
    tip = acts.merge(call.world, pull, call.by, method=method, sha=body.text("sha"), message=message)
    return Answer({"sha": tip, "merged": True, "message": "Pull Request successfully merged"})


@router.add("PUT", f"{PULL}/update-branch", need=WRITE, person=Role.WRITE)
def update_branch(call: Call) -> Answer:
    """Merge the base's tip into the head branch."""
    pull = call.pull()
    expected = call.body.text("expected_head_sha")
    if expected is not None and expected != pull.head_sha:
        raise Refused(422, "expected_head_sha does not match the pull request's head")
    acts.update_branch(call.world, pull, call.by)
    url = render.simple(call.world, pull)["url"]
    return Answer({"message": "Updating pull request branch.", "url": url}, 202)


@router.add("GET", f"{REPO}/commits/{{ref:.+}}/pulls", need=READ)
def list_pulls_of_commit(call: Call) -> Answer:
    """List the pull requests that contain a commit."""
    oid = call.params["ref"]
    rows = [
        pull
        for pull in call.repository().pulls.values()
        if oid in (pull.head_sha, pull.merge_commit_sha) or oid in pull_commits(pull)
    ]
    return call.page(rows, lambda pull: render.simple(call.world, pull))
