"""The document that takes another's place, for the rules that look at it."""

from dataclasses import dataclass

from bot.core.document import labels
from bot.core.model import Document, Span
from bot.core.policy.lifecycle import SUPERSEDED
from bot.core.rules.context import Listed, RuleContext, found_document
from bot.core.rules.rule import header_span

_ELSEWHERE = ("http://", "https://", "//", "mailto:")


@dataclass(frozen=True, slots=True)
class Successor:
    """What a superseded document says of the one in its place."""

    named: str
    there: tuple[str, Listed] | None
    """Its path and what is known of it; None where it is not in the repository."""


def successor(document: Document, context: RuleContext) -> Successor | None:
    """Return a superseded document's successor; None where it names none, or where nobody looked."""
    named = document.header.superseded_by
    if document.header.stage != SUPERSEDED or not named or context.repository is None:
        return None
    if named.casefold().startswith(_ELSEWHERE):
        return None
    return Successor(named, found_document(named, document.path, context.repository))


def successor_span(document: Document) -> Span:
    """Return where the successor is named."""
    header = document.header
    field = header.field(labels.SUPERSEDED_BY) or header.field(labels.STATUS)
    return field.span if field else header_span(document)
