"""What this app did, and who made it do so."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing done. Never holds document text."""

    what: str
    """Such as ``WriteCheck``, ``/tdd approve`` or ``purge``."""
    why: str
    """The check's title, the ground on which a command was granted or refused ..."""
    content: str
    """The commit that it is about; empty where it is about none."""
    who: str = ""
    """Login of the person; empty: this app itself, following the rules."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A deed as it was written down."""

    id: int
    at: datetime
    place: str
    """``owner/repo#number``, or less for what is about more."""
    deed: Deed
