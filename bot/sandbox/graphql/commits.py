"""Commits made by a mutation: several files at once, or nothing.

https://docs.github.com/en/graphql/reference/mutations#createcommitonbranch
"""

from __future__ import annotations

import base64
import binascii
from typing import Any, Final

from bot.sandbox.acts.branches import build_commit, push
from bot.sandbox.errors import Refused, unprocessable
from bot.sandbox.graphql.context import Context
from bot.sandbox.graphql.fields import field
from bot.sandbox.graphql.query import repository
from bot.sandbox.graphql.views import RefAt, commit_at
from bot.sandbox.state.accounts import Role
from bot.sandbox.state.repository import Repository

Input = dict[str, Any]
_MOST_BYTES: Final = 45_000_000


@field("Mutation.createCommitOnBranch")
def create_commit(_root: object, context: Context, **args: Input) -> dict[str, object]:
    """Append a commit to a branch that still points to where the caller believes."""
    given = args["input"]
    which, branch = _branch(context, given["branch"])
    context.need_write(which, "contents", Role.WRITE)
    tip = which.branches[branch]
    if given["expectedHeadOid"] != tip:
        said = (
            f'Expected branch to point to "{given["expectedHeadOid"]}" but it did not.  Pull and try again.'
        )
        raise Refused(409, said, kind="STALE_DATA")
    files = _files(which, tip, given.get("fileChanges") or {})
    message = "\n\n".join(part for key in ("headline", "body") if (part := given["message"].get(key)))
    if not message.strip():
        raise unprocessable("A commit message is required")
    world = context.world
    commit = build_commit(world, which, (tip,), files, context.by(), message, committer=world.web_flow)
    push(world, which, branch, commit.oid, context.by())
    return {
        "clientMutationId": given.get("clientMutationId"),
        "commit": commit_at(which, commit.oid),
        "ref": RefAt(which, branch),
    }


def _branch(context: Context, given: Input) -> tuple[Repository, str]:
    owner, _, name = str(given.get("repositoryNameWithOwner") or "").partition("/")
    branch = given.get("branchName")
    if given.get("id") is not None or not owner or not name or not branch:
        raise unprocessable("The sandbox knows a branch by repositoryNameWithOwner and branchName")
    which = repository(None, context, owner, name, follow_renames=False)
    if branch not in which.branches:
        raise Refused(404, f"No such ref: {branch}")
    return which, branch


def _files(which: Repository, tip: str, changes: Input) -> dict[str, bytes | None]:
    """Return what is to stand at each path; None: nothing."""
    added = [(one["path"], _decoded(one["contents"])) for one in changes.get("additions") or ()]
    gone: list[tuple[str, bytes | None]] = [(one["path"], None) for one in changes.get("deletions") or ()]
    both = [*added, *gone]
    paths = [path for path, _ in both]
    if len(set(paths)) != len(paths):
        raise unprocessable("A path was requested for more than one change")
    for path in paths:
        if not path or path.startswith("/") or {"", ".", ".."} & set(path.split("/")):
            raise unprocessable(f"A path was requested which is invalid: {path}")
    if lost := [path for path, _ in gone if which.git.entry(tip, path) is None]:
        raise unprocessable(f"A path was requested for deletion which does not exist: {lost[0]}")
    if sum(len(content or b"") for _, content in both) > _MOST_BYTES:
        raise unprocessable("The changes are too large")
    return dict(both)


def _decoded(contents: str) -> bytes:
    try:
        return base64.b64decode(contents, validate=True)
    except (binascii.Error, ValueError):
        raise unprocessable("The contents are not valid base64") from None
