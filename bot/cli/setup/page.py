"""The local page: it sends the manifest to GitHub, and takes the code back, once and for this one alone."""

import asyncio
import hmac
import html
import json
import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any, Final
from urllib.parse import quote

from aiohttp import web

from bot.cli.setup.host import Host

_STYLE: Final = files(__package__).joinpath("page.css").read_text(encoding="utf-8")
_CSP = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action {target}; "
    "frame-ancestors 'none'; base-uri 'none'"
)
_ADDRESS: Final = re.compile(r"https?://[^\s&<>]+")
_CODE_CAP = 200
"""Characters of a code; GitHub's have 40."""

Taken = Callable[[str], Awaitable[str]]
"""Takes the code and returns what the page then says, as text."""


@dataclass(slots=True)
class Page:
    """One registration's page. Its address holds a secret: no other site, person or program can guess it."""

    host: Host
    organization: str | None
    taken: Taken
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    state: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    manifest: dict[str, Any] = field(default_factory=dict)
    done: asyncio.Event = field(default_factory=asyncio.Event)
    used: bool = False
    failed: bool = False

    @property
    def target(self) -> str:
        """Where the manifest is sent."""
        whose = f"/organizations/{quote(self.organization, safe='')}" if self.organization else ""
        return f"{self.host.url}{whose}/settings/apps/new?state={self.state}"

    def application(self) -> web.Application:
        """Return the application; it answers under the secret and nowhere else."""
        app = web.Application(client_max_size=0)
        app.router.add_get(f"/{self.secret}", self._form)
        app.router.add_get(f"/{self.secret}/created", self._created)
        return app

    async def _form(self, _request: web.Request) -> web.Response:
        if self.used:
            return self._answer(
                "This registration is over", "<p>Begin anew with <code>tdd-bot setup</code>.</p>", 410
            )
        manifest = html.escape(json.dumps(self.manifest), quote=True)
        asked = "".join(
            f"<li>{html.escape(name)}: {html.escape(level)}</li>"
            for name, level in self.manifest["default_permissions"].items()
        )
        whose = html.escape(self.organization or "your own account")
        return self._answer(
            "Register tdd-bot",
            f'<form method="post" action="{html.escape(self.target, quote=True)}">'
            f'<input type="hidden" name="manifest" value="{manifest}">'
            f"<p>GitHub ({html.escape(self.host.url)}) will show the app's name and what it asks for, "
            f"to be registered for <b>{whose}</b>. Confirm it there, and you are led back to this page.</p>"
            f"<p>It asks for no more than:</p><ul>{asked}</ul>"
            '<button type="submit" autofocus>Go on to GitHub</button></form>'
            '<p class="soft">Nothing is installed yet, and nothing is written but the credentials, on this '
            "machine.</p>",
        )

    async def _created(self, request: web.Request) -> web.Response:
        code, state = request.query.get("code", ""), request.query.get("state", "")
        if self.used:
            return self._answer("This registration is over", "<p>The code has been taken already.</p>", 410)
        if not hmac.compare_digest(state.encode(), self.state.encode()):
            return self._answer(
                "Not from this registration", "<p>The <code>state</code> is another one.</p>", 403
            )
        if not code or len(code) > _CODE_CAP:
            return self._answer("No code", "<p>GitHub sends one with the address.</p>", 400)
        self.used = True
        try:
            said = await self.taken(code)
        except RegistrationFailedError as error:
            self.failed = True
            return self._answer("That did not work", f"<p>{html.escape(str(error))}</p>", 502)
        finally:
            self.done.set()
        return self._answer("tdd-bot is registered", f"<pre>{_linked(said)}</pre>")

    def _answer(self, title: str, body: str, status: int = 200) -> web.Response:
        text = (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{title}</title><style>{_STYLE}</style></head>"
            f"<body><main><h1>{title}</h1>{body}</main></body></html>"
        )
        headers = {
            "Content-Security-Policy": _CSP.format(target=self.host.url),
            "Referrer-Policy": "origin",
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        }
        return web.Response(text=text, content_type="text/html", status=status, headers=headers)


def _linked(text: str) -> str:
    """Return a text as HTML; an address in it can be followed."""
    return _ADDRESS.sub(r'<a href="\g<0>">\g<0></a>', html.escape(text))


class RegistrationFailedError(Exception):
    """The code could not be made into credentials that are kept."""
