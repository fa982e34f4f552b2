"""Which installations have little left of GitHub's hourly limit: the rest of it is for people's events."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

import structlog

from bot.ports import Call, Calls

_log = structlog.get_logger(__name__)

KEPT_BACK: Final = 5
"""One of that many parts of a limit is not for work that can wait."""
_HOUR: Final = 3_600.0
"""Limits begin anew after at most that many seconds, whatever an answer says."""


class Thrift:
    """Hears what GitHub says of its limits with each answer to this process, and passes it on.

    Another process that has asked nothing for an installation learns of its limit with its first request.
    https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
    """

    def __init__(self, then: Calls, clock: Callable[[], float] = time.time) -> None:
        self._then = then
        self._clock = clock
        self._until: dict[tuple[int, str], float] = {}

    def call(self, call: Call) -> None:
        """See ``ports.Calls``."""
        self._then.call(call)
        said = call.allowance
        if call.installation_id is None or said is None:
            return
        key, now = (call.installation_id, said.resource), self._clock()
        if said.remaining * KEPT_BACK >= said.limit or said.resets <= now:
            self._until.pop(key, None)
            return
        until = min(said.resets, now + _HOUR)
        if key not in self._until:
            _log.warning(
                "limit runs low, sweep and backfill wait",
                installation=call.installation_id,
                resource=said.resource,
                remaining=said.remaining,
                limit=said.limit,
                until=datetime.fromtimestamp(until, UTC).isoformat(),
            )
        self._until[key] = until

    def scarce(self) -> frozenset[int]:
        """Return the installations of which any limit runs low and has not begun anew."""
        now = self._clock()
        self._until = {key: until for key, until in self._until.items() if until > now}
        return frozenset(installation_id for installation_id, _ in self._until)
