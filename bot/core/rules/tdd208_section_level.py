"""A section stands at another level than in the template, under another heading.

## What it does

It compares how deep the sections stand with the template, by the difference that most of them have, and names
the first one that is deeper or higher than that. One note for the whole document.

## Why

A `### Rollback` that slipped under `Alternatives` is not where a reader looks for it.

## What it lets be

A document whose headings are all one level deeper or higher, and one that has all its sections side by side.
"""

from collections import Counter
from collections.abc import Iterator

from bot.core.model import Document, Schema, Section, Severity
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import BODY_FRAME, Fault, Rule, Setting, by_status, line_span


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del schema, context
    levels = {heading.line: heading.level for heading in document.headings}
    shifts: list[tuple[Section, int, int]] = [
        (section, section.line, levels[section.line] - section.level)
        for section in document.sections
        if section.line in levels
    ]
    if len({levels[line] for _, line, _ in shifts}) == 1:
        return  # all side by side
    usual = Counter(shift for *_, shift in shifts).most_common(1)
    others = [one for one in shifts if one[2] != usual[0][0]]
    if others:
        section, line, shift = others[0]
        more = f", and {len(others) - 1} more" if len(others) > 1 else ""
        yield Fault(
            line_span(document, line),
            f"section {section.label} stands at another level than in the template{more}",
            "deeper than there" if shift > usual[0][0] else "higher than there",
            RULE.help,
        )


RULE = Rule(
    code="TDD208",
    name="section-level",
    summary="A section stands at another level than in the template.",
    severity=by_status(Severity.NOTE, Severity.NOTE, Severity.NOTE, Severity.OFF),
    check=_check,
    help="Give the heading as many # as its neighbours have in the template.",
    good="## 2. Context\n\n### 2.1 Problem Statement\n\nSlow.\n\n### 2.2 Goals\n\nFast.\n\n"
    "## 7. Risks & Unknowns\n\nFew.",
    bad="## 2. Context\n\n### 2.1 Problem Statement\n\nSlow.\n\n### 2.2 Goals\n\nFast.\n\n"
    "#### 7. Risks & Unknowns\n\nFew.",
    setting=Setting(frame=BODY_FRAME),
)
