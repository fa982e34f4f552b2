"""``tdd-bot backup`` and ``tdd-bot restore``: the embedded database as one file."""

import os
from collections.abc import Mapping
from pathlib import Path

from bot.cli.console import complain, tell
from bot.cli.operating import DONE, REFUSED, WRONG_SETTINGS, database_url_or_faults
from bot.store.backup import BackupError, back_up, restore


def run(file: Path, *, back: bool, environ: Mapping[str, str] = os.environ) -> int:
    """Write a backup to a new file, or put one ``back`` where no database is; return the exit code."""
    url = database_url_or_faults(environ)
    if url is None:
        return WRONG_SETTINGS
    try:
        if back:
            tell(f"restored {file}, of shape {restore(file, url)}")
        else:
            tell(f"wrote {file}, {back_up(url, file):,} bytes")
    except BackupError as error:
        complain(str(error))
        return REFUSED
    return DONE
