"""A web application on a real inbox, and a sender that signs."""

import io
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
from tests.web.sender import PATH, SECRETS, body_of, headers_of


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
        raw = body_of() if body is None else body
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
