"""Annotations by workflow commands: escaped so that a document can command nothing, and counted."""

import pytest

from bot.core.model import Finding, Severity, Span
from bot.core.render.report import Judged, Piece, tally
from bot.core.render.workflow import MOST, workflow_piece, workflow_whole

PLACE = Span(3, 1, 3, 9)


def _finding(
    message: str = "it is wrong",
    path: str = "docs/a.md",
    span: Span = PLACE,
    severity: Severity = Severity.ERROR,
) -> Finding:
    return Finding("TDD202", "sample", severity, path, span, message, help="Mend it.")


def _shown(*findings: Finding) -> list[str]:
    judged = Judged("docs/a.md", None, findings)
    return workflow_whole([Piece(workflow_piece(judged), tally(judged))]).splitlines()


@pytest.mark.parametrize(
    ("severity", "level"),
    [(Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.NOTE, "notice")],
)
def test_a_finding_is_one_command(severity: Severity, level: str) -> None:
    assert _shown(_finding(severity=severity))[0] == (
        f"::{level} file=docs/a.md,line=3,endLine=3,col=1,endColumn=9,title=TDD202 sample"
        "::it is wrong%0AMend it."
    )


def test_over_several_lines_there_are_no_columns() -> None:
    assert _shown(_finding(span=Span(3, 5, 6, 2)))[0].startswith(
        "::error file=docs/a.md,line=3,endLine=6,title="
    )


def test_nothing_of_a_document_is_a_command_of_its_own() -> None:
    lines = _shown(_finding("50% \r\n::set-output name=x::y", "a,b:c%\n::error::.md"))
    assert lines[0].startswith("::error file=a%2Cb%3Ac%25%0A%3A%3Aerror%3A%3A.md,line=3")
    assert "::50%25 \ufffd\ufffd::set-output" in lines[0]
    assert [line[:2] for line in lines].count("::") == 1


def test_what_github_would_drop_is_counted() -> None:
    found = [_finding(f"error {number}") for number in range(MOST + 3)]
    noted = [_finding(f"note {number}", severity=Severity.NOTE) for number in range(MOST)]
    lines = _shown(*noted, *found)
    assert len([line for line in lines if line.startswith("::error ")]) == MOST
    assert len([line for line in lines if line.startswith("::notice ")]) == MOST
    assert lines[-2] == "GitHub shows 10 annotations of a level; not shown: 3 more errors of 13."
    assert lines[-1] == "1 document, 13 errors, 10 notes."


def test_nothing_wrong_is_one_line() -> None:
    assert _shown() == ["1 document, nothing wrong."]
