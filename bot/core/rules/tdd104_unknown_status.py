"""The status is none of those that the template offers.

A word that the gate does not know could mean anything: it asks nobody and lets nothing through. What
follows a known status is a remark and harmless, as in ``In-Review (second round)``.
"""

from collections.abc import Iterator

from rapidfuzz import fuzz, process

from bot.core.document import labels
from bot.core.model import Document, Schema, Severity
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import Fault, Rule, by_status

_NEAR = 70


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del context
    header = document.header
    field = header.field(labels.STATUS)
    if field is None or not field.raw or header.status or header.status_is_menu:
        return
    word = field.raw[:60].casefold()
    near = process.extractOne(
        word, schema.statuses, scorer=fuzz.ratio, processor=str.casefold, score_cutoff=_NEAR
    )
    if word.startswith(("not ", "un")):  # the opposite is as similar as it is wrong
        near = None
    shown = field.raw if len(field.raw) <= 60 else field.raw[:60] + "…"  # noqa: PLR2004 - what fits on a line
    yield Fault(
        field.span,
        f"unknown status `{shown.replace('`', '')}`",
        label=f"did you mean {near[0]}?" if near else "none of the template's statuses",
        help=f"Write one of {', '.join(schema.statuses)}; a remark may follow it.",
        fixable=near is not None,
    )


RULE = Rule(
    code="TDD104",
    name="unknown-status",
    summary="The status is none of the template's.",
    severity=by_status(Severity.WARNING, Severity.ERROR, Severity.ERROR, Severity.ERROR),
    check=_check,
    help="Write one of the template's statuses.",
    good="**Status:** In-Review (second round)",
    bad="**Status:** Almost done",
)
