"""Headers in every way that people write them: the fields are the same."""

from datetime import date

import pytest

from bot.builtin import template
from bot.core.document import apply_edits, read_document, schema_of
from bot.core.document.header_edits import replaced_in_value
from bot.core.document.raw_fields import MAX_FIELDS
from bot.core.model import Header, HeaderSyntax, Span

SCHEMA = schema_of(template())


def _header(text: str) -> Header:
    return read_document("a.md", text, SCHEMA).header


SYNTAXES = {
    "bold lines": ("**Author:** Ann\n**Status:** Draft\n**Date:** 2026-03-01\n**Reviewers:** @x, @y", "bold"),
    "colon outside": (
        "**Author**: Ann\n__Status__ : Draft\n**Date** : 2026-03-01\n**Reviewers**: @x, @y",
        "bold",
    ),
    "no blank": ("**Author:**Ann\n**Status:**Draft\n**Date:**2026-03-01\n**Reviewers:**@x @y", "bold"),
    "hard breaks": (
        "**Author:** Ann  \n**Status:** Draft\\\n**Date:** 2026-03-01<br/>\n**Reviewers:** @x, @y",
        "bold",
    ),
    "all bold": ("**Author: Ann**\n**Status: Draft**\n**Date: 2026-03-01**\n**Reviewers: @x, @y**", "bold"),
    "bold bullets": (
        "- **Author:** Ann\n- **Status:** Draft\n- **Date:** 2026-03-01\n- **Reviewers:**\n  - @x\n  - @y",
        "list",
    ),
    "bullets": ("* Author(s): Ann\n* Status: **Draft**\n* Date: 2026-03-01\n* Reviewers: @x, @y", "list"),
    "plain": ("Author: Ann\nStatus: Draft\nDate: 2026-03-01\nReviewers: @x,\n  @y", "plain"),
    "rows": (
        "| Field | Value |\n|:--|--:|\n| **Author** | Ann |\n| Status | `Draft` |\n"
        "| Date | 2026-03-01 |\n| Reviewers | @x, @y |",
        "table",
    ),
    "columns": (
        "| Author | Status | Date | Reviewers |\n|--|--|--|--|\n| Ann | Draft | 2026-03-01 | @x, @y |",
        "table",
    ),
    "first row as header": (
        "| Author | Ann |\n|--|--|\n| Status | Draft |\n| Date | 2026-03-01 |\n| Reviewers | @x, @y |",
        "table",
    ),
    "one line": (
        "**Author:** Ann · **Status:** Draft | **Date:** 2026-03-01 · **Reviewers:** @x + @y",
        "bold",
    ),
    "one plain line": ("Author: Ann | Status: Draft | Date: 2026-03-01 | Reviewers: @x, @y", "plain"),
    "quote": (
        "> **Author:** Ann\n> **Status:** Draft\n>\n> **Date:** 2026-03-01\n> **Reviewers:** @x, @y",
        "bold",
    ),
    "alert": ("> [!NOTE]\n> Author: Ann\n> Status: Draft\n> Date: 2026-03-01\n> Reviewers: @x, @y", "plain"),
    "emoji": (
        "👤 **Author:** Ann\n🚦 **Status:** Draft\n📅 **Date:** 2026-03-01\n👀 **Reviewers:** @x, @y",
        "bold",
    ),
    "label above bullets": (
        "**Author:** Ann\n**Status:** Draft\n**Date:** 2026-03-01\n\n**Reviewers:**\n- [ ] @x\n- [x] @y",
        "bold",
    ),
    "section of metadata": (
        "## Document Control\n\n- Author: Ann\n- Status: Draft\n- Date: 2026-03-01\n- Reviewers: @x, @y",
        "list",
    ),
    "Spanish": ("**Autor:** Ann\n**Estado:** Draft\n**Fecha:** 2026-03-01\n**Revisores:** @x, @y", "bold"),
    "other labels": (
        "Owner: Ann\nDocument status: Draft\nCreated: 2026-03-01\nRequired reviewers: @x, @y",
        "plain",
    ),
    "bold in HTML": (
        "<b>Author:</b> Ann<br>\n<b>Status:</b> Draft<br>\n<strong>Date</strong>: 2026-03-01<br>\n"
        "<B>Reviewers:</B> @x, @y",
        "bold",
    ),
    "paragraphs in HTML": (
        "<div>\n<p><b>Author:</b> Ann</p><p><b>Status:</b> Draft</p>\n<p>Date: 2026-03-01<br>"
        "Reviewers: @x, @y</p>\n</div>",
        "bold",
    ),
    "table in HTML": (
        "<table>\n  <tr><th>Author</th><td>Ann</td></tr>\n  <tr><td>Status</td>\n  <td>Draft</td></tr>\n"
        "<tr><td>Date<td>2026-03-01</tr><tr><td><b>Reviewers:</b></td><td>@x<br/>@y</td></tr>\n</table>",
        "table",
    ),
    "below an anchor": (
        "<a id='meta'></a>\n**Author:** Ann\n**Status:** Draft\n**Date:** 2026-03-01\n**Reviewers:** @x, @y",
        "bold",
    ),
    "breaks in cells": (
        "| Author | Ann |\n|--|--|\n| Status | Draft |\n| Date | 2026-03-01 |\n| Reviewers | @x<br>@y |",
        "table",
    ),
    "commas": ("*Author: Ann, Status: Draft, Date: 2026-03-01, Reviewers: @x, @y*", "plain"),
    "italic labels": ("*Author:* Ann\n_Status_: Draft\n_Date:_ 2026-03-01\n*Reviewers*: @x, @y", "plain"),
    "labels in code": ("`Author`: Ann\n`Status`: Draft\n`Date`: 2026-03-01\n`Reviewers`: @x, @y", "plain"),
    "numbered": ("1. **Author**: Ann\n2. Status: Draft\n3. Date: 2026-03-01\n4. Reviewers: @x, @y", "list"),
    "bullets below a bullet": (
        "- **Metadata**\n  - Author: Ann\n  - Status: Draft\n  - Date: 2026-03-01\n  - Reviewers: @x, @y",
        "list",
    ),
    "bullets without colons": (
        "- Author\n  - Ann\n- Status\n  - Draft\n- Date\n  - 2026-03-01\n- Reviewers\n  - @x\n  - @y",
        "list",
    ),
    "values in paragraphs of their own": (
        "**Author:**\n\nAnn\n\n**Status:**\n\nDraft\n\n**Date:**\n\n2026-03-01\n\n"
        "**Reviewers**\n\n- @x\n- @y",
        "bold",
    ),
    "below a sentence": (
        "A cache that all pages share.\n**Author:** Ann\n**Status:** Draft\n**Date:** 2026-03-01\n"
        "**Reviewers:** @x, @y",
        "bold",
    ),
    "between rules": (
        "---\n\n**Author:** Ann\n\n---\n\n**Status:** Draft\n\n**Date:** 2026-03-01\n\n***\n\n"
        "**Reviewers:** @x, @y",
        "bold",
    ),
    "in a fold": (
        "<details>\n<summary>Metadata</summary>\n\n- Author: Ann\n- Status: Draft\n- Date: 2026-03-01\n"
        "- Reviewers: @x, @y\n\n</details>",
        "list",
    ),
    "with remarks in comments": (
        "**Author:** Ann <!-- your name -->\n**Status:** Draft <!-- Draft | Approved -->\n"
        "**Date:** 2026-03-01 <!-- YYYY-MM-DD -->\n**Reviewers:** @x, @y <!-- @z -->",
        "bold",
    ),
    "headings": (
        "### Author: Ann\n\n### Status: Draft\n\n### Date: 2026-03-01\n\n### Reviewers: @x, @y",
        "section",
    ),
    "preamble in code": (
        "```\n  Title: T\n  Author: Ann\n  Status: Draft\n  Date: 2026-03-01\n"
        "  Reviewers: @x\n             @y\n```",
        "plain",
    ),
    "preamble in YAML": (
        "```yaml\nauthor: Ann\nstatus: Draft\ndate: 2026-03-01\nreviewers: ['@x', '@y']\n```",
        "plain",
    ),
    "preamble in HTML": (
        "<pre>\n  Author: Ann\n  Status: Draft\n  Date: 2026-03-01\n  Reviewers: @x, @y\n</pre>",
        "plain",
    ),
    "reviewers in a table below": (
        "**Author:** Ann\n**Status:** Draft\n**Date:** 2026-03-01\n\n**Reviewers:**\n\n"
        "| Name | GitHub | Status | Date |\n|--|--|--|--|\n| Xu | @x | Approved | 2026-04-01 |\n"
        "| Yi | @y | | |",
        "bold",
    ),
    "reviewers in a table of their own": (
        "**Author:** Ann\n**Status:** Draft\n**Date:** 2026-03-01\n\n"
        "| Reviewer | Role | Status | Date |\n|--|--|--|--|\n| @x | Lead | Approved | 2026-04-01 |\n"
        "| @y | | | |",
        "bold",
    ),
    "a table of roles": (
        "**Status:** Draft\n**Date:** 2026-03-01\n\n| Name | Role | Date |\n|--|--|--|\n"
        "| Ann | Author | 2026-04-01 |\n| @x | Reviewer | |\n| @y | Reviewer | |\n| @z | Approver | |",
        "bold",
    ),
    "a history beside it": (
        "| Version | Date | Author | Changes |\n|--|--|--|--|\n| 2 | 2026-04-01 | Zoe | More |\n"
        "| 1 | 2026-03-01 | Ann | First |\n\nAuthor: Ann\nStatus: Draft\nDate: 2026-03-01\nReviewers: @x, @y",
        "plain",
    ),
    "one reviewer to a line": (
        "Author: Ann\nStatus: Draft\nDate: 2026-03-01\nReviewer: @x\nReviewer: @y",
        "plain",
    ),
    "German": ("**Autorin:** Ann\n**Status:** Draft\n**Datum:** 01.03.2026\n**Prüfer:** @x, @y", "bold"),
    "French": (
        "**Auteur :** Ann\n**Statut :** Draft\n**Date :** 1er mars 2026\n**Relecteurs :** @x, @y",
        "bold",
    ),
    "Russian": ("Автор: Ann\nСтатус: Draft\nДата: 01.03.2026\nРевьюеры: @x, @y", "plain"),
    "Chinese": ("作者：Ann\n状态：Draft\n日期：2026年3月1日\n评审人：@x、@y", "plain"),
    "Japanese": (
        "- 作成者：Ann\n- ステータス：Draft\n- 作成日：2026-03-01\n- レビュアー：@x、@y",
        "list",
    ),
    "Korean": ("작성자: Ann\n상태: Draft\n작성일: 2026-03-01\n리뷰어: @x, @y", "plain"),
    "underlined": (
        "**Author:** Ann\n**Status:** Draft\n**Date:** 2026-03-01\n**Reviewers:** @x, @y\n---",
        "bold",
    ),
}


