"""What a rule knows besides the document and the schema."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.core.model import Document, Resolution


@dataclass(frozen=True, slots=True)
class RuleContext:
    """The surroundings of a document; on a laptop most of it is unknown and the rules that need it rest."""

    base: Document | None = None
    """The copy on the base branch; None where there is none, or none is known."""
    base_known: bool = False
    """Whether the base branch was looked at."""
    names: Mapping[str, Resolution] | None = None
    """Name without ``@`` in lower case -> what GitHub says of it; None where GitHub was not asked."""
    today: date | None = None
    """None where no clock is at hand."""
