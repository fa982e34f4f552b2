"""Two changes of one text put together, as git would."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.document import merged

TEXT = "one\ntwo\nthree\nfour\nfive\n"
LINES = st.lists(st.sampled_from("abc"), max_size=8).map(lambda some: "".join(f"{one}\n" for one in some))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (TEXT, TEXT, TEXT),
        (TEXT.replace("one", "1"), TEXT, TEXT.replace("one", "1")),
        (TEXT.replace("one", "1"), TEXT.replace("five", "5"), "1\ntwo\nthree\nfour\n5\n"),
        (TEXT.replace("one", "1"), TEXT.replace("one", "1"), TEXT.replace("one", "1")),
        (TEXT.replace("one\n", ""), TEXT + "six\n", "two\nthree\nfour\nfive\nsix\n"),
        (TEXT.replace("two\n", "two\nmore\n"), TEXT.replace("five\n", ""), "one\ntwo\nmore\nthree\nfour\n"),
        # One line, two changes; lines beside each other; two additions at one place; no end of line.
        (TEXT.replace("one", "1"), TEXT.replace("one", "I"), None),
        (TEXT.replace("one", "1"), TEXT.replace("two", "2"), None),
        (TEXT + "six\n", TEXT + "VI\n", None),
        (TEXT + "six", TEXT.replace("one", "1"), TEXT.replace("one", "1") + "six"),
    ],
)
def test_changes_are_joined_where_they_do_not_meet(one: str, other: str, expected: str | None) -> None:
    assert merged(TEXT, one, other) == expected
    assert merged(TEXT, other, one) == expected


@given(LINES, LINES)
def test_what_one_side_has_left_alone_is_the_other_sides(before: str, after: str) -> None:
    assert merged(before, after, before) == after
    assert merged(before, after, after) == after


@settings(max_examples=40)
@given(LINES, LINES, LINES)
def test_no_line_comes_from_nowhere(before: str, one: str, other: str) -> None:
    made = merged(before, one, other)
    assert made is None or not set(made.splitlines()) - set((before + one + other).splitlines())


def test_git_agrees(tmp_path: Path) -> None:
    sides = {
        "base": TEXT,
        "one": TEXT.replace("one", "1\n1a"),
        "other": TEXT.replace("four\nfive\n", "V\n"),
    }
    for name, text in sides.items():
        (tmp_path / name).write_text(text)
    said = subprocess.run(
        ["git", "merge-file", "-p", "one", "base", "other"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )

    assert merged(*sides.values()) == said.stdout


def test_a_text_too_long_to_be_compared_is_not_joined() -> None:
    long = "".join(f"{number}\n" for number in range(6_000))
    assert merged(long, f"{long}a\n", f"b\n{long}") is None
