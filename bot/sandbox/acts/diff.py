"""What changed between two commits, as the files tab and the files endpoints show it."""

from __future__ import annotations

import difflib
import enum
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from weakref import WeakKeyDictionary

from bot.sandbox.state.git import SUBMODULE, Entry, Files, ObjectStore

# Names of files on which a patch is not shown: GitHub leaves it out above about this size.
PATCH_LIMIT: Final = 1_000_000
SIMILAR: Final = 0.5
RENAME_CANDIDATES: Final = 1000


@enum.unique
class ChangeKind(enum.Enum):
    """A file's change; the value is REST's word, GraphQL says DELETED for `removed`."""

    ADDED = "added"
    REMOVED = "removed"
    MODIFIED = "modified"
    RENAMED = "renamed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class FileChange:
    """One changed file; `old_path` differs from `path` only after a rename."""

    path: str
    old_path: str
    kind: ChangeKind
    old: Entry | None
    new: Entry | None


@dataclass(frozen=True, slots=True)
class Patch:
    """A unified diff without its file header (None for binary content) and its counts."""

    text: str | None
    additions: int
    deletions: int


def content(git: ObjectStore, entry: Entry | None) -> bytes:
    """Return a file's bytes; nothing for an absent file, the commit's name for a submodule."""
    if entry is None:
        return b""
    if entry.mode == SUBMODULE:
        return f"Subproject commit {entry.oid}\n".encode()
    return git.blobs[entry.oid]


def is_binary(data: bytes) -> bool:
    """Tell whether git would call content binary: a NUL byte in its first 8,000."""
    return b"\0" in data[:8000]


# Trees never change, so a comparison is worth keeping as long as its store lives.
_known: WeakKeyDictionary[ObjectStore, dict[tuple[str, str], list[FileChange]]] = WeakKeyDictionary()


def changes(git: ObjectStore, base: str, head: str) -> list[FileChange]:
    """Compare the files of two commits, sorted by path, renames found by content."""
    known = _known.setdefault(git, {})
    key = (git.commits[base].tree, git.commits[head].tree)
    if key not in known:
        known[key] = _compare(git, git.files(base), git.files(head))
    return known[key]


def _compare(git: ObjectStore, before: Files, after: Files) -> list[FileChange]:
    added = {path: after[path] for path in after.keys() - before.keys()}
    removed = {path: before[path] for path in before.keys() - after.keys()}
    found = [
        FileChange(path, path, _kind(before[path], after[path]), before[path], after[path])
        for path in before.keys() & after.keys()
        if before[path] != after[path]
    ]
    for old_path, new_path in _renames(git, removed, added):
        old, new = removed.pop(old_path), added.pop(new_path)
        found.append(FileChange(new_path, old_path, ChangeKind.RENAMED, old, new))
    found += [FileChange(p, p, ChangeKind.ADDED, None, e) for p, e in added.items()]
    found += [FileChange(p, p, ChangeKind.REMOVED, e, None) for p, e in removed.items()]
    return sorted(found, key=lambda change: change.path)


def _kind(old: Entry, new: Entry) -> ChangeKind:
    return ChangeKind.CHANGED if old.oid == new.oid else ChangeKind.MODIFIED


def _renames(git: ObjectStore, removed: Files, added: Files) -> Iterator[tuple[str, str]]:
    """Pair removed with added paths: the same blob first, then the most alike text."""
    free = dict(sorted(added.items()))
    left = []
    for old_path, old in sorted(removed.items()):
        same = next((path for path, new in free.items() if new.oid == old.oid), None)
        if same is None:
            left.append((old_path, old))
        else:
            del free[same]
            yield old_path, same
    if len(left) * len(free) > RENAME_CANDIDATES:
        return  # git gives up above its rename limit too
    for old_path, old in left:
        scored = [(likeness(git, old, new), path) for path, new in free.items()]
        best = max(scored, default=(0.0, ""))
        if best[0] >= SIMILAR:
            del free[best[1]]
            yield old_path, best[1]


def likeness(git: ObjectStore, old: Entry, new: Entry) -> float:
    """Return how much of two texts is the same, 0 to 1; 0 for binary files."""
    one, other = content(git, old), content(git, new)
    if old.type != new.type or is_binary(one) or is_binary(other):
        return 0.0
    matcher = difflib.SequenceMatcher(None, one.splitlines(), other.splitlines())
    return matcher.ratio() if matcher.real_quick_ratio() >= SIMILAR else 0.0


def patch(git: ObjectStore, change: FileChange) -> Patch:
    """Return the unified diff of one change."""
    return _patch(content(git, change.old), content(git, change.new))


def _lines(data: bytes) -> list[str]:
    """Split into lines; a last one without its line break differs from one with it."""
    lines = data.decode("utf-8", "replace").split("\n")
    last = lines.pop()
    return [*lines, f"{last}\n\\ No newline at end of file"] if last else lines


@lru_cache(maxsize=2048)
def _patch(old: bytes, new: bytes) -> Patch:
    if is_binary(old) or is_binary(new):
        return Patch(None, 0, 0)
    before, after = _lines(old), _lines(new)
    lines = list(difflib.unified_diff(before, after, lineterm=""))[2:]
    additions = sum(line.startswith("+") for line in lines)
    deletions = sum(line.startswith("-") for line in lines)
    text = "\n".join(lines)
    shown = text if lines and len(text) <= PATCH_LIMIT else None
    return Patch(shown, additions, deletions)
