"""The report in the terminal: what is marked, and what a terminal is spared."""

from bot.core.model import Document, Finding, Header, Severity, Span
from bot.core.render.report import Judged
from bot.core.render.terminal import to_text


def _text(line: str) -> Document:
    return Document("a.md", None, None, Header(), (), (), {}, source=line, line_count=1)


def _found(code: str, severity: Severity = Severity.ERROR, *, fixable: bool = False) -> Finding:
    return Finding(code, "sample", severity, "a.md", Span(1, 1, 1, 2), "sample", fixable=fixable)


def test_carets_stand_below_wide_characters_and_long_lines_are_cut() -> None:
    line = "目标é " + "x" * 300
    document = _text(line)
    found = Finding("TDD999", "sample", Severity.NOTE, "a.md", Span(1, 4, 1, 5), "sample", label="here")
    shown = to_text([Judged("a.md", document, (found,))], color=False).splitlines()
    assert shown[3].startswith("1 | 目标é xxx")
    assert shown[3].endswith("…")
    assert shown[4] == "  |      ^ here"


def test_colours_are_for_terminals_only() -> None:
    document = _text("x")
    found = Finding("TDD999", "sample", Severity.ERROR, "a.md", Span(1, 1, 1, 2), "sample")
    judged = [Judged("a.md", document, (found,))]
    assert "\x1b[31;1merror[TDD999]\x1b[0m" in to_text(judged, color=True)
    assert "\x1b" not in to_text(judged, color=False)


def test_the_last_lines_say_what_mends_and_what_explains() -> None:
    found = (_found("TDD202"), _found("TDD201", fixable=True))
    shown = to_text([Judged("a.md", None, found)], color=False).splitlines()
    assert shown[-2:] == [
        "tdd-bot check --fix mends 1 of them.",
        "Why, with examples: tdd-bot explain TDD201 (or TDD202)",
    ]


def test_among_many_rules_five_more_are_named() -> None:
    found = tuple(_found(f"TDD20{number}") for number in range(1, 9))
    shown = to_text([Judged("a.md", None, found)], color=False)
    assert "explain TDD201 (or TDD202, TDD203, TDD204, TDD205, TDD206, ...)\n" in shown


def test_where_nothing_is_wrong_nothing_more_is_said() -> None:
    assert to_text([Judged("a.md", None, ())] * 2, color=False) == "2 documents, nothing wrong.\n"
