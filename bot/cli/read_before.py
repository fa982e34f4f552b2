"""Configurations that were read before, kept for the next start.

What checks them takes longer to import than a document to judge, so what it made of a text is kept in the
person's own cache folder: by the text, and by the code that read it. A faulty one is read anew each time, and
so is every one where nothing can be kept.
"""

import hashlib
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from bot import __version__
from bot.cli.files import write
from bot.core.model import Configuration, Problem
from bot.core.model.recording import RecordingError, record_configuration, replay_configuration

MOST: Final = 64
"""Files that are kept; the one read longest ago goes first."""
_MOST_BYTES: Final = 1024 * 1024
_CODE: Final = Path(__file__).parents[1] / "core"

Read = Configuration | tuple[Problem, ...]


def read_before(text: str, label: str, codes: Sequence[str], read: Callable[[], Read]) -> Read:
    """Return what a configuration's text says, read now only where it was not before.

    Args:
        text: What the file holds.
        label: How messages name it.
        codes: The codes of the rules that there are.
        read: Reads it.
    """
    place = _place(text, label, codes)
    found = _kept(place) if place else None
    if found is not None:
        return found
    said = read()
    if place and isinstance(said, Configuration):
        with suppress(OSError):
            _keep(place, record_configuration(said))
    return said


def _place(text: str, label: str, codes: Sequence[str]) -> Path | None:
    folder = _folder()
    if folder is None:
        return None
    digest = hashlib.sha256()
    for part in (__version__, *_code(), label, *codes, text):
        digest.update(part.encode("utf-8", "surrogatepass") + b"\0")
    return folder / f"{digest.hexdigest()}.json"


def _code() -> list[str]:
    """Tell a checkout in which the reading was changed from the one before."""
    with suppress(OSError):
        files = sorted((_CODE / "policy" / "configuration").glob("*.py"))
        read_by = [*files, _CODE / "model" / "configuration.py", _CODE / "model" / "recording.py"]
        return [f"{one.name} {one.stat().st_mtime_ns} {one.stat().st_size}" for one in read_by]
    return []


def _folder() -> Path | None:
    """Return the cache folder, None without a home: https://specifications.freedesktop.org/basedir-spec/."""
    given = Path(os.environ.get("XDG_CACHE_HOME", ""))
    try:
        caches = given if given.is_absolute() else Path.home() / ".cache"
    except RuntimeError:
        return None
    return caches / "tdd-bot" / "configurations"


def _kept(place: Path) -> Configuration | None:
    try:
        if place.stat().st_size > _MOST_BYTES:
            return None
        found = replay_configuration(place.read_text("utf-8"))
        os.utime(place)
    except (OSError, UnicodeDecodeError, RecordingError):
        return None
    return found


def _keep(place: Path, text: str) -> None:
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write(place, text)
    kept = sorted(place.parent.glob("*.json"), key=lambda one: one.stat().st_mtime, reverse=True)
    for one in kept[MOST:]:
        one.unlink(missing_ok=True)
