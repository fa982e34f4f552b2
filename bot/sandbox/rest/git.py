"""Git objects, refs, commits and comparisons (docs.github.com/rest/git, /rest/commits)."""

from __future__ import annotations

import base64
import binascii
import re
from datetime import datetime
from typing import Final

from bot.sandbox.acts.branches import delete_branch, push, signature
from bot.sandbox.acts.diff import changes, patch
from bot.sandbox.errors import Refused, malformed, not_found, unprocessable
from bot.sandbox.http.body import Body
from bot.sandbox.http.call import Answer, Call
from bot.sandbox.render import git as render
from bot.sandbox.render.repository import api_url, html_url
from bot.sandbox.rest.repos import REPO
from bot.sandbox.rest.routes import router
from bot.sandbox.state.accounts import Role
from bot.sandbox.state.git import MODES, Commit, Entry, Signature
from bot.sandbox.state.repository import Repository

READ: Final = "contents:read"
WRITE: Final = "contents:write"
COMPARED_FILES: Final = 300
COMPARED_COMMITS: Final = 250


def resolve(which: Repository, name: str) -> str | None:
    """Return the commit that a branch, a ref, a pull request's head or a SHA names."""
    name = name.removeprefix("refs/")
    found = which.branches.get(name.removeprefix("heads/"))
    if found is not None:
        return found
    pull = re.fullmatch(r"pull/(\d+)/head", name)
    if pull is not None and int(pull[1]) in which.pulls:
        return which.pulls[int(pull[1])].head_sha
    if name == "HEAD":
        return which.branches.get(which.default_branch)
    return name if name in which.git.commits else None


def commit_at(call: Call, name: str) -> Commit:
    """Return the commit that a path's parameter names; raises `Refused` 422 or 404."""
    which = call.repository()
    oid = resolve(which, name)
    if oid is None:
        raise unprocessable(f"No commit found for SHA: {name}")
    return which.git.commits[oid]


# Refs ----------------------------------------------------------------------------------


def _ref_oid(which: Repository, ref: str) -> str:
    oid = resolve(which, ref) if ref.startswith(("heads/", "pull/")) else None
    if oid is None:
        raise not_found()
    return oid


@router.add("GET", f"{REPO}/git/ref/{{ref:.+}}", need=READ)
def get_ref(call: Call) -> Answer:
    """Return one ref, named without `refs/`."""
    which, ref = call.repository(), call.params["ref"]
    return Answer(render.ref(call.world, which, f"refs/{ref}", _ref_oid(which, ref)))


@router.add("GET", f"{REPO}/git/matching-refs/{{ref:.*}}", need=READ)
def matching_refs(call: Call) -> Answer:
    """List the branches whose ref begins with the given text."""
    which = call.repository()
    rows = [
        (f"refs/heads/{name}", oid)
        for name, oid in which.branches.items()
        if f"heads/{name}".startswith(call.params["ref"])
    ]
    return call.page(rows, lambda row: render.ref(call.world, which, *row))


@router.add("POST", f"{REPO}/git/refs", need=WRITE, person=Role.WRITE)
def create_ref(call: Call) -> Answer:
    """Create a branch."""
    which = call.repository()
    ref, oid = call.body.needed("ref"), call.body.needed("sha")
    if not ref.startswith("refs/heads/"):
        raise unprocessable("Reference name must start with 'refs/' and have at least two slashes.")
    if ref.removeprefix("refs/heads/") in which.branches:
        raise unprocessable("Reference already exists")
    if oid not in which.git.commits:
        raise unprocessable("Object does not exist")
    push(call.world, which, ref.removeprefix("refs/heads/"), oid, call.by)
    return Answer(render.ref(call.world, which, ref, oid), 201)


@router.add("PATCH", f"{REPO}/git/refs/{{ref:.+}}", need=WRITE, person=Role.WRITE)
def update_ref(call: Call) -> Answer:
    """Move a branch; backwards or sideways only with `force`."""
    which, ref = call.repository(), call.params["ref"]
    branch = ref.removeprefix("heads/")
    if branch not in which.branches:
        raise unprocessable("Reference does not exist")
    oid = call.body.needed("sha")
    if oid not in which.git.commits:
        raise unprocessable("Object does not exist")
    push(call.world, which, branch, oid, call.by, force=call.body.flag("force"))
    return Answer(render.ref(call.world, which, f"refs/{ref}", oid))


