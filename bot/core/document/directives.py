"""Comments in a template that say more of the section they stand under than Markdown can."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.core.document.blocks import Block, Kind
from bot.core.document.outline import outline_of
from bot.core.model import Document, Span

_DIRECTIVE = re.compile(r"<!--\s*tdd(?:-bot)?:(?P<words>.*?)-->[ \t]*\n?", re.DOTALL | re.IGNORECASE)
_NAMES = frozenset({"optional", "reason", "alias", "aliases", "owner", "owners", "allow", ""})


@dataclass(frozen=True, slots=True)
class Directives:
    """What the comments of one section say."""

    optional: bool = False
    reason: bool = False
    """N/A has to give its reason."""
    aliases: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()


def directives_of(blocks: Sequence[Block]) -> Directives:
    """Return what ``<!-- tdd: optional; aliases=A, B; owners=@acme/security; reason -->`` says."""
    optional = reason = False
    aliases: list[str] = []
    owners: list[str] = []
    for name, value in _words(blocks):
        match name:
            case "optional":
                optional = True
            case "reason":
                reason = True
            case "aliases" | "alias":
                aliases += _listed(value)
            case "owners" | "owner":
                owners += (one.removeprefix("@") for one in _listed(value))
            case _:
                continue
    return Directives(optional, reason, tuple(aliases), tuple(owners))


def without_directives(text: str) -> str:
    """Return Markdown without them: an author need not read them."""
    return _DIRECTIVE.sub("", text)


def unknown_directives(template: Document) -> Iterator[tuple[Span, str]]:
    """Return the words of a template's directives that mean nothing, with the comment's place."""
    outline = outline_of(template.source)
    for block in outline.text.blocks:
        if block.kind is Kind.HTML:
            for name, _ in _words([block]):
                if name.split("(")[0].split(" ")[0] not in _NAMES:
                    end = len(outline.text.line(block.line)) + 1
                    yield Span(block.line, 1, block.line, end), name.replace("`", "")


def _words(blocks: Sequence[Block]) -> Iterator[tuple[str, str]]:
    for block in blocks:
        if block.kind in {Kind.HTML, Kind.PARAGRAPH}:
            for found in _DIRECTIVE.finditer(block.text):
                for words in found["words"].split(";"):
                    name, _, value = words.partition("=")
                    yield name.strip().casefold(), value.strip()


def _listed(value: str) -> list[str]:
    return [one.strip() for one in value.split(",") if one.strip()]
