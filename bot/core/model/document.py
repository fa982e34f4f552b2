"""A document and the schema it is judged by."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.core.model.names import SectionId
from bot.core.model.text import Span


class SectionState(StrEnum):
    """What a section holds."""

    FILLED = "filled"
    EMPTY = "empty"
    PLACEHOLDER = "placeholder"
    """Only prompts, the template's bracketed stubs, TBD or TODO."""
    NOT_APPLICABLE = "not-applicable"
    """Says N/A or None; counts as answered."""
    MISSING = "missing"

    @property
    def answered(self) -> bool:
        """Whether a reader finds an answer there."""
        return self in {SectionState.FILLED, SectionState.NOT_APPLICABLE}


class HeaderSyntax(StrEnum):
    """How the header is written."""

    BOLD = "bold"
    LIST = "list"
    TABLE = "table"
    FRONT_MATTER = "front-matter"
    PLAIN = "plain"
    SECTION = "section"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Field:
    """One line of the header, as written."""

    name: str
    """Canonical: ``author``, ``status``, ``date``, ``reviewers``, ``superseded-by``; another label in
    lower case."""
    label: str
    raw: str
    """The value as written, without the label; ``""`` when nothing stands there."""
    span: Span
    """Of the value; of the label where there is no value."""


@dataclass(frozen=True, slots=True)
class ReviewerName:
    """A name listed under Reviewers, not yet looked up."""

    text: str
    """Without ``@``: ``acme/security-team``, ``security-team`` or ``alice``; several words where no name
    stands out."""
    span: Span
    written: str = ""
    """The whole entry without a leading ``@``, such as ``Alice (@alice), for the network``."""


@dataclass(frozen=True, slots=True)
class Header:
    """The fields under the title; raw values are kept, read values are None where they could not be read."""

    fields: tuple[Field, ...] = ()
    syntax: HeaderSyntax = HeaderSyntax.NONE
    authors: tuple[str, ...] = ()
    author_handles: tuple[str, ...] = ()
    """Logins that the Author field names outright (``@alice``), without ``@``."""
    status: str | None = None
    """One of the schema's statuses."""
    status_raw: str | None = None
    status_is_menu: bool = False
    """The template's untouched menu still stands there."""
    date: dt.date | None = None
    date_raw: str | None = None
    reviewers: tuple[ReviewerName, ...] = ()
    superseded_by: str | None = None
    """Where the document that replaces this one is: a link's target, else the text as written."""
    malformed: tuple[Span, ...] = ()
    """Lines that look like a field but are written in a way that other readers would miss."""
    underlined: Span | None = None
    """Fields right above a ``---``: Markdown shows them as one big heading."""

    stage: str | None = None
    """Which of the lifecycle's statuses (Draft, In-Review, Approved, Superseded) the status stands for; None
    for a house's own that stands for none of them."""

    def field(self, name: str) -> Field | None:
        """Return the first field of that canonical name."""
        return next((one for one in self.fields if one.name == name), None)


class LeftoverKind(StrEnum):
    """Why a text in a section is no answer."""

    PROMPT = "prompt"
    """The template's own words."""
    STUB = "stub"
    """Brackets to fill in, or a label without a value."""
    LATER = "later"
    """TBD, TODO and their like."""
    COMMENT = "comment"
    """A comment, which no reader sees."""


@dataclass(frozen=True, slots=True)
class Leftover:
    """A text in a section that is no answer."""

    kind: LeftoverKind
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Heading:
    """A real heading of the document."""

    text: str
    level: int
    line: int
    state: SectionState


@dataclass(frozen=True, slots=True)
class Section:
    """One row per section of the schema, found in the document or not."""

    id: SectionId
    title: str
    level: int
    state: SectionState
    required: bool
    line: int | None
    """Of its heading; None when missing."""
    span: Span | None
    """Of the heading and, where nothing better is to be marked, of the first prompt left in it."""
    prompts: tuple[str, ...] = ()
    """What the template asks here, one plain-text line each."""
    reason: str = ""
    """For not-applicable: the reason given, or ``""``."""
    leaf: bool = True
    """It has no subsections in the schema; only leaves are counted and listed as work to do."""
    suggestion: str = ""
    """For missing: a heading of the document that nearly matches."""
    leftovers: tuple[Leftover, ...] = ()
    """What stands there and is no answer, in order."""
    duplicates: tuple[Span, ...] = ()
    """Further headings that say the same."""
    reason_required: bool = False
    """N/A has to give its reason here."""

    @property
    def label(self) -> str:
        """``4.2 Security & Privacy``."""
        return self.title if self.id and not self.id[0].isdigit() else f"{self.id} {self.title}"


@dataclass(frozen=True, slots=True)
class Document:
    """A TDD file, read."""

    path: str
    title: str | None
    title_line: int | None
    header: Header
    sections: tuple[Section, ...]
    headings: tuple[Heading, ...]
    fingerprints: Mapping[str, str]
    """Section id -> digest of what that section says; ``"header"`` is one more, ``"rest"`` what no section
    of the schema covers. The same digests mean the same content to sign."""
    source: str
    line_count: int


@dataclass(frozen=True, slots=True)
class SchemaSection:
    """A section that a template asks for."""

    id: SectionId
    title: str
    level: int
    parent: SectionId | None
    prompts: tuple[str, ...]
    required: bool = True
    aliases: tuple[str, ...] = ()
    leaf: bool = True
    reason_required: bool = False
    """N/A has to give its reason here."""
    heading: str = ""
    """As the template writes it, with its number and without ``(optional)``."""
    body: str = ""
    """What stands under the heading in the template, Markdown as written, without directives."""
    owners: tuple[str, ...] = ()
    """Who owns the section, as the template names them, without ``@``."""


@dataclass(frozen=True, slots=True)
class Schema:
    """What is derived from a template."""

    fields: tuple[str, ...]
    """Canonical names of the required header fields, in order."""
    statuses: tuple[str, ...]
    """As the template's menu writes them, in order."""
    sections: tuple[SchemaSection, ...]
    placeholders: Mapping[str, str]
    """Canonical field name -> the template's own value, such as ``[Your Name]``."""
    example_reviewers: tuple[str, ...]
    """The names the template lists under Reviewers, without ``@``."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Canonical field name -> how the template labels it, such as ``Autor``."""
    roles: Mapping[str, str] = field(default_factory=dict)
    """Status as the template writes it -> which of the lifecycle's four it stands for; a status that stands
    for none is not in it."""
