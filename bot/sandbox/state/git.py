"""A content-addressed git: blobs, trees and commits with git's own object names."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bot.sandbox.state.accounts import Account
from bot.sandbox.state.clock import iso
from bot.sandbox.state.ids import node_id

FILE: Final = "100644"
EXECUTABLE: Final = "100755"
SYMLINK: Final = "120000"
SUBMODULE: Final = "160000"
DIRECTORY: Final = "040000"
MODES: Final = frozenset({FILE, EXECUTABLE, SYMLINK, SUBMODULE, DIRECTORY})


@dataclass(frozen=True, slots=True)
class Entry:
    """One name in a tree: its mode (six octal digits) and the object it names."""

    mode: str
    oid: str

    @property
    def type(self) -> str:
        """Git's word for the object: blob, tree or commit."""
        return {DIRECTORY: "tree", SUBMODULE: "commit"}.get(self.mode, "blob")


Files = Mapping[str, Entry]


@dataclass(frozen=True, slots=True)
class Signature:
    """Who made a commit and when; `account` is the linked login, if there is one."""

    name: str
    email: str
    date: datetime
    account: Account | None = None


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit object."""

    oid: str
    tree: str
    parents: tuple[str, ...]
    message: str
    author: Signature
    committer: Signature

    @property
    def node_id(self) -> str:
        """The opaque global id."""
        return node_id("C", int(self.oid[:14], 16))


def object_id(kind: str, body: bytes) -> str:
    """Name an object as git does: the SHA-1 of its header and body."""
    # SHA-1 is git's naming scheme here, not a protection.
    return hashlib.sha1(f"{kind} {len(body)}\0".encode() + body, usedforsecurity=False).hexdigest()


@dataclass(slots=True, eq=False, weakref_slot=True)
class ObjectStore:
    """All objects of a repository and its forks, which share one store as on GitHub."""

    blobs: dict[str, bytes] = field(default_factory=dict)
    trees: dict[str, dict[str, Entry]] = field(default_factory=dict)
    commits: dict[str, Commit] = field(default_factory=dict)
    _flat: dict[str, dict[str, Entry]] = field(default_factory=dict)
    _bases: dict[tuple[str, str], str | None] = field(default_factory=dict)
    _ranges: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def add_blob(self, content: bytes) -> str:
        """Store a file's content and return its name."""
        oid = object_id("blob", content)
        self.blobs[oid] = content
        return oid

    def add_tree(self, entries: Mapping[str, Entry]) -> str:
        """Store one directory (names without `/`) and return its name."""

        def order(item: tuple[str, Entry]) -> bytes:
            # git sorts a directory as if its name ended in a slash.
            return item[0].encode() + (b"/" if item[1].type == "tree" else b"")

        ordered = dict(sorted(entries.items(), key=order))
        body = b"".join(
            f"{entry.mode.lstrip('0')} {name}\0".encode() + bytes.fromhex(entry.oid)
            for name, entry in ordered.items()
        )
        oid = object_id("tree", body)
        self.trees[oid] = ordered
        return oid

    def add_files(self, files: Files) -> str:
        """Store whole paths as nested trees and return the root's name."""
        here: dict[str, Entry] = {}
        below: dict[str, dict[str, Entry]] = {}
        for path, entry in files.items():
            name, slash, rest = path.partition("/")
            if slash:
                below.setdefault(name, {})[rest] = entry
            else:
                here[name] = entry
        for name, inner in below.items():
            here[name] = Entry(DIRECTORY, self.add_files(inner))
        return self.add_tree(here)

    def add_commit(
        self,
        tree: str,
        parents: tuple[str, ...],
        message: str,
        author: Signature,
        committer: Signature | None = None,
    ) -> Commit:
        """Store a commit and return it."""
        committer = committer or author
        lines = [f"tree {tree}", *(f"parent {parent}" for parent in parents)]
        for word, who in (("author", author), ("committer", committer)):
            lines.append(f"{word} {who.name} <{who.email}> {int(who.date.timestamp())} +0000")
        oid = object_id("commit", ("\n".join(lines) + "\n\n" + message).encode())
        commit = Commit(oid, tree, parents, message, author, committer)
        return self.commits.setdefault(oid, commit)

    def files(self, commit: str) -> dict[str, Entry]:
        """Return every path of a commit except directories; treat the result as read-only."""
        tree = self.commits[commit].tree
        if tree not in self._flat:
            self._flat[tree] = dict(self._walk(tree, ""))
        return self._flat[tree]

    def _walk(self, tree: str, prefix: str) -> Iterator[tuple[str, Entry]]:
        for name, entry in self.trees[tree].items():
            if entry.type == "tree":
                yield from self._walk(entry.oid, f"{prefix}{name}/")
            else:
                yield f"{prefix}{name}", entry

    def entry(self, commit: str, path: str) -> Entry | None:
        """Find a path in a commit; the empty path is the root directory."""
        entry = Entry(DIRECTORY, self.commits[commit].tree)
        for name in path.split("/") if path else ():
            found = self.trees.get(entry.oid, {}).get(name) if entry.type == "tree" else None
            if found is None:
                return None
            entry = found
        return entry

    def history(self, *tips: str) -> list[str]:
        """Return all commits reachable from the tips, children before their parents."""
        order: list[str] = []
        seen: set[str] = set()
        stack = [(tip, False) for tip in reversed(tips)]
        while stack:
            oid, done = stack.pop()
            if done:
                order.append(oid)
            elif oid not in seen and oid in self.commits:
                seen.add(oid)
                stack.append((oid, True))
                stack.extend((parent, False) for parent in self.commits[oid].parents)
        return order[::-1]

    def merge_base(self, one: str, other: str) -> str | None:
        """Return the newest commit that both have, or None for unrelated histories."""
        if (one, other) not in self._bases:
            mine = set(self.history(one))
            found = next((oid for oid in self.history(other) if oid in mine), None)
            self._bases[one, other] = found
        return self._bases[one, other]

    def between(self, base: str, head: str) -> list[str]:
        """Return the commits of `head` that `base` has not, oldest first."""
        if (base, head) not in self._ranges:
            known = set(self.history(base))
            fresh = [oid for oid in reversed(self.history(head)) if oid not in known]
            self._ranges[base, head] = fresh
        return self._ranges[base, head]


def describe(signature: Signature) -> dict[str, object]:
    """Write a signature as the git endpoints do."""
    return {"name": signature.name, "email": signature.email, "date": iso(signature.date)}
