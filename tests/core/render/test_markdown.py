"""The report as Markdown: a table for each document, harmless, and within what a job's summary may hold."""

from bot.builtin import template
from bot.core.document import read_document, schema_of
from bot.core.model import Finding, Severity, Span
from bot.core.render.markdown import LONGEST, markdown_piece, markdown_whole
from bot.core.render.report import Judged, Piece, tally
from tests.builders import design


def _finding(message: str = "it is wrong", severity: Severity = Severity.ERROR, line: int = 3) -> Finding:
    return Finding("TDD202", "sample", severity, "a.md", Span(line, 1, line, 9), message, help="Mend it.")


def _shown(*judged: Judged) -> str:
    return markdown_whole([Piece(markdown_piece(one), tally(one)) for one in judged])


def test_findings_are_rows_worst_first_and_documents_with_errors_come_first() -> None:
    noted = _finding("a note", Severity.NOTE, 1)
    fine = read_document("fine.md", design(), schema_of(template()))
    shown = _shown(Judged("fine.md", fine, ()), Judged("a.md", None, (noted, _finding())))
    assert shown.splitlines() == [
        "### tdd-bot: 2 documents, 1 error, 1 note.",
        "",
        "#### `a.md`",
        "",
        "Not read.",
        "",
        "| | Line | What | Way out |",
        "|---|---|---|---|",
        "| error | 3 | it is wrong (TDD202) | Mend it. |",
        "| note | 1 | a note (TDD202) | Mend it. |",
        "",
        "#### ✔ `fine.md`",
        "",
        "Status In-Review. 16 of 16 sections written.",
    ]


def test_nothing_of_a_document_breaks_the_table_or_mentions_anybody() -> None:
    shown = _shown(Judged("`|.md", None, (_finding("x | y <img src=a> @bob\n# big"),)))
    row = next(line for line in shown.splitlines() if line.startswith("| error"))
    assert row.replace("\\|", "").count("|") == 5
    assert "<img" not in shown
    assert "@bob" not in shown


def test_a_document_with_very_many_findings_is_cut() -> None:
    shown = _shown(Judged("a.md", None, tuple(_finding() for _ in range(150))))
    assert shown.count("| error |") == 100
    assert shown.endswith("… and 50 more findings\n")


def test_the_summary_of_a_job_is_not_overrun() -> None:
    judged = Judged("a.md", None, tuple(_finding("x" * 300) for _ in range(100)))
    shown = _shown(*[judged] * 60)
    assert len(shown.encode()) < LONGEST + 100
    assert shown.rstrip().splitlines()[-1].endswith(" more documents")
