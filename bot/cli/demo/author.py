"""What the author does to the design during the demo: completes it, sets its status. Text in, text out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.builtin import template
from bot.core.document import read_document, schema_of
from bot.core.model import Document, Section, SectionState

PATH: Final = "docs/tdd/0007-price-cache.md"

_ANSWERS: Final[Mapping[str, str]] = {
    "2.3": "Discounts per customer stay in the price service; the cache holds list prices only.",
    "4.2": "Prices are public. The batch call needs a service token; nothing about customers is kept.",
    "7": "A lost message leaves a price stale: the consumer compares all versions once a night and repairs.",
}
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
        """Return it with another status: in its line, or in a new one under the title."""
        field = self.read.header.field("status")
        lines = self.text.splitlines()
        if field is None or not field.raw:
            at = self.read.title_line or 0
            return Design("\n".join([*lines[:at], "", f"**Status:** {status}", *lines[at:]]) + "\n")
        line = lines[field.span.line - 1]
        end = field.span.end_column - 1 if field.span.end_line == field.span.line else len(line)
        lines[field.span.line - 1] = line[: field.span.column - 1] + status + line[end:]
        return Design("\n".join(lines) + "\n")

    def completed(self) -> "Design":
        """Return it with an answer in every section that has none."""
        design = self
        for section in reversed(self._unanswered()):
            design = Design(_answered(design.text, section))
        return design

    def _unanswered(self) -> list[Section]:
        return [one for one in self.read.sections if one.leaf and one.required and not one.state.answered]


def _answered(text: str, section: Section) -> str:
    answer = _ANSWERS.get(section.id, _ANY_ANSWER)
    lines = text.splitlines()
    if section.state is SectionState.MISSING or section.line is None:
        return "\n".join([*lines, "", f"{'#' * section.level} {section.id} {section.title}", answer, ""])
    body_end = next(
        (
            number
            for number, line in enumerate(lines[section.line :], start=section.line)
            if re.match(r"#{1,6} ", line)
        ),
        len(lines),
    )
    return "\n".join([*lines[: section.line], answer, "", *lines[body_end:]]) + "\n"
