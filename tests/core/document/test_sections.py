"""Headings to sections of the schema: by what they say, not by how they look."""

import pytest

from bot.builtin import template
from bot.core.document import read_document, schema_of
from bot.core.model import Document, Section, SectionState
from tests.builders import design

SCHEMA = schema_of(template())
TEMPLATE = "# T\n\nStatus: Draft\n\n## {}\n"


def _read(text: str, house: str | None = None) -> Document:
    return read_document("a.md", text, schema_of(house) if house else SCHEMA)


def _section(document: Document, name: str) -> Section:
    return next(one for one in document.sections if name in (one.id, one.title))


def test_a_complete_design_has_every_section_with_its_line() -> None:
    document = _read(design())
    assert {one.state for one in document.sections} == {SectionState.FILLED}
    for section in document.sections:
        assert section.line is not None
        assert section.title.split()[0] in document.source.splitlines()[section.line - 1]


def test_the_template_itself_answers_nothing() -> None:
    document = _read(template())
    assert {one.state for one in document.sections} == {SectionState.PLACEHOLDER}


@pytest.mark.parametrize(
    "heading",
    [
        "## Test Plan",
        "#### test plan",
        "## 5.2 Test Plan",
        "## 5.2. TEST PLAN:",
        "## 12) Test plan",
        "## § 5.2 Test Plan",
        "## Step 3: Test Plan",
        "## 🧪 Test Plan",
        "## **Test Plan**",
        "## `Test Plan`",
        "## [Test Plan](#tests)",
        "## Test Plan {#tests}",
        "## Test Plan (WIP) ##",
        "## Test plans",
        "## Test‐Plan",
        "Test Plan\n---------",
        "## 5.2\tTest\u200b Plan",
    ],
)
def test_a_heading_is_found_whatever_its_dress(heading: str) -> None:
    document = _read(f"# T\n\n{heading}\n\nReplay of a day.\n", TEMPLATE.format("5.2 Test Plan"))
    assert _section(document, "5.2").state is SectionState.FILLED


@pytest.mark.parametrize(
    ("wanted", "heading"),
    [
        ("Non-Goals", "Goals"),
        ("Goals", "Non-Goals"),
        ("Goals", "Stretch goals of others"),
        ("Test Plan", "Tset Paln"),
        ("API Design", "Rapid Design"),
        ("Security & Privacy", "**bold text is no heading**"),
    ],
)
def test_likeness_is_not_enough(wanted: str, heading: str) -> None:
    document = _read(f"# T\n\n## {heading}\n\nText.\n", TEMPLATE.format(wanted))
    assert document.sections[0].state is SectionState.MISSING


@pytest.mark.parametrize(
    "heading", ["Goals / Non-Goals", "Goals and Non-Goals", "Non-goals & goals", "GOALS, NON GOALS"]
)
def test_one_heading_with_the_words_of_two_sections_answers_both(heading: str) -> None:
    document = _read(f"# T\n\n## {heading}\n\nFast; not cheap.\n", "# T\n\n## Goals\n\n## Non-Goals\n")
    assert [one.state for one in document.sections] == [SectionState.FILLED] * 2
    assert [one.line for one in document.sections] == [3, 3]


def test_a_heading_can_answer_a_section_and_more() -> None:
    document = _read("# T\n\n## Drawbacks and Alternatives\n\nSlow.\n", TEMPLATE.format("Alternatives"))
    assert document.sections[0].state is SectionState.FILLED


def test_a_title_of_the_schema_answers_nothing_but_itself() -> None:
    document = _read(design(without=("2.1", "2.2")))
    assert _section(document, "2.1").state is SectionState.MISSING
    assert _section(document, "2.2").state is SectionState.MISSING
    assert _section(document, "2").state is SectionState.FILLED


@pytest.mark.parametrize(
    ("heading", "id_"),
    [
        ("TL;DR", "1"),
        ("Motivation", "2.1"),
        ("Out of scope", "2.3"),
        ("Detailed design", "3.2"),
        ("Security considerations", "4.2"),
        ("Monitoring", "4.3"),
        ("Rollout plan", "5.1"),
        ("Testing strategy", "5.2"),
        ("Phase 1: Foundations", "5.3"),
        ("Rejected ideas", "6"),
        ("Open questions", "7"),
        ("Riesgos", "7"),
        ("Out-of-scope", "2.3"),
        ("Why now?", "2.1"),
        ("3) HLD", "3.1"),
        ("Database design", "3.3"),
        ("REST API", "3.4"),
        ("Rollback plan", "5.1"),
        ("Test cases", "5.2"),
        ("Alternative approaches", "6"),
        ("Outstanding questions", "7"),
        ("Безопасность", "4.2"),
    ],
)
def test_the_built_in_template_knows_other_names(heading: str, id_: str) -> None:
    document = _read(f"# T\n\n## {heading}\n\nText.\n")
    assert _section(document, id_).state is SectionState.FILLED


