"""Webhooks that failed to arrive are asked for again: GitHub itself never tries a second time.

https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog
from pydantic import TypeAdapter, ValidationError

from bot.engine.schedule import Turn
from bot.ports import UNMETERED, Deliveries, Delivery, GoneError, Meter, OutsideError

_log = structlog.get_logger(__name__)

KEPT: Final = timedelta(days=3)
"""How long GitHub keeps deliveries."""
KEPT_BY_SERVER: Final = timedelta(days=7)
"""How long GitHub Enterprise Server does."""
_OVERLAP: Final = timedelta(minutes=5)
"""Attempts that were under way at the last look may be listed below those that it saw."""
_MOST_READ: Final = 10_000
"""Attempts read in one turn; what lies below so many is left to the sweep of open pull requests."""
_MOST_ASKED: Final = 200
"""Webhooks asked for in one turn."""
_KEPT_EACH: Final = 20
"""Webhooks asked for between two times that the ledger is stored; so many are asked for twice by a crash."""
_FIRST_WAIT: Final = timedelta(minutes=5)
"""Before a webhook that failed once more is asked for again; three times as long after each time."""


@dataclass(frozen=True, slots=True)
class Owed:
    """An event that has not arrived so far."""

    attempt: int
    """The newest attempt to deliver it."""
    since: datetime
    """When the first one was made."""
    asked: int = 0
    """How often it was asked for."""
    due: datetime | None = None
    """When it may be asked for again; None: at once."""
    pending: bool = False
    """It was asked for, and no newer attempt has been seen."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """What is remembered between two looks."""

    since: datetime
    """All attempts up to here have been seen."""
    owed: Mapping[str, Owed]
    """By GUID."""


_LEDGER: Final = TypeAdapter(Ledger)


def enter(ledger: Ledger, seen: Iterable[Delivery], now: datetime, kept: timedelta) -> Ledger:
    """Return the ledger with newly seen attempts: what arrived is settled, what failed is owed.

    Args:
        ledger: As the last look left it.
        seen: The attempts made since then; some of them may be known.
        now: The time of this look.
        kept: How long GitHub can send an event again; older ones are written off.
    """
    attempts: defaultdict[str, list[Delivery]] = defaultdict(list)
    for one in seen:
        attempts[one.guid].append(one)
    owed = {guid: one for guid, one in ledger.owed.items() if one.since > now - kept}
    for guid, tries in attempts.items():
        if any(one.arrived for one in tries):
            owed.pop(guid, None)
            continue
        newest = max(tries, key=lambda one: (one.at, one.id))
        known = owed.get(guid)
        if known is None:
            owed[guid] = Owed(newest.id, min(one.at for one in tries))
        elif newest.id != known.attempt:
            owed[guid] = replace(known, attempt=newest.id, pending=False)
    return Ledger(now - _OVERLAP, owed)


def due(ledger: Ledger, now: datetime) -> Sequence[str]:
    """Return the GUIDs to ask for now, oldest first."""
    ready = [
        guid for guid, one in ledger.owed.items() if not one.pending and (one.due is None or one.due <= now)
    ]
    return sorted(ready, key=lambda guid: ledger.owed[guid].since)[:_MOST_ASKED]


def asked(ledger: Ledger, guid: str, now: datetime) -> Ledger:
    """Return the ledger after an event was asked for: once, unless that attempt fails as well."""
    one = ledger.owed[guid]
    wait = _FIRST_WAIT * 3**one.asked
    later = replace(one, asked=one.asked + 1, due=now + wait, pending=True)
    return replace(ledger, owed={**ledger.owed, guid: later})


def without(ledger: Ledger, guid: str) -> Ledger:
    """Return the ledger without an event that GitHub keeps no longer."""
    return replace(ledger, owed={key: one for key, one in ledger.owed.items() if key != guid})


@dataclass(frozen=True, slots=True)
class Redelivery:
    """The chore."""

    deliveries: Deliveries
    kept: timedelta = KEPT
    meter: Meter = UNMETERED
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    async def __call__(self, turn: Turn) -> None:
        """Look at what GitHub has sent since the last turn, and ask for what failed.

        Raises:
            OutsideError: as its kind says; what was asked for until then is remembered.
        """
        now = self.clock()
        ledger = _read(turn.cursor, now - self.kept)
        seen = await self.deliveries.since(max(ledger.since, now - self.kept), _MOST_READ)
        if len(seen) >= _MOST_READ:
            _log.warning("too many webhooks to look at: the oldest are left to the sweep", number=len(seen))
        ledger, number = await self._ask(turn, enter(ledger, seen, now, self.kept), now)
        if number:
            _log.info("failed webhooks asked for again", number=number, owed=len(ledger.owed))
        await turn.keep(_written(ledger), _told(number, ledger))

    async def _ask(self, turn: Turn, ledger: Ledger, now: datetime) -> tuple[Ledger, int]:
        """Ask for what is due; where GitHub fails, remember what was asked for before saying so."""
        number = 0
        for guid in due(ledger, now):
            try:
                await self.deliveries.redeliver(ledger.owed[guid].attempt)
            except GoneError:
                ledger = without(ledger, guid)
                continue
            except OutsideError:
                await turn.keep(_written(ledger), _told(number, ledger))
                raise
            ledger = asked(ledger, guid, now)
            number += 1
            self.meter.redelivered(1)
            if number % _KEPT_EACH == 0:
                await turn.keep(_written(ledger), _told(number, ledger))
        return ledger, number


def _told(number: int, ledger: Ledger) -> str:
    return f"{number} asked for, {len(ledger.owed)} have not arrived"


def _read(cursor: str, earliest: datetime) -> Ledger:
    try:
        return _LEDGER.validate_json(cursor)
    except ValidationError:
        # The first look, or one after a release that wrote it differently.
        return Ledger(earliest, {})


def _written(ledger: Ledger) -> str:
    return _LEDGER.dump_json(ledger).decode()
