"""Files by path (docs.github.com/rest/repos/contents)."""

from __future__ import annotations

from typing import Final

from bot.sandbox.acts.branches import build_commit, push
from bot.sandbox.errors import Refused, malformed, not_found
from bot.sandbox.http.call import Answer, Call
from bot.sandbox.render.git import content_item, git_commit, lines64
from bot.sandbox.render.people import Json
from bot.sandbox.rest.git import decoded, resolve
from bot.sandbox.rest.repos import REPO
from bot.sandbox.rest.routes import router
from bot.sandbox.state.accounts import Role
from bot.sandbox.state.git import SUBMODULE, SYMLINK, Entry
from bot.sandbox.state.repository import Repository

WHOLE_LIMIT: Final = 1024**2
RAW_LIMIT: Final = 100 * 1024**2
DIRECTORY_LIMIT: Final = 1000
PATH: Final = f"{REPO}/contents/{{path:.*}}"


@router.add("GET", PATH, need="contents:read")
def get_contents(call: Call) -> Answer:
    """Return a file, a directory, a symlink or a submodule."""
    which, path = call.repository(), call.params["path"].strip("/")
    ref = call.query.get("ref", which.default_branch)
    oid = resolve(which, ref)
    if oid is None:
        raise Refused(404, f"No commit found for the ref {ref}")
    entry = which.git.entry(oid, path)
    if entry is None:
        raise not_found()
    accept = call.headers.get("Accept", "")
    if entry.type == "tree":
        return _directory(call, which, path, entry, ref)
    if entry.mode == SUBMODULE:
        item = content_item(call.world, which, path, entry, ref)
        return Answer({**item, "submodule_git_url": f"git://127.0.0.1/{path}.git"})
    if entry.mode == SYMLINK:
        target = _target(which, oid, path, entry)
        if target is None:
            item = content_item(call.world, which, path, entry, ref)
            return Answer({**item, "target": which.git.blobs[entry.oid].decode()})
        entry = target
    return _file(call, which, path, entry, ref, accept)


def _target(which: Repository, oid: str, path: str, entry: Entry) -> Entry | None:
    """Follow a symlink to a file of the repository; GitHub answers with that file's content."""
    parts = path.split("/")[:-1]
    for part in which.git.blobs[entry.oid].decode("utf-8", "replace").split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    found = which.git.entry(oid, "/".join(parts))
    return found if found is not None and found.type == "blob" and found.mode != SYMLINK else None


def _directory(call: Call, which: Repository, path: str, entry: Entry, ref: str) -> Answer:
    prefix = f"{path}/" if path else ""
    rows: list[Json] = []
    for name, child in list(which.git.trees[entry.oid].items())[:DIRECTORY_LIMIT]:
        item = content_item(call.world, which, prefix + name, child, ref)
        # GitHub lists a submodule as a file here, for compatibility with older clients.
        rows.append({**item, "type": "file"} if child.mode == SUBMODULE else item)
    return Answer(rows)


def _file(call: Call, which: Repository, path: str, entry: Entry, ref: str, accept: str) -> Answer:
    data = which.git.blobs[entry.oid]
    if len(data) > RAW_LIMIT:
        raise _too_large()
    if ".raw" in accept:
        return Answer(raw=data, content_type="application/vnd.github.raw+json; charset=utf-8")
    item = content_item(call.world, which, path, entry, ref)
    if len(data) <= WHOLE_LIMIT:
        return Answer({**item, "content": lines64(data), "encoding": "base64"})
    if ".object" in accept:
        return Answer({**item, "content": "", "encoding": "none"})
    raise _too_large()


def _too_large() -> Refused:
    error = {"resource": "Blob", "field": "data", "code": "too_large"}
    return Refused(
        403,
        "This API returns blobs up to 1 MB in size. The requested blob is too large to fetch via "
        "the API, but you can use the Git Data API to request blobs up to 100 MB in size.",
        errors=[error],
    )


def _place(call: Call) -> tuple[Repository, str, str, Entry | None]:
    """Return repository, path, branch and the file's present entry."""
    which, path = call.repository(), call.params["path"].strip("/")
    branch = call.body.text("branch") or call.query.get("branch") or which.default_branch
    branch = branch.removeprefix("refs/heads/")
    if branch not in which.branches:
        raise Refused(404, f"Branch {branch} not found")
    if not path or ".." in path.split("/"):
        raise malformed("path contains a malformed path component")
    return which, path, branch, which.git.entry(which.branches[branch], path)


def _check_sha(call: Call, path: str, present: Entry | None) -> None:
    """Refuse a write that does not know the file's present content."""
    sent = call.body.text("sha") or call.query.get("sha")
    if present is None:
        return
    if sent is None:
        raise malformed('"sha" wasn\'t supplied.')
    if sent != present.oid:
        raise Refused(409, f"{path} does not match {sent}")


def _commit(call: Call, which: Repository, branch: str, path: str, data: bytes | None) -> str:
    message = call.body.text("message") or call.query.get("message")
    if not message:
        raise malformed('"message" wasn\'t supplied.')
    tip = which.branches[branch]
    world = call.world
    commit = build_commit(world, which, (tip,), {path: data}, call.by, message, committer=world.web_flow)
    push(world, which, branch, commit.oid, call.by)
    return commit.oid


@router.add("PUT", PATH, need="contents:write", person=Role.WRITE)
def put_contents(call: Call) -> Answer:
    """Create or replace a file in one commit."""
    which, path, branch, present = _place(call)
    data = decoded(call.body, "base64")
    _check_sha(call, path, present)
    oid = _commit(call, which, branch, path, data)
    entry = which.git.entry(oid, path)
    if entry is None:
        raise not_found()
    shown = {
        "content": content_item(call.world, which, path, entry, branch),
        "commit": git_commit(call.world, which, which.git.commits[oid]),
    }
    return Answer(shown, 200 if present else 201)


@router.add("DELETE", PATH, need="contents:write", person=Role.WRITE)
def delete_contents(call: Call) -> Answer:
    """Delete a file in one commit."""
    which, path, branch, present = _place(call)
    if present is None:
        raise not_found()
    _check_sha(call, path, present)
    oid = _commit(call, which, branch, path, None)
    commit = git_commit(call.world, which, which.git.commits[oid])
    return Answer({"content": None, "commit": commit})
