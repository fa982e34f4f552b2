"""The app's webhook deliveries (docs.github.com/rest/apps/webhooks)."""

from __future__ import annotations

from typing import Final

from bot.sandbox.errors import Refused, not_found, unprocessable
from bot.sandbox.hooks.delivery import Delivery
from bot.sandbox.http.call import MOST_PER_PAGE, PER_PAGE, Answer, Call
from bot.sandbox.rest.routes import router

STATUSES: Final = ("success", "failure")
FAILED: Final = 400


def _mine(call: Call) -> list[Delivery]:
    """Return the app's deliveries, newest first."""
    app = call.app
    if app is None:
        raise Refused(401, "A JSON web token could not be decoded")
    sent = call.services.hooks.deliveries
    return [each for each in reversed(sent) if each.app is app and each.status != "pending"]


def _one(call: Call) -> Delivery:
    wanted = call.number("id")
    for delivery in _mine(call):
        if delivery.id == wanted:
            return delivery
    raise not_found()


def _item(delivery: Delivery) -> dict[str, object]:
    return {
        "id": delivery.id,
        "guid": delivery.guid,
        "delivered_at": delivery.delivered_at,
        "redelivery": delivery.redelivery,
        "duration": delivery.duration,
        "status": delivery.status,
        "status_code": delivery.status_code,
        "event": delivery.event,
        "action": delivery.action,
        "installation_id": delivery.installation_id,
        "repository_id": delivery.repository_id,
        "throttled_at": None,
    }


@router.add("GET", "/app/hook/deliveries", app_only=True)
def list_deliveries(call: Call) -> Answer:
    """List deliveries page by page; the cursor is the id of the last one shown."""
    rows = _mine(call)
    status = call.query.get("status")
    if status is not None:
        if status not in STATUSES:
            raise unprocessable("Validation Failed", {"field": "status", "code": "invalid"})
        rows = [row for row in rows if (row.status_code >= FAILED) == (status == "failure")]
    cursor = call.query.get("cursor", "").removeprefix("v1_")
    if cursor:
        if not cursor.isascii() or not cursor.isdigit():
            raise unprocessable("Validation Failed", {"field": "cursor", "code": "invalid"})
        rows = [row for row in rows if row.id < int(cursor)]
    size = min(max(1, call.whole("per_page", PER_PAGE)), MOST_PER_PAGE)
    shown = rows[:size]
    headers = {}
    if len(rows) > size:
        headers["Link"] = f'<{call.link(cursor=f"v1_{shown[-1].id}")}>; rel="next"'
    return Answer([_item(row) for row in shown], headers=headers)


@router.add("GET", "/app/hook/deliveries/{id}", app_only=True)
def get_delivery(call: Call) -> Answer:
    """Return one delivery with what was sent and answered."""
    delivery = _one(call)
    return Answer(
        {
            **_item(delivery),
            "url": delivery.app.webhook_url or "",
            "request": {"headers": delivery.request_headers, "payload": delivery.body},
            "response": {
                "headers": delivery.response_headers,
                "payload": delivery.response_body,
            },
        }
    )


@router.add("POST", "/app/hook/deliveries/{id}/attempts", app_only=True)
def redeliver(call: Call) -> Answer:
    """Deliver once more, with the same GUID."""
    call.services.hooks.redeliver(_one(call))
    return Answer({}, 202)


@router.add("GET", "/app/hook/config", app_only=True)
def get_config(call: Call) -> Answer:
    """Return the webhook's configuration, the secret masked."""
    app = call.app
    shown = {"content_type": "json", "insecure_ssl": "0", "secret": "********"}
    return Answer({**shown, "url": (app.webhook_url if app else None) or ""})


@router.add("PATCH", "/app/hook/config", app_only=True)
def set_config(call: Call) -> Answer:
    """Change the webhook's address or secret."""
    app = call.app
    if app is not None:
        app.webhook_url = call.body.text("url") or app.webhook_url
        app.webhook_secret = call.body.text("secret") or app.webhook_secret
    return get_config(call)
