"""Commands for designs in a checkout: they judge, begin, mend and list them."""

from pathlib import Path
from typing import Final, Unpack

import click

from bot.cli.commands.options import PATH, Asked, Command, config_options, template_option, wanted

FORMATS: Final = ("text", "json", "sarif", "github", "markdown")
"""As in ``bot.core.render.formats``, whose import every call would pay for; a test holds both together."""


class _Options(Asked):
    """Those of every command that judges or mends."""

    select: tuple[str, ...]
    ignore: tuple[str, ...]
    stdin_filename: str | None


class _CheckOptions(_Options):
    """Those of ``check`` alone."""

    since: str | None
    only_documents: bool


def _codes(command: Command) -> Command:
    select = click.option(
        "--select",
        multiple=True,
        metavar="CODES",
        help="Only these rules: TDD201, or TDD2 for all that begin so.",
    )
    ignore = click.option("--ignore", multiple=True, metavar="CODES", help="All but these rules.")
    return select(ignore(command))


def _stdin_name(command: Command) -> Command:
    return click.option(
        "--stdin-filename", metavar="PATH", help="Where the document on standard input belongs."
    )(command)


@click.command()
@click.argument("paths", nargs=-1)
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="text", help="For people or for programs."
)
@template_option
@config_options
@click.option("--fix", is_flag=True, help="Mend what can be mended, and say what; then judge.")
@click.option("--diff", is_flag=True, help="Show what --fix would write, as a patch, and write nothing.")
@_codes
@click.option(
    "--since",
    metavar="REV",
    help="Only files that changed since the branch left REV, against their old text.",
)
@_stdin_name
@click.option(
    "--only-documents", is_flag=True, help="Skip named files that the gate would not take for designs."
)
def check(
    paths: tuple[str, ...], form: str, *, fix: bool, diff: bool, **options: Unpack[_CheckOptions]
) -> None:
    """Judge designs as the gate would; without PATHS, the repository's.

    Exit code 0: nothing at error severity, 1: findings, 2: something could not be judged.
    """
    from bot.cli.check import Options, run  # noqa: PLC0415 - see the package's docstring
    from bot.core.render.formats import Format  # noqa: PLC0415 - see the package's docstring

    raise SystemExit(run(paths, Options(form=Format(form), fix=fix, diff=diff, **options)))


@click.command()
@click.argument("title")
@click.option(
    "--dir", "folder", type=PATH, metavar="DIR", help="Where it goes; without it, where the others are."
)
@click.option("--print", "only_print", is_flag=True, help="Print it and write nothing.")
@template_option
@config_options
def new(title: str, *, folder: Path | None, only_print: bool, **asked: Unpack[Asked]) -> None:
    """Begin a design: next number, your name and today's date, from the repository's template."""
    from bot.cli.new import run  # noqa: PLC0415 - see the package's docstring

    raise SystemExit(run(title, folder=folder, wanted=wanted(asked), only_print=only_print))


@click.command()
@click.argument("paths", nargs=-1, required=True)
@click.option(
    "--diff", is_flag=True, help="Show it as a patch and write nothing; exit code 1 if there is any."
)
@template_option
@config_options
@_codes
@_stdin_name
def fix(paths: tuple[str, ...], *, diff: bool, **options: Unpack[_Options]) -> None:
    """Add missing sections with the template's prompts, and mend the header; not a word of yours is touched.

    Exit code 0: done, 1: with --diff, there is something to do, 2: something could not be read or written.
    """
    from bot.cli.check import Options  # noqa: PLC0415 - see the package's docstring
    from bot.cli.fix import run  # noqa: PLC0415 - see the package's docstring

    raise SystemExit(run(paths, Options(diff=diff, **options)))


@click.command()
@click.option(
    "--format", "form", type=click.Choice(("text", "json")), default="text", help="For people or programs."
)
@click.option("--write", "folder", type=PATH, metavar="DIR", help="Write each rule's page into this folder.")
def rules(form: str, folder: Path | None) -> None:
    """List the rules and how much each weighs in which status."""
    from bot.cli.rules import run  # noqa: PLC0415 - see the package's docstring

    raise SystemExit(run(as_json=form == "json", folder=folder))


@click.command()
@click.argument("folder", metavar="[DIR]", required=False, type=PATH)
@click.option(
    "--readme", type=PATH, metavar="FILE", help="The page with the markers; without it, DIR/README.md."
)
@click.option(
    "--check", is_flag=True, help="Write nothing; exit code 1, and a diff, where the index is stale."
)
@template_option
@config_options
def index(folder: Path | None, *, readme: Path | None, check: bool, **asked: Unpack[Asked]) -> None:
    """Keep a table of all designs, and a graph of how they hang together, in a README."""
    from bot.cli.index import run  # noqa: PLC0415 - see the package's docstring

    raise SystemExit(run(folder, readme=readme, wanted=wanted(asked), check=check))
