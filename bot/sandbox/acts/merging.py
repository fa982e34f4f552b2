"""Merging two commits: file by file, and line by line where both changed one file."""

from __future__ import annotations

import difflib
from weakref import WeakKeyDictionary

from bot.sandbox.acts.diff import is_binary
from bot.sandbox.state.git import SUBMODULE, Entry, ObjectStore

Merged = dict[str, Entry] | None
Edit = tuple[int, int, list[bytes]]

# Commits never change, so a merge is worth keeping as long as its store lives.
_known: WeakKeyDictionary[ObjectStore, dict[tuple[str, str], Merged]] = WeakKeyDictionary()


def merged_files(git: ObjectStore, base: str, head: str) -> Merged:
    """Merge `head` into `base` and return the resulting files, or None for a conflict."""
    known = _known.setdefault(git, {})
    if (base, head) not in known:
        known[base, head] = _merge(git, base, head)
    return known[base, head]


def _merge(git: ObjectStore, base: str, head: str) -> Merged:
    start = git.merge_base(base, head)
    origin = git.files(start) if start else {}
    ours, theirs = git.files(base), git.files(head)
    result: dict[str, Entry] = {}
    for path in ours.keys() | theirs.keys():
        mine, other, old = ours.get(path), theirs.get(path), origin.get(path)
        kept = other if mine == old else mine
        if mine != other and old not in (mine, other):
            if mine is None or other is None or old is None:
                return None
            kept = _merge_entries(git, old, mine, other)
            if kept is None:
                return None
        if kept is not None:
            result[path] = kept
    return result


def _merge_entries(git: ObjectStore, old: Entry, mine: Entry, other: Entry) -> Entry | None:
    if mine.mode != other.mode or SUBMODULE in (old.mode, mine.mode):
        return None
    texts = [git.blobs[entry.oid] for entry in (old, mine, other)]
    if any(is_binary(text) for text in texts):
        return None
    merged = merge_lines(*(text.splitlines(keepends=True) for text in texts))
    return None if merged is None else Entry(mine.mode, git.add_blob(b"".join(merged)))


def merge_lines(old: list[bytes], mine: list[bytes], other: list[bytes]) -> list[bytes] | None:
    """Apply both sides' edits to the old lines; edits that touch each other are a conflict."""
    edits = sorted(
        {(start, stop, tuple(lines)) for side in (mine, other) for start, stop, lines in _edits(old, side)}
    )
    result: list[bytes] = []
    place = 0
    for index, (start, stop, lines) in enumerate(edits):
        if index and start <= edits[index - 1][1]:
            return None
        result += [*old[place:start], *lines]
        place = stop
    return [*result, *old[place:]]


def _edits(old: list[bytes], new: list[bytes]) -> list[Edit]:
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return [
        (start, stop, new[begin:end])
        for tag, start, stop, begin, end in matcher.get_opcodes()
        if tag != "equal"
    ]
