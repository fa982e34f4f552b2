"""Text of strangers in our own comments: shown, and nothing more."""

import pytest
from markdown_it import MarkdownIt

from bot.core.render.safe import code, counted, inline, listed, plain

ZWSP = "\u200b"


@pytest.mark.parametrize(
    "text",
    [
        "@security-team please",
        "<!-- tdd-bot:checklist -->",
        "<img src=x onerror=alert(1)>",
        "[click](https://evil.example)",
        "![x](https://evil.example/x.png)",
        "see #12 and GH-12",
        "a | b",
        "**bold** _em_ ~~x~~ `code`",
        "<https://evil.example>",
        "&lt;b&gt; &amp; &#64;acme",
    ],
)
def test_inline_text_is_plain_text_that_mentions_and_links_nothing(text: str) -> None:
    rendered = MarkdownIt("commonmark", {"html": True}).enable("strikethrough").render(inline(text))

    assert "<a" not in rendered
    assert "<img" not in rendered
    assert "<!--" not in rendered
    assert "<strong" not in rendered
    assert "@security" not in rendered
    assert "#12" not in rendered
    assert "@acme" not in rendered.replace("&amp;", "&")


def test_inline_text_reads_as_it_was_written() -> None:
    rendered = MarkdownIt().renderInline(inline("a*b*_c_ [d](e) @f <g>"))

    assert rendered.replace(ZWSP, "") == "a*b*_c_ [d](e) @f &lt;g&gt;"


def test_a_code_span_holds_whatever_backticks_are_in_it() -> None:
    assert MarkdownIt().renderInline(code("a`b``c")) == "<code>a`b``c</code>"


def test_a_code_span_breaks_mentions_and_table_cells() -> None:
    assert code("@x|y") == f"`@{ZWSP}x\\|y`"


def test_long_text_is_cut_and_line_breaks_and_controls_go() -> None:
    assert plain("a\n\n b\x1b[31m\u202ec" + "d" * 200, limit=12) == "a b[31mcddd…"


@pytest.mark.parametrize(
    ("names", "expected"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_names_are_joined_as_a_person_would(names: list[str], expected: str) -> None:
    assert listed(names) == expected


def test_counts_agree_with_their_noun() -> None:
    assert [counted(1, "section"), counted(2, "section"), counted(2, "body", "bodies")] == [
        "1 section",
        "2 sections",
        "2 bodies",
    ]
