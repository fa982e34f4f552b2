"""What counts as a command in a comment."""

import pytest

from bot.core.policy.commands import LONGEST_COMMENT, MOST_PER_COMMENT, Command, parse_commands


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("/tdd approve", [(1, "approve", "")]),
        ("/tdd approve 3f9c2e1", [(1, "approve", "3f9c2e1")]),
        ("  /tdd approve  ", [(1, "approve", "")]),
        ("Looks good.\n/tdd approve\nThanks!", [(2, "approve", "")]),
        ("/tdd\xa0approve\xa0", [(1, "approve", "")]),
        ("/tdd", [(1, "help", "")]),
        ("/TDD approve", []),
        ("/tdd APPROVE", [(1, "approve", "")]),
        ("/tddx approve", []),
        ("say /tdd approve", []),
        ("/tdd approve\r\n/tdd help\r\n", [(1, "approve", ""), (2, "help", "")]),
        ("/tdd approve\n---", [(1, "approve", "")]),
        ("/tdd help\n\n/tdd status", [(1, "help", ""), (3, "status", "")]),
        ("/tdd concern naming the `cache` key", [(1, "concern", "naming the cache key")]),
    ],
)
def test_a_line_that_begins_with_the_prefix_is_a_command(
    body: str, expected: list[tuple[int, str, str]]
) -> None:
    assert list(parse_commands(body)) == [Command(*one) for one in expected]


@pytest.mark.parametrize(
    "body",
    [
        "`/tdd approve`",
        "```\n/tdd approve\n```",
        "~~~\n/tdd approve\n~~~",
        "    /tdd approve",
        "> /tdd approve",
        "- /tdd approve",
        "<!--\n/tdd approve\n-->",
        "<div>\n/tdd approve\n</div>",
        "before `code\n/tdd approve\nends` here",
        "<details>\n<summary>x</summary>\n/tdd approve\n</details>",
        "| a |\n|---|\n| /tdd approve |",
        "# /tdd approve",
    ],
)
def test_code_quotes_lists_html_and_tables_hold_no_commands(body: str) -> None:
    assert parse_commands(body) == ()


def test_a_comment_holds_at_most_twenty_commands() -> None:
    found = parse_commands("/tdd check\n" * 500)

    assert len(found) == MOST_PER_COMMENT
    assert {one.name for one in found} == {"check"}


def test_a_comment_longer_than_github_allows_is_not_parsed() -> None:
    assert parse_commands("/tdd approve\n" + "x" * LONGEST_COMMENT) == ()
