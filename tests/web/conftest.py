"""A web application on a real inbox, and a sender that signs."""

import hashlib
import hmac
import io
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer

from bot.store.database import Database
from bot.store.inbox import DatabaseInbox
from bot.web.app import Parts, create_app
from tests.store.databases import new_sqlite_database

PATH = "/api/github/webhooks"
SECRETS = ("new secret", "old secret")


def payload_of(number: int = 7, action: str = "opened") -> dict[str, object]:
    """As much of a ``pull_request`` event as is read."""
    return {
        "action": action,
        "number": number,
        "pull_request": {"number": number},
        "repository": {"id": 2, "name": "shop", "owner": {"login": "acme"}},
        "installation": {"id": 1},
        "sender": {"login": "alice"},
    }


def signature(body: bytes, secret: str = SECRETS[0]) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def headers_of(body: bytes, event: str = "pull_request", secret: str = SECRETS[0]) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "X-GitHub-Event": event,
        "X-GitHub-Delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
        "X-Hub-Signature-256": signature(body, secret),
    }


@dataclass
class Door:
    """The application's webhook, as a sender sees it, and what lies behind."""

    client: TestClient  # type: ignore[type-arg] # generic in the stubs only
    database: Database
    inbox: DatabaseInbox
    file: Path

    async def send(
        self,
        body: bytes | None = None,
        *,
        event: str = "pull_request",
        secret: str = SECRETS[0],
        without: tuple[str, ...] = (),
        changed: Mapping[str, str] | None = None,
    ) -> ClientResponse:
        """Send a webhook, well-formed but for what is said."""
        raw = json.dumps(payload_of()).encode() if body is None else body
        headers = headers_of(raw, event, secret) | dict(changed or {})
        kept = {name: value for name, value in headers.items() if name not in without}
        return await self.client.post(PATH, data=io.BytesIO(raw), headers=kept)

    async def accepted(self) -> list[object]:
        """Return the jobs in the inbox."""
        return [row.job for row in await self.inbox.waiting(100)]


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    database = await Database.open(new_sqlite_database(tmp_path))
    inbox = DatabaseInbox(database)

    async def well() -> str:
        return ""

    app = create_app(Parts(inbox, SECRETS, PATH, lambda: None, well))
    async with TestClient(TestServer(app)) as client:
        yield Door(client, database, inbox, tmp_path / "tdd-bot.sqlite")
    await database.close()
