"""Which files a path on the command line means, and their texts as the gate would read them."""

import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bot.core.document import MAX_BYTES
from bot.core.document.paths import DocumentPlaces
from bot.core.model import FileProblem

_NO_DOCUMENTS = frozenset({"readme.md", "index.md", "template.md", "tdd_template.md"})
"""Markdown files in a folder that are about documents and none themselves, in lower case."""
_MOST_MATCHES = 100_000
"""Files that one pattern may mean."""
_OF_A_NAME: Final = 40
"""Characters of a file's name that the one it is written to first has: names have a limit."""


def expand(path: str) -> list[Path]:
    """Return the files that an argument means: itself, the documents in a folder, those of a pattern.

    Raises:
        OSError: there is no such path.
        ValueError: a folder without documents, or a pattern that nothing matches.
    """
    there = Path(path)
    if there.is_dir():
        found = sorted(_below(there))
        if not found:
            raise ValueError("no documents (.md files other than README, index and TEMPLATE) in this folder")
        return found
    if not os.path.lexists(there) and _is_pattern(path):
        found = _matching(path)
        if not found:
            raise ValueError("no documents match this pattern")
        return found
    there.lstat()
    return [there]


def _below(folder: Path) -> Iterator[Path]:
    for root, folders, names in os.walk(folder):
        folders[:] = [one for one in folders if not one.startswith(".") and one != "node_modules"]
        yield from (Path(root, name) for name in names if may_be(name))


def may_be(name: str) -> bool:
    """Whether a file of this name in a folder of documents is one of them."""
    return name.casefold().endswith(".md") and name.casefold() not in _NO_DOCUMENTS


def _is_pattern(path: str) -> bool:
    from wcmatch import glob  # noqa: PLC0415 - most calls name files and folders

    return glob.is_magic(path, flags=glob.GLOBSTAR | glob.BRACE)


def _matching(pattern: str) -> list[Path]:
    from wcmatch import glob  # noqa: PLC0415 - most calls name files and folders

    flags = glob.GLOBSTAR | glob.BRACE | glob.NODIR
    found = glob.iglob(pattern, flags=flags, limit=_MOST_MATCHES)
    return sorted(Path(one) for one in found if may_be(Path(one).name))


def documents_below(root: Path, places: DocumentPlaces) -> list[Path]:
    """Return the documents of a repository by their places, sorted."""
    from wcmatch import glob  # noqa: PLC0415 - most calls name files and folders

    flags = glob.GLOBSTAR | glob.BRACE | glob.NODIR | glob.DOTGLOB | glob.CASE
    found = glob.glob(places.globs, flags=flags, root_dir=root, limit=_MOST_MATCHES)
    return sorted(root / one for one in set(found) if places.has(Path(one).as_posix()))


def resolved(path: Path) -> Path:
    """Return where a file is, links in its folders followed, its own not."""
    return path.absolute().parent.resolve() / path.name


def read(path: Path) -> str | FileProblem:
    """Return a file's text, or why the gate would not read it.

    Raises:
        OSError: it is not there, may not be read, or is no file at all.
    """
    status = path.lstat()
    if stat.S_ISLNK(status.st_mode):
        return FileProblem.SYMLINK
    if not stat.S_ISREG(status.st_mode):
        raise OSError("not a file")  # a pipe would be waited for without end
    if status.st_size > MAX_BYTES:
        return FileProblem.TOO_LARGE
    with path.open("rb") as file:
        return text_of(file.read(MAX_BYTES + 1))


def text_of(content: bytes) -> str | FileProblem:
    """Return the text that these bytes are, or why they are no document."""
    if len(content) > MAX_BYTES:
        return FileProblem.TOO_LARGE
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return FileProblem.NOT_TEXT


def write(path: Path, text: str) -> None:
    """Replace a file's text in one step: a reader, or a crash, finds the old one or the new one.

    A file that is there keeps its mode; a new one gets what the person's umask leaves, as from an editor.

    Raises:
        OSError: it cannot be written.
    """
    scratch = path.with_name(f".{path.name[:_OF_A_NAME]}.{secrets.token_hex(8)}")
    with scratch.open("xb") as file:
        try:
            file.write(text.encode("utf-8"))
            file.flush()
            if path.exists():
                scratch.chmod(stat.S_IMODE(path.stat().st_mode))
            scratch.replace(path)
        except OSError:
            scratch.unlink(missing_ok=True)
            raise
