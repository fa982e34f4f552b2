"""Registering an app from a manifest, at `/settings/apps/new` of the web site.

https://docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-from-a-manifest

A person posts the manifest, sees what it asks for and confirms; the browser goes to `redirect_url` with a
code, which is exchanged once, within an hour, for the app with its secrets.
"""

from __future__ import annotations

import html
import json
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from bot.sandbox.http.plain import plain_page
from bot.sandbox.state.accounts import Account, App, Kind, Organization, OrgRole
from bot.sandbox.state.world import World

CODE_LIFE: Final = timedelta(hours=1)
LONGEST_NAME: Final = 34
NEEDED_BY: Final = {
    "check_run": "checks",
    "check_suite": "checks",
    "issue_comment": "issues",
    "membership": "members",
    "merge_group": "merge_queues",
    "organization": "members",
    "pull_request": "pull_requests",
    "pull_request_review": "pull_requests",
    "pull_request_review_comment": "pull_requests",
    "push": "contents",
    "repository": "metadata",
    "team": "members",
}
"""Which permission an event may be subscribed to with."""
PERMISSIONS: Final = frozenset(NEEDED_BY.values()) | {"statuses", "administration", "actions"}
LEVELS: Final = ("read", "write", "admin")


class Faulty(Exception):  # noqa: N818 - said of a manifest
    """The manifest cannot be registered."""


@dataclass(slots=True)
class Registered:
    """An app whose code has not been handed in."""

    app: App
    expires_at: datetime


class Registration:
    """The web site's side of a registration; `merge_queues` is false on an enterprise server."""

    def __init__(self, world: World, *, merge_queues: bool = True) -> None:
        """Serve one world."""
        self.world = world
        self.merge_queues = merge_queues
        self.codes: dict[str, Registered] = {}

    async def begin(self, request: web.Request) -> web.Response:
        """Show what a manifest asks for, or what is wrong with it."""
        given = await request.post()
        owner = request.match_info.get("org")
        try:
            manifest = self._manifest(str(given.get("manifest", "")))
        except Faulty as fault:
            return plain_page("The manifest is not valid", f"<p>{html.escape(str(fault))}</p>", 422)
        if owner is not None and not isinstance(self.world.accounts.get(owner.lower()), Organization):
            return plain_page("Not found", "<p>There is no such organisation.</p>", 404)
        kept = html.escape(json.dumps(manifest), quote=True)
        state = html.escape(request.query.get("state", ""), quote=True)
        asked = "".join(f"<li>{n}: {level}</li>" for n, level in manifest["default_permissions"].items())
        people = "".join(f"<option>{html.escape(one)}</option>" for one in self._owners(owner))
        return plain_page(
            "Create GitHub App",
            f'<form method="post" action="/_web/apps?{urlencode({"org": owner or ""})}">'
            f'<input type="hidden" name="manifest" value="{kept}">'
            f'<input type="hidden" name="state" value="{state}">'
            f'<label>Name <input name="name" value="{html.escape(manifest["name"], quote=True)}"></label>'
            f'<label>You are <select name="login">{people}</select></label>'
            f"<p>It asks for:</p><ul>{asked}</ul><button>Create GitHub App</button></form>",
        )

    async def confirm(self, request: web.Request) -> web.Response:
        """Register the app and lead the browser back with the code."""
        given = {name: str(value) for name, value in (await request.post()).items()}
        org = request.query.get("org") or None
        try:
            manifest = self._manifest(given.get("manifest", ""))
            manifest["name"] = given.get("name", "") or manifest["name"]
            app = self._create(manifest, self._owner(org, given.get("login", "")))
        except Faulty as fault:
            return plain_page("The app was not created", f"<p>{html.escape(str(fault))}</p>", 422)
        code = secrets.token_hex(20)
        self.codes[code] = Registered(app, self.world.wall.now() + CODE_LIFE)
        query = urlencode({"code": code, "state": given.get("state", "")})
        raise web.HTTPFound(f"{manifest['redirect_url']}?{query}")

    def exchange(self, code: str) -> App | None:
        """Return the app of a code, once."""
        found = self.codes.pop(code, None)
        if found is None or found.expires_at < self.world.wall.now():
            return None
        return found.app

    def _owners(self, org: str | None) -> list[str]:
        if org is not None:
            organization = self.world.accounts.get(org.lower())
            members = organization.members if isinstance(organization, Organization) else {}
            admins = [i for i, role in members.items() if role is OrgRole.ADMIN]
            return [one.login for one in self.world.accounts.values() if one.id in admins]
        return [
            one.login
            for one in self.world.accounts.values()
            if one.kind is Kind.USER and one.login != "ghost"
        ]

    def _owner(self, org: str | None, login: str) -> Account:
        if login not in self._owners(org):
            raise Faulty("Only an owner may register an app there.")
        return self.world.accounts[(org or login).lower()]

    def _create(self, manifest: dict[str, Any], owner: Account) -> App:
        name = manifest["name"]
        slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
        if not slug or len(name) > LONGEST_NAME:
            raise Faulty(f"Name is too long (maximum is {LONGEST_NAME} characters)")
        if any(one.slug == slug for one in self.world.apps.values()):
            raise Faulty("Name has already been taken")
        permissions = manifest["default_permissions"]
        app = self.world.add_app(owner, slug, permissions=permissions, events=manifest["default_events"])
        hook = manifest.get("hook_attributes") or {}
        if hook.get("active", True) and hook.get("url"):
            app.webhook_url, app.webhook_secret = hook["url"], secrets.token_hex(20)
        app.client_secret = secrets.token_hex(20)
        app.callback_urls = [str(one) for one in manifest.get("callback_urls") or []]
        return app

    def _manifest(self, text: str) -> dict[str, Any]:
        try:
            made = json.loads(text)
        except ValueError:
            raise Faulty("The manifest is not JSON") from None
        if not isinstance(made, dict):
            raise Faulty("The manifest is not an object")
        for name in ("url", "redirect_url"):
            if not _is_url(made.get(name)):
                raise Faulty(f"{name} must be a valid URL")
        hook = made.get("hook_attributes")
        if hook is not None and not (isinstance(hook, dict) and _is_url(hook.get("url"))):
            raise Faulty("hook_attributes: url must be a valid URL")
        self._judge_rights(made)
        made.setdefault("name", "app")
        return made

    def _judge_rights(self, made: dict[str, Any]) -> None:
        permissions = made.setdefault("default_permissions", {})
        known = PERMISSIONS if self.merge_queues else PERMISSIONS - {"merge_queues"}
        for name, level in permissions.items():
            if name not in known or level not in LEVELS:
                raise Faulty(f"default_permissions: {name}: {level} is not a permission")
        for event in made.setdefault("default_events", []):
            needed = NEEDED_BY.get(event)
            if needed is None or (needed == "merge_queues" and not self.merge_queues):
                raise Faulty(f"default_events: {event} is not an event")
            if needed != "metadata" and needed not in permissions:
                raise Faulty(f"default_events: {event} needs the permission {needed}")


def _is_url(value: object) -> bool:
    return isinstance(value, str) and urlsplit(value).scheme in ("http", "https")