@pytest.mark.parametrize(("text", "syntax"), SYNTAXES.values(), ids=SYNTAXES)
def test_every_syntax_gives_the_same_header(text: str, syntax: str) -> None:
    header = _header(f"# T\n\n{text}\n\n## 1. Summary\n\nStatus: Approved\n")
    assert header.authors == ("Ann",)
    assert header.status == "Draft"
    assert header.date == date(2026, 3, 1)
    assert [one.text for one in header.reviewers] == ["x", "y"]
    assert header.syntax is HeaderSyntax(syntax)


@pytest.mark.parametrize(
    "front_matter",
    [
        "author: Ann\nstatus: Draft\ndate: 2026-03-01\nreviewers:\n  - '@x'\n  - \"@y\"",
        "authors: [Ann]\nstatus: draft # not ready\ncreation-date: 2026-03-01\nreviewers: ['@x', '@y']",
        "author: 'Ann'\nstatus: Draft\ndate: 2026-03-01\nsee-also:\nreviewers: @x, @y",
        "# who\nauthor: Ann\n\nstatus:   Draft\ndate: 2026-03-01\nreviewers:\n- @x\n- @y",
    ],
    ids=["list", "flow", "no YAML at all", "list without indent"],
)
def test_front_matter_is_read_as_people_write_it(front_matter: str) -> None:
    header = _header(f"---\n{front_matter}\n---\n# T\n")
    assert (header.authors, header.status, header.date) == (("Ann",), "Draft", date(2026, 3, 1))
    assert [one.text for one in header.reviewers] == ["x", "y"]
    assert header.syntax is HeaderSyntax.FRONT_MATTER


