"""Edits of a source as given, and the documents that they complete."""

import pytest

from bot.builtin import template
from bot.core.document import Edit, apply_edits, complete, read_document, schema_of
from bot.core.document.edits import Places, without_conflicts
from bot.core.model import Document, SectionState, Span
from tests.builders import design

SCHEMA = schema_of(template())
HOUSE = schema_of(
    "# T\n\n**Autor:** [Name]\n**Status:** [Draft / Approved]\n\n"
    "## A\n*Was ist das?*\n\n## B\n\n### C\n\n## D\n"
)


def _completed(source: str) -> str:
    document = read_document("a.md", source, SCHEMA)
    return apply_edits(source, complete(document, SCHEMA))


def _read(source: str) -> Document:
    return read_document("a.md", source, SCHEMA)


def test_edits_are_made_by_place_and_insertions_at_one_place_in_order() -> None:
    edits = [Edit(3, 4, "X"), Edit(1, 1, "a"), Edit(1, 1, "b"), Edit(0, 1, "")]
    assert apply_edits("0123456", edits) == "ab12X456"


@pytest.mark.parametrize(
    "edits", [[Edit(0, 3, ""), Edit(2, 4, "")], [Edit(5, 8, "")], [Edit(3, 2, "")], [Edit(-1, 0, "")]]
)
def test_edits_that_overlap_or_leave_the_source_are_refused(edits: list[Edit]) -> None:
    with pytest.raises(ValueError, match="overlaps another or leaves the source"):
        apply_edits("012345", edits)


def test_of_two_edits_in_conflict_the_first_stays() -> None:
    first, second, other = Edit(2, 5, "x"), Edit(3, 3, "y"), Edit(5, 5, "z")
    assert without_conflicts([first, second, other, first]) == (first, other)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_places_are_found_whatever_ends_the_lines(end: str, mark: str) -> None:
    source = f"{mark}ab{end}cd{end}"
    places = Places(source)
    assert places.text(Span(2, 1, 2, 3)) == "cd"
    assert apply_edits(source, [places.replace(Span(1, 2, 1, 3), "x\ny")]) == f"{mark}ax{end}y{end}cd{end}"
    assert places.line_at(places.offset(2, 2)) == 2


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("last", ["", "\n"])
def test_what_is_added_keeps_line_ends_the_mark_and_a_missing_last_line_end(
    end: str, mark: str, last: str
) -> None:
    text = design("Draft", without=("2.3", "7")).rstrip("\n") + last
    source = mark + text.replace("\n", end)
    after = _completed(source)
    assert after.startswith(mark)
    assert after.count("\ufeff") == source.count("\ufeff")
    assert after.replace(end, "").count("\n") == after.replace(end, "").count("\r") == 0
    assert after.endswith(end) == source.endswith(end)
    assert not [one.title for one in _read(after).sections if one.state is SectionState.MISSING]


def test_missing_sections_come_in_the_templates_order_with_its_prompts() -> None:
    after = _read(_completed(design("Draft", without=("2.3", "4", "4.1", "4.2", "4.3", "7"))))
    lines = [one.line or 0 for one in after.sections]
    assert lines == sorted(lines)
    security = next(one for one in after.sections if one.id == "4.2")
    assert [one.text for one in security.leftovers] == list(security.prompts)


def test_headings_are_written_as_the_documents_own() -> None:
    plain = (
        "# T\n\n### Executive Summary\n\nYes.\n\n### Problem Statement\n\nSlow.\n\n### Non-Goals\n\nNone.\n"
    )
    assert "\n### Goals (Must-Haves)\n" in _completed(plain)
    numbered = "# T\n\n## 1) Executive Summary\n\nYes.\n\n## 7) Risks & Unknowns\n\nFew.\n"
    assert "\n## 6) Alternatives Considered\n" in _completed(numbered)


def test_a_number_that_is_taken_is_not_given_again() -> None:
    source = "# T\n\n## 1. Executive Summary\n\nYes.\n\n## 6. Our own words\n\nFew.\n"
    assert "\n## Alternatives Considered\n" in _completed(source)


def test_a_section_that_is_nearly_there_is_left_to_its_author() -> None:
    after = _completed(design("Draft").replace("Executive Summary", "Excutive Summary"))
    assert "Executive Summary" not in after


def test_an_optional_section_stays_away() -> None:
    schema = schema_of("# T\n\n## A\n\n## B (optional)\n")
    document = read_document("a.md", "# T\n", schema)
    assert "B" not in apply_edits(document.source, complete(document, schema))


