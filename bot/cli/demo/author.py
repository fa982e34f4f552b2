"""What the author does to the design during the demo: completes it, sets its status. Text in, text out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.builtin import template
from bot.core.document import read_document, schema_of
from bot.core.model import Document, Section, SectionState
from bot.core.policy.lifecycle import IN_REVIEW

TEAMS: Final = ("eng-lead", "security-team", "infrastructure")
PATH: Final = "docs/tdd/0007-price-cache.md"

_ANSWERS: Final[Mapping[str, str]] = {
    "2.3": "Discounts per customer stay in the price service; the cache holds list prices only.",
    "4.2": "Prices are public. The batch call needs a service token; nothing about customers is kept.",
    "7": "A lost message leaves a price stale: the consumer compares all versions once a night and repairs.",
}
_AMENDMENT: Final = (
    "Each price expires at a random moment within its hour, so that they never do so together."
)
_ANY_ANSWER: Final = "Written during the demo, in place of what the author would say here."


@dataclass(frozen=True, slots=True)
class Design:
    """The design as it is on the author's branch."""

    text: str

    @property
    def read(self) -> Document:
        """The design as the bot reads it."""
        return read_document(PATH, self.text, schema_of(template()))

    def with_status(self, status: str) -> "Design":
        """Return it with another status."""
        return self._with("status", "Status", status)

    def for_acme(self, today: date) -> "Design":
        """Return it with the fields that the demo's organisation needs; what will do is kept."""
        design = self
        for name, label, value in (
            ("reviewers", "Reviewers", ", ".join(f"@{team}" for team in TEAMS)),
            ("date", "Date", today.isoformat()),
            ("status", "Status", IN_REVIEW),
            ("author", "Author", "Alice (@alice)"),
        ):
            if not design._will_do(name):
                design = design._with(name, label, value)
        return design.with_status(IN_REVIEW)

    def _will_do(self, name: str) -> bool:
        header = self.read.header
        if name == "reviewers":
            # Others than acme's teams exist elsewhere; here nobody could sign for them.
            return {one.text.rpartition("/")[2] for one in header.reviewers} == set(TEAMS)
        if name == "date":
            return header.date is not None
        return bool(header.authors) if name == "author" else header.status is not None

    def _with(self, name: str, label: str, value: str) -> "Design":
        """Return it with another value of a field: in its place, or in a new line under the title."""
        field = self.read.header.field(name)
        lines = self.text.splitlines()
        if field is None or not field.raw:
            at = self.read.title_line or 0
            return Design("\n".join([*lines[:at], "", f"**{label}:** {value}", "", *lines[at:]]) + "\n")
        first, last = field.span.line, field.span.end_line
        before = lines[first - 1][: field.span.column - 1]
        after = lines[last - 1][field.span.end_column - 1 :]
        return Design("\n".join([*lines[: first - 1], before + value + after, *lines[last:]]) + "\n")

    def left_for_later(self) -> Section | None:
        """Return the last section that stands there without an answer; None where there is none."""
        present = [one for one in self._unanswered() if one.state is not SectionState.MISSING]
        return present[-1] if present else None

    def completed(self, but: Section | None = None) -> "Design":
        """Return it with an answer in every section that has none, save one that is left as it is."""
        design = self
        # From the end, so that the others keep their lines: a document need not have its template's order.
        for section in sorted(self._unanswered(), key=lambda one: one.line or 0, reverse=True):
            if but is None or section.id != but.id:
                design = design._answered(section)
        return design

    def amended(self) -> "Design":
        """Return it with a sentence more at the end of the section on components, or of the first one."""
        leaves = [
            one for one in self.read.sections if one.leaf and one.line and one.state is SectionState.FILLED
        ]
        section = next((one for one in leaves if one.id == "3.2"), leaves[0] if leaves else None)
        if section is None or section.line is None:
            return Design(f"{self.text.rstrip()}\n\n{_AMENDMENT}\n")
        lines = self.text.splitlines()
        end = self._end(section.line)
        body = "\n".join(lines[:end]).rstrip()
        return Design("\n".join([body, _AMENDMENT, "", *lines[end:]]) + "\n")

    def _unanswered(self) -> list[Section]:
        return [one for one in self.read.sections if one.leaf and one.required and not one.state.answered]

    def _answered(self, section: Section) -> "Design":
        """Return it with an answer in a section: in place of what is there, else at the end."""
        answer = _ANSWERS.get(section.id, _ANY_ANSWER)
        lines = self.text.splitlines()
        if section.state is SectionState.MISSING or section.line is None:
            added = ["", f"{'#' * section.level} {section.id} {section.title}", answer, ""]
            return Design("\n".join([*lines, *added]))
        after = lines[self._end(section.line) :]
        return Design("\n".join([*lines[: section.line], answer, "", *after]) + "\n")

    def _end(self, heading: int) -> int:
        """Return how many lines there are before the next heading; ``heading``: number of this one's line.

        A line of code that begins with ``#`` is no heading.
        """
        following = (one.line - 1 for one in self.read.headings if one.line > heading)
        return min(following, default=len(self.text.splitlines()))
