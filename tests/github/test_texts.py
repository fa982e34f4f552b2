"""Texts fit what GitHub takes, and its refusals are said in friendlier words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.github.texts import cut, cut_title, refusal


def test_a_text_that_fits_is_left_alone() -> None:
    assert cut("a\nb", 1000) == "a\nb"


def test_a_long_text_is_cut_at_a_line_and_says_so() -> None:
    text = cut("line one\n" + "x" * 60 + "\n" + "y" * 200, 150)
    assert text.startswith("line one\n" + "x" * 60 + "\n\n*The rest is left out")
    assert "y" not in text.replace("way", "").partition("*")[0]


def test_a_long_line_is_cut_inside() -> None:
    assert cut("é" * 500, 200).startswith("é" * 20)


@given(st.text(max_size=400), st.integers(min_value=80, max_value=500))
def test_what_is_cut_fits_in_characters_and_bytes(text: str, limit: int) -> None:
    result = cut(text, limit)
    assert len(result) <= limit
    assert len(result.encode("utf-8", "replace")) <= limit


def test_a_title_is_one_line_of_at_most_255() -> None:
    assert cut_title("a\n b") == "a b"
    assert len(cut_title("x" * 1000)) == 255


@pytest.mark.parametrize(
    ("said", "friendly"),
    [
        ("Review cannot be requested from pull request author.", "the author of a pull request"),
        (
            "Reviews may only be requested from collaborators. One or more of the teams you specified is not "
            "a collaborator of the acme/shop repository.",
            "has to grant at least read",
        ),
        ("Could not resolve to a node with the global id of 'T_x'.", "members: read"),
        ("Something new", "GitHub refused: Something new"),
    ],
)
def test_a_refusal_says_what_helps(said: str, friendly: str) -> None:
    assert friendly in refusal(said)
