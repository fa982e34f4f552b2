"""The command: serve the local page until GitHub has sent the browser back, then keep what it gave."""

import asyncio
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiohttp
from aiohttp import web

from bot.cli.console import FAILED, OK, complain, reason, show
from bot.cli.environment import HERE, WRITTEN, EnvironmentFileError, environment_of, home_of
from bot.cli.setup.credentials import AlreadyConfiguredError, new_secret, write_credentials
from bot.cli.setup.host import Host
from bot.cli.setup.manifest import Wishes, manifest_for
from bot.cli.setup.page import Page, RegistrationFailedError
from bot.core.model import USUAL_NAME
from bot.core.render.marks import LONGEST_SLUG, SLUG, check_name
from bot.github.registration import Registered, RegistrationError, exchange

PATIENCE: Final = 3600.0
"""Seconds: GitHub takes a code for an hour, and nobody should leave such a page open longer."""
_WEBHOOK_PATH: Final = "/api/github/webhooks"
_CREDENTIALS: Final = ("APP_ID", "CLIENT_ID", "PRIVATE_KEY", "PRIVATE_KEY_PATH")


@dataclass(frozen=True, slots=True)
class Options:
    """The command line."""

    host: str
    organization: str | None
    file: Path | None
    open_page: Callable[[str], object] | None
    """Shows an address in a browser; None: the person does it."""
    wishes: Wishes
    patience: float = PATIENCE


def run(options: Options, environ: Mapping[str, str], folder: Path) -> int:
    """Register an app and write its credentials; return the exit code."""
    try:
        host = Host.at(options.host)
        found = environment_of(environ, folder)
        file = options.file or home_of(found) / WRITTEN
        _refuse_what_is_there(found, file, folder)
        webhook_path = found.get("WEBHOOK_PATH", "").strip() or _WEBHOOK_PATH
        return asyncio.run(_register(host, options, file, webhook_path))
    except (ValueError, EnvironmentFileError, AlreadyConfiguredError) as error:
        complain(str(error))
    except OSError as error:
        complain(f"the local page cannot be served: {reason(error)}")
    return FAILED


def _refuse_what_is_there(found: Mapping[str, str], file: Path, folder: Path) -> None:
    if file.exists() or file.is_symlink():
        raise AlreadyConfiguredError(f"{file} is there already, and is left as it is")
    told = [name for name in _CREDENTIALS if found.get(name, "").strip()]
    if told:
        raise AlreadyConfiguredError(
            f"{' and '.join(told)} is set already, in the environment or in {folder / HERE}: "
            "an app is registered once"
        )


async def _register(host: Host, options: Options, file: Path, webhook_path: str) -> int:
    async def taken(code: str) -> str:
        try:
            async with aiohttp.ClientSession() as session:
                app = await exchange(session, host.api_url, code)
            write_credentials(file, variables_of(app, host, options.wishes))
        except (RegistrationError, AlreadyConfiguredError) as error:
            complain(str(error))
            raise RegistrationFailedError(str(error)) from error
        except OSError as error:
            complain(f"{file}: {reason(error)}")
            raise RegistrationFailedError(
                "The credentials could not be written; see the terminal."
            ) from error
        said = next_steps(app, file, options.wishes)
        show(said)
        return said

    page = Page(host, options.organization, taken)
    runner = web.AppRunner(page.application(), access_log=None, shutdown_timeout=2)
    await runner.setup()
    try:
        # Loopback only: from elsewhere the page cannot be reached at all.
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port = runner.addresses[0][1]
        address = f"http://127.0.0.1:{port}/{page.secret}"
        page.manifest = manifest_for(host, options.wishes, f"{address}/created", webhook_path)
        show(f"Open {address}\n")
        # Piped into a file or a program, it would be seen when all is over.
        sys.stdout.flush()
        if options.open_page:
            options.open_page(address)
        try:
            await asyncio.wait_for(page.done.wait(), options.patience)
        except TimeoutError:
            complain("nobody has come back from GitHub; nothing was written")
            return FAILED
        return FAILED if page.failed else OK
    finally:
        # Its answer is on its way to the browser: cleaning up waits for that.
        await runner.cleanup()


def variables_of(app: Registered, host: Host, wishes: Wishes) -> dict[str, str]:
    """Return what the server has to know of a new app."""
    variables = {
        "APP_ID": str(app.id),
        "CLIENT_ID": app.client_id,
        "CLIENT_SECRET": app.client_secret,
        "WEBHOOK_SECRET": app.webhook_secret or new_secret(),
        "SESSION_SECRET": new_secret(),
        "PRIVATE_KEY": app.pem,
    }
    if _name_of(app) != USUAL_NAME:
        variables["APP_SLUG"] = app.slug
    if not host.is_default:
        variables["GITHUB_API_URL"] = host.api_url
        variables["GITHUB_SERVER_URL"] = host.url
    if wishes.onboard:
        variables["ONBOARDING"] = "true"
    if wishes.public_url:
        variables["PUBLIC_URL"] = wishes.public_url
    return variables


def _name_of(app: Registered) -> str:
    """Return what the app's check carries: its slug, if that is written as the settings read it."""
    fits = re.fullmatch(SLUG, app.slug, re.ASCII) and len(app.slug) <= LONGEST_SLUG
    return app.slug if fits else USUAL_NAME


def next_steps(app: Registered, file: Path, wishes: Wishes) -> str:
    """Return what the person does now."""
    check = check_name(_name_of(app))
    steps = [
        f"Install it where your designs are: {app.html_url}/installations/new",
        "Start the server: tdd-bot serve",
        "Ask whether all is well: tdd-bot doctor OWNER/REPO",
        f"Let the default branch require the check {check}, with {app.slug} as its source",
    ]
    if wishes.public_url:
        steps.append(f"See whose move each design is, signed in: {wishes.public_url}/")
    if not (wishes.public_url or wishes.webhook_url):
        steps.insert(1, f"Set the webhook's address and secret (it is in the file): {app.html_url}")
    lines = "".join(f"  {number}. {step}\n" for number, step in enumerate(steps, 1))
    return f"{app.slug} is registered for {app.owner.login}. Its credentials are in {file}.\n\nNext:\n{lines}"
