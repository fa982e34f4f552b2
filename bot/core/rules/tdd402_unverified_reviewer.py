"""A reviewer could not be looked up.

GitHub did not answer, or the app may not read it. That says nothing about the name: it is never called
invalid, and the next run asks again.
"""

from collections.abc import Iterator

from bot.core.model import Document, Schema, Severity, Unverified
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import Fault, Rule, always


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del schema
    for reviewer in document.header.reviewers:
        found = (context.names or {}).get(reviewer.text.casefold())
        if isinstance(found, Unverified):
            shown = reviewer.text.replace("`", "")
            yield Fault(
                reviewer.span,
                f"could not verify reviewer `{shown}`: {found.cause}",
                "not looked up",
                RULE.help,
            )


RULE = Rule(
    code="TDD402",
    name="unverified-reviewer",
    summary="A reviewer could not be looked up.",
    severity=always(Severity.NOTE),
    check=_check,
    help="Nothing to do for the author; it is tried again.",
    good="**Reviewers:** @acme/security",
    bad="**Reviewers:** @acme/security",
)
