"""Installing an app in the browser, at `/apps/SLUG/installations/new` of the web site.

https://docs.github.com/en/apps/using-github-apps/installing-your-own-github-app
"""

from __future__ import annotations

import html
from typing import Final

from aiohttp import web

from bot.sandbox.acts.installing import install
from bot.sandbox.http.plain import plain_page
from bot.sandbox.state.accounts import Account, App, Organization, OrgRole
from bot.sandbox.state.world import World

PLACE: Final = "/apps/{slug}/installations/new"


class InstallationPage:
    """Installs an app on the account that has registered it, on all its repositories."""

    def __init__(self, world: World) -> None:
        """Serve one world."""
        self.world = world

    def add_to(self, app: web.Application) -> None:
        """Serve the page in an application."""
        app.router.add_get(PLACE, self.ask)
        app.router.add_post(PLACE, self.confirm)

    async def ask(self, request: web.Request) -> web.Response:
        """Show what the app asks for."""
        app = self._app(request)
        if self._is_installed(app):
            return plain_page(f"{app.slug} is installed", "<p>It is installed here already.</p>")
        asked = "".join(f"<li>{html.escape(f'{n}: {level}')}</li>" for n, level in app.permissions.items())
        owner = html.escape(app.owner.login)
        form = '<form method="post"><button autofocus>Install</button></form>'
        return plain_page(
            f"Install {app.slug} on {app.owner.login}", f"<p>On all of {owner}:</p><ul>{asked}</ul>{form}"
        )

    async def confirm(self, request: web.Request) -> web.Response:
        """Install it, in the name of an owner."""
        app = self._app(request)
        if not self._is_installed(app):
            install(self.world, app, app.owner, self._admin(app.owner))
        return plain_page(f"{app.slug} is installed", "<p>It sees every repository of the account.</p>")

    def _app(self, request: web.Request) -> App:
        slug = request.match_info["slug"]
        found = next((one for one in self.world.apps.values() if one.slug == slug), None)
        if found is None:
            raise web.HTTPNotFound(text="There is no such app.")
        return found

    def _is_installed(self, app: App) -> bool:
        return any(one.app is app and one.account is app.owner for one in self.world.installations.values())

    def _admin(self, owner: Account) -> Account:
        if not isinstance(owner, Organization):
            return owner
        admins = {number for number, role in owner.members.items() if role is OrgRole.ADMIN}
        return next(one for one in self.world.accounts.values() if one.id in admins)
