"""Places in a text and what is wrong there."""

from dataclasses import dataclass
from enum import IntEnum


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of source: lines and columns count from 1, ``end_column`` is the first one after it."""

    line: int
    column: int
    end_line: int
    end_column: int


class Severity(IntEnum):
    """How much a finding weighs; only ``ERROR`` blocks."""

    OFF = 0
    NOTE = 1
    WARNING = 2
    ERROR = 3

    @property
    def label(self) -> str:
        """The word for people and for JSON: off, note, warning, error."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule's fault at a span."""

    rule: str
    """Code, such as ``TDD202``."""
    name: str
    """The fault in kebab-case, such as ``unfilled-section``."""
    severity: Severity
    path: str
    span: Span
    message: str
    """One sentence that names the fault."""
    label: str = ""
    """A few words for the marked span, shown under the carets."""
    help: str = ""
    """The way out."""
    fixable: bool = False
    section: str | None = None
    """The id of the section concerned; None for the header or the whole document."""
