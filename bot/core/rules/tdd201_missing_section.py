"""A section of the template is not in the document.

## What it does

It names each required section of the template that no heading of the document answers, and a heading that
nearly does.

## Why

The template asks each of its questions because its absence once cost somebody something. A section that does
not apply is answered with "N/A" and the reason, not left out.

## What it lets be

Other numbers, levels, case, emoji and order; the synonyms of a section; one heading for two sections, such as
"Goals / Non-Goals"; optional sections.
"""

from collections.abc import Iterator

from bot.core.document import Edit
from bot.core.document.section_edits import missing_sections
from bot.core.model import Document, Schema, SectionState, Severity
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import (
    Fault,
    Rule,
    Setting,
    by_status,
    found_edits,
    header_span,
    line_span,
)
from bot.core.rules.sections import asking, fault


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del context
    edits: dict[str, Edit] | None = None
    for section in asking(document):
        if section.state is not SectionState.MISSING or not section.required:
            continue
        if edits is None:
            edits = {
                str(one): each.edit for each in missing_sections(document, schema) for one in each.sections
            }
        span, label = header_span(document), "in this document"
        way_out = f"Add `## {section.label}` and answer it, or write N/A with the reason below it."
        wanted = section.suggestion
        near = next((one for one in document.headings if one.text == wanted), None) if wanted else None
        if near:
            span = line_span(document, near.line)
            label = f"did you mean {section.title}?"
            way_out = f"Rename this heading to {section.title}, or add one for it."
        message = f"section {section.label} is missing"
        mending = (edits[section.id],) if section.id in edits else ()
        yield fault(section, span, message, label, way_out, edits=mending)


RULE = Rule(
    code="TDD201",
    name="missing-section",
    summary="A section of the template is missing.",
    severity=by_status(Severity.WARNING, Severity.ERROR, Severity.ERROR, Severity.NOTE),
    check=_check,
    help="Add the heading and answer it, or write N/A with the reason below it.",
    good="### 4.2 Security & Privacy\n\nEncrypted at rest.\n\n### 4.3 Observability\n\nOne counter.",
    bad="### 4.3 Observability\n\nOne counter.",
    setting=Setting(
        template="# TDD: [Title]\n\n## 4. Needs\n\n### 4.2 Security & Privacy\n\n### 4.3 Observability\n",
        frame="# TDD: Price cache\n\n## 4. Needs\n\n{}\n",
    ),
    fix=found_edits,
)
