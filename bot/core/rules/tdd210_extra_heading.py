"""A heading is none of the template's sections. Off unless it is switched on.

## What it does

It names each heading that stands beside the template's sections and is not one of them.

## Why

A house that compares designs section by section wants no others.

## What it lets be

Headings inside a section, the title, and the header's own.
"""

from collections.abc import Iterator

from bot.core.model import Document, Schema, Severity
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import BODY_FRAME, Fault, Rule, Setting, always, line_span


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del schema, context
    known = {one.line for one in document.sections if one.line is not None}
    known.update(span.line for one in document.sections for span in one.duplicates)
    if not known:
        return
    first = min(known)
    inside: list[tuple[int, bool]] = []
    for heading in document.headings:
        while inside and inside[-1][0] >= heading.level:
            inside.pop()
        ours = heading.line in known
        if heading.line > first and not ours and not any(one for _, one in inside):
            shown = heading.text.replace("`", "")
            yield Fault(
                line_span(document, heading.line),
                f"`{shown}` is no section of the template",
                "extra",
                RULE.help,
            )
        inside.append((heading.level, ours))


RULE = Rule(
    code="TDD210",
    name="extra-heading",
    summary="A heading is none of the template's sections.",
    severity=always(Severity.OFF),
    check=_check,
    help="Move the text into one of the template's sections, or have the heading added to the template.",
    good="## 2.2 Goals\n\nFast.\n\n### Credits\n\nThanks.",
    bad="## 2.2 Goals\n\nFast.\n\n## Credits\n\nThanks.",
    setting=Setting(frame=BODY_FRAME),
)
