"""A link leads to a heading that this document does not have.

## What it does

It compares `#anchor` links with the anchors that GitHub makes of headings, and with those named in HTML.

## Why

Headings get renamed and renumbered, and with them their anchors. The link then silently leads to the top.

## What it lets be

Anchors in other files, `#top`, links in code, and lines that the base branch has as well.
"""

from collections.abc import Iterator

from bot.core.document.likeness import nearest
from bot.core.document.links import anchors_of, links_of, slug_of
from bot.core.document.outline import outline_of
from bot.core.model import Document, Schema, Severity
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import BODY_FRAME, Fault, Rule, Setting, by_status
from bot.core.rules.sections import lines_of_base

_NEAR = 75


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del schema
    own = [link for link in links_of(document) if not link.path and link.anchor]
    if not own:
        return
    anchors = anchors_of(document)
    old = lines_of_base(context)
    text = outline_of(document.source).text
    for link in own:
        wanted = link.anchor.casefold().removeprefix("user-content-")
        if wanted in anchors or slug_of(link.anchor) in anchors or text.line(link.span.line) in old:
            continue
        near = nearest(wanted, anchors, _NEAR)
        shown = link.anchor.replace("`", "")[:80]
        yield Fault(
            link.span,
            f"no heading of this document has the anchor `#{shown}`",
            f"did you mean #{near}?" if near else "leads nowhere",
            RULE.help,
        )


RULE = Rule(
    code="TDD504",
    name="broken-anchor",
    summary="A link leads to a heading that this document does not have.",
    severity=by_status(Severity.WARNING, Severity.WARNING, Severity.WARNING, Severity.NOTE),
    check=_check,
    help="Use the heading's words in lower case with hyphens, as in `#22-goals`.",
    good="## 2.2 Goals\n\nSee [below](#7-risks).\n\n## 7 Risks\n\nFew.",
    bad="## 2.2 Goals\n\nSee [below](#6-risks).\n\n## 7 Risks\n\nFew.",
    setting=Setting(frame=BODY_FRAME),
)