def test_people_in_front_matter_can_be_mappings() -> None:
    people = "authors:\n  - name: Ann Lee\n    email: ann@x.io\n  - name: Bo Lind\n"
    header = _header(f"---\n{people}reviewers:\n  - name: Xu\n    github: xu\n  - github: yi\n---\n# T\n")
    assert header.authors == ("Ann Lee", "Bo Lind")
    assert [one.text for one in header.reviewers] == ["xu", "yi"]


@pytest.mark.parametrize(
    "front_matter",
    [
        'author = "Ann"\nstatus = "Draft"\ndate = 2026-03-01\nreviewers = ["@x", "@y"]',
        "authors = ['Ann']\nstatus='draft' # no\ndate = \"2026-03-01\"\nreviewers = [ '@x', '@y', ] # two",
        'author = "Ann"\nreviewers = [\n  "@x", # 1\n  # 2\n  "@y",\n]\nstatus = "Draft"\ndate = 2026-03-01',
        "author = Ann\nstatus = Draft\ndate = 2026-03-01\nreviewers = [@x, @y]",
        'author = "Ann"\nreviewers = ["@x",\n"@y"\nstatus = "Draft"\ndate = 2026-03-01\n[a]\nstatus = "No"',
    ],
    ids=["plain", "quotes and remarks", "array over lines", "no TOML at all", "array left open, and a table"],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_toml_front_matter_is_read_as_people_write_it(front_matter: str, end: str) -> None:
    header = _header(f"+++\n{front_matter}\n+++\n# T\n".replace("\n", end))
    assert (header.authors, header.status, header.date) == (("Ann",), "Draft", date(2026, 3, 1))
    assert [one.text for one in header.reviewers] == ["x", "y"]
    assert header.syntax is HeaderSyntax.FRONT_MATTER


def test_values_of_toml_know_their_places() -> None:
    source = '+++\nstatus = "In-Review" # soon\nreviewers = [\n  "@acme/security",\n]\n+++\n# T\n'
    status, reviewers = _header(source).fields
    assert (status.span.line, status.span.column, status.span.end_column) == (2, 11, 20)
    assert (reviewers.span.line, reviewers.span.column) == (4, 4)


@pytest.mark.parametrize(
    "source",
    [
        '+++\nstatus = "Approved"\n\n# T\n\nStatus: Draft\n',
        '# T\n\nStatus: Draft\n\n+++\nstatus = "Approved"\n+++\n',
        '++++\nstatus = "Approved"\n++++\n\n# T\n\nStatus: Draft\n',
        "+++\n+++\n# T\n\nStatus: Draft\n",
    ],
    ids=["never ends", "in the body", "four signs", "nothing in it"],
)
def test_other_lines_of_plus_signs_are_no_front_matter(source: str) -> None:
    assert _header(source).status == "Draft"


def test_what_a_reader_sees_counts_before_front_matter() -> None:
    header = _header("---\nstatus: Draft\n---\n# T\n\n> **Status:** In-Review\n")
    assert header.status == "In-Review"
    assert [(one.raw, one.span.line) for one in header.fields] == [("In-Review", 6), ("Draft", 2)]


def test_a_rule_line_in_the_body_is_no_front_matter() -> None:
    assert _header("# T\n\nStatus: Draft\n\n---\n\nstatus: Approved\n\n---\n").status == "Draft"


@pytest.mark.parametrize("heading", ["## Status", "### 2. Status:", "Status\n------"])
def test_a_section_can_say_the_status(heading: str) -> None:
    header = _header(f"# 3. T\n\nDate: 2026-03-01\n\n{heading}\n\nApproved\n\n## Context\n\nSo.\n")
    assert (header.status, header.status_raw) == ("Approved", "Approved")


def test_a_section_of_boxes_says_the_last_one_ticked() -> None:
    header = _header(
        "# T\n\n## Status\n\n- [x] Draft\n- [x] Approved *(Ann, 2026-06-14)*\n- [ ] Superseded\n"
    )
    assert (header.status, header.syntax) == ("Approved", HeaderSyntax.SECTION)


def test_a_footer_is_the_header_of_a_document_without_one() -> None:
    header = _header(
        "# T\n\n## Summary\n\nSo.\n\n---\n\n**Document Status:** Draft for review\n**Reviewers:** TBD\n"
    )
    assert (header.status, header.reviewers) == ("Draft", ())
    assert _header("# T\n\n## Summary\n\nSo.\n\n_Last updated: 2026-03-01. Status: Draft_\n").date == date(
        2026, 3, 1
    )


def test_the_header_ends_at_the_first_section() -> None:
    header = _header("# T\n\nStatus: Draft\n\n## Summary\n\n**Status:** Approved\n**Reviewers:** @x\n")
    assert header.status == "Draft"
    assert header.reviewers == ()


@pytest.mark.parametrize(
    "text",
    [
        "```\nStatus: Approved\n```",
        "<!-- Status: Approved -->",
        "    Status: Approved",
        "Some prose first.\nStatus: Approved",
        "In this text Status: Approved is an example.",
        "Some prose first.\n**Status:** Approved is what it should say.",
        "```yaml\nname: shop\nstatus: Approved\nkind: service\n```",
        "<pre>\nStatus: Approved\n</pre>",
        "| Service | Owner | Status |\n|--|--|--|\n| a | ann | Approved |\n| b | bo | Draft |",
        "<table><tr><td>Approved</td></tr></table>",
        "**Status:**\n\nApproved by all is what we want this to become, so this sentence is no value of it.",
    ],
)
def test_what_is_no_header_line_gives_no_status(text: str) -> None:
    assert _header(f"# T\n\n{text}\n").status is None


def test_a_header_right_above_a_rule_is_no_heading() -> None:
    document = read_document("a.md", "# T\n\n**Author:** Ann\n**Status:** Draft\n---\n\n## 1. S\n", SCHEMA)
    assert document.header.status == "Draft"
    assert document.header.underlined == Span(3, 1, 5, 4)
    assert [one.text for one in document.headings] == ["T", "1. S"]


def test_a_line_without_a_colon_is_read_and_marked() -> None:
    header = _header("# T\n\n**Status** In-Review\n")
    assert header.status == "In-Review"
    assert header.malformed == (Span(3, 12, 3, 21),)


def test_values_keep_their_place() -> None:
    header = _header("# T\r\n\r\n  - **Status:**   Draft  \r\n  - **Reviewers:** Ann (@ann), @acme/ops\r\n")
    fields = {one.name: one.span for one in header.fields}
    assert fields["status"] == Span(3, 19, 3, 24)
    assert [one.span for one in header.reviewers] == [Span(4, 25, 4, 29), Span(4, 32, 4, 41)]


def test_a_cell_keeps_its_place_beside_one_like_it() -> None:
    header = _header("# T\n\n| Status | us |\n|--|--|\n| Reviewers | @a, e |\n")
    assert header.fields[0].span == Span(3, 12, 3, 14)
    assert [one.span for one in header.reviewers] == [Span(5, 15, 5, 17), Span(5, 19, 5, 20)]


def test_a_value_on_two_lines_spans_both() -> None:
    header = _header("# T\n\n**Status:** In-Review (second\nround)\n**Author:** Ann\n")
    assert header.status == "In-Review"
    assert header.status_raw == "In-Review (second round)"
    assert header.fields[0].span == Span(3, 13, 4, 7)


def test_labels_of_two_kinds_of_date_are_two_fields() -> None:
    header = _header("# T\n\nLast updated: 2026-04-01\nCreated: 2026-03-01\n")
    assert header.date == date(2026, 3, 1)
    assert [one.name for one in header.fields] == ["last updated", "date"]


def test_reviewers_of_several_kinds_are_all_reviewers() -> None:
    header = _header("# T\n\nSecurity reviewers: @x\nPlatform reviewers: @y\nApprovers: @z\n")
    assert [one.text for one in header.reviewers] == ["x", "y"]


@pytest.mark.parametrize(
    ("text", "successor"),
    [
        ("Status: Superseded by [0012](0012-b.md) — with more", "0012-b.md"),
        ("Status: Superseded by `0012-b.md`", "0012-b.md"),
        ("Status: Superseded by ADR-016 · kept as fallback", "ADR-016"),
        ("Status: Superseded\nSuperseded-By: docs/0012-b.md", "docs/0012-b.md"),
        ("Status: Superseded\nReplaced by: [b](0012-b.md)", "0012-b.md"),
        ("Status: Superseded\nSuperseded-by: None", None),
        ("Status: Superseded", None),
        ("## Status\n\nSuperseded\n\nSuperseded by [b](0012-b.md)", "0012-b.md"),
    ],
)
def test_the_successor_is_found_wherever_it_stands(text: str, successor: str | None) -> None:
    header = _header(f"# T\n\n{text}\n")
    assert header.status == "Superseded"
    assert header.superseded_by == successor


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("A1: Proxies\n----\n* Status: Draft\n\n## Abstract\n\n## Background\n", "A1: Proxies"),
        ("## Proxies\n\n**Status:** Draft\n\n## Abstract\n\n## Background\n", "Proxies"),
        ("# Preamble\n\nTitle: Proxies\n\nStatus: Draft\n\n# Abstract\n", "Proxies"),
        ("# Proxies {#top}\n\nStatus: Draft\n\n## Abstract\n", "Proxies"),
        ("```\nTitle: Proxies\nStatus: Draft\nAuthor: Ann\n```\n\n## Abstract\n\n## Background\n", "Proxies"),
    ],
)
def test_the_title_is_above_the_fields_or_one_of_them(text: str, title: str) -> None:
    document = read_document("a.md", text, SCHEMA)
    assert (document.title, document.header.status) == (title, "Draft")