@router.add("DELETE", f"{REPO}/git/refs/{{ref:.+}}", need=WRITE, person=Role.WRITE)
def delete_ref(call: Call) -> Answer:
    """Delete a branch."""
    which, branch = call.repository(), call.params["ref"].removeprefix("heads/")
    if branch not in which.branches:
        raise unprocessable("Reference does not exist")
    delete_branch(call.world, which, branch, call.by)
    return Answer(status=204)


# Objects -------------------------------------------------------------------------------


@router.add("GET", f"{REPO}/git/blobs/{{sha}}", need=READ)
def get_blob(call: Call) -> Answer:
    """Return a blob, raw if asked for."""
    which, oid = call.repository(), call.params["sha"]
    if oid not in which.git.blobs:
        raise not_found()
    if ".raw" in call.headers.get("Accept", ""):
        kind = "application/vnd.github.raw; charset=utf-8"
        return Answer(raw=which.git.blobs[oid], content_type=kind)
    return Answer(render.blob(call.world, which, oid))


@router.add("POST", f"{REPO}/git/blobs", need=WRITE, person=Role.WRITE)
def create_blob(call: Call) -> Answer:
    """Store a blob."""
    which = call.repository()
    data = decoded(call.body, call.body.choice("encoding", ("utf-8", "base64")) or "utf-8")
    oid = which.git.add_blob(data)
    place = f"{api_url(call.world, which)}/git/blobs/{oid}"
    return Answer({"sha": oid, "url": place}, 201)


def decoded(body: Body, encoding: str) -> bytes:
    """Return the bytes of the field `content`."""
    text = body.fields.get("content")
    if not isinstance(text, str):
        raise malformed('"content" wasn\'t supplied.')
    if encoding == "utf-8":
        return text.encode()
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise unprocessable("content is not valid Base64") from None


@router.add("GET", f"{REPO}/git/trees/{{sha:.+}}", need=READ)
def get_tree(call: Call) -> Answer:
    """Return a tree, named by its SHA, a commit or a branch; all below it if `recursive`."""
    which, name = call.repository(), call.params["sha"]
    commit = resolve(which, name)
    oid = which.git.commits[commit].tree if commit else name
    if oid not in which.git.trees:
        raise not_found()
    rows = _rows(which, oid, "", deep="recursive" in call.query)
    return Answer(render.tree(call.world, which, oid, rows))


def _rows(which: Repository, oid: str, prefix: str, *, deep: bool) -> list[tuple[str, Entry]]:
    rows = []
    for name, entry in which.git.trees[oid].items():
        rows.append((prefix + name, entry))
        if deep and entry.type == "tree":
            rows += _rows(which, entry.oid, f"{prefix}{name}/", deep=True)
    return rows


@router.add("POST", f"{REPO}/git/trees", need=WRITE, person=Role.WRITE)
def create_tree(call: Call) -> Answer:
    """Store a tree, built on `base_tree` if given; a null `sha` removes a path."""
    which = call.repository()
    git, base = which.git, call.body.text("base_tree")
    files: dict[str, Entry] = {}
    if base is not None:
        oid = git.commits[base].tree if base in git.commits else base
        if oid not in git.trees:
            raise unprocessable("base_tree is not a valid tree oid")
        files = {path: e for path, e in _rows(which, oid, "", deep=True) if e.type != "tree"}
    for row in call.body.objects("tree"):
        path, mode = row.needed("path"), row.needed("mode")
        if mode not in MODES:
            raise malformed(f"{mode} is not a member of {sorted(MODES)}.")
        if "content" in row:
            files[path] = Entry(mode, git.add_blob(decoded(row, "utf-8")))
        elif row.text("sha") is None:
            files.pop(path, None)
        else:
            files[path] = Entry(mode, _known(which, row.needed("sha"), mode))
    oid = git.add_files(files)
    return Answer(render.tree(call.world, which, oid, _rows(which, oid, "", deep=False)), 201)


def _known(which: Repository, oid: str, mode: str) -> str:
    """Check a tree entry's object; a submodule's commit need not be here."""
    if Entry(mode, oid).type == "commit":
        return oid
    if oid not in which.git.blobs and oid not in which.git.trees:
        raise unprocessable(f"GitRPC::BadObjectState: {oid}")
    return oid


