"""What the doctor says of one thing."""

from dataclasses import dataclass
from enum import IntEnum


class Grade(IntEnum):
    """How it is; the worst decides the exit code."""

    FINE = 0
    NOTE = 1
    """Worth knowing; nothing to do."""
    SKIPPED = 2
    """Not looked at, as something else has to be mended first."""
    WARNING = 3
    ERROR = 4
    """The gate does not work, or cannot be trusted."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One finding. ``subject`` names exactly what it is about."""

    grade: Grade
    subject: str
    message: str
    remedy: str = ""