def test_a_history_alone_tells_its_first_row() -> None:
    header = _header(
        "# T\n\n| Version | Date | Author | Changes |\n|--|--|--|--|\n| 1 | 2026-03-01 | Ann | New |\n"
    )
    assert (header.authors, header.date) == (("Ann",), date(2026, 3, 1))


def test_a_section_of_reviewers_can_be_a_table() -> None:
    table = "| Name | Status | Date |\n|--|--|--|\n| @x | Approved | 2026-04-01 |\n| @y | | |"
    header = _header(f"# T\n\nAuthor: Ann\n\n## Reviewers\n\n{table}\n\n## Context\n\nSo.\n")
    assert [one.text for one in header.reviewers] == ["x", "y"]
    assert (header.status, header.date) == (None, None)


def test_the_status_of_a_preamble_in_code_is_not_signed() -> None:
    text = "```\nTitle: T\nAuthor: Ann\nStatus: {}\nLayer: {}\n```\n\n## Goals\n\nFast.\n"
    draft = read_document("a.md", text.format("Draft", "one"), SCHEMA)
    assert draft.fingerprints == read_document("a.md", text.format("Approved", "one"), SCHEMA).fingerprints
    assert draft.fingerprints != read_document("a.md", text.format("Draft", "two"), SCHEMA).fingerprints