@router.add("GET", f"{REPO}/git/commits/{{sha}}", need=READ)
def get_git_commit(call: Call) -> Answer:
    """Return a commit object."""
    which = call.repository()
    commit = which.git.commits.get(call.params["sha"])
    if commit is None:
        raise not_found()
    return Answer(render.git_commit(call.world, which, commit))


@router.add("POST", f"{REPO}/git/commits", need=WRITE, person=Role.WRITE)
def create_commit(call: Call) -> Answer:
    """Store a commit; no branch moves."""
    which, body = call.repository(), call.body
    tree, parents = body.needed("tree"), tuple(body.strings("parents"))
    if tree not in which.git.trees:
        raise unprocessable("Tree SHA does not exist")
    if not all(parent in which.git.commits for parent in parents):
        raise unprocessable("Parent SHA does not exist or is not a commit object")
    author = _signature(call, body.object("author")) or signature(call.world, call.by)
    committer = _signature(call, body.object("committer"))
    commit = which.git.add_commit(tree, parents, body.needed("message"), author, committer)
    return Answer(render.git_commit(call.world, which, commit), 201)


def _signature(call: Call, who: Body | None) -> Signature | None:
    """Read who signs; an account is linked by its address."""
    if who is None:
        return None
    email, date = who.needed("email"), who.text("date")
    owner = next((a for a in call.world.accounts.values() if a.email == email), None)
    try:
        moment = datetime.fromisoformat(date) if date else call.world.now()
    except ValueError:
        raise malformed(f"{date} is not a date-time.") from None
    return Signature(who.needed("name"), email, moment, owner)


# Commits and comparisons ---------------------------------------------------------------


@router.add("GET", f"{REPO}/commits", need=READ)
def list_commits(call: Call) -> Answer:
    """List the commits reachable from `sha` (default: the default branch), newest first."""
    which = call.repository()
    start = commit_at(call, call.query.get("sha", which.default_branch))
    rows = which.git.history(start.oid)
    return call.page(rows, lambda oid: render.commit(call.world, which, which.git.commits[oid]))


@router.add("GET", f"{REPO}/commits/{{ref}}", need=READ)
def get_commit(call: Call) -> Answer:
    """Return a commit with its files."""
    which, commit = call.repository(), commit_at(call, call.params["ref"])
    before = commit.parents[0] if commit.parents else None
    found = changes(which.git, before, commit.oid) if before else []
    diffs = [patch(which.git, change) for change in found]
    added, gone = sum(d.additions for d in diffs), sum(d.deletions for d in diffs)
    return Answer(
        {
            **render.commit(call.world, which, commit),
            "stats": {"additions": added, "deletions": gone, "total": added + gone},
            "files": [render.file_change(call.world, which, commit.oid, each) for each in found],
        }
    )


@router.add("GET", f"{REPO}/compare/{{basehead:.+}}", need=READ)
def compare(call: Call) -> Answer:
    """Compare two commits across their merge base, `base...head`."""
    which = call.repository()
    base_name, dots, head_name = call.params["basehead"].partition("...")
    base, head = resolve(which, base_name), resolve(which, head_name)
    if not dots or base is None or head is None:
        raise not_found()
    git = which.git
    start = git.merge_base(base, head)
    if start is None:
        raise Refused(404, f"No common ancestor between {base_name} and {head_name}.")
    ahead, behind = git.between(base, head), git.between(head, base)
    status = {
        (True, True): "diverged",
        (True, False): "ahead",
        (False, True): "behind",
        (False, False): "identical",
    }[bool(ahead), bool(behind)]
    found = changes(git, start, head)[:COMPARED_FILES]
    place, page = f"compare/{base}...{head}", html_url(call.world, which)
    return Answer(
        {
            "url": f"{api_url(call.world, which)}/{place}",
            "html_url": f"{page}/{place}",
            "permalink_url": f"{page}/{place}",
            "diff_url": f"{page}/{place}.diff",
            "patch_url": f"{page}/{place}.patch",
            "base_commit": render.commit(call.world, which, git.commits[base]),
            "merge_base_commit": render.commit(call.world, which, git.commits[start]),
            "status": status,
            "ahead_by": len(ahead),
            "behind_by": len(behind),
            "total_commits": len(ahead),
            "commits": [
                render.commit(call.world, which, git.commits[oid]) for oid in ahead[:COMPARED_COMMITS]
            ],
            "files": [render.file_change(call.world, which, head, each) for each in found],
        }
    )
