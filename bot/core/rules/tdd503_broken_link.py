"""A link or picture leads to a file that is not in the repository.

## What it does

It resolves relative links and pictures, also those of link definitions, and looks whether there is such a
file or folder. Addresses of other sites are never fetched.

## Why

Reviewers follow links to the data and diagrams that a decision rests on.

## What it lets be

Links in code, links that lead out of the repository (such as `../../issues/12` on GitHub), lines that the
base branch has as well, and everything where the repository was not looked at.
"""

from collections.abc import Iterable, Iterator

from bot.core.document.links import Link, links_of, resolved
from bot.core.document.outline import outline_of
from bot.core.model import Document, Schema, Severity
from bot.core.rules.context import RuleContext
from bot.core.rules.example_repository import REPOSITORY
from bot.core.rules.rule import BODY_FRAME, Fault, Rule, Setting, by_status
from bot.core.rules.sections import lines_of_base


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del schema
    if context.repository is None:
        return
    lost = [(link, place) for link, place in _places(document) if place not in context.repository]
    if not lost:
        return
    old = lines_of_base(context)
    text = outline_of(document.source).text
    folders = _folders(context.repository)
    for link, place in lost:
        if place not in folders and text.line(link.span.line) not in old:
            shown = link.path.replace("`", "")[:80]
            yield Fault(link.span, f"`{shown}` is no file of this repository", "leads nowhere", RULE.help)


def _places(document: Document) -> Iterator[tuple[Link, str]]:
    """Return the links to files with the places that they lead to."""
    for link in links_of(document):
        place = resolved(document.path, link.target).rstrip("/")
        leaves = place == link.target.rstrip("/") and link.path.startswith("..")
        if link.path and place and not leaves:
            yield link, place


def _folders(paths: Iterable[str]) -> frozenset[str]:
    return frozenset(path[:at] for path in paths for at, one in enumerate(path) if one == "/")


RULE = Rule(
    code="TDD503",
    name="broken-link",
    summary="A link leads to a file that is not in the repository.",
    severity=by_status(Severity.WARNING, Severity.WARNING, Severity.WARNING, Severity.NOTE),
    check=_check,
    help="Write the path from this document's folder, as in `../assets/flow.svg`.",
    good="## 2.2 Goals\n\nSee [the flow](diagram.svg).",
    bad="## 2.2 Goals\n\nSee [the flow](diagramm.svg).",
    setting=Setting(frame=BODY_FRAME, context=REPOSITORY),
)
