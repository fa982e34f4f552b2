"""The command line. Each command's code is imported when it is called, so that ``check`` starts fast.

Click itself and not a library that reads type hints: those bring a validator that takes longer to import
than a document takes to judge.
"""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypedDict, Unpack

import click

from bot import __version__

if TYPE_CHECKING:
    from bot.cli.house import Wanted

FORMATS: Final = ("text", "json", "sarif", "github", "markdown")
"""As in ``bot.core.render.formats``, whose import every call would pay for; a test holds both together."""

_PATH: Final = click.Path(path_type=Path)
_FILES: Final = "Documents, folders with such, patterns in quotes, or - for standard input."

_Command = Callable[..., Any]


class _Asked(TypedDict):
    """Options of every command that goes by a template and a configuration."""

    template: Path | None
    config: Path | None
    no_config: bool


class _Options(_Asked):
    """Those of every command that judges or mends."""

    select: tuple[str, ...]
    ignore: tuple[str, ...]
    stdin_filename: str | None


class _CheckOptions(_Options):
    """Those of ``check`` alone."""

    since: str | None
    only_documents: bool


class _Wishes(TypedDict):
    """What ``setup`` may ask for."""

    name: str | None
    public_url: str | None
    webhook_url: str | None
    commits: bool
    onboard: bool
    digest: bool


