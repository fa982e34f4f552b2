"""A pull request as the server would read it now, for commands that only look."""

import asyncio
from collections.abc import Mapping

from bot.cli.console import tell
from bot.cli.logs import configure_logs
from bot.core.model import File, Snapshot
from bot.ports import GoneError, OutsideError
from bot.settings import LogFormat, LogLevel, Settings, SettingsError, read_settings
from bot.store.migrations import SchemaError
from bot.wiring.looking import looking


class LookError(Exception):
    """It could not be read; each line of the message says one reason."""


def look(
    environ: Mapping[str, str], named: tuple[str, str, int], file: File | None
) -> tuple[Snapshot, Snapshot]:
    """Return the pull request as it is, and as it would be read if ``file`` were the configuration.

    Args:
        environ: Has the app's credentials.
        named: Owner, repository and number.
        file: A configuration; without it both snapshots are the same.

    Raises:
        LookError: GitHub or the database does not answer, refuses, or has no such pull request.
    """
    try:
        settings = read_settings(environ, serves=False)
    except SettingsError as error:
        lines = [str(fault) for fault in error.faults]
        raise LookError("\n".join(["the app's credentials are missing or wrong:", *lines])) from None
    configure_logs(LogLevel.ERROR, LogFormat.TEXT)
    owner, name, number = named
    try:
        return asyncio.run(_look(settings, named, file))
    except GoneError:
        raise LookError(
            f"GitHub shows this app no {owner}/{name}#{number}; is it installed there, is the number right?"
        ) from None
    except (OutsideError, SchemaError) as error:
        raise LookError(str(error)) from None


async def _look(
    settings: Settings, named: tuple[str, str, int], file: File | None
) -> tuple[Snapshot, Snapshot]:
    async with looking(settings) as eyes:
        if not eyes.remembers:
            tell("no server's database is here: decided from GitHub alone, as a server would after losing it")
        ref = await eyes.find(*named)
        now = await eyes.read(ref)
        return now, await eyes.read(ref, file) if file else now
