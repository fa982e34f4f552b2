"""``ports.Deliveries``: the webhooks of this app as GitHub keeps them for some days.

https://docs.github.com/en/rest/apps/webhooks
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from pydantic import AwareDatetime, BaseModel, ConfigDict

from bot.github.client import Client
from bot.github.part import checked
from bot.ports import Delivery

_PATH: Final = "/app/hook/deliveries"
_ARRIVED: Final = "OK"


class _Item(BaseModel):
    """The fields used of ``hook-delivery-item``."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: int
    guid: str
    delivered_at: AwareDatetime
    status: str
    """``OK``, else what went wrong. The status code says less: how a time-out is coded is not documented."""


class AppDeliveries:
    """In the app's own name: no installation's limits are touched."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def since(self, at: datetime, most: int) -> Sequence[Delivery]:
        """See ``ports.Deliveries``. Pages are read until one reaches back to ``at``."""
        path = f"{_PATH}?per_page=100"
        items = await self._client.app_list(path, most, lambda item: _delivery(item).at < at)
        return [_delivery(item) for item in items]

    async def redeliver(self, delivery_id: int) -> None:
        """See ``ports.Deliveries``."""
        await self._client.app_post(f"{_PATH}/{{id}}/attempts", {"id": str(delivery_id)})


def _delivery(item: object) -> Delivery:
    one = checked(_Item, item)
    return Delivery(one.id, one.guid, one.delivered_at, one.status == _ARRIVED)
