"""Documents written to break the reader: all are read or refused, and no position leaves the text."""

import pytest

from bot.builtin import template
from bot.core.document import MAX_BLOCKS, MAX_BYTES, DocumentTooLargeError, read_document, schema_of
from bot.core.document.limits import MAX_SECTIONS
from bot.core.model import Document
from bot.core.rules import RuleContext, judge

SCHEMA = schema_of(template())

HOSTILE = {
    "nothing": "",
    "headings": "# a\n" * 4_000,
    "one title thousands of times": "## Goals\n\n" * 3_000,
    "nested brackets": "[" * 60_000,
    "brackets in a heading": "## " + "[" * 60_000,
    "brackets in a value": "**Reviewers:** " + "(" * 60_000,
    "nested quotes": "> " * 50_000 + "a",
    "nested lists": "\n".join("  " * depth + "- a" for depth in range(300)),
    "emphasis": "*a **b _c __d " * 15_000,
    "backticks": " ".join("`" * count for count in range(1, 400)),
    "open comment": "<!-- " * 30_000,
    "open fence": "```\n" + "x\n" * 5_000,
    "open front matter": "---\n" + "a: b\n" * 9_000,
    "front matter of thousands of keys": "---\n" + "a: b\n" * 9_000 + "---\n",
    "a list of thousands of reviewers": "---\nreviewers:\n" + "- @a\n" * 20_000 + "---\n",
    "value of thousands of lines": "Status: Draft\n" + "a b\n" * 40_000,
    "thousands of fields in a line": "**Status:** Draft " * 10_000,
    "table of thousands of columns": "|" + "a|" * 2_000 + "\n|" + "-|" * 2_000 + "\n|" + "b|" * 2_000,
    "definitions": "[a]: b\n" * 30_000,
    "our own marker": "<!-- tdd-bot:checklist -->\n\n# T\n\n<!-- tdd-bot:checklist --> text\n",
    "NUL": "# T\0\n\n**Status:** Dr\0aft\n\n## Goals\0\n\0",
    "lone carriage returns": "# T\r\r**Status:** Draft\r\r## Goals\r\rFast.\r",
    "zero width": "#\u200b T\n\n**Sta\u200btus:** Draft\n\n## Go\u200bals\n",
    "byte order mark": "\ufeff---\nstatus: Draft\n---\n\ufeff# T\n",
    "bidi": "# T\u202e\n\n**Status:** \u2066Draft\u2069\n\n## \u202eslaoG\n",
    "surrogate": "# \ud800\n\n**Status:** \udfff\n",
    "line separators": "# T\u2028Status: Draft\u2029\x85\x0b\x0c## Goals\n",
    "numbers": "## " + "9" * 50_000 + ". Goals\n\nDate: " + "1" * 5_000 + "-01-01\n",
    "blanks": "a" + " " * 200_000 + "b",
    "tags": "<a " * 60_000,
    "rows in HTML": "<table>\n" + "<tr><td>Status</td><td>Draft\n" * 9_000,
    "cells in HTML": "<table><tr>" + "<td>a" * 40_000,
    "cells without a row": "<table>" + "<td" * 60_000,
    "rows without an end": "<table>\n" + "<tr " * 50_000,
    "bold in HTML": "<div>\n" + "<b>Status:</b> Draft<br>" * 9_000,
    "breaks": "<div>\nStatus: Draft" + "<br>" * 50_000,
    "comments in HTML": "<div>\n" + "<!-- " * 40_000,
    "comments in a value": "Reviewers: @a " + "<!-- @b " * 20_000,
    "breaks in a value": "Reviewers: " + "@a<br>" * 30_000,
    "a preamble of thousands of lines": "```\n" + "Author: a\nStatus: Draft\nTitle: b\n" * 6_000 + "```\n",
    "an indented preamble": "```\n" + " " * 9_000 + "Author: a\nStatus: Draft\nTitle: b\n```\n",
    "a preamble in HTML": "<pre>\n" + "Author: a\nStatus: Draft\nTitle: b\n" * 6_000 + "</pre>\n",
    "a table of roles": "| Role | Name |\n|--|--|\n" + "| Reviewer | @a |\n" * 3_000,
    "reviewers one to a line": "Reviewer: @a\n" * 18_000,
    "labels alone": "**Reviewers:**\n\na\n\n" * 4_000,
    "headings that are fields": "# T\n\n" + "## Status: Draft\n\n" * 3_000,
    "mappings of people": "---\nreviewers:\n" + "- name: a\n  github: b\n" * 9_000 + "---\n",
    "forms": "## Goals\n\n" + "[a b] is {c d} " * 15_000,
    "open forms": "## Goals\n\n" + "[a {b <c " * 25_000,
    "promises": "## Goals\n\nTBD " + "is " * 80_000,
    "commas": "Status: Draft" + ", Date" * 30_000,
    "nested bullets of metadata": "".join(f"{'  ' * depth}- Metadata\n" for depth in range(60)),
    "regular expressions": "Status: .*+?^${}()|[]\\\n\n## (.*)\n",
}


