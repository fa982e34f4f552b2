"""A file is no document that can be read.

## What it does

It finds symbolic links, submodules, files that are no UTF-8 text, and files over the caps. They are refused
before they are parsed. So is a document that the base branch has moved or removed since: the copy there says
who has to agree to a change.

## Why

One document must not hold up all others, and what points elsewhere is not what reviewers see.

## What it lets be

Any text within the caps, whatever stands in it.
"""

from collections.abc import Iterator

from bot.core.document.limits import MAX_BLOCKS, MAX_BYTES
from bot.core.model import Document, FileProblem, Finding, Schema, Severity, Span
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import Fault, Rule, Subject, always


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del document, schema, context  # a document that was read was not refused
    yield from ()


RULE = Rule(
    code="TDD501",
    name="refused-file",
    summary="A file is no document that can be read.",
    severity=always(Severity.ERROR),
    check=_check,
    help="Commit the document as a plain UTF-8 Markdown file within the caps.",
    good="docs/tdd/0007-price-cache.md, 12 KiB of Markdown",
    bad="docs/tdd/0007-price-cache.md, a symbolic link",
    subject=Subject.GATE,
    silenceable=False,
)

_WHAT = {
    FileProblem.SYMLINK: ("it is a symbolic link", "Commit the document itself in its place."),
    FileProblem.SUBMODULE: ("it is a submodule", "Commit the document itself in its place."),
    FileProblem.NOT_TEXT: ("it is not UTF-8 text", "Save it as UTF-8."),
    FileProblem.NOT_SHOWN: (
        "GitHub shows no file of this name",
        "Give it a name in plain letters, in UTF-8.",
    ),
    FileProblem.GONE_FROM_BASE: (
        "the base branch has moved or removed this file since this branch began",
        "Merge the base branch into this one.",
    ),
}


def _too_large(size: int) -> str:
    if size > MAX_BYTES:
        return f"it is larger than a design may be ({size:,} of {MAX_BYTES:,} bytes)"
    return f"it has more than {MAX_BLOCKS:,} blocks (headings, paragraphs, list items)"


def refused(path: str, problem: FileProblem, size: int) -> Finding:
    """Return the finding for a file that is not read as a document; ``size`` in bytes."""
    what, way_out = _WHAT.get(problem, (_too_large(size), "Split it."))
    fault = Fault(Span(1, 1, 1, 1), f"not read: {what}", "refused", way_out)
    return RULE.finding(path, fault, Severity.ERROR)
