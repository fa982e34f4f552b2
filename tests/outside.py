"""Parts of GitHub in which nothing ever happened, for tests that are about something else."""

from collections.abc import Sequence
from datetime import datetime

from bot.ports import Delivery


class NoDeliveries:
    """``ports.Deliveries``: no webhook was ever sent."""

    async def since(self, at: datetime, most: int) -> Sequence[Delivery]:
        assert at.tzinfo
        assert most
        return ()

    async def redeliver(self, delivery_id: int) -> None:
        raise NotImplementedError
