"""Texts that nobody thought of, made of what Markdown, headers and templates are made of."""

import os

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st


def examples(count: int, most: int | None = None) -> settings:
    """Return how to try a property: on so many texts, on up to ``most`` where new ones are asked for."""
    if os.environ.get("FUZZ") and settings.default:
        more = max(count, settings.default.max_examples)
        count = more if most is None else min(more, most)
    return settings(max_examples=count, deadline=None, suppress_health_check=list(HealthCheck))


# Pieces that Markdown, headers and templates are made of, in any order, between any characters.
PIECES = (
    *(
        "# ",
        "## ",
        "---\n",
        "===\n",
        "\n",
        "\n\n",
        "  ",
        "> ",
        "- ",
        "1. ",
        "* ",
        "|",
        "|--|--|\n",
        "```\n",
        "`",
    ),
    *(
        "**",
        "_",
        "~~",
        "[",
        "]",
        "(",
        ")",
        "](x)",
        "[a]: b\n",
        "<!--",
        "-->",
        "<a>",
        "<b c>",
        "\\",
        "&amp;",
        "\r",
    ),
    *(
        "**Status:** ",
        "Status: ",
        "Reviewers: ",
        "Author: ",
        "Date: ",
        "Superseded-By: ",
        "Draft",
        "In-Review",
        " | ",
    ),
    *(
        "@a",
        "@a/b",
        "2026-03-01",
        "YYYY-MM-DD",
        "TBD",
        "N/A",
        "[Your Name]",
        "Goals",
        "Non-Goals",
        "4.2 Security",
    ),
    *(
        "* Caching strategy.\n",
        "*How is data encrypted?*",
        "\u200b",
        "\u202e",
        "\ufeff",
        "\0",
        "é",
        "目标",
        "🎉",
    ),
    *("<table>\n", "<tr><td>", "</td><td>", "</td></tr>\n", "<pre>\n", "<div>\n", "<b>Status:</b> ", "<br>"),
    *("| Role | Name |\n|--|--|\n", "| Reviewer | @a |\n", "## Status: Draft\n", "**Reviewers:**\n\n"),
    *("```\nAuthor: a\n  Status: Draft\nDate: b\n```\n", "---\nreviewers:\n- name: a\n  github: b\n---\n"),
)
texts = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=12)), max_size=60).map("".join)

LINES = (
    *("Prose of a line.", "  indented", "\ttabbed", "    four in", "12 monkeys", "1. first", "2) second"),
    *("- a", "-", "* b", "+ c", "  - deeper", "      - too deep", "- [ ] box", "> quote", ">", "lazy"),
    *("# Title", "## Goals", "#hashtag", "####### seven", "===", "---", "***", "* * *", "___"),
    *("```", "```py", "~~~", "| a | b |", "|--|--|", "--|--", ":-", "a | b", "<div>", "<!-- c -->"),
    *("[a]: b", "[a]:", "**Status:** Draft", "*italic* line", "__bold__ line", "`code` line", "", "", "  "),
    *("\u00a0", "\x0c", "é first", "目标", "🎉", "\\", "(aside)", "!mark", "&amp; so"),
)
"""Lines that begin, end or continue blocks."""
many_lines = st.lists(st.one_of(st.sampled_from(LINES), st.text(max_size=8)), max_size=30).map("\n".join)

MARKS = (
    *("*", "**", "***", "_", "__", "`", "``", "~~", "~", "[", "]", "(", ")", "](", "![", "<", ">", "!"),
    *("\\", "&", "&amp;", "&#42;", "<br>", "<a>", "<your name>", "<http://a.b>", "<!-- c -->", "\n", "  \n"),
    *("[a](b)", "[a](b_c)", "[a](b 'c')", "[a][r]", "[r]", "![i](j)", "`x`", "`` ` ``", "**so**", "*so*"),
    *("(", ".", ":", ",", "-", " ", " ", "\t", "\u00a0", "\u2028", "“", "é", "a", "word", "foo_bar", "2 * 3"),
)
"""Inline markup, whole and in pieces."""
inline_texts = st.lists(st.one_of(st.sampled_from(MARKS), st.text(max_size=3)), max_size=24).map("".join)
