"""Commands that show why, and what if."""

from pathlib import Path

import click

from bot.cli.commands.options import PATH, Command


def _recording(command: Command) -> Command:
    keep = click.option(
        "--record",
        type=PATH,
        metavar="FILE",
        help="Keep what the decision rests on, to be decided on again.",
    )
    again = click.option(
        "--replay",
        type=PATH,
        metavar="FILE",
        help="Decide on a recording, offline, instead of a pull request.",
    )
    return keep(again(command))


@click.command()
@click.argument("what", metavar="[RULE | OWNER/REPO#N]", required=False)
@_recording
def explain(what: str | None, *, record: Path | None, replay: Path | None) -> None:
    """Show why: a rule's page, or a pull request's decision as a tree.

    A rule is named by its code or name. For a pull request the app's credentials are taken from the
    environment, as serve takes them; nothing is written to GitHub. Exit code 0: shown, 2: could not be shown.
    """
    from bot.cli.explain import is_pull_request, run  # noqa: PLC0415 - see the package's docstring

    if what is not None and not is_pull_request(what) and record is None and replay is None:
        raise SystemExit(run(what))
    from bot.cli.why import Wanted, explained  # noqa: PLC0415 - see the package's docstring

    raise SystemExit(explained(Wanted(what, record, replay)))


@click.command()
@click.argument("what", metavar="[OWNER/REPO#N]", required=False)
@click.option("--config", type=PATH, metavar="FILE", help="Judge by this configuration.")
@click.option(
    "--as-if",
    "wishes",
    multiple=True,
    metavar="DEED:WHO",
    help="approve:LOGIN, object:LOGIN or ignore:LOGIN; ORG/TEAM stands for all its members. In this order.",
)
@_recording
def simulate(
    what: str | None,
    *,
    config: Path | None,
    wishes: tuple[str, ...],
    record: Path | None,
    replay: Path | None,
) -> None:
    """Show how a pull request would be decided on if something were different; nothing is written to GitHub.

    Exit code 0: shown, 2: could not be shown.
    """
    from bot.cli.why import Wanted, simulated  # noqa: PLC0415 - see the package's docstring

    raise SystemExit(simulated(Wanted(what, record, replay, config, wishes)))
