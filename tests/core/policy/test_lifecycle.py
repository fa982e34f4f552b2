"""Which moves a document may make between the base branch and the head."""

import pytest

from bot.core.policy.lifecycle import KNOWN, explain_move, move_allowed

ALLOWED = {
    None: {"Draft", "In-Review", "Approved"},
    "Draft": {"Draft", "In-Review", "Approved"},
    "In-Review": {"Draft", "In-Review", "Approved"},
    "Approved": {"In-Review", "Approved", "Superseded"},
    "Superseded": {"Superseded"},
}


@pytest.mark.parametrize("base", ALLOWED)
@pytest.mark.parametrize("head", KNOWN)
def test_every_move_of_the_table(base: str | None, head: str) -> None:
    assert move_allowed(base, head) is (head in ALLOWED[base])


@pytest.mark.parametrize(
    ("base", "head", "sentence"),
    [
        (
            None,
            "Superseded",
            "A new document cannot start as Superseded; it starts as Draft, In-Review or Approved.",
        ),
        (
            "Approved",
            "Draft",
            "An Approved document cannot become Draft; it stays Approved, or becomes In-Review or "
            "Superseded.",
        ),
        (
            "Draft",
            "Superseded",
            "A Draft document cannot become Superseded; it stays Draft, or becomes In-Review or Approved.",
        ),
        (
            "Superseded",
            "Draft",
            "A superseded document stays superseded; write a new one instead of setting it to Draft.",
        ),
    ],
)
def test_a_refused_move_says_what_is_open_instead(base: str | None, head: str, sentence: str) -> None:
    assert explain_move(base, head) == sentence
