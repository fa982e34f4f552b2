"""The file is not named as the house names its designs. Off where no pattern is configured.

## What it does

It compares the file's name with a pattern such as `NNNN-*.md`: so many digits, anything for the star.

## Why

A number in the name is how people speak of a design, and what lists are sorted by.

## What it lets be

The folder, and everything where no pattern is configured.
"""

import re
from collections.abc import Iterator

from bot.core.model import Document, Schema, Severity
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import Fault, Rule, Setting, always, header_span


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del schema
    if context.name_pattern is None:
        return
    name = document.path.rpartition("/")[2]
    if not _expression(context.name_pattern).fullmatch(name):
        shown = name.replace("`", "")
        message = f"the file's name `{shown}` is not of the form `{context.name_pattern}`"
        yield Fault(header_span(document), message, "in this file", RULE.help)


def _expression(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"(N+|\*)", pattern)
    told = (
        "[^/]+"
        if part == "*"
        else rf"\d{{{len(part)}}}"
        if part.strip("N") == "" and part
        else re.escape(part)
        for part in parts
    )
    return re.compile("".join(told))


RULE = Rule(
    code="TDD505",
    name="file-name",
    summary="The file is not named as the house names its designs.",
    severity=always(Severity.ERROR),
    check=_check,
    help="Rename the file: the next free number, then the title in a few words.",
    good="docs/tdd/0007-price-cache.md",
    bad="docs/tdd/price-cache.md",
    setting=Setting(path="{}", context=RuleContext(name_pattern="NNNN-*.md")),
)
