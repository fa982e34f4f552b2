"""Another design has the same number.

## What it does

It compares the number that begins the file's name with those of the other designs in the same folder: on a
pull request those of the branch it goes into, in the merge queue those of the pull requests ahead as well.

## Why

"As 0007 says" has to mean one design.

## What it lets be

Designs in other folders, files that are no designs, dates instead of numbers, a design that had its number
before, and everything where the repository was not looked at.
"""

from collections.abc import Iterator
from dataclasses import replace

from bot.core.document.links import document_number
from bot.core.model import Document, Schema, Severity
from bot.core.model.topics import leading_number
from bot.core.rules.context import RuleContext
from bot.core.rules.example_repository import REPOSITORY
from bot.core.rules.rule import Fault, Rule, Setting, always, header_span


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del schema
    if context.beside is not None:
        yield from _among(document, context.beside)
        return
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


def _among(document: Document, paths: tuple[str, ...]) -> Iterator[Fault]:
    """Compare the name alone: the other files have not been read."""
    digits = leading_number(document.path)
    if digits is None:
        return
    others = {path: number for path in paths if path.endswith(".md") and (number := leading_number(path))}
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
    setting=Setting(path="{}", context=replace(REPOSITORY, name_pattern="NNNN-*.md")),
)
