"""Options that several commands take."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypedDict

import click

if TYPE_CHECKING:
    from bot.cli.house import Wanted

PATH: Final = click.Path(path_type=Path)
"""A file or folder; whether it is there, the command finds out."""

Command = Callable[..., Any]


class Asked(TypedDict):
    """Options of every command that goes by a template and a configuration."""

    template: Path | None
    config: Path | None
    no_config: bool


def template_option(command: Command) -> Command:
    """Add ``--template``."""
    return click.option(
        "--template",
        type=PATH,
        metavar="FILE",
        help="Judge by this template; without it by the repository's own "
        "(docs/tdd/TEMPLATE.md, .github/TDD_TEMPLATE.md), else by the built-in one.",
    )(command)


def config_options(command: Command) -> Command:
    """Add ``--config`` and ``--no-config``."""
    file = click.option(
        "--config",
        type=PATH,
        metavar="FILE",
        help="Go by this configuration; without it by the working tree's .github/tdd-bot.yml.",
    )
    none = click.option("--no-config", is_flag=True, help="Go by no configuration.")
    return file(none(command))


def wanted(asked: Asked) -> "Wanted":
    """Return what these options ask for."""
    from bot.cli.house import Wanted  # noqa: PLC0415 - see the package's docstring

    return Wanted(asked["config"], asked["no_config"], asked["template"])
