"""Another design has the same number.

## What it does

It compares the number that begins the file's name with those of the other designs in the same folder: on a
pull request those of the branch it goes into, in the merge queue those of the pull requests ahead as well;
with `tdd-bot check --since`, those of the working tree.

## Why

"As 0007 says" has to mean one design.

## What it lets be

Designs in other folders, files that are no designs, dates instead of numbers, a design that had its number
before, and everything where the folder was not looked at.
"""

from collections.abc import Iterator

from bot.core.model import Document, Schema, Severity
from bot.core.model.topics import leading_number
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import Fault, Rule, Setting, always, header_span


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    """Compare the names alone: the other files have not been read."""
    del schema
    digits = leading_number(document.path)
    if digits is None or context.beside is None:
        return
    others = {
        path: number for path in context.beside if path.endswith(".md") and (number := leading_number(path))
    }
    same = sorted(path for path, number in others.items() if int(number) == int(digits))
    if same:
        free = max(int(number) for number in (*others.values(), digits)) + 1
        yield Fault(
            header_span(document),
            f"number {digits} is taken by {same[0]}",
            "the same number",
            f"Rename this file; the next free number is {free:0{len(digits)}}.",
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
    setting=Setting(path="{}", context=RuleContext(beside=("docs/tdd/0012-new-cache.md",))),
)
