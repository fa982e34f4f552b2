"""The template no longer asks for something that it asked for.

## What it does

It compares the template with the copy on the base branch and names each header field, status and required
section that is gone.

## Why

What a template does not ask, no document has to say any more, and nobody is told. Taking out `Security` or
`Reviewers` should be meant, and seen by whoever reads the change.

## What it lets be

Headings that were renamed and keep the old name as an alias, sections that move, and new ones.
"""

from collections.abc import Iterator

from bot.core.document import labels
from bot.core.document.heading_words import key_of
from bot.core.document.labels import label_key
from bot.core.document.schema import schema_of
from bot.core.model import Document, Schema, Severity
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import Fault, Rule, Setting, Subject, always, header_span

_HELP = "Put it back, or say in the pull request why designs need it no longer."


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    if context.base is None:
        return
    before = schema_of(context.base.source)
    top = header_span(document)
    for name in before.fields:
        if name not in schema.fields:
            heavy = Severity.ERROR if name in {labels.STATUS, labels.REVIEWERS} else Severity.WARNING
            message = f"the template no longer asks for {name.capitalize()}"
            yield Fault(top, message, "gone from the header", _HELP, severity=heavy)
    kept = {label_key(status) for status in schema.statuses}
    for status in before.statuses:
        if label_key(status) not in kept:
            message = f"the template no longer offers the status {status}"
            field = document.header.field(labels.STATUS)
            yield Fault(field.span if field else top, message, "documents may stand in it", _HELP)
    known = {key_of(name) for one in schema.sections for name in (one.title, *one.aliases)}
    optional = {key_of(one.title) for one in schema.sections if not one.required}
    for section in before.sections:
        asked = section.required and (section.leaf or section.prompts)
        if not asked or (key_of(section.title) in known and key_of(section.title) not in optional):
            continue
        gone = "asks for" if key_of(section.title) not in known else "requires"
        yield Fault(top, f"the template no longer {gone} {section.title}", "gone from the sections", _HELP)


RULE = Rule(
    code="TDD902",
    name="template-lost-field",
    summary="The template no longer asks for something that it asked for.",
    severity=always(Severity.WARNING),
    check=_check,
    help=_HELP,
    good="## Goals\n\n## Security\n\n## Risks",
    bad="## Goals\n\n## Risks",
    setting=Setting(
        path="docs/tdd/TEMPLATE.md",
        frame="# [Title]\n\nStatus: [Draft / Approved]\nReviewers: @eng-lead\n\n{}\n",
        base="## Goals\n\n## Security\n\n## Risks",
    ),
    subject=Subject.TEMPLATE,
    silenceable=False,
)
