"""The command line: all commands under one name."""

import click

from bot import __version__
from bot.cli.commands import adopting, decisions, documents, serving
from bot.cli.console import FAILED, complain

_COMMANDS = (
    documents.check,
    documents.new,
    documents.fix,
    documents.rules,
    documents.index,
    decisions.explain,
    decisions.simulate,
    serving.serve,
    serving.worker,
    serving.jobs,
    serving.audit,
    serving.backup,
    serving.restore,
    serving.rollback,
    serving.purge,
    adopting.doctor,
    adopting.setup,
    adopting.replay,
    adopting.demo,
    adopting.sandbox,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, message="tdd-bot %(version)s")
def app() -> None:
    """Holds the merge of a Technical Design Document until it is complete and signed."""


for _command in _COMMANDS:
    app.add_command(_command)


_EXTRAS = {"graphql": "sandbox", "psycopg": "postgres"}
"""Packages that a plain installation leaves out, and the extra that brings each."""


def main() -> None:
    """Run the command line; a command whose extra is not installed says so, and needs no traceback for it."""
    try:
        app(prog_name="tdd-bot")
    except ModuleNotFoundError as error:
        extra = _EXTRAS.get((error.name or "").partition(".")[0])
        if extra is None:
            raise
        complain(f"this needs the extra {extra!r}: in a checkout, pip install '.[{extra}]'")
        raise SystemExit(FAILED) from None
