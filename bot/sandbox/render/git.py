"""Git objects, file changes and contents as JSON."""

from __future__ import annotations

import base64
from typing import Final
from urllib.parse import quote

from bot.sandbox.acts.diff import FileChange, patch
from bot.sandbox.render.people import Json, account_or_none
from bot.sandbox.render.repository import api_url, html_url
from bot.sandbox.state.clock import iso
from bot.sandbox.state.git import SUBMODULE, SYMLINK, Commit, Entry, Signature, describe
from bot.sandbox.state.ids import node_id
from bot.sandbox.state.repository import Repository
from bot.sandbox.state.world import World

UNSIGNED: Final[Json] = {
    "verified": False,
    "reason": "unsigned",
    "signature": None,
    "payload": None,
    "verified_at": None,
}
# Where the contents endpoint says type `file`, `dir` ... for git's modes.
CONTENT_TYPES: Final = {"tree": "dir", "commit": "submodule"}


def parents(world: World, home: Repository, which: Commit) -> list[Json]:
    """Render a commit's parents."""
    url, page = api_url(world, home), html_url(world, home)
    return [
        {"sha": oid, "url": f"{url}/commits/{oid}", "html_url": f"{page}/commit/{oid}"}
        for oid in which.parents
    ]


def git_commit(world: World, home: Repository, which: Commit) -> Json:
    """Render `git-commit`."""
    url = api_url(world, home)
    return {
        "sha": which.oid,
        "node_id": which.node_id,
        "url": f"{url}/git/commits/{which.oid}",
        "html_url": f"{html_url(world, home)}/commit/{which.oid}",
        "author": describe(which.author),
        "committer": describe(which.committer),
        "message": which.message,
        "tree": {"sha": which.tree, "url": f"{url}/git/trees/{which.tree}"},
        "parents": parents(world, home, which),
        "verification": UNSIGNED,
    }


def commit(world: World, home: Repository, which: Commit) -> Json:
    """Render `commit` without stats and files."""
    url = api_url(world, home)
    return {
        "url": f"{url}/commits/{which.oid}",
        "sha": which.oid,
        "node_id": which.node_id,
        "html_url": f"{html_url(world, home)}/commit/{which.oid}",
        "comments_url": f"{url}/commits/{which.oid}/comments",
        "commit": {
            "url": f"{url}/git/commits/{which.oid}",
            "author": describe(which.author),
            "committer": describe(which.committer),
            "message": which.message,
            "comment_count": 0,
            "tree": {"sha": which.tree, "url": f"{url}/git/trees/{which.tree}"},
            "verification": UNSIGNED,
        },
        "author": account_or_none(world, which.author.account),
        "committer": account_or_none(world, which.committer.account),
        "parents": parents(world, home, which),
    }


def simple_commit(which: Commit) -> Json:
    """Render `simple-commit`, as check suites and pushes show it."""
    return {
        "id": which.oid,
        "tree_id": which.tree,
        "message": which.message,
        "timestamp": iso(which.committer.date),
        "author": _name(which.author),
        "committer": _name(which.committer),
    }


def _name(who: Signature) -> Json:
    return {"name": who.name, "email": who.email}


def file_change(world: World, home: Repository, head: str, change: FileChange) -> Json:
    """Render `diff-entry`."""
    diff = patch(home.git, change)
    path = quote(change.path, safe="")
    entry = change.new or change.old
    shown: Json = {
        "sha": entry.oid if entry else None,
        "filename": change.path,
        "status": change.kind.value,
        "additions": diff.additions,
        "deletions": diff.deletions,
        "changes": diff.additions + diff.deletions,
        "blob_url": f"{html_url(world, home)}/blob/{head}/{path}",
        "raw_url": f"{html_url(world, home)}/raw/{head}/{path}",
        "contents_url": f"{api_url(world, home)}/contents/{path}?ref={head}",
    }
    if diff.text is not None:
        shown["patch"] = diff.text
    if change.old_path != change.path:
        shown["previous_filename"] = change.old_path
    return shown


def blob(world: World, home: Repository, oid: str) -> Json:
    """Render `blob`."""
    data = home.git.blobs[oid]
    return {
        "sha": oid,
        "node_id": node_id("B", int(oid[:14], 16)),
        "size": len(data),
        "url": f"{api_url(world, home)}/git/blobs/{oid}",
        "content": lines64(data),
        "encoding": "base64",
    }


def tree(world: World, home: Repository, oid: str, rows: list[tuple[str, Entry]]) -> Json:
    """Render `git-tree` from its (path, entry) rows."""
    url = api_url(world, home)
    shown = []
    for path, entry in rows:
        row: Json = {
            "path": path,
            "mode": entry.mode,
            "type": entry.type,
            "sha": entry.oid,
        }
        if entry.type != "commit":
            row["url"] = f"{url}/git/{entry.type}s/{entry.oid}"
        if entry.type == "blob":
            row["size"] = len(home.git.blobs[entry.oid])
        shown.append(row)
    return {"sha": oid, "url": f"{url}/git/trees/{oid}", "tree": shown, "truncated": False}


def ref(world: World, home: Repository, name: str, oid: str) -> Json:
    """Render `git-ref` of a full name such as `refs/heads/main`."""
    url = api_url(world, home)
    return {
        "ref": name,
        "node_id": node_id("REF", home.id) + base64.urlsafe_b64encode(name.encode()).decode(),
        "url": f"{url}/git/{name}",
        "object": {"type": "commit", "sha": oid, "url": f"{url}/git/commits/{oid}"},
    }


def lines64(data: bytes) -> str:
    """Encode as GitHub does, with a line break after each 60 characters."""
    text = base64.b64encode(data).decode()
    return "".join(f"{text[i : i + 60]}\n" for i in range(0, len(text), 60))


def content_item(world: World, home: Repository, path: str, entry: Entry, at: str) -> Json:
    """Render what all kinds of contents have in common; `at` is the ref asked for."""
    url, page, place = api_url(world, home), html_url(world, home), quote(path)
    kind = CONTENT_TYPES.get(entry.type, "symlink" if entry.mode == SYMLINK else "file")
    self_url = f"{url}/contents/{place}?ref={at}"
    folder = "trees" if entry.type != "blob" else "blobs"
    git_url = f"{url}/git/{folder}/{entry.oid}"
    html = f"{page}/{'tree' if entry.type != 'blob' else 'blob'}/{at}/{place}"
    raw = f"{page}/raw/{at}/{place}" if entry.type == "blob" else None
    return {
        "type": kind,
        "size": len(home.git.blobs[entry.oid]) if entry.type == "blob" else 0,
        "name": path.rpartition("/")[2],
        "path": path,
        "sha": entry.oid,
        "url": self_url,
        "git_url": None if entry.mode == SUBMODULE else git_url,
        "html_url": html,
        "download_url": raw,
        "_links": {"self": self_url, "git": git_url, "html": html},
    }
