"""``tdd-bot replay FILE``: a stored webhook, signed anew, sent to a running server."""

import asyncio
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Final

import aiohttp
import orjson

from bot.cli.console import FAILED, OK, complain, reason, show
from bot.settings import Settings
from bot.web.signature import HEADER, signature_of

_CAP: Final = 30 * 1024 * 1024
"""Bytes of a file: GitHub's largest webhook and what may stand around it."""
_FORMS: Final = (
    "a delivery of GitHub's API (with `event` and `request.payload`), an object with `event` and `payload`, "
    "or a payload alone with --event"
)


class StoredWebhookError(Exception):
    """The file holds no webhook."""


@dataclass(frozen=True, slots=True)
class StoredWebhook:
    """What is sent."""

    event: str
    payload: Mapping[str, object]


def stored_webhook(text: bytes, event: str | None) -> StoredWebhook:
    """Read a stored webhook: a delivery of GitHub's API, an object with event and payload, or a payload.

    Raises:
        StoredWebhookError: it is none, or its event is not known.
    """
    if len(text) > _CAP:
        raise StoredWebhookError(f"is larger than {_CAP} bytes")
    try:
        stored = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise StoredWebhookError(f"is not JSON: {error}") from None
    if not isinstance(stored, dict):
        raise StoredWebhookError(f"holds no webhook: {_FORMS} is read")
    named = event or stored.get("event")
    # docs.github.com, rest/apps/webhooks, "Get a delivery for an app webhook".
    request = stored.get("request")
    payload = request.get("payload") if isinstance(request, dict) else stored.get("payload")
    if payload is None and event:
        payload = stored
    if not isinstance(payload, dict) or not isinstance(named, str) or not named:
        raise StoredWebhookError(f"holds no webhook: {_FORMS} is read")
    return StoredWebhook(named, payload)


def run(file: Path, settings: Settings, *, event: str | None, url: str | None) -> int:
    """Send the file's webhook and say what the server answered."""
    try:
        with file.open("rb") as opened:
            text = opened.read(_CAP + 1)
        webhook = stored_webhook(text, event)
    except OSError as error:
        complain(f"{file}: {reason(error)}")
        return FAILED
    except StoredWebhookError as error:
        complain(f"{file} {error}")
        return FAILED
    host = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104 - compared, not bound
    door = url or f"http://{f'[{host}]' if ':' in host else host}:{settings.port}{settings.webhook_path}"
    try:
        status, answer = asyncio.run(_send(webhook, door, settings.webhook_secrets[0]))
    except (aiohttp.ClientError, TimeoutError) as error:
        complain(f"{door} does not answer: {str(error) or type(error).__name__}")
        return FAILED
    show(f"{webhook.event}: {status} {answer}".rstrip() + "\n")
    return OK if status < HTTPStatus.BAD_REQUEST else FAILED


async def _send(webhook: StoredWebhook, door: str, secret: str) -> tuple[int, str]:
    body = orjson.dumps(webhook.payload)
    headers = {
        "Content-Type": "application/json",
        "X-GitHub-Event": webhook.event,
        "X-GitHub-Delivery": str(uuid.uuid4()),
        HEADER: signature_of(body, secret),
    }
    timeout = aiohttp.ClientTimeout(total=30)
    async with (
        aiohttp.ClientSession(timeout=timeout) as session,
        session.post(door, data=body, headers=headers) as answer,
    ):
        return answer.status, (await answer.text())[:500]