@pytest.mark.parametrize("tail", ["```\ncode", "<!-- a comment", "~~~\n"])
def test_nothing_is_added_within_code_or_a_comment(tail: str) -> None:
    source = f"# T\n\n**Author:** A\n**Status:** Draft\n**Date:** 2026-03-01\n**Reviewers:** @a\n\n{tail}"
    after = _read(_completed(source))
    assert not [one for one in after.headings[1:] if one.line > source.count("\n")]


def test_a_footer_stays_at_the_end() -> None:
    source = "# T\n\n## 1. Executive Summary\n\nYes.\n\n---\n\n*Written in spring.*\n"
    assert _completed(source).endswith("\n---\n\n*Written in spring.*\n")


HEADERS = {
    "bold": (
        "# T\n\n**Author:** Ann\n**Status:** Draft\n**Reviewers:** @a\n",
        "**Status:** Draft\n**Date:** ",
    ),
    "bullets": ("# T\n\n* **Author**: Ann\n* **Status**: Draft\n* **Reviewers**: @a\n", "* **Date**: "),
    "quote": ("# T\n\n> Author: Ann\n> Status: Draft\n> Reviewers: @a\n", "> Date: "),
    "table": (
        "# T\n\n| F | V |\n|--|--|\n| Author | Ann |\n| Status | Draft |\n| Reviewers | @a |\n",
        "| Date | ",
    ),
    "plain": ("# T\n\nAuthor: Ann\nStatus: Draft\nReviewers: @a\n", "\nDate: "),
    "front matter": ("---\nauthor: Ann\nstatus: Draft\nreviewers: '@a'\n---\n\n# T\n", "\ndate: "),
    "front matter in quotes": (
        '---\nauthor: "Ann"\nstatus: "Draft"\nreviewers: "@a"\n---\n',
        '\ndate: "YYYY',
    ),
    "TOML": ('+++\nauthor = "Ann"\nstatus = "Draft"\nreviewers = ["@a"]\n+++\n\n# T\n', '\ndate = "YYYY'),
    "TOML without quotes": (
        '+++\nauthor = "Ann"\nreviewers = ["@a"]\ndate = 2026-03-01\n+++\n',
        '\nstatus = "Draft"\n',
    ),
    "list of reviewers": (
        "# T\n\n**Author:** Ann\n**Status:** Draft\n**Reviewers:**\n\n- @a\n",
        "\n**Date:** ",
    ),
    "columns": ("# T\n\n| Author | Status | Reviewers |\n|--|--|--|\n| Ann | Draft | @a |\n", "**Date:** "),
    "none at all": ("# T\n\nSome prose.\n", "# T\n\n**Author:** [Your Name]\n**Status:** Draft\n**Date:** "),
}


@pytest.mark.parametrize(("source", "expected"), HEADERS.values(), ids=HEADERS)
def test_a_missing_field_is_written_like_the_others(source: str, expected: str) -> None:
    after = _completed(source)
    assert expected in after
    header, before = _read(after).header, _read(source).header
    assert {one.name for one in header.fields} >= set(SCHEMA.fields)
    assert [one.text for one in before.reviewers] in ([one.text for one in header.reviewers], [])
    assert header.status == "Draft"


VALUES = {
    "spelling": ("**Status:** in_review (second)", "**Status:** In-Review (second)"),
    "struck": ("**Status:** ~~Draft~~ in review", "**Status:** ~~Draft~~ In-Review"),
    "menu": ("**Status:** [Draft / In-Review / Approved / Superseded]", "**Status:** Draft"),
    "date": ("**Status:** Draft\n**Date:** March 1, 2026 (first)", "**Date:** 2026-03-01 (first)"),
    "as it should be": ("**Status:** Approved", "**Status:** Approved"),
}


@pytest.mark.parametrize(("header", "expected"), VALUES.values(), ids=VALUES)
def test_values_are_written_as_the_template_has_them(header: str, expected: str) -> None:
    assert expected in _completed(f"# T\n\n{header}\n\n## 1. Executive Summary\n\nYes.\n")


