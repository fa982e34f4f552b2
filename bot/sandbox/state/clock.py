"""Time as GitHub shows it: UTC, whole seconds, written with a `Z`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Anything that tells the present moment."""

    def now(self) -> datetime:
        """Return the present moment in UTC, without microseconds."""
        ...


class SystemClock:
    """The machine's clock, cut to whole seconds."""

    def now(self) -> datetime:
        """Return the present moment in UTC, without microseconds."""
        return datetime.now(UTC).replace(microsecond=0)


class SetClock:
    """A clock that moves only when told, or by a fixed step at every reading.

    A step of one second gives every event of a test its own second, which a real
    clock does not: a whole test fits into one second of it.
    """

    def __init__(self, start: datetime | None = None, step: timedelta = timedelta(0)) -> None:
        """Begin at `start` (default 2026-01-05T09:00:00Z) and add `step` after each reading."""
        self._now = (start or datetime(2026, 1, 5, 9, tzinfo=UTC)).replace(microsecond=0)
        self._step = step

    def now(self) -> datetime:
        """Return the set moment, then move on by the step."""
        now = self._now
        self._now += self._step
        return now

    def advance(self, by: timedelta) -> None:
        """Move the clock forward."""
        self._now += by


def iso(moment: datetime) -> str:
    """Write a moment as GitHub does, `2026-01-05T09:00:00Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def iso_or_none(moment: datetime | None) -> str | None:
    """Write a moment as `iso` does, and keep the absence of one."""
    return None if moment is None else iso(moment)