@contextmanager
def _for_good() -> Iterator[None]:
    """Import what stays until the process ends, without looking for garbage in it, now or ever again.

    It is most of a server's objects: a tenth of its start, and of each full collection while it runs.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _template(command: _Command) -> _Command:
    return click.option(
        "--template",
        type=_PATH,
        metavar="FILE",
        help="Judge by this template; without it by the repository's own "
        "(docs/tdd/TEMPLATE.md, .github/TDD_TEMPLATE.md), else by the built-in one.",
    )(command)


def _config(command: _Command) -> _Command:
    file = click.option(
        "--config",
        type=_PATH,
        metavar="FILE",
        help="Go by this configuration; without it by the working tree's .github/tdd-bot.yml.",
    )
    none = click.option("--no-config", is_flag=True, help="Go by no configuration.")
    return file(none(command))


def _codes(command: _Command) -> _Command:
    select = click.option(
        "--select",
        multiple=True,
        metavar="CODES",
        help="Only these rules: TDD201, or TDD2 for all that begin so.",
    )
    ignore = click.option("--ignore", multiple=True, metavar="CODES", help="All but these rules.")
    return select(ignore(command))


def _stdin_name(command: _Command) -> _Command:
    return click.option(
        "--stdin-filename", metavar="PATH", help="Where the document on standard input belongs."
    )(command)


def _wanted(asked: _Asked) -> "Wanted":
    from bot.cli.house import Wanted  # noqa: PLC0415 - see the module's docstring

    return Wanted(asked["config"], asked["no_config"], asked["template"])


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, message="tdd-bot %(version)s")
def app() -> None:
    """Holds the merge of a Technical Design Document until it is complete and signed."""


@app.command()
@click.argument("paths", nargs=-1)
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="text", help="For people or for programs."
)
@_template
@_config
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
    from bot.cli.check import Options, run  # noqa: PLC0415 - see the module's docstring
    from bot.core.render.formats import Format  # noqa: PLC0415 - see the module's docstring

    raise SystemExit(run(paths, Options(form=Format(form), fix=fix, diff=diff, **options)))


@app.command()
@click.argument("title")
@click.option(
    "--dir", "folder", type=_PATH, metavar="DIR", help="Where it goes; without it, where the others are."
)
@click.option("--print", "only_print", is_flag=True, help="Print it and write nothing.")
@_template
@_config
def new(title: str, *, folder: Path | None, only_print: bool, **asked: Unpack[_Asked]) -> None:
    """Begin a design: next number, your name and today's date, from the repository's template."""
    from bot.cli.new import run  # noqa: PLC0415 - see the module's docstring

    raise SystemExit(run(title, folder=folder, wanted=_wanted(asked), only_print=only_print))


@app.command()
@click.argument("paths", nargs=-1, required=True)
@click.option(
    "--diff", is_flag=True, help="Show it as a patch and write nothing; exit code 1 if there is any."
)
@_template
@_config
@_codes
@_stdin_name
def fix(paths: tuple[str, ...], *, diff: bool, **options: Unpack[_Options]) -> None:
    """Add missing sections with the template's prompts, and mend the header; not a word of yours is touched.

    Exit code 0: done, 1: with --diff, there is something to do, 2: something could not be read or written.
    """
    from bot.cli.check import Options  # noqa: PLC0415 - see the module's docstring
    from bot.cli.fix import run  # noqa: PLC0415 - see the module's docstring

    raise SystemExit(run(paths, Options(diff=diff, **options)))


@app.command()
@click.option(
    "--format", "form", type=click.Choice(("text", "json")), default="text", help="For people or programs."
)
@click.option("--write", "folder", type=_PATH, metavar="DIR", help="Write each rule's page into this folder.")
def rules(form: str, folder: Path | None) -> None:
    """List the rules and how much each weighs in which status."""
    from bot.cli.rules import run  # noqa: PLC0415 - see the module's docstring

    raise SystemExit(run(as_json=form == "json", folder=folder))


def _recording(command: _Command) -> _Command:
    keep = click.option(
        "--record",
        type=_PATH,
        metavar="FILE",
        help="Keep what the decision rests on, to be decided on again.",
    )
    again = click.option(
        "--replay",
        type=_PATH,
        metavar="FILE",
        help="Decide on a recording, offline, instead of a pull request.",
    )
    return keep(again(command))


@app.command()
@click.argument("what", metavar="[RULE | OWNER/REPO#N]", required=False)
@_recording
def explain(what: str | None, *, record: Path | None, replay: Path | None) -> None:
    """Show why: a rule's page, or a pull request's decision as a tree.

    A rule is named by its code or name. For a pull request the app's credentials are taken from the
    environment, as serve takes them; nothing is written to GitHub. Exit code 0: shown, 2: could not be shown.
    """
    from bot.cli.explain import is_pull_request, run  # noqa: PLC0415 - see the module's docstring

    if what is not None and not is_pull_request(what) and record is None and replay is None:
        raise SystemExit(run(what))
    from bot.cli.why import Wanted, explained  # noqa: PLC0415 - see the module's docstring

    raise SystemExit(explained(Wanted(what, record, replay)))


@app.command()
@click.argument("what", metavar="[OWNER/REPO#N]", required=False)
@click.option("--config", type=_PATH, metavar="FILE", help="Judge by this configuration.")
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
    from bot.cli.why import Wanted, simulated  # noqa: PLC0415 - see the module's docstring

    raise SystemExit(simulated(Wanted(what, record, replay, config, wishes)))


@app.command()
@click.argument("folder", metavar="[DIR]", required=False, type=_PATH)
@click.option(
    "--readme", type=_PATH, metavar="FILE", help="The page with the markers; without it, DIR/README.md."
)
@click.option(
    "--check", is_flag=True, help="Write nothing; exit code 1, and a diff, where the index is stale."
)
@_template
@_config
def index(folder: Path | None, *, readme: Path | None, check: bool, **asked: Unpack[_Asked]) -> None:
    """Keep a table of all designs, and a graph of how they hang together, in a README."""
    from bot.cli.index import run  # noqa: PLC0415 - see the module's docstring

    raise SystemExit(run(folder, readme=readme, wanted=_wanted(asked), check=check))


@app.command()
@click.option("--no-worker", is_flag=True, help="Only receive and show; `tdd-bot worker` judges, elsewhere.")
@click.option("--reload", is_flag=True, help="For development: start anew whenever the code changes.")
def serve(*, no_worker: bool, reload: bool) -> None:
    """Run the web server and the worker of the GitHub App, configured by the environment.

    Variables that are not set are looked up in .env here, then in tdd-bot.env under TDD_BOT_HOME.
    """
    if reload and no_worker:
        raise click.UsageError("--reload runs the whole server")
    if reload:
        from bot.cli.reload import run as run_reloading  # noqa: PLC0415 - see the module's docstring

        raise SystemExit(run_reloading())
    with _for_good():
        from bot.cli.serve import run  # noqa: PLC0415 - see the module's docstring
        from bot.wiring.running import Role  # noqa: PLC0415 - see the module's docstring

    raise SystemExit(run(role=Role.WEB if no_worker else Role.ALL))


@app.command()
def worker() -> None:
    """Run a worker alone: it judges what any process on the same database has accepted.

    Configured as the server is; on HOST and PORT it has /healthz, /readyz and /metrics.
    """
    with _for_good():
        from bot.cli.serve import run  # noqa: PLC0415 - see the module's docstring
        from bot.wiring.running import Role  # noqa: PLC0415 - see the module's docstring

    raise SystemExit(run(role=Role.WORKER))


_STATES: Final = ("waiting", "delayed", "running", "dead")


@app.group(invoke_without_command=True)
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
        from bot.cli.jobs import list_jobs  # noqa: PLC0415 - see the module's docstring

        raise SystemExit(list_jobs(states, as_json=form == "json"))


@jobs.command("show")
@click.argument("job")
def jobs_show(job: str) -> None:
    """Show one job whole."""
    from bot.cli.jobs import show_job  # noqa: PLC0415 - see the module's docstring

    raise SystemExit(show_job(job))


@jobs.command("replay")
@click.argument("letters", metavar="[JOB]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every dead letter.")
def jobs_replay(letters: tuple[str, ...], *, everything: bool) -> None:
    """Have the pull requests of dead letters judged again, by the server that runs or the next one."""
    from bot.cli.jobs import replay  # noqa: PLC0415 - see the module's docstring

    if bool(letters) == everything:
        raise click.UsageError("name dead letters, or say --all")
    raise SystemExit(replay(letters, everything=everything))


@app.command()
@click.option("--since", default="7d", show_default=True, help="2026-11-24, a time, or 7d, 12h, 30m ago.")
@click.option("--place", default="", metavar="PLACE", help="Only OWNER, OWNER/REPO or OWNER/REPO#NUMBER.")
@click.option(
    "--format", "form", type=click.Choice(("text", "jsonl")), default="text", help="For people or programs."
)
def audit(since: str, place: str, form: str) -> None:
    """Export what the app wrote and which commands it obeyed or refused: who, what, why, on which content."""
    from bot.cli.audit import run  # noqa: PLC0415 - see the module's docstring

    raise SystemExit(run(since, place, as_lines=form == "jsonl"))


@app.command()
@click.argument("file", type=_PATH)
def backup(file: Path) -> None:
    """Copy the embedded database, the engine's tables too, to a new FILE while the server runs."""
    from bot.cli.backup import run  # noqa: PLC0415 - see the module's docstring

    raise SystemExit(run(file, back=False))


