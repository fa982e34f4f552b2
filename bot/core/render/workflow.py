"""Judged documents as workflow commands, which GitHub Actions turns into annotations.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
"""

from collections.abc import Sequence
from typing import Final

from bot.core.model import Finding, Severity
from bot.core.render.report import Judged, Piece, counts, total
from bot.core.render.safe import counted
from bot.core.render.terminal import safe

MOST: Final = 10
"""Annotations of one level that GitHub takes of a step; the rest would be dropped without a word."""
_LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def workflow_piece(one: Judged) -> str:
    """Return a command a line for each finding of a document."""
    return "\n".join(_command(finding) for finding in one.findings)


def workflow_whole(pieces: Sequence[Piece]) -> str:
    """Return the commands that GitHub takes, those of the earlier documents first, and what was left out."""
    commands = [line for piece in pieces for line in piece.text.split("\n") if line]
    lines: list[str] = []
    left: list[str] = []
    for level in _LEVELS.values():
        own = [line for line in commands if line.startswith(f"::{level} ")]
        lines += own[:MOST]
        if len(own) > MOST:
            left.append(f"{counted(len(own) - MOST, f'more {level}')} of {len(own)}")
    if left:
        lines.append(f"GitHub shows {MOST} annotations of a level; not shown: {', '.join(left)}.")
    return "\n".join([*lines, counts(total(pieces))]) + "\n"


def workflow_problem(message: str) -> str:
    """Return the command that says on the run itself why nothing could be judged."""
    return f"::error title=tdd-bot::{_data(safe(message))}\n"


def _command(finding: Finding) -> str:
    span = finding.span
    fields = {
        "file": finding.path,
        "line": str(span.line),
        "endLine": str(span.end_line),
        "col": str(span.column),
        "endColumn": str(span.end_column),
        "title": f"{finding.rule} {finding.name}",
    }
    if span.end_line != span.line:
        # Columns are for one line only: https://docs.github.com/rest/checks/runs#create-a-check-run
        del fields["col"], fields["endColumn"]
    told = ",".join(f"{name}={_property(value)}" for name, value in fields.items())
    message = "\n".join(safe(part) for part in (finding.message, finding.help) if part)
    return f"::{_LEVELS.get(finding.severity, 'notice')} {told}::{_data(message)}"


# As the toolkit does: https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
