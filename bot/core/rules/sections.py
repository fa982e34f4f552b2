"""What the rules on sections have in common."""

from collections.abc import Iterable, Iterator

from bot.core.document import Edit
from bot.core.model import Document, LeftoverKind, Section, SectionState, Severity, Span
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import Fault


def asking(document: Document) -> Iterator[Section]:
    """Return the sections that want an answer of their own: not those that only group others."""
    for section in document.sections:
        if section.leaf or section.prompts:
            yield section


def weight(section: Section) -> Severity | None:
    """Return how much a fault of an optional section weighs; None leaves it to the rule."""
    return None if section.required else Severity.NOTE


def place(section: Section, kinds: Iterable[LeftoverKind]) -> Span:
    """Return the span to mark: the first leftover of these kinds, else the heading."""
    wanted = frozenset(kinds)
    found = next((one.span for one in section.leftovers if one.kind in wanted), section.span)
    return found or Span(1, 1, 1, 1)


def placeholders(document: Document, kind: LeftoverKind | None) -> Iterator[Section]:
    """Return the sections with nothing but stand-ins: those with a "TBD", or those without any."""
    for section in asking(document):
        if section.state is SectionState.PLACEHOLDER:
            later = any(one.kind is LeftoverKind.LATER for one in section.leftovers)
            if later == (kind is LeftoverKind.LATER):
                yield section


def fault(
    section: Section, span: Span, message: str, label: str, way_out: str, *, edits: tuple[Edit, ...] = ()
) -> Fault:
    """Return a section's fault, with what mends it where the check knows."""
    return Fault(
        span,
        message,
        label=label,
        help=way_out,
        section=str(section.id),
        severity=weight(section),
        edits=edits,
    )


def changed_sections(document: Document, base: Document) -> list[str]:
    """Return the labels of the sections that say something else than on the base branch."""
    names = {str(one.id): one.label for one in document.sections} | {"rest": "the text outside the sections"}
    return [
        label
        for name, label in names.items()
        if document.fingerprints.get(name) != base.fingerprints.get(name)
    ]


def lines_of_base(context: RuleContext) -> frozenset[str]:
    """Return the lines that the base branch's copy has: what is wrong in them is old."""
    if context.base is None:
        return frozenset()
    source = context.base.source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return frozenset(source.split("\n"))
