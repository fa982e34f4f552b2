"""Webhooks as GitHub sends them."""

import hashlib
import hmac
import json

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


def body_of(number: int = 7) -> bytes:
    return json.dumps(payload_of(number)).encode()


def signature(body: bytes, secret: str = SECRETS[0]) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def headers_of(body: bytes, event: str = "pull_request", secret: str = SECRETS[0]) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "X-GitHub-Event": event,
        "X-GitHub-Delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
        "X-Hub-Signature-256": signature(body, secret),
    }
