"""No text within the caps takes long, however it is made: to read, judge and sign, by processor time."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.builtin import template
from bot.core.document import MAX_BYTES, DocumentTooLargeError, complete, read_document, schema_of, worddiff
from bot.core.document.outline import outline_of
from bot.core.render.report import Judged, to_json
from bot.core.rules import RuleContext, judge_template, judgement
from bot.core.rules.judging import fixes
from tests.core.document.any_text import PIECES, examples

SCHEMA = schema_of(template())
CONTEXT = RuleContext(today=date(2026, 11, 24), repository={"docs/tdd/0002-other.md": None})
MOST = 2.0
"""Seconds that a check may take."""
MOST_READINGS = 6
"""Times that many for what reads a text again and again: edits are made, read and compared."""
HEADER = "# TDD: T\n\n**Author:** A (@a)\n**Status:** In-Review\n**Date:** 2026-03-01\n**Reviewers:** @x\n\n"


def _filled(unit: str, *, before: str = "", after: str = "", size: int = MAX_BYTES) -> str:
    """Return a unit again and again, within the cap, with something around it."""
    room = size - len((before + after).encode())
    return before + unit * (room // len(unit.encode(errors="replace"))) + after


def _in_paragraphs(unit: str, length: int = 8_000) -> str:
    return _filled(unit * (length // len(unit)) + "\n\n", before=HEADER + "## Goals\n\n")


INLINE = (
    *("[", "]", "[](", "[a](", "[a][", "![](", "[![](", "[[]", "]a[", "(", "{", "<", "<a ", "<a b='", "<!--"),
    *(
        "*a ",
        "a*",
        "*a*",
        "**a: ",
        "_a",
        "a_",
        "~~a ",
        "`a",
        "``a`",
        "&",
        "&amp; ",
        "\\",
        "\\[",
        "!",
        "|",
        "a|",
    ),
    *("<!-- tdd: allow ", "<!-- tdd: allow TDD201 reason=", "<<[UNRESOLVED ", "{#", 'id="', '<a id="x'),
    *(
        "@",
        "@a/",
        "a@b.",
        "@a, ",
        "a, ",
        "a and ",
        "· Status: ",
        "**a:** ",
        ": : ",
        "[a] — owner: ",
        "[a] : ",
    ),
    *(
        "N/A (",
        "TBD ",
        "insert ",
        "to be ",
        "goes here ",
        "… ",
        "9",
        "1.1.",
        "2026-",
        " ",
        "\t",
        "\u00a0",
        "é",
        "目",
    ),
)
LINES = (
    *(
        "# a\n",
        "## Goals\n",
        "## Goals and Non-Goals\n",
        "a\n---\n",
        "---\n",
        "```\n",
        "```\n```\n",
        "    a\n",
    ),
    *("- a\n", "* a\n- a\n", "1. a\n1) a\n", "> a\n", "> - a\n", "- [ ] a\n", "- - a\n", "  - a\n", "-\n"),
    *(
        "[a]: b\n",
        "[a]: b 'c\n",
        "[a]:\n",
        "[a]: <b\n",
        "[a\n",
        "<div>\n",
        "<!-- a\n",
        "<pre>\n",
        "<table><tr><td>\n",
    ),
    *("| a |\n|-|\n", "a | b\n-|-\nc | d\n", "|a|b|\n", "a\n", "a\n\n", "a  \n", "\n", " \n"),
    *(
        "Status: a\n",
        "**Status:** a\n",
        "- Status: a\n",
        "| Status | a |\n",
        "a:\n  - b\n",
        "a: &a [*a,*a]\n",
    ),
    *("**Goals**\n\n", "TBD\n\n", "*a*\n\n", "[a](#b)\n", "[a](../b.md)\n", "<<[UNRESOLVED a]>>\n", "{#a}\n"),
)
SHAPES = {
    "lists in lists": "\n".join("  " * depth + "- a" for depth in range(500)),
    "quotes in quotes": "\n".join(">" * depth + " a" for depth in range(700)),
    "many columns": "|" + "a|" * 20_000 + "\n|" + "-|" * 20_000 + "\n|" + "b|" * 20_000,
    "rows cut short": "|" + "a|" * 500 + "\n|" + "-|" * 500 + "\n" + "|b\n" * 9_000,
    "a table of fields": "| Status | Author | Date |\n|-|-|-|\n" + "| a | b | c |\n" * 3_300,
    "ticks of all lengths": " ".join("`" * count for count in range(1, 700)),
    "headings of all kinds": "".join(f"## Heading number {at} of it\n" for at in range(9_000)),
    "headings that nearly match": "".join(f"## Securty {at} and Privcy\n" for at in range(6_000)),
    "definitions and their uses": "".join(f"[a{at}]: b\n[a{at}]\n\n" for at in range(4_900)),
    "anchors that lead nowhere": "".join(f"## h{at}\n[a](#x{at})\n\n" for at in range(3_000)),
    "people": HEADER.replace("@x", ", ".join(f"Ann {at} (@u{at})" for at in range(9_000))),
    "front matter of aliases": "---\n" + "a: &a [*a, *a, *a]\n" * 9_000 + "---\n# T\n",
    "TOML of an open array": "+++\nreviewers = [" + '"@a",\n' * 9_000 + "+++\n# T\n",
    "TOML of brackets and quotes": "+++\na = " + '["' * 100_000 + "\n+++\n# T\n",
    "front matter of brackets": "---\na: " + "[" * 200_000 + "\n---\n# T\n",
}
TEXTS = {
    **{f"one line of {unit!r}": _filled(unit) for unit in INLINE},
    **{f"paragraphs of {unit!r}": _in_paragraphs(unit) for unit in INLINE},
    **{f"a heading of {unit!r}": _filled(unit, before=HEADER + "## ") for unit in INLINE[::2]},
    **{f"a value of {unit!r}": _filled(unit, before="# T\n\n**Reviewers:** ") for unit in INLINE[1::2]},
    **{f"lines of {unit!r}": unit * min(9_000, MAX_BYTES // len(unit)) for unit in LINES},
    **{f"front matter of {unit!r}": "---\n" + unit * 9_000 + "---\n# T\n" for unit in LINES},
    **{f"a header of {unit!r}": "# T\n\n" + unit * 4_000 for unit in LINES},
    **SHAPES,
}


def _check(text: str) -> None:
    """Read, judge, show and sign a text."""
    outline_of.cache_clear()
    try:
        document = read_document("docs/tdd/0001-t.md", text, SCHEMA)
    except DocumentTooLargeError:
        return
    found = judgement(document, SCHEMA, CONTEXT)
    assert to_json([Judged("a.md", document, found.findings)])
    assert "rest" in dict(document.fingerprints)


def _mend(text: str) -> None:
    """Do what reads a text several times."""
    outline_of.cache_clear()
    try:
        document = read_document("docs/tdd/0001-t.md", text, SCHEMA)
    except DocumentTooLargeError:
        return
    fixes(document, SCHEMA, CONTEXT)
    complete(document, SCHEMA, today=CONTEXT.today)


@contextmanager
def within(most: float) -> Iterator[None]:
    """Hold what is done to so many seconds of processor time; what traces coverage rests meanwhile."""
    tracer = sys.gettrace()
    sys.settrace(None)
    began = time.process_time()
    try:
        yield
    finally:
        took = time.process_time() - began
        sys.settrace(tracer)
    assert took < most


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_hostile_text_is_checked_in_time(text: str) -> None:
    with within(MOST):
        _check(text)


units = st.lists(
    st.one_of(st.sampled_from(INLINE), st.sampled_from(LINES), st.sampled_from(PIECES), st.text(max_size=3)),
    min_size=1,
    max_size=4,
).map("".join)


@st.composite
def large_texts(draw: st.DrawFn) -> str:
    """Return a text as large as may be: pieces again and again, in lines or paragraphs, in some place."""
    unit = draw(units.filter(bool)) * draw(st.integers(1, 500))
    breaks = draw(st.sampled_from(["", "\n", "\n\n"]))
    before = draw(
        st.sampled_from(["", HEADER, HEADER + "## ", HEADER + "## Goals\n\n", "---\n", "Status: ", "- "])
    )
    after = draw(st.sampled_from(["", "\n---\n# T\n", "\n\n[a]: b\n", "]", "-->", "x"]))
    return _filled(unit + breaks, before=before, after=after)


@examples(10, most=200)
@given(large_texts())
def test_any_large_text_is_checked_in_time(text: str) -> None:
    with within(MOST):
        _check(text)


@examples(3, most=60)
@given(large_texts())
def test_any_large_text_is_mended_in_time(text: str) -> None:
    with within(MOST * MOST_READINGS):
        _mend(text)


@pytest.mark.parametrize("text", SHAPES.values(), ids=SHAPES)
def test_a_hostile_text_is_a_template_compared_and_mended_in_time(text: str) -> None:
    with within(MOST * 2):
        judge_template("docs/tdd/TEMPLATE.md", text, text)
    with within(MOST):
        worddiff(text, text[: len(text) // 2] + " changed " + text[len(text) // 2 :])
    with within(MOST * MOST_READINGS):
        _mend(text)
