"""The file that the server reads its credentials from: written once, for its owner alone."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

_MODE = 0o600


class AlreadyConfiguredError(Exception):
    """The file is there: nothing is ever overwritten."""


def write_credentials(file: Path, variables: Mapping[str, str]) -> None:
    """Write variables into a new file that only its owner can read.

    Raises:
        AlreadyConfiguredError: it is there already.
        OSError: it cannot be written.
    """
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        # Never readable by others, not even for a moment; a link in its place is not followed.
        number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, _MODE)
    except FileExistsError:
        raise AlreadyConfiguredError(f"{file} is there already, and is left as it is") from None
    with os.fdopen(number, "w", encoding="utf-8") as opened:
        opened.write("# Written by tdd-bot setup. Whoever can read it can act as the app.\n")
        opened.writelines(f"{name}={_quoted(value)}\n" for name, value in variables.items())


def new_secret() -> str:
    """Return a secret of 256 bits, in characters that need no quotes."""
    return secrets.token_urlsafe(32)


def _quoted(value: str) -> str:
    # As python-dotenv reads it: within single quotes only these two characters are escaped.
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
