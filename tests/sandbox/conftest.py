"""What the tests of the sandbox share."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import web

from bot.sandbox import Delivery, Sandbox, Scene
from tests.sandbox.clients import with_token
from tests.sandbox.plugin import sandbox

__all__ = ["sandbox"]

Client = Callable[[str], Any]


class Receiver:
    """An app's webhook endpoint that keeps what arrives and answers `status`."""

    def __init__(self) -> None:
        self.url = ""
        self.status = 202
        self.received: list[tuple[dict[str, str], bytes]] = []

    async def take(self, request: web.Request) -> web.Response:
        """Keep one webhook."""
        self.received.append((dict(request.headers), await request.read()))
        return web.Response(status=self.status, text="taken")


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A listening webhook endpoint."""
    made = Receiver()
    app = web.Application(client_max_size=26 * 1024**2)
    app.router.add_post("/hook", made.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.05)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield made
    await runner.cleanup()


@pytest.fixture
def scene(sandbox: Sandbox, receiver: Receiver) -> Scene:
    """The standard scene, with the app's webhooks going to `receiver`."""
    return sandbox.seed_acme(webhook_url=receiver.url)


@pytest.fixture
def client(sandbox: Sandbox, scene: Scene) -> Client:
    """GitHubKit clients: as a person by login, as the app's installation by "app"."""
    kept: list[object] = []  # GitHubKit's endpoints hold their client by a weak reference only

    def connect(who: str) -> Any:  # noqa: ANN401 - see tests/sandbox/clients.py
        known = sandbox.token(scene.installation).text if who == "app" else sandbox.user_token(who)
        kept.append(with_token(sandbox, known))
        return kept[-1]

    return connect


def events(deliveries: list[Delivery]) -> list[str]:
    """Name deliveries as `event.action`."""
    return [f"{each.event}.{each.action}" if each.action else each.event for each in deliveries]


def last(deliveries: list[Delivery], event: str) -> dict[str, Any]:
    """Return the newest payload of an event."""
    return next(each.body for each in reversed(deliveries) if each.event == event)
