"""Commits, trees and blobs."""

from __future__ import annotations

from typing import Final

from bot.sandbox.acts.diff import is_binary
from bot.sandbox.acts.reading import pull_commits
from bot.sandbox.graphql.context import Context
from bot.sandbox.graphql.fields import field
from bot.sandbox.graphql.paging import Connection, connect
from bot.sandbox.graphql.views import BlobAt, CommitAt, EntryAt, TreeAt, commit_at, object_at
from bot.sandbox.state.accounts import Account
from bot.sandbox.state.git import Signature

TEXT_LIMIT: Final = 512_000


def _oid(at: CommitAt | BlobAt | TreeAt) -> str:
    return at.commit.oid if isinstance(at, CommitAt) else at.oid


@field("Commit.oid", "Blob.oid", "Tree.oid")
def object_oid(at: CommitAt | BlobAt | TreeAt, _context: Context) -> str:
    """Return the object's name."""
    return _oid(at)


@field("Commit.abbreviatedOid", "Blob.abbreviatedOid", "Tree.abbreviatedOid")
def object_short(at: CommitAt | BlobAt | TreeAt, _context: Context) -> str:
    """Return the first seven digits."""
    return _oid(at)[:7]


@field("Commit.message")
def commit_message(at: CommitAt, _context: Context) -> str:
    """Return the whole message."""
    return at.commit.message


@field("Commit.messageHeadline")
def commit_headline(at: CommitAt, _context: Context) -> str:
    """Return the message's first line."""
    return at.commit.message.partition("\n")[0]


@field("Commit.author")
def commit_author(at: CommitAt, _context: Context) -> Signature:
    """Return who wrote the change."""
    return at.commit.author


@field("Commit.committer")
def commit_committer(at: CommitAt, _context: Context) -> Signature:
    """Return who made the commit."""
    return at.commit.committer


@field("Commit.authoredDate")
def authored_date(at: CommitAt, _context: Context) -> object:
    """Return when the change was written."""
    return at.commit.author.date


@field("Commit.committedDate")
def committed_date(at: CommitAt, _context: Context) -> object:
    """Return when the commit was made."""
    return at.commit.committer.date


@field("GitActor.user")
def actor_user(signature: Signature, _context: Context) -> Account | None:
    """Return the linked account."""
    return signature.account


@field("Commit.url")
def commit_url(at: CommitAt, context: Context) -> str:
    """Return the commit's page."""
    return f"{context.world.web_url}/{at.repository.full_name}/commit/{at.commit.oid}"


@field("Commit.tree")
def commit_tree(at: CommitAt, _context: Context) -> TreeAt:
    """Return the commit's root directory."""
    return TreeAt(at.repository, at.commit.tree)


@field("Commit.file")
def commit_file(at: CommitAt, context: Context, path: str) -> EntryAt | None:
    """Return a path of the commit, null where it has none."""
    context.need("contents")
    entry = at.repository.git.entry(at.commit.oid, path.strip("/")) if path else None
    return None if entry is None else EntryAt(at.repository, path, entry)


@field("Commit.parents")
def commit_parents(at: CommitAt, _context: Context, **args: object) -> Connection:
    """List the parents."""
    return connect(at.commit.parents, args, lambda oid: commit_at(at.repository, oid))


@field("Commit.history")
def commit_history(at: CommitAt, context: Context, **args: object) -> Connection:
    """List the commit and its ancestors, newest first."""
    context.need("contents")
    rows = at.repository.git.history(at.commit.oid)
    return connect(rows, args, lambda oid: commit_at(at.repository, oid))


@field("Commit.associatedPullRequests")
def commit_pulls(at: CommitAt, context: Context, **args: object) -> Connection:
    """List the pull requests that contain the commit."""
    context.need("pull_requests")
    oid = at.commit.oid
    rows = [
        pull
        for pull in at.repository.pulls.values()
        if oid in (pull.head_sha, pull.merge_commit_sha) or oid in pull_commits(pull)
    ]
    return connect(rows, args)


@field("Tree.entries")
def tree_entries(at: TreeAt, _context: Context) -> list[EntryAt]:
    """List a directory."""
    rows = at.repository.git.trees[at.oid].items()
    return [EntryAt(at.repository, name, entry) for name, entry in rows]


@field("TreeEntry.name")
def entry_name(at: EntryAt, _context: Context) -> str:
    """Return the last part of the path."""
    return at.path.rpartition("/")[2]


@field("TreeEntry.mode")
def entry_mode(at: EntryAt, _context: Context) -> int:
    """Return the mode as a number: 33188 for a file, 40960 for a symlink."""
    return int(at.entry.mode, 8)


@field("TreeEntry.type")
def entry_type(at: EntryAt, _context: Context) -> str:
    """Return blob, tree or commit."""
    return at.entry.type


@field("TreeEntry.oid")
def entry_oid(at: EntryAt, _context: Context) -> str:
    """Return the object's name."""
    return at.entry.oid


@field("TreeEntry.size")
def entry_size(at: EntryAt, _context: Context) -> int:
    """Return a blob's size in bytes, else 0."""
    return len(at.repository.git.blobs.get(at.entry.oid, b""))


@field("TreeEntry.object")
def entry_object(at: EntryAt, _context: Context) -> CommitAt | BlobAt | TreeAt | None:
    """Return the object; null for a submodule."""
    return object_at(at.repository, at.entry.oid)


@field("Blob.byteSize")
def blob_size(at: BlobAt, _context: Context) -> int:
    """Return the size in bytes."""
    return len(at.repository.git.blobs[at.oid])


@field("Blob.isBinary")
def blob_binary(at: BlobAt, _context: Context) -> bool:
    """Tell whether the content is binary."""
    return is_binary(at.repository.git.blobs[at.oid])


@field("Blob.isTruncated")
def blob_truncated(at: BlobAt, _context: Context) -> bool:
    """Tell whether `text` is cut."""
    return len(at.repository.git.blobs[at.oid]) > TEXT_LIMIT


@field("Blob.text")
def blob_text(at: BlobAt, _context: Context) -> str | None:
    """Return the content, null when binary, cut after 512,000 bytes."""
    data = at.repository.git.blobs[at.oid]
    return None if is_binary(data) else data[:TEXT_LIMIT].decode("utf-8", "replace")
