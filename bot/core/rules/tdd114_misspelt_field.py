"""A header line has nearly the label of a field that the template asks for.

## What it does

It compares the labels of unknown header lines with those of the template's fields that are missing, and names
the one that is at most two letters away.

## Why

`Reviwers: @acme/security` asks nobody. The reader sees a reviewers line and does not notice.

## What it lets be

Fields of the house's own, such as `Sponsor`, and any label where the field it resembles is there as well.
"""

from collections.abc import Iterable, Iterator
from itertools import islice

from bot.core.document.header_edits import renamed_label
from bot.core.document.labels import canonical, label_key
from bot.core.document.likeness import within
from bot.core.model import Document, Field, Schema, Severity
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import Fault, Rule, by_status, found_edits

_SLIPS = 2
"""Letters wrong, missing, too many or swapped; half as many in a short label."""
_SHORT = 5
_MOST = 50
"""Fields that are told of one document."""


def _missing(document: Document, schema: Schema) -> tuple[str, ...]:
    """Return the labels of the template's fields that a header lacks."""
    present = {field.name for field in document.header.fields}
    return tuple(
        schema.labels.get(name) or name.capitalize() for name in schema.fields if name not in present
    )


def _meant(field: Field, missing: Iterable[str]) -> str | None:
    """Return the label that a field's label nearly is."""
    key = label_key(field.label)
    if canonical(field.label) or not key:
        return None
    for label in missing:
        most = _SLIPS if min(len(key), len(label)) > _SHORT else 1
        if within(key, label_key(label), most):
            return label
    return None


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del context
    missing = _missing(document, schema)
    fields = document.header.fields if missing else ()
    slips = ((field, label) for field in fields if (label := _meant(field, missing)))
    for field, label in islice(slips, _MOST):
        shown = field.label.replace("`", "")
        yield Fault(
            field.span,
            f"`{shown}` is no field of the template",
            f"did you mean {label}?",
            f"Write `{label}:` as the template does.",
            edits=(edit,) if (edit := renamed_label(document, field.label, label)) else (),
        )


RULE = Rule(
    code="TDD114",
    name="misspelt-field",
    summary="A header line has nearly the label of a field.",
    severity=by_status(Severity.WARNING, Severity.WARNING, Severity.WARNING, Severity.NOTE),
    check=_check,
    help="Write the label as the template does.",
    good="**Status:** Draft\n**Reviewers:** @acme/security",
    bad="**Status:** Draft\n**Reviwers:** @acme/security",
    fix=found_edits,
    reveals=True,
)
