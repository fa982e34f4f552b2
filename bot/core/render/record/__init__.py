"""What is kept of the last decision on a pull request, so that pages can show it without asking GitHub."""

from bot.core.render.record.making import record_of
from bot.core.render.record.values import (
    ChangedSection,
    DocumentRecord,
    Event,
    EventKind,
    Fault,
    Move,
    Record,
    SeatRecord,
    SectionRow,
)

__all__ = [
    "ChangedSection",
    "DocumentRecord",
    "Event",
    "EventKind",
    "Fault",
    "Move",
    "Record",
    "SeatRecord",
    "SectionRow",
    "record_of",
]
