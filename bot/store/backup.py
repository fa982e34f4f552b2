"""A copy of the embedded database while it is in use, and the way back.

SQLite's own online backup (https://sqlite.org/backup.html) copies all pages of one moment, the tables of the
engine's library among them: they lie in the same file.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from bot.store.migrations import LATEST

_BUSY: Final = 30
"""Seconds to wait for a writer."""


class BackupError(Exception):
    """It was not done, and nothing was changed; the message says why and what to do."""


def embedded_file(database_url: str) -> Path:
    """Return the file of an embedded database.

    Raises:
        BackupError: the database is a server's, which has tools of its own.
    """
    address = sa.make_url(database_url)
    if address.get_backend_name() != "sqlite" or not address.database:
        raise BackupError("only the embedded database is a file; for PostgreSQL use pg_dump and pg_restore")
    return Path(address.database)


def back_up(database_url: str, target: Path) -> int:
    """Copy the database to a new file, which only its owner can read; return its size in bytes.

    The server may go on meanwhile. The copy is checked before it gets its name.

    Raises:
        BackupError: there is no database, the target exists, or the copy is not sound.
    """
    source = embedded_file(database_url)
    if not source.is_file():
        raise BackupError(f"there is no database at {source}")
    with _new_file(target) as partial:
        _copy(source, partial)
        return partial.stat().st_size


def restore(backup: Path, database_url: str) -> int:
    """Put a backup where the database is expected; return the number of its shape.

    Raises:
        BackupError: it is no sound backup of this or an earlier release, or a database is there already.
    """
    target = embedded_file(database_url)
    if not backup.is_file():
        raise BackupError(f"there is no file {backup}")
    for name in (target, *(target.with_name(f"{target.name}{end}") for end in ("-wal", "-shm"))):
        if name.exists():
            raise BackupError(f"{name} is there: stop the server and move it away first")
    shape = _shape(backup)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _new_file(target) as partial:
        _copy(backup, partial)
    return shape


@contextmanager
def _new_file(target: Path) -> Iterator[Path]:
    """Give a file beside the target to write; at the end it takes the target's name, unless that is taken."""
    if target.exists():
        raise BackupError(f"{target} is there: it is not overwritten")
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        # Made by us: the library would make it readable for whoever the umask allows.
        os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        yield partial
        _sync(partial)
        # Its name is taken first, so that nobody's file is overwritten; not every disk knows hard links.
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        partial.replace(target)
        _sync(target.parent)
    except FileExistsError:
        raise BackupError(f"{target} is there: it is not overwritten") from None
    except OSError as error:
        raise BackupError(f"{target} cannot be written: {error.strerror}") from None
    finally:
        partial.unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    try:
        with closing(_open(source)) as one, closing(sqlite3.connect(target)) as other:
            one.backup(other)
            # One file that can be carried away: no log beside it.
            other.execute("PRAGMA journal_mode=DELETE")
            (said,) = other.execute("PRAGMA quick_check").fetchone()
    except sqlite3.Error as error:
        raise BackupError(f"{source} cannot be copied: {error}") from None
    if said != "ok":
        raise BackupError(f"{source} is damaged: {said}")


def _shape(backup: Path) -> int:
    try:
        with closing(_open(backup)) as connection:
            (shape,) = connection.execute("SELECT max(number) FROM schema_step").fetchone()
    except sqlite3.Error as error:
        raise BackupError(f"{backup} is no backup of tdd-bot: {error}") from None
    if not shape or shape > LATEST:
        raise BackupError(f"{backup} has shape {shape}, this release knows {LATEST}: start a newer one")
    return int(shape)


def _open(file: Path) -> sqlite3.Connection:
    """Open for reading. Not ``immutable``: what is in the log beside it counts."""
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=_BUSY)


def _sync(path: Path) -> None:
    """Have a file or folder on the disk before anything else is said of it."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
