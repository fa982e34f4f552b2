"""The only reviewers are the authors themselves.

## What it does

It compares the reviewers with the logins of the author field.

## Why

Nobody signs their own design, so nobody would be left to sign.

## What it lets be

An author among other reviewers, teams that an author is a member of, and names that were not looked up.
"""

from collections.abc import Iterator

from bot.core.document import labels
from bot.core.model import Document, Schema, Severity, User
from bot.core.rules.context import RuleContext
from bot.core.rules.example_names import NAMES
from bot.core.rules.rule import Fault, Rule, Setting, by_status


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del schema
    header = document.header
    field = header.field(labels.REVIEWERS)
    if field is None or not header.reviewers or context.names is None:
        return
    authors = {one.casefold() for one in header.author_handles}
    found = [context.names.get(one.text.casefold()) for one in header.reviewers]
    if all(isinstance(one, User) and one.person.login.casefold() in authors for one in found):
        yield Fault(field.span, "only the authors themselves are named as reviewers", "own work", RULE.help)


RULE = Rule(
    code="TDD405",
    name="own-reviewer",
    summary="The only reviewers are the authors themselves.",
    severity=by_status(Severity.NOTE, Severity.WARNING, Severity.WARNING, Severity.OFF),
    check=_check,
    help="Name a team, or somebody who did not write this design.",
    good="**Author:** @alice\n**Status:** In-Review\n**Reviewers:** @alice, @bob",
    bad="**Author:** @alice\n**Status:** In-Review\n**Reviewers:** @alice",
    setting=Setting(context=NAMES),
)
