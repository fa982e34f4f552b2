"""The command line. Each command's code is imported when it is called, so that ``check`` starts fast."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="tdd-bot",
    help="Holds the merge of a Technical Design Document until it is complete and signed.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


class Format(StrEnum):
    """How ``check`` prints."""

    TEXT = "text"
    JSON = "json"


@app.command()
def check(
    paths: Annotated[list[Path], typer.Argument(help="Design documents, or folders with such.")],
    output_format: Annotated[
        Format, typer.Option("--format", help="For people or for programs.")
    ] = Format.TEXT,
    template: Annotated[
        Path | None, typer.Option(help="The template to judge by; without it, the built-in one.")
    ] = None,
) -> None:
    """Judge design documents as the gate would. Exit code 0: nothing wrong, 1: findings, 2: could not run."""
    from bot.cli.check import run  # noqa: PLC0415 - see the module's docstring

    raise typer.Exit(run(paths, as_json=output_format is Format.JSON, template=template))


@app.command()
def serve() -> None:
    """Run the web server and the worker of the GitHub App, configured by the environment."""
    from bot.cli.serve import run  # noqa: PLC0415 - see the module's docstring

    raise typer.Exit(run())


@app.command()
def demo(
    file: Annotated[
        Path | None, typer.Argument(help="A design to start from; without it, a half-filled example.")
    ] = None,
) -> None:
    """Play a whole review on a local GitHub: the real server, the real gate, free local ports, no account."""
    from bot.cli.demo.play import run  # noqa: PLC0415 - see the module's docstring

    raise typer.Exit(run(file))


def main() -> None:
    """Run the command line."""
    app()
