"""The sections stand in another order than the template's.

## What it does

It finds the fewest sections that would have to move and names the first. One note for the whole document.

## Why

Reviewers of many designs find their section by where it usually is.

## What it lets be

Sections that are missing, and headings of the author's own anywhere between.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from bot.core.model import Document, Schema, Severity
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import BODY_FRAME, Fault, Rule, Setting, by_status, line_span


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del schema, context
    there = [one for one in document.sections if one.line is not None and one.leaf]
    lines = [one.line or 1 for one in there]
    kept = _longest_rise(lines)
    moved = [at for at in range(len(there)) if at not in kept]
    if moved:
        at = moved[0]
        more = f", and {len(moved) - 1} more" if len(moved) > 1 else ""
        before = f"follows {there[at - 1].label}" if at else "comes first"
        yield Fault(
            line_span(document, lines[at]),
            f"section {there[at].label} stands in another place than in the template{more}",
            f"in the template it {before}",
            RULE.help,
        )


def _longest_rise(lines: Sequence[int]) -> frozenset[int]:
    """Return the indexes of a longest part that is in order; headings that answer two sections count once."""
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for at, line in enumerate(lines):
        place = bisect_left(ends, line + 1)
        before.append(last[place - 1] if place else -1)
        if place == len(ends):
            ends.append(line + 1)
            last.append(at)
        else:
            ends[place], last[place] = line + 1, at
    kept: set[int] = set()
    at = last[-1] if last else -1
    while at >= 0:
        kept.add(at)
        at = before[at]
    return frozenset(kept)


RULE = Rule(
    code="TDD209",
    name="section-order",
    summary="The sections stand in another order than the template's.",
    severity=by_status(Severity.NOTE, Severity.NOTE, Severity.NOTE, Severity.OFF),
    check=_check,
    help="Move the section to where the template has it.",
    good="## 2.1 Problem Statement\n\nSlow.\n\n## 2.2 Goals\n\nFast.",
    bad="## 2.2 Goals\n\nFast.\n\n## 2.1 Problem Statement\n\nSlow.",
    setting=Setting(frame=BODY_FRAME + "\n## 5.2 Test Plan\n\nReplay.\n\n## 7. Risks\n\nFew.\n"),
)
