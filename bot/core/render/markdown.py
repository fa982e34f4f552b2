"""Judged documents as Markdown, for the summary of a job or a comment that somebody pastes."""

from collections.abc import Iterator, Sequence
from typing import Final

from bot.core.model import Finding
from bot.core.render.report import Judged, Piece, counts, standing, total
from bot.core.render.safe import code, counted, prose

LONGEST: Final = 900_000
"""Bytes. A job's summary may have 1 MiB a step; what is over is dropped whole:
https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits
"""
_MOST: Final = 100
"""Findings of one document that are listed."""


def markdown_piece(one: Judged) -> str:
    """Return a document's heading and the table of its findings, worst first."""
    return "\n".join(_lines(one))


def _lines(one: Judged) -> Iterator[str]:
    told = standing(one) or ("Not read." if one.template is None else "A template.")
    mark = "" if one.findings else "✔ "
    yield f"#### {mark}{code(one.path)}"
    yield ""
    yield told
    yield ""
    for allowed in one.silenced[:_MOST]:
        why = f"{prose(allowed.finding.message)} ({allowed.finding.rule}): {prose(allowed.reason)}"
        yield f"- Allowed in line {allowed.line}: {why}"
    if one.silenced:
        yield ""
    if not one.findings:
        return
    yield "| | Line | What | Way out |"
    yield "|---|---|---|---|"
    worst = sorted(one.findings, key=lambda finding: (-finding.severity, finding.span))
    yield from (_row(finding) for finding in worst[:_MOST])
    yield ""
    if len(worst) > _MOST:
        yield f"… and {counted(len(worst) - _MOST, 'more finding')}"
        yield ""


def _row(finding: Finding) -> str:
    what = f"{prose(finding.message)} ({finding.rule})"
    return f"| {finding.severity.label} | {finding.span.line} | {what} | {prose(finding.help)} |"


def markdown_whole(pieces: Sequence[Piece]) -> str:
    """Return the pieces under one line that sums them up; documents with findings come first."""
    lines = [f"### tdd-bot: {counts(total(pieces))}", ""]
    size = len("\n".join(lines).encode())
    ordered = sorted(pieces, key=lambda piece: (-piece.tally.errors, -piece.tally.warnings))
    for at, piece in enumerate(ordered):
        size += len(piece.text.encode("utf-8", "replace")) + 1
        if size > LONGEST:
            lines.append(f"… and {counted(len(ordered) - at, 'more document')}")
            break
        lines.append(piece.text)
    return "\n".join(lines).rstrip("\n") + "\n"
