"""The index's table and graph from values."""

from dataclasses import replace

from bot.builtin import template
from bot.core.document import read_document, schema_of
from bot.core.render.index import Entry, entry_of, render_index
from tests.builders import design

BASE = Entry("0001-a.md", "0001", "A", "Draft", "Draft", "2026-11-24", ("Alice",), None)


def _named(number: int, **changes: object) -> Entry:
    entry = replace(BASE, path=f"{number:04}.md", number=f"{number:04}", title=f"Design {number}")
    return replace(entry, **changes)  # type: ignore[arg-type] # the test names fields of Entry


def test_a_document_s_row_is_read_from_it() -> None:
    text = design(
        "Superseded by [new](../b/0002-new.md)",
        bodies={"1": "See [x](0003-x.md#why), [y](https://a.b/c.md), [z](#z).\n\n[d]: <../0004-d.md>"},
    )
    entry = entry_of(read_document("a/0001-old.md", text, schema_of(template())), "a/0001-old.md")
    assert (entry.number, entry.title, entry.status) == ("0001", "Price cache", "Superseded")
    assert (entry.date, entry.authors) == ("2026-11-20", ("Alice Example (@alice)",))
    assert entry.successor == "b/0002-new.md"
    assert entry.links == ("b/0002-new.md", "a/0003-x.md", "0004-d.md")


def test_what_asks_for_time_comes_first_then_by_number() -> None:
    entries = [
        _named(1, status="Superseded", stage="Superseded"),
        _named(2, status="Approved", stage="Approved"),
        _named(10),
        _named(9),
        _named(3, status="In-Review", stage="In-Review"),
        _named(4, status="Parked", stage=None),
        _named(5, status="", stage=None),
    ]
    shown = render_index(entries)
    rows = [line for line in shown.splitlines() if line.startswith("| ") and ".md" in line]
    assert [row.split("](")[1][:4] for row in rows] == [
        "0003",
        "0009",
        "0010",
        "0002",
        "0001",
        "0005",
        "0004",
    ]
    assert shown.startswith(
        "7 designs: 1 In-Review, 2 Draft, 1 Approved, 1 Superseded, 1 without a status and 1 Parked.\n"
    )


def test_without_links_there_is_no_graph_and_without_designs_no_table() -> None:
    assert "mermaid" not in render_index([BASE])
    assert render_index([]) == "No designs yet.\n"


def test_the_graph_shows_what_replaces_and_what_links_among_the_designs_alone() -> None:
    shown = render_index(
        [
            _named(1, successor="0002.md", links=("0002.md", "0003.md", "0001.md", "elsewhere.md")),
            _named(2),
            _named(3),
            _named(4),
        ]
    )
    graph = shown[shown.index("```mermaid") :].splitlines()
    assert graph == [
        "```mermaid",
        "graph LR",
        '  d0["0001 Design 1"]',
        '  d1["0002 Design 2"]',
        '  d2["0003 Design 3"]',
        "  d0 -->|superseded by| d1",
        "  d0 -.-> d2",
        "```",
    ]


def test_a_graph_that_nobody_could_read_is_cut() -> None:
    links = tuple(f"{number:04}.md" for number in range(1, 300))
    shown = render_index([_named(number, links=links if number == 1 else ()) for number in range(1, 300)])
    assert shown.count("-.->") == 200
    assert "The graph leaves out 98 more links." in shown


def test_nothing_of_a_document_breaks_the_table_the_graph_or_the_markers() -> None:
    evil = 'x | ]("); end\n```\n<!-- tdd-bot:index:end --> @bob'
    entry = _named(1, title=evil, status=evil, authors=(evil,), path="a b(1).md", successor="0002.md")
    shown = render_index([entry, _named(2)])
    assert "<!--" not in shown
    assert "@bob" not in shown.split("```mermaid")[0]
    assert "](a%20b%281%29.md)" in shown
    assert shown.count("```") == 2
    (label,) = (line for line in shown.splitlines() if line.startswith("  d1["))
    assert label.count('"') == 2