@pytest.mark.parametrize(
    ("front_matter", "mended"),
    [
        ('+++\nstatus = "in_review" # second\n+++', '\nstatus = "In-Review" # second\n'),
        ('+++\nstatus = "[Draft / In-Review / Approved / Superseded]"\n+++', '\nstatus = "Draft"\n'),
        ('+++\ndate = "March 1, 2026"\nstatus = "Draft"\n+++', 'date = "2026-03-01"\n'),
        ('+++\nstatus = ""\n+++', '\nstatus = "Draft"\n'),
        ("---\nstatus: ''\n---", '\nstatus: "Draft"\n'),
        ("---\nstatus: # to come\n---", "---\nstatus: # to come\n"),
        ("---\nstatus:\n---", "\nstatus: Draft\n"),
    ],
)
def test_front_matter_stays_what_it_is_when_it_is_mended(front_matter: str, mended: str) -> None:
    assert mended in _completed(f"{front_matter}\n\n# T\n\n## 1. Executive Summary\n\nYes.\n")


def test_a_date_that_means_two_days_is_left_alone() -> None:
    assert "**Date:** 2/10/2026" in _completed("# T\n\n**Date:** 2/10/2026\n")


def test_labels_are_the_templates_own() -> None:
    document = read_document("a.md", "# T\n\n**Status:** draft\n\n## B\n\nJa.\n\n### C\n\nJa.\n", HOUSE)
    after = apply_edits(document.source, complete(document, HOUSE))
    assert after == (
        "# T\n\n**Autor:** [Name]\n**Status:** Draft\n\n## A\n\n*Was ist das?*\n\n"
        "## B\n\nJa.\n\n### C\n\nJa.\n\n## D\n"
    )


def test_another_templates_text_can_be_put_below_the_headings() -> None:
    document = read_document("a.md", "# T\n\n## B\n\nJa.\n\n### C\n\nJa.\n", HOUSE)
    other = "# T\n\n## A\n*Another question?*\n\n## D\n*And one more?*\n"
    assert "*Another question?*" in apply_edits(document.source, complete(document, HOUSE, other))
    assert "*Was ist das?*" not in apply_edits(document.source, complete(document, HOUSE, other))


def test_a_complete_design_needs_nothing() -> None:
    assert complete(_read(design()), SCHEMA) == ()


def test_a_document_that_would_grow_over_the_cap_is_left_as_it_is() -> None:
    source = design("Draft", without=("7",)) + "a" * (262_144 - 3_000)
    assert len(apply_edits(source, complete(_read(source), SCHEMA)).encode()) <= 262_144


@pytest.mark.parametrize(
    ("status", "mended"),
    [
        ("[Draft / In-Review / Approved / Superseded]", "Draft"),
        ("[Draft / In-Review", "Draft"),
        ("Draft | Approved", "Draft"),
        ("[we agreed on Monday, with the vendor, that it stays]", None),
        ("[open / closed / on hold until the vendor answers]", None),
        ("[Draft / In-Review / ask Ann]", None),
    ],
)
def test_only_the_templates_menu_gives_way_to_its_first_status(status: str, mended: str | None) -> None:
    text = design(status)
    document = read_document("a.md", text, SCHEMA)
    after = apply_edits(text, complete(document, SCHEMA))
    assert f"**Status:** {mended or status}\n" in after


def _order(source: str) -> list[str]:
    return [one.text for one in _read(_completed(source)).headings][1:]


def test_what_is_missing_comes_after_the_parts_of_the_group_before_it() -> None:
    order = _order(
        "# T\n\nStatus: Draft\n\n## Summary\n\nA.\n\n## Goals\n\nB.\n\n"
        "## How it is built\n\nC.\n\n### Storage\n\nD.\n\n## Risks\n\nE.\n"
    )
    wanted = ["Summary", "Problem Statement", "Goals", "How it is built", "Storage", "API Design"]
    wanted += ["Non-Functional Requirements", "Implementation Plan", "Alternatives Considered", "Risks"]
    assert [one for one in order if one in wanted] == wanted


def test_parts_without_their_group_keep_the_templates_order() -> None:
    order = _order("# T\n\nStatus: Draft\n\n## 1) Summary\n\nA.\n\n## 4) Security\n\nN/A\n")
    wanted = ["1) Summary", "3) Proposed Design", "4.1 Scalability & Performance", "4) Security"]
    wanted += ["4.3 Observability", "5) Implementation Plan", "7) Risks & Unknowns"]
    assert [one for one in order if one in wanted] == wanted


def test_empty_lines_of_the_template_are_kept_in_code_alone() -> None:
    house = "# T\n\nStatus: Draft\n\n## A\n\none\n\n\n\ntwo\n\n## B\n\n```\none\n\n\ntwo\n```\n"
    document = read_document("a.md", "# T\n\nStatus: Draft\n", schema_of(house))
    after = apply_edits(document.source, complete(document, schema_of(house)))
    assert "## A\n\none\n\ntwo\n" in after
    assert "```\none\n\n\ntwo\n```" in after
