"""Another design has the same number.

## What it does

It compares the number in the file's name with those of the other designs in the same folder. Off where no
pattern for names is configured.

## Why

"As 0007 says" has to mean one design.

## What it lets be

Designs in other folders, files that are no designs, and everything where the repository was not looked at.
"""

from collections.abc import Iterator
from dataclasses import replace

from bot.core.document.links import document_number
from bot.core.model import Document, Schema, Severity
from bot.core.rules.context import RuleContext
from bot.core.rules.example_repository import REPOSITORY
from bot.core.rules.rule import Fault, Rule, Setting, always, header_span


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del schema
    number = document_number(document.path)
    if context.name_pattern is None or context.repository is None or number is None:
        return
    folder = document.path.rpartition("/")[0]
    same = [
        (path, one)
        for path, one in context.repository.items()
        if one and one.number == number and path != document.path and path.rpartition("/")[0] == folder
    ]
    if same:
        path, other = same[0]
        title = f' ("{other.title}")' if other.title else ""
        numbers = [int(one.number) for one in context.repository.values() if one and one.number]
        yield Fault(
            header_span(document),
            f"number {number} is taken by {path}{title}",
            "the same number",
            f"Rename this file; the next free number is {max(numbers) + 1:04}.",
        )


RULE = Rule(
    code="TDD506",
    name="number-taken",
    summary="Another design has the same number.",
    severity=always(Severity.ERROR),
    check=_check,
    help="Rename this file to the next free number.",
    good="docs/tdd/0008-stock.md",
    bad="docs/tdd/0012-stock.md",
    setting=Setting(path="{}", context=replace(REPOSITORY, name_pattern="NNNN-*.md")),
)
