"""Sending webhooks: signed, in order, one attempt each, and all of it on record."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import itertools
import json
import random
import time
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import aiohttp

from bot.sandbox.hooks.payloads import payload
from bot.sandbox.render.people import Json
from bot.sandbox.state.accounts import App, Installation
from bot.sandbox.state.clock import iso
from bot.sandbox.state.world import ENTERPRISE_VERSION, Event, World

TIMEOUT_SECONDS: Final = 10
# A larger event is not sent at all.
PAYLOAD_LIMIT: Final = 25 * 1024**2
KEPT_RESPONSE: Final = 10_000
# Which permission an event's delivery asks for; others need none.
PERMISSIONS: Final = {
    "pull_request": "pull_requests",
    "pull_request_review": "pull_requests",
    "pull_request_review_comment": "pull_requests",
    "issue_comment": "issues",
    "check_run": "checks",
    "check_suite": "checks",
    "push": "contents",
    "merge_group": "merge_queues",
    "membership": "members",
    "team": "members",
    "organization": "members",
}
# Delivered whether subscribed or not.
ALWAYS: Final = frozenset({"installation", "installation_repositories", "check_run", "check_suite"})
# Delivered to the app that owns the run or suite, and to no other.
OWN: Final = frozenset({"rerequested", "requested_action", "requested"})


@dataclass(slots=True, eq=False, kw_only=True)
class Delivery:
    """One attempt to deliver one event to one app. `duration` is in seconds."""

    id: int
    guid: str
    app: App
    event: str
    action: str | None
    installation_id: int | None
    """None: the event is of no installation."""
    repository_id: int | None
    body: Json
    redelivery: bool = False
    delivered_at: str = ""
    duration: float = 0.0
    status: str = "pending"
    status_code: int = 0
    request_headers: dict[str, str] = field(default_factory=dict)
    response_headers: dict[str, str] = field(default_factory=dict)
    response_body: str = ""


class Hooks:
    """The outgoing side of the sandbox. Switches: hold and release, drop, `double`.

    `double` sends each event twice with one GUID, as a redelivery would.
    """

    def __init__(self, world: World, *, enterprise: bool = False) -> None:
        """Listen to a world; nothing is sent before `start`."""
        self.world = world
        self._of_server: dict[str, str] = {}
        if enterprise:
            self._of_server = {
                "X-GitHub-Enterprise-Host": "127.0.0.1",
                "X-GitHub-Enterprise-Version": ENTERPRISE_VERSION,
            }
        self.deliveries: list[Delivery] = []
        self.dropped: list[Delivery] = []
        self.double = False
        self.held = False
        self._drop: Callable[[Delivery], bool] | None = None
        self._waiting: deque[Delivery] = deque()
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._task: asyncio.Task[None] | None = None
        self._ids = itertools.count(1)
        world.listeners.append(self.on_event)

    # The switches --------------------------------------------------------------------

    def hold(self) -> None:
        """Keep events back from now on."""
        self.held = True

    def release(self, *, shuffle_seed: int | None = None) -> None:
        """Send what was held, in order or shuffled by a seed, and hold no more."""
        if shuffle_seed is not None:
            waiting = list(self._waiting)
            random.Random(shuffle_seed).shuffle(waiting)  # noqa: S311 - a test's order
            self._waiting = deque(waiting)
        self.held = False
        self._stir()

    def drop(self, unwanted: Callable[[Delivery], bool] | None) -> None:
        """Lose the events that the function picks; None loses none any more."""
        self._drop = unwanted

    @property
    def waiting(self) -> list[Delivery]:
        """What is not sent yet, in order."""
        return list(self._waiting)

    # Collecting ----------------------------------------------------------------------

    def on_event(self, event: Event) -> None:
        """Queue an event for every app that must hear of it."""
        app = event.subject.get("app")
        if event.name == "github_app_authorization" and isinstance(app, App):
            if app.webhook_url:
                self._queue(app, None, event)
            return
        installations = list(self.world.installations.values())
        if event.installation is not None:
            installations = [event.installation]
        for installation in installations:
            if installation.app.webhook_url and self._wants(installation, event):
                self._queue(installation.app, installation, event)

    def _wants(self, installation: Installation, event: Event) -> bool:
        if event.name in ("installation", "installation_repositories"):
            return installation is event.installation
        if installation.suspended_at is not None:
            return False
        if event.repository is not None:
            if not self.world.covers(installation, event.repository):
                return False
        elif event.organization is not installation.account:
            return False
        needed = PERMISSIONS.get(event.name)
        if needed and not installation.allows(needed, "read"):
            return False
        if event.name in ("check_run", "check_suite"):
            return self._wants_check(installation, event)
        return event.name in installation.events

    @staticmethod
    def _wants_check(installation: Installation, event: Event) -> bool:
        run, suite = event.subject.get("run"), event.subject.get("suite")
        owner = getattr(suite or getattr(run, "suite", None), "app", None)
        if event.action in OWN:
            return owner is installation.app and installation.allows("checks", "write")
        return installation.allows("checks", "write") or event.name in installation.events

    def _queue(self, app: App, installation: Installation | None, event: Event) -> None:
        delivery = Delivery(
            id=next(self._ids),
            guid=str(uuid.uuid4()),
            app=app,
            event=event.name,
            action=event.action,
            installation_id=installation.id if installation else None,
            repository_id=event.repository.id if event.repository else None,
            body=payload(self.world, event, installation),
        )
        too_large = len(signed_bytes(delivery)) > PAYLOAD_LIMIT
        if too_large or (self._drop is not None and self._drop(delivery)):
            self.dropped.append(delivery)
            return
        self._append(delivery)
        if self.double:
            self.redeliver(delivery)

    def redeliver(self, delivery: Delivery) -> Delivery:
        """Queue an earlier delivery again, with its GUID."""
        again = Delivery(
            id=next(self._ids),
            guid=delivery.guid,
            app=delivery.app,
            event=delivery.event,
            action=delivery.action,
            installation_id=delivery.installation_id,
            repository_id=delivery.repository_id,
            body=delivery.body,
            redelivery=True,
        )
        self._append(again)
        return again

    def _append(self, delivery: Delivery) -> None:
        self._waiting.append(delivery)
        self._stir()

    def _stir(self) -> None:
        if self._waiting and not self.held:
            self._idle.clear()
            self._wake.set()

    # Sending -------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to send."""
        self._task = asyncio.create_task(self._run(), name="sandbox-webhooks")

    async def close(self) -> None:
        """Stop sending; what waits is never sent."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def settled(self) -> None:
        """Wait until everything that may be sent has been sent and answered."""
        await self._idle.wait()

    async def _run(self) -> None:
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            while True:
                if self.held or not self._waiting:
                    self._wake.clear()
                    self._idle.set()
                    await self._wake.wait()
                    continue
                delivery = self._waiting.popleft()
                self.deliveries.append(delivery)
                await self._send(session, delivery)

    async def _send(self, session: aiohttp.ClientSession, delivery: Delivery) -> None:
        raw = signed_bytes(delivery)
        delivery.request_headers = headers = _headers(delivery, raw) | self._of_server
        delivery.delivered_at = iso(self.world.now())
        began = time.perf_counter()
        try:
            async with session.post(
                delivery.app.webhook_url or "", data=raw, headers=headers, allow_redirects=False
            ) as response:
                text = await response.text(errors="replace")
                delivery.status_code = response.status
                delivery.status = "OK" if response.ok else f"Invalid HTTP Response: {response.status}"
                delivery.response_headers = dict(response.headers)
                delivery.response_body = text[:KEPT_RESPONSE]
        except TimeoutError:
            delivery.status, delivery.status_code = "timed out", 504
        except aiohttp.ClientError:
            delivery.status, delivery.status_code = "failed to connect to host", 502
        delivery.duration = round(time.perf_counter() - began, 3)


def signed_bytes(delivery: Delivery) -> bytes:
    """Return the bytes that are sent and signed."""
    return json.dumps(delivery.body, separators=(",", ":")).encode()


def _headers(delivery: Delivery, raw: bytes) -> dict[str, str]:
    """Build the headers GitHub sends with a webhook."""
    headers = {
        "Accept": "*/*",
        "Content-Type": "application/json",
        "User-Agent": "GitHub-Hookshot/sandbox",
        "X-GitHub-Delivery": delivery.guid,
        "X-GitHub-Event": delivery.event,
        "X-GitHub-Hook-ID": str(delivery.app.hook_id),
        "X-GitHub-Hook-Installation-Target-ID": str(delivery.app.id),
        "X-GitHub-Hook-Installation-Target-Type": "integration",
    }
    secret = delivery.app.webhook_secret
    if secret:
        key = secret.encode()
        headers["X-Hub-Signature"] = f"sha1={hmac.new(key, raw, hashlib.sha1).hexdigest()}"
        headers["X-Hub-Signature-256"] = f"sha256={hmac.new(key, raw, hashlib.sha256).hexdigest()}"
    return headers