def _check_positions(document: Document) -> None:
    lines = document.source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert document.line_count == len(lines)
    for heading in document.headings:
        assert 1 <= heading.line <= len(lines)
    for finding in judge(document, SCHEMA, RuleContext()):
        span = finding.span
        assert 1 <= span.line <= span.end_line <= len(lines)
        assert (span.line, span.column) <= (span.end_line, span.end_column)
        assert span.column <= len(lines[span.line - 1]) + 1
        assert span.end_column <= len(lines[span.end_line - 1]) + 1


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_read_and_every_position_is_inside_it(text: str) -> None:
    _check_positions(read_document("a.md", text, SCHEMA))


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_as_a_template_is_read_or_refused(text: str) -> None:
    try:
        schema = schema_of(text)
    except DocumentTooLargeError:
        schema = SCHEMA
    assert read_document("a.md", text, schema).path == "a.md"


def test_a_template_of_too_many_sections_is_refused_with_number_and_cap() -> None:
    with pytest.raises(DocumentTooLargeError, match=f"{MAX_SECTIONS + 1} sections: .* {MAX_SECTIONS}"):
        schema_of("# T\n\n" + "## A\n" * (MAX_SECTIONS + 1))


@pytest.mark.parametrize(
    "text", ["a" * (MAX_BYTES + 1), "é" * (MAX_BYTES // 2 + 1), "\ud800" * (MAX_BYTES + 1)]
)
def test_a_text_over_the_cap_is_refused_with_number_and_cap(text: str) -> None:
    with pytest.raises(DocumentTooLargeError, match=f"{MAX_BYTES:,}"):
        read_document("a.md", text, SCHEMA)


def test_a_text_right_at_the_cap_is_read() -> None:
    assert read_document("a.md", "a" * MAX_BYTES, SCHEMA).line_count == 1


@pytest.mark.parametrize("line", ["# a\n", "- a\n", "a\n\n", "***\n", "> a\n\n"])
def test_too_many_blocks_are_refused_with_number_and_cap(line: str) -> None:
    with pytest.raises(DocumentTooLargeError, match=f"{MAX_BLOCKS:,} blocks|have {MAX_BLOCKS:,}"):
        read_document("a.md", line * (MAX_BLOCKS + 1), SCHEMA)
    with pytest.raises(DocumentTooLargeError):
        schema_of(line * (MAX_BLOCKS + 1))


def test_a_marker_of_ours_in_a_document_is_a_comment_like_any() -> None:
    document = read_document("a.md", "# T\n\n## 7. Risks\n\n<!-- tdd-bot:checklist -->\n", SCHEMA)
    assert document.sections[-1].state.value == "empty"


def test_a_directive_in_a_document_is_not_obeyed() -> None:
    text = "# T\n\n## A\n\n<!-- tdd: optional -->\n"
    schema = schema_of("# T\n\n## A\n\n## B\n")
    document = read_document("a.md", text, schema)
    assert [one.required for one in document.sections] == [True, True]