@app.command()
@click.argument("file", type=_PATH)
def restore(file: Path) -> None:
    """Put a backup where the embedded database belongs; one that is there is never overwritten."""
    from bot.cli.backup import run  # noqa: PLC0415 - see the module's docstring

    raise SystemExit(run(file, back=True))


@app.command()
@click.argument("shape", type=click.IntRange(1))
@click.option("--yes", "agreed", is_flag=True, help="Do it; without it, only say what would be done.")
def rollback(shape: int, *, agreed: bool) -> None:
    """Take the database back to SHAPE, which an older release names when it refuses it; its journal stays.

    Stop every server first, and start the older release afterwards.
    """
    from bot.cli.rollback import run  # noqa: PLC0415 - see the module's docstring

    raise SystemExit(run(shape, agreed=agreed))


@app.command()
@click.argument("place", metavar="OWNER[/REPO]")
@click.option("--audit", "with_audit", is_flag=True, help="Delete its audit rows too.")
@click.option("--yes", "agreed", is_flag=True, help="Do it; without it, only say how much there is.")
def purge(place: str, *, with_audit: bool, agreed: bool) -> None:
    """Delete everything that is kept of an owner's repositories, or of one."""
    from bot.cli.purge import run  # noqa: PLC0415 - see the module's docstring

    raise SystemExit(run(place, with_audit=with_audit, agreed=agreed))


@app.command()
@click.argument("repository", metavar="[OWNER/REPO]", required=False)
@click.option("--fix", is_flag=True, help="Set the webhook's address; ask for what has not arrived.")
@click.option(
    "--format", "form", type=click.Choice(("text", "json")), default="text", help="For people or programs."
)
def doctor(repository: str | None, form: str, *, fix: bool) -> None:
    """Say whether the app, its server and a repository are as the gate needs them, and what to click if not.

    Exit code 0: nothing to mend, 1: something to mend, 2: it could not be told.
    """
    from bot.cli.doctor.run import run  # noqa: PLC0415 - see the module's docstring
    from bot.cli.serve import settings_or_faults  # noqa: PLC0415 - see the module's docstring

    settings = settings_or_faults(os.environ)
    raise SystemExit(2 if settings is None else run(settings, repository, as_json=form == "json", fix=fix))