def test_another_template_has_only_its_own_names() -> None:
    document = _read("# T\n\n## Motivation\n\nText.\n", TEMPLATE.format("Problem Statement"))
    assert document.sections[0].state is SectionState.MISSING


def test_a_name_of_its_own_goes_before_a_synonym() -> None:
    document = _read("# T\n\n## Overview\n\nA.\n\n## Executive Summary\n\nB.\n")
    assert _section(document, "1").line == 7


@pytest.mark.parametrize("written", ["Excutive Summary", "Executive Sumary", "Exec. Summary"])
def test_a_near_miss_is_named(written: str) -> None:
    document = _read(f"# T\n\n## {written}\n\nText.\n", TEMPLATE.format("Executive Summary"))
    assert document.sections[0].suggestion == written
    assert document.sections[0].state is SectionState.MISSING


def test_order_and_level_do_not_matter() -> None:
    document = _read("# T\n\n# B\n\nb\n\n#### A\n\na\n", "# T\n\n## A\n\n### B\n")
    assert [(one.title, one.state) for one in document.sections] == [
        ("A", SectionState.FILLED),
        ("B", SectionState.FILLED),
    ]


def test_of_two_the_first_with_an_answer_counts() -> None:
    document = _read("# T\n\n## A\n\n## A\n\nYes.\n\n## A\n\nNo doubt.\n", "# T\n\n## A\n")
    (section,) = document.sections
    assert (section.line, section.state) == (5, SectionState.FILLED)
    assert [span.line for span in section.duplicates] == [3, 9]


def test_namesakes_in_a_template_are_told_apart_by_their_parent() -> None:
    house = "# T\n\n## Option A\n\n### Risks\n\n## Option B\n\n### Risks\n"
    document = _read("# T\n\n## Option B\n\n### Risks\n\nMany.\n\n## Option A\n\nCheap.\n", house)
    assert [(one.id, one.state.value) for one in document.sections] == [
        ("option-a", "filled"),
        ("risks", "missing"),
        ("option-b", "filled"),
        ("risks-2", "filled"),
    ]


def test_a_section_is_answered_by_its_own_subheadings() -> None:
    document = _read("# T\n\n## A\n\n### Cost\n\nLow.\n\n## B\n", "# T\n\n## A\n\n## B\n")
    assert [one.state for one in document.sections] == [SectionState.FILLED, SectionState.EMPTY]


def test_a_section_is_not_answered_by_another_one_below_it() -> None:
    document = _read("# T\n\n## A\n\n### B\n\nYes.\n", "# T\n\n## A\n\n## B\n")
    assert [one.state for one in document.sections] == [SectionState.EMPTY, SectionState.FILLED]


def test_a_group_without_its_own_heading_is_there_with_its_parts() -> None:
    document = _read("# T\n\n## B\n\nYes.\n", "# T\n\n## A\n\n### B\n\n### C\n")
    assert [(one.state, one.line) for one in document.sections] == [
        (SectionState.FILLED, None),
        (SectionState.FILLED, 3),
        (SectionState.MISSING, None),
    ]


@pytest.mark.parametrize(
    "text", ["```\n## A\n```", "<!--\n## A\n-->", "> ## A", "- ## A", "    ## A", "<h2>A</h2>", "\\## A"]
)
def test_what_only_looks_like_a_heading_is_none(text: str) -> None:
    document = _read(f"# T\n\nStatus: Draft\n\n{text}\n", "# T\n\n## A\n")
    assert document.sections[0].state is SectionState.MISSING
    assert [one.text for one in document.headings] == ["T"]


def test_the_title_is_the_first_heading_or_a_field() -> None:
    assert _read("# TDD: *Price* `cache`\n").title == "TDD: Price cache"
    assert _read("Price cache\n=====\n").title == "Price cache"
    assert _read("# Meta\n\n- Name: Price cache\n\n## Summary\n").title == "Price cache"
    assert _read("---\ntitle: Price cache\n---\n\n## Summary\n\n## Risks\n").title == "Price cache"
    assert _read("## Price cache\n\nStatus: Draft\n\n### Summary\n").title == "Price cache"
    assert (
        _read('<h1 align="center"><b>Price</b> cache</h1>\n\n## Summary\n\n## Risks\n').title == "Price cache"
    )
    assert _read("Just words.\n").title is None


@pytest.mark.parametrize("before", ["- Feature Name: price_cache\n- Start Date: 2026-03-01\n\n", ""])
def test_a_document_of_first_level_sections_need_not_have_a_title(before: str) -> None:
    document = _read(f"{before}# Summary\n\nA cache.\n\n# Motivation\n\nSlow pages.\n")
    assert _section(document, "1").state is SectionState.FILLED
    assert _section(document, "2.1").state is SectionState.FILLED
    assert document.title in {"price_cache", "Summary"}
