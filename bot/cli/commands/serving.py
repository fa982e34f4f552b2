"""Commands that run the server and look after what it keeps."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click

from bot.cli.commands.options import PATH


@contextmanager
def _for_good() -> Iterator[None]:
    """Import what stays until the process ends, without looking for garbage in it, now or ever again.

    It is most of a server's objects: a tenth of its start, and of each full collection while it runs.
    """
    # structlog draws faults with it where it is installed, three megabytes; a log has them in plain lines.
    sys.modules.setdefault("rich", None)  # type: ignore[arg-type] # docs.python.org, "The module cache"
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@click.command()
@click.option("--no-worker", is_flag=True, help="Only receive and show; `tdd-bot worker` judges, elsewhere.")
@click.option("--reload", is_flag=True, help="For development: start anew whenever the code changes.")
def serve(*, no_worker: bool, reload: bool) -> None:
    """Run the web server and the worker of the GitHub App, configured by the environment.

    Variables that are not set are looked up in .env here, then in tdd-bot.env under TDD_BOT_HOME.
    """
    if reload and no_worker:
        raise click.UsageError("--reload runs the whole server")
    if reload:
        from bot.cli.reload import run as run_reloading  # noqa: PLC0415 - see the package's docstring

        raise SystemExit(run_reloading())
    with _for_good():
        from bot.cli.serve import run  # noqa: PLC0415 - see the package's docstring
        from bot.wiring.running import Role  # noqa: PLC0415 - see the package's docstring

    raise SystemExit(run(role=Role.WEB if no_worker else Role.ALL))


@click.command()
def worker() -> None:
    """Run a worker alone: it judges what any process on the same database has accepted.

    Configured as the server is; on HOST and PORT it has /healthz, /readyz and /metrics.
    """
    with _for_good():
        from bot.cli.serve import run  # noqa: PLC0415 - see the package's docstring
        from bot.wiring.running import Role  # noqa: PLC0415 - see the package's docstring

    raise SystemExit(run(role=Role.WORKER))


_STATES: Final = ("waiting", "delayed", "running", "dead")


@click.group(invoke_without_command=True)
@click.option(
    "--state", "states", multiple=True, type=click.Choice(_STATES), help="Only these; may be repeated."
)
@click.option(
    "--format", "form", type=click.Choice(("text", "json")), default="text", help="For people or programs."
)
@click.pass_context
def jobs(context: click.Context, states: tuple[str, ...], form: str) -> None:
    """List the server's jobs that wait, run or were given up, and how far its scheduled work is."""
    if context.invoked_subcommand is None:
        from bot.cli.jobs import list_jobs  # noqa: PLC0415 - see the package's docstring

        raise SystemExit(list_jobs(states, as_json=form == "json"))


@jobs.command("show")
@click.argument("job")
def jobs_show(job: str) -> None:
    """Show one job whole."""
    from bot.cli.jobs import show_job  # noqa: PLC0415 - see the package's docstring

    raise SystemExit(show_job(job))


@jobs.command("replay")
@click.argument("letters", metavar="[JOB]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every dead letter.")
def jobs_replay(letters: tuple[str, ...], *, everything: bool) -> None:
    """Have the pull requests of dead letters judged again, by the server that runs or the next one."""
    from bot.cli.jobs import replay  # noqa: PLC0415 - see the package's docstring

    if bool(letters) == everything:
        raise click.UsageError("name dead letters, or say --all")
    raise SystemExit(replay(letters, everything=everything))


@click.command()
@click.option("--since", default="7d", show_default=True, help="2026-11-24, a time, or 7d, 12h, 30m ago.")
@click.option("--place", default="", metavar="PLACE", help="Only OWNER, OWNER/REPO or OWNER/REPO#NUMBER.")
@click.option(
    "--format", "form", type=click.Choice(("text", "jsonl")), default="text", help="For people or programs."
)
def audit(since: str, place: str, form: str) -> None:
    """Export what the app wrote and which commands it obeyed or refused: who, what, why, on which content."""
    from bot.cli.audit import run  # noqa: PLC0415 - see the package's docstring

    raise SystemExit(run(since, place, as_lines=form == "jsonl"))


@click.command()
@click.argument("file", type=PATH)
def backup(file: Path) -> None:
    """Copy the embedded database, the engine's tables too, to a new FILE while the server runs."""
    from bot.cli.backup import run  # noqa: PLC0415 - see the package's docstring

    raise SystemExit(run(file, back=False))


@click.command()
@click.argument("file", type=PATH)
def restore(file: Path) -> None:
    """Put a backup where the embedded database belongs; one that is there is never overwritten."""
    from bot.cli.backup import run  # noqa: PLC0415 - see the package's docstring

    raise SystemExit(run(file, back=True))


@click.command()
@click.argument("shape", type=click.IntRange(1))
@click.option("--yes", "agreed", is_flag=True, help="Do it; without it, only say what would be done.")
def rollback(shape: int, *, agreed: bool) -> None:
    """Take the database back to SHAPE, which an older release names if it refuses it; its journal stays.

    Most releases can be put back without it. Stop every server first, start the older release afterwards.
    """
    from bot.cli.rollback import run  # noqa: PLC0415 - see the package's docstring

    raise SystemExit(run(shape, agreed=agreed))


@click.command()
@click.argument("place", metavar="OWNER[/REPO]")
@click.option("--audit", "with_audit", is_flag=True, help="Delete its audit rows too.")
@click.option("--yes", "agreed", is_flag=True, help="Do it; without it, only say how much there is.")
def purge(place: str, *, with_audit: bool, agreed: bool) -> None:
    """Delete everything that is kept of an owner's repositories, or of one."""
    from bot.cli.purge import run  # noqa: PLC0415 - see the package's docstring

    raise SystemExit(run(place, with_audit=with_audit, agreed=agreed))