def test_sections_before_the_first_real_one_can_be_fields() -> None:
    others = "## Date\n\n2026-03-01\n\n## Reviewers\n\n- @x\n- @y\n\n"
    header = _header(f"# 3. T\n\n## Status\n\nApproved\n\n{others}## Context\n")
    assert (header.status, header.date) == ("Approved", date(2026, 3, 1))
    assert [one.text for one in header.reviewers] == ["x", "y"]


def test_a_status_section_may_hold_other_fields_as_well() -> None:
    header = _header("# T\n\n## Status\n\nApproved\n\nDate: 2026-03-01\n\n## Context\n\nSo.\n")
    assert (header.status, header.date) == ("Approved", date(2026, 3, 1))


def test_an_e_mail_address_keeps_its_brackets() -> None:
    assert _header("# T\n\nAuthor: Ann Lee <ann@x.io>\n").authors == ("Ann Lee <ann@x.io>",)


def test_a_header_has_so_many_fields_and_the_rest_is_text_that_is_signed() -> None:
    lines = "".join(f"Field {number}: x\n" for number in range(MAX_FIELDS))
    text = f"# T\n\nStatus: Draft\n{lines}Reviewers: {{}}\n"
    document = read_document("a.md", text.format("@a"), SCHEMA)
    assert len(document.header.fields) == MAX_FIELDS
    assert document.header.reviewers == ()
    assert document.fingerprints != read_document("a.md", text.format("@b"), SCHEMA).fingerprints


