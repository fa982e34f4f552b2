"""The document that takes this one's place does not say so.

## What it does

It looks whether the successor's `Supersedes` names this document, and whether a document that this one says
it supersedes names it as its successor.

## Why

Links in both directions survive a move of either file, and a reader of the new design learns that there was
an old one.

## What it lets be

Successors on other sites, and everything where the repository was not looked at.
"""

from collections.abc import Iterator

from bot.core.model import Document, Schema, Severity
from bot.core.rules.context import RuleContext, found_document, listed
from bot.core.rules.example_repository import REPOSITORY
from bot.core.rules.rule import Fault, Rule, Setting, always, header_span
from bot.core.rules.successors import successor, successor_span


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del schema
    repository = context.repository
    if repository is None:
        return
    found = successor(document, context)
    if found and found.there:
        path, other = found.there
        back = [found_document(one, path, repository) for one in other.supersedes]
        if document.path not in {one[0] for one in back if one}:
            message = f"{path} does not say that it supersedes this document"
            yield Fault(successor_span(document), message, "one way only", RULE.help)
    for named in listed(document).supersedes:
        old = found_document(named, document.path, repository)
        if old is None:
            continue
        forth = found_document(old[1].superseded_by, old[0], repository) if old[1].superseded_by else None
        if forth is None or forth[0] != document.path:
            message = f"{old[0]} does not say that it is superseded by this document"
            yield Fault(header_span(document), message, "one way only", RULE.help)


RULE = Rule(
    code="TDD306",
    name="one-way-successor",
    summary="Of two documents that replace each other, only one says so.",
    severity=always(Severity.NOTE),
    check=_check,
    help="Write `Supersedes` in the new one and `Superseded-By` in the old one.",
    good="**Status:** Superseded by [0012](0012-new-cache.md)",
    bad="**Status:** Superseded by [0015](0015-silent.md)",
    setting=Setting(context=REPOSITORY),
)
