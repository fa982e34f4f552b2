"""What the commands for operators have in common: they need the database and nothing else of the server's.

Exit codes: 0 done, 1 not done (the reason is on standard error), 2 the settings are wrong.
"""

import asyncio
import getpass
import logging
import os
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import structlog

from bot.cli.console import complain
from bot.cli.environment import EnvironmentFileError, environment_of
from bot.ports import StoreUnavailableError
from bot.settings import SettingsError, read_database_url
from bot.store.database import Database
from bot.store.migrations import SchemaError

DONE, REFUSED, WRONG_SETTINGS = 0, 1, 2
_GAP: Final = "  "


class RefusedError(Exception):
    """It is not done; the message is for the operator."""


def operate(work: Callable[[Database, str], Awaitable[None]], environ: Mapping[str, str] = os.environ) -> int:
    """Run a command's work on the server's database; return the exit code."""
    url = database_url_or_faults(environ)
    if url is None:
        return WRONG_SETTINGS
    try:
        with quiet():
            asyncio.run(_on_database(url, work))
    except (RefusedError, StoreUnavailableError, SchemaError) as error:
        complain(str(error))
        return REFUSED
    return DONE


def database_url_or_faults(environ: Mapping[str, str]) -> str | None:
    """Return where the server's database is; where its settings are wrong, say so and return None."""
    try:
        return read_database_url(environment_of(environ, Path.cwd()))
    except EnvironmentFileError as error:
        complain(str(error))
    except SettingsError as error:
        for fault in error.faults:
            complain(str(fault))
    return None


def operator() -> str:
    """Return who runs the command, for the audit: the account's name on this machine."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return rows below their heads, in columns as wide as their longest entry."""
    every = [list(heads), *(list(row) for row in rows)]
    widths = [max(len(row[i]) for row in every) for i in range(len(heads))]
    lines = [
        _GAP.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in every
    ]
    return "".join(f"{line}\n" for line in lines)


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the server's log lines out of the answer; what goes wrong is on standard error."""
    before = structlog.get_config()
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    try:
        yield
    finally:
        structlog.configure(**before)


async def _on_database(url: str, work: Callable[[Database, str], Awaitable[None]]) -> None:
    database = await Database.open_present(url)
    if database is None:
        raise RefusedError("no server has run on this database yet: see DATABASE_URL and TDD_BOT_HOME")
    try:
        await work(database, url)
    finally:
        await database.close()
