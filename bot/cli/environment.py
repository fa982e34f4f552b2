"""Where the server's variables come from: the environment, over ``.env`` here, over what ``setup`` wrote."""

from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Final

from dotenv import dotenv_values

HERE: Final = ".env"
WRITTEN: Final = "tdd-bot.env"
"""The file's name under ``TDD_BOT_HOME``."""
_HOME: Final = "~/.tdd-bot"
_CAP: Final = 65_536
"""Bytes of a file of variables: a private key has under 4,000."""


class EnvironmentFileError(Exception):
    """A file of variables is there and cannot be read. Its text is in no message: it holds secrets."""


def environment_of(given: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Return the variables of ``given``, and below them those of ``folder``'s .env and of the home's file.

    Raises:
        EnvironmentFileError: a file cannot be read, is no UTF-8 or is too large.
    """
    here = {**_variables(folder / HERE), **given}
    return {**_variables(home_of(here) / WRITTEN), **here}


def home_of(environ: Mapping[str, str]) -> Path:
    """Return the folder of ``TDD_BOT_HOME``, or where it lies without it."""
    return Path(environ.get("TDD_BOT_HOME", "").strip() or _HOME).expanduser()


def _variables(file: Path) -> dict[str, str]:
    try:
        with file.open("rb") as opened:
            read = opened.read(_CAP + 1)
        text = read.decode("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise EnvironmentFileError(f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError:
        raise EnvironmentFileError(f"{file} is not UTF-8") from None
    if len(read) > _CAP:
        raise EnvironmentFileError(f"{file} is larger than {_CAP} bytes")
    # Nothing is expanded: a secret may hold a dollar sign.
    found = dotenv_values(stream=StringIO(text), interpolate=False)
    return {name: value for name, value in found.items() if value is not None}
