"""The web application: which path leads where, and whether this process is well."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from bot.core.model import App
from bot.ports import UNMETERED, Inbox
from bot.web.metrics import MetricsPage
from bot.web.webhook import Webhooks

if TYPE_CHECKING:
    from bot.web.pages.pages import PageParts

_log = structlog.get_logger(__name__)


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
    app = web.Application(middlewares=[_last_resort])
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
        app.router.add_post(parts.webhook_path, webhooks.handle)
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    if parts.metrics:
        app.router.add_get("/metrics", parts.metrics.handle)
    if parts.pages:
        # A server without pages carries neither their templates nor their sanitiser.
        from bot.web.pages.pages import Pages  # noqa: PLC0415 - see above

        # Last: they answer whatever else is asked for.
        Pages(parts.pages).join(app.router)
    return app


@web.middleware
async def _last_resort(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Tell a sender nothing of a mistake of ours but that there was one."""
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except Exception:  # noqa: BLE001 - the last one to catch anything
        _log.exception("request failed", method=request.method, path=request.path)
        return web.Response(status=500, text="Something went wrong here; it has been logged.")