REVIEWERS = "# T\n\n**Author:** Ann\n**Status:** Draft\n{}\n\n## 1. Executive Summary\n\nSo.\n"


@pytest.mark.parametrize(
    "written",
    [
        "**Reviewers:** @x/@y",
        "**Reviewers:** @x\n* @y",
        "**Reviewers:** @x\n\n- @y",
        "**Reviewers:** @x,\n\n@y",
        "**Reviewers:**\n\n@x\n\n@y",
        "**Reviewers:**\n\n- @x,\n  @y",
        "**Reviewers:**\n\n- @x\n* @y",
        "**Reviewers:**\n\n- @x\n\n<!-- and for the network -->\n\n- @y",
        "**Reviewers:**\n\n<!-- who has to sign -->\n\n- @x\n- @y",
        "- **Reviewers:**\n  - @x\n    @y",
        "| Reviewers | @x | @y |\n|--|--|--|",
        "| Team | z |\n|--|--|\n| Reviewers | @x |\n| | @y |",
    ],
)
def test_no_reviewer_is_lost_by_how_the_list_is_broken(written: str) -> None:
    assert [one.text for one in _header(REVIEWERS.format(written)).reviewers] == ["x", "y"]


@pytest.mark.parametrize(
    "below",
    ["@y has drawn the pictures.", "- Thanks to @y", "- @y\n- and others", "> @y", "<p>@y</p>"],
)
def test_what_is_said_of_somebody_below_the_reviewers_makes_no_reviewer(below: str) -> None:
    found = _header(REVIEWERS.format(f"**Reviewers:** @x\n\n{below}")).reviewers
    assert [one.text for one in found] == ["x"]


@pytest.mark.parametrize("name", SYNTAXES)
def test_to_finalize_a_design_makes_no_signature_stale(name: str) -> None:
    text = f"# T\n\n{SYNTAXES[name][0]}\n\n## 1. Executive Summary\n\nSo.\n"
    before = read_document("a.md", text, SCHEMA)
    edits = (
        replaced_in_value(before, "status", "Draft", "Approved"),
        replaced_in_value(before, "date", before.header.date_raw or "", "2026-04-02"),
    )
    after = read_document("a.md", apply_edits(text, [one for one in edits if one]), SCHEMA)
    assert (after.header.status, after.header.date) == ("Approved", date(2026, 4, 2))
    assert dict(after.fingerprints) == dict(before.fingerprints)
