"""The web application: which path leads where, and whether this process is well."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiohttp import web

from bot.core.model import App
from bot.ports import UNMETERED, Inbox
from bot.web.doors import Doors
from bot.web.metrics import MetricsPage
from bot.web.webhook import Webhooks

if TYPE_CHECKING:
    from bot.web.pages.pages import PageParts


@dataclass(frozen=True, slots=True)
class Parts:
    """What the web application needs of the rest."""

    inbox: Inbox
    secrets: Sequence[str] = field(repr=False)
    webhook_path: str | None
    """None: webhooks do not come here."""
    identity: Callable[[], App | None]
    """This app, once GitHub has said who it is."""
    unready: Callable[[], Awaitable[str]]
    """Why this process should get no traffic; empty when it should."""
    metrics: MetricsPage | None = None
    """None: nothing is counted and there is no such page."""
    pages: "PageParts | None" = None
    """None: there is nothing for people to look at."""


def create_app(parts: Parts) -> web.Application:
    """Build the application; it starts and owns nothing."""
    app = web.Application()
    doors = Doors(app.router)
    meter = parts.metrics.metrics if parts.metrics else UNMETERED
    webhooks = Webhooks(parts.inbox, parts.secrets, parts.identity, meter)

    async def healthz(_: web.Request) -> web.Response:
        return web.json_response({"status": "alive"})

    async def readyz(_: web.Request) -> web.Response:
        reason = await parts.unready()
        if reason:
            return web.json_response({"status": "not ready", "reason": reason}, status=503)
        return web.json_response({"status": "ready"})

    if parts.webhook_path is not None:
        doors.add_post(parts.webhook_path, webhooks.handle)
    doors.add_get("/healthz", healthz)
    doors.add_get("/readyz", readyz)
    if parts.metrics:
        doors.add_get("/metrics", parts.metrics.handle)
    if parts.pages:
        # A server without pages carries neither their templates nor their sanitiser.
        from bot.web.pages.pages import Pages  # noqa: PLC0415 - see above

        # Last: they answer whatever else is asked for.
        Pages(parts.pages).join(doors)
    return app
