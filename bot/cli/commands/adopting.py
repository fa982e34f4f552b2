"""Commands that bring the app to GitHub, or try it without one."""

import os
from pathlib import Path
from typing import TypedDict, Unpack

import click

from bot.cli.commands.options import PATH


class _Wishes(TypedDict):
    """What ``setup`` may ask for."""

    name: str | None
    public_url: str | None
    webhook_url: str | None
    commits: bool
    onboard: bool
    digest: bool


@click.command()
@click.argument("repository", metavar="[OWNER/REPO]", required=False)
@click.option("--fix", is_flag=True, help="Set the webhook's address; ask for what has not arrived.")
@click.option(
    "--format", "form", type=click.Choice(("text", "json")), default="text", help="For people or programs."
)
def doctor(repository: str | None, form: str, *, fix: bool) -> None:
    """Say whether the app, its server and a repository are as the gate needs them, and what to click if not.

    Exit code 0: nothing to mend, 1: something to mend, 2: it could not be told.
    """
    from bot.cli.doctor.run import run  # noqa: PLC0415 - see the package's docstring
    from bot.cli.serve import settings_or_faults  # noqa: PLC0415 - see the package's docstring

    settings = settings_or_faults(os.environ)
    raise SystemExit(2 if settings is None else run(settings, repository, as_json=form == "json", fix=fix))


@click.command()
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
@click.option("--env", "file", type=PATH, metavar="FILE", help="Where the credentials go.")
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
        from bot.cli.setup.adopt import adopt  # noqa: PLC0415 - see the package's docstring

        raise SystemExit(adopt(force=force))
    import webbrowser  # noqa: PLC0415 - see the package's docstring

    from bot.cli.setup.manifest import Wishes  # noqa: PLC0415 - see the package's docstring
    from bot.cli.setup.run import Options, run  # noqa: PLC0415 - see the package's docstring

    opener = None if no_browser else webbrowser.open
    options = Options(host, organization, file, opener, Wishes(**wishes))
    raise SystemExit(run(options, os.environ, Path.cwd()))


@click.command()
@click.argument("file", type=PATH)
@click.option("--event", metavar="NAME", help="Which event it is, where the file does not say.")
@click.option("--url", metavar="URL", help="Where to send it; without it, to the server of these settings.")
def replay(file: Path, event: str | None, url: str | None) -> None:
    """Send a stored webhook, signed anew, to a running server.

    FILE is a delivery as GitHub's API returns it, or JSON with event and payload.
    """
    from bot.cli.replay import run  # noqa: PLC0415 - see the package's docstring
    from bot.cli.serve import settings_or_faults  # noqa: PLC0415 - see the package's docstring

    settings = settings_or_faults(os.environ)
    raise SystemExit(2 if settings is None else run(file, settings, event=event, url=url))


@click.command()
@click.argument("file", required=False, type=PATH)
def demo(file: Path | None) -> None:
    """Play a whole review on a local GitHub: the real server, the real gate, free local ports, no account.

    FILE is a design to start from; without it, a half-filled example.
    """
    from bot.cli.demo.play import run  # noqa: PLC0415 - see the package's docstring

    raise SystemExit(run(file))


@click.command()
@click.argument("file", required=False, type=PATH)
@click.option("--port", type=click.IntRange(0, 65535), default=8080, help="Where the pages are; 0: any.")
def sandbox(file: Path | None, port: int) -> None:
    """Open a local GitHub in your browser, with the real bot answering; no account.

    Read a pull request's thread, files and checks, become somebody, edit the design, comment, approve, merge.
    FILE is a design to start from; without it, a half-filled example.
    """
    from bot.cli.playground import run  # noqa: PLC0415 - see the package's docstring

    raise SystemExit(run(file, port))
