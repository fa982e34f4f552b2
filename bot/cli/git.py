"""What the commands ask git: which files changed since a revision, their old texts, who the author is.

Revisions and paths come from the command line and from the repository; they are passed after
``--end-of-options`` or as object names, so that none can be an option. Nothing here writes.
"""

import os
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.core.document import MAX_BYTES

_TIMEOUT = 120
"""Seconds that one call may take."""
_SUBMODULE, _LINK = "160000", "120000"
_NONE = frozenset("0")


class GitError(Exception):
    """Git could not answer; the message says to a person what to do."""


@dataclass(frozen=True, slots=True)
class Change:
    """A file that differs from a revision."""

    path: Path
    """Absolute."""
    place: str
    """Relative to the repository's root, with forward slashes."""
    old: str | None
    """Name of the blob that it was, under this path or the one it was moved from; None for a new file."""
    gone: bool = False


def root_of(folder: Path) -> Path | None:
    """Return the root of the repository that a folder is in, None outside of any. Runs nothing."""
    start = folder.resolve()
    # `.git` is a file in a worktree and in a submodule.
    return next((one for one in (start, *start.parents) if (one / ".git").exists()), None)


def merge_base(root: Path, revision: str) -> str:
    """Return the commit at which the checked out branch left ``revision``.

    Raises:
        GitError: no such revision, or no commit in common.
    """
    known = _call(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if known.returncode:
        raise GitError(f"git knows no revision {revision!r}; fetch it first (in CI: fetch-depth: 0)")
    commit = known.stdout.decode().strip()
    found = _call(root, "merge-base", commit, "HEAD")
    if found.returncode:
        raise GitError(
            f"{revision!r} and the checked out branch have no commit in common here; "
            "fetch more of the history (in CI: fetch-depth: 0)"
        )
    return found.stdout.decode().strip()


def changes(root: Path, commit: str) -> tuple[Change, ...]:
    """Return the files in the working tree that differ from a commit, new ones included, by their place.

    Raises:
        GitError: git failed.
    """
    raw = _answer(
        root, "diff", "--raw", "-z", "-M", "--no-abbrev", "--no-ext-diff", "--no-textconv", commit, "--"
    )
    found = {change.place: change for change in _parse(root, raw)}
    new = _answer(root, "ls-files", "--others", "--exclude-standard", "-z")
    for place in map(os.fsdecode, new.split(b"\0")):
        # What was taken out of the index and is still there has its old text.
        before = found.get(place)
        if place:
            found[place] = Change(root / place, place, before.old if before else None)
    return tuple(found[place] for place in sorted(found))


def _parse(root: Path, raw: bytes) -> Iterable[Change]:
    """Read https://git-scm.com/docs/git-diff#_raw_output_format with ``-z``."""
    parts = iter(raw.split(b"\0"))
    for head in parts:
        if not head:
            continue
        old_mode, new_mode, old, _, status = head.decode().lstrip(":").split()
        place = os.fsdecode(next(parts))
        if status[0] in "RC":
            place = os.fsdecode(next(parts))
        if new_mode == _SUBMODULE:
            continue
        read = not set(old) <= _NONE and old_mode not in {_SUBMODULE, _LINK}
        yield Change(root / place, place, old if read else None, gone=status == "D")


def files(root: Path) -> frozenset[str]:
    """Return the places of all files in the working tree that are not ignored.

    Raises:
        GitError: git failed.
    """
    there = _answer(root, "ls-files", "--cached", "--others", "--exclude-standard", "-z").split(b"\0")
    gone = _answer(root, "ls-files", "--deleted", "-z").split(b"\0")
    return frozenset(map(os.fsdecode, set(there) - set(gone) - {b""}))


def texts(root: Path, blobs: Iterable[str]) -> Mapping[str, str]:
    """Return the texts of blobs by name, without those that could be no document.

    Raises:
        GitError: git failed.
    """
    wanted = sorted(set(blobs))
    sizes = _answer(root, "cat-file", "--batch-check", data=_lines(wanted)).decode().split("\n")
    small = [
        name
        for name, line in zip(wanted, sizes, strict=False)
        if line.split()[1:2] == ["blob"] and int(line.split()[2]) <= MAX_BYTES
    ]
    answer = _answer(root, "cat-file", "--batch", data=_lines(small))
    found: dict[str, str] = {}
    at = 0
    for name in small:
        start = answer.index(b"\n", at) + 1
        end = start + int(answer[at:start].split()[2])
        at = end + 1
        try:
            found[name] = answer[start:end].decode("utf-8")
        except UnicodeDecodeError:
            continue
    return found


def _lines(names: Iterable[str]) -> bytes:
    return "".join(f"{name}\n" for name in names).encode()


def setting(folder: Path, key: str) -> str | None:
    """Return a value of git's configuration as it holds in a folder, None where there is none, or no git."""
    try:
        done = _call(folder, "config", "--get", key)
    except GitError:
        return None
    value = done.stdout.decode("utf-8", errors="replace").strip()
    return value if not done.returncode and value else None


def _answer(folder: Path, *arguments: str, data: bytes = b"") -> bytes:
    done = _call(folder, *arguments, data=data)
    if done.returncode:
        lines = done.stderr.decode("utf-8", errors="replace").strip().splitlines()
        raise GitError(f"git {arguments[0]} failed: {lines[0] if lines else f'exit code {done.returncode}'}")
    return done.stdout


def _call(folder: Path, *arguments: str, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(  # noqa: S603 - a fixed program; see the module's docstring for its arguments
            ["git", *arguments],  # noqa: S607 - the git that the person uses
            cwd=folder,
            input=data,
            capture_output=True,
            timeout=_TIMEOUT,
            check=False,
            env={**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"},
        )
    except FileNotFoundError:
        raise GitError("git is not installed") from None
    except subprocess.TimeoutExpired:
        raise GitError(f"git {arguments[0]} did not answer within {_TIMEOUT} seconds") from None