@app.command()
@click.option("--org", "organization", metavar="ORG", help="For an organisation; without it, for yourself.")
@click.option(
    "--host", default="https://github.com", metavar="URL", help="The GitHub: yours, GHE.com or GHES."
)
@click.option("--name", metavar="NAME", help="The app's name, unique on that GitHub.")
@click.option("--public-url", metavar="URL", help="Where GitHub and people will reach the server.")
@click.option("--webhook-url", metavar="URL", help="Where webhooks go instead, such as a smee channel.")
@click.option("--commits", is_flag=True, help="Ask for contents: write; /tdd fix then writes commits.")
@click.option(
    "--onboard",
    is_flag=True,
    help="Ask for contents: write; a repository that gets the app is offered a first configuration.",
)
@click.option("--digest", is_flag=True, help="Ask for issues: write; the weekly digest then is an issue.")
@click.option("--env", "file", type=_PATH, metavar="FILE", help="Where the credentials go.")
@click.option("--no-browser", is_flag=True, help="Only print the page's address.")
@click.option(
    "--adopt",
    "adopts",
    is_flag=True,
    help="Register nothing: say which designs in this checkout would be blocked, and let those be.",
)
@click.option("--force", is_flag=True, help="With --adopt: change a configuration that is there.")
def setup(
    *,
    adopts: bool,
    force: bool,
    organization: str | None,
    host: str,
    file: Path | None,
    no_browser: bool,
    **wishes: Unpack[_Wishes],
) -> None:
    """Register the app on GitHub from its manifest, and keep its credentials where the server reads them.

    They go into tdd-bot.env under TDD_BOT_HOME, for you alone to read; nothing is ever overwritten.
    """
    if force and not adopts:
        raise click.UsageError("--force goes with --adopt")
    if adopts:
        from bot.cli.setup.adopt import adopt  # noqa: PLC0415 - see the module's docstring

        raise SystemExit(adopt(force=force))
    import webbrowser  # noqa: PLC0415 - see the module's docstring

    from bot.cli.setup.manifest import Wishes  # noqa: PLC0415 - see the module's docstring
    from bot.cli.setup.run import Options, run  # noqa: PLC0415 - see the module's docstring

    opener = None if no_browser else webbrowser.open
    options = Options(host, organization, file, opener, Wishes(**wishes))
    raise SystemExit(run(options, os.environ, Path.cwd()))


@app.command()
@click.argument("file", type=_PATH)
@click.option("--event", metavar="NAME", help="Which event it is, where the file does not say.")
@click.option("--url", metavar="URL", help="Where to send it; without it, to the server of these settings.")
def replay(file: Path, event: str | None, url: str | None) -> None:
    """Send a stored webhook, signed anew, to a running server.

    FILE is a delivery as GitHub's API returns it, or JSON with event and payload.
    """
    from bot.cli.replay import run  # noqa: PLC0415 - see the module's docstring
    from bot.cli.serve import settings_or_faults  # noqa: PLC0415 - see the module's docstring

    settings = settings_or_faults(os.environ)
    raise SystemExit(2 if settings is None else run(file, settings, event=event, url=url))


@app.command()
@click.argument("file", required=False, type=_PATH)
def demo(file: Path | None) -> None:
    """Play a whole review on a local GitHub: the real server, the real gate, free local ports, no account.

    FILE is a design to start from; without it, a half-filled example.
    """
    from bot.cli.demo.play import run  # noqa: PLC0415 - see the module's docstring

    raise SystemExit(run(file))


@app.command()
@click.argument("file", required=False, type=_PATH)
@click.option("--port", type=click.IntRange(0, 65535), default=8080, help="Where the pages are; 0: any.")
def sandbox(file: Path | None, port: int) -> None:
    """Open a local GitHub in your browser, with the real bot answering; no account.

    Read a pull request's thread, files and checks, become somebody, edit the design, comment, approve, merge.
    FILE is a design to start from; without it, a half-filled example.
    """
    from bot.cli.playground import run  # noqa: PLC0415 - see the module's docstring

    raise SystemExit(run(file, port))


def main() -> None:
    """Run the command line."""
    app(prog_name="tdd-bot")
