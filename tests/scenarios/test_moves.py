"""The reader of comments that every scenario is held to finds what it looks for."""

import pytest

from tests.scenarios.moves import blocks, fault_of

ROW = "| acme/eng-lead | header | asked on 2026-11-24 |\n"
WAITING = f"<!-- tdd-bot:checklist -->\n**Waiting for acme/eng-lead** · `x.md`\n\n{ROW}\n"
MOVE = "**Next, acme/eng-lead:** approve."


@pytest.mark.parametrize(
    ("comment", "passed", "fault"),
    [
        (f"{WAITING}{MOVE}", False, ""),
        ("✔ **Approved and signed by bob** · `x.md`", True, ""),
        (WAITING, False, "0 moves are announced"),
        (f"{WAITING}{MOVE}\n\n{MOVE}", False, "2 moves are announced"),
        (f"{WAITING}{MOVE}", True, "it passes, and the comment does not show it"),
        (f"✔ **Approved** · `x.md`\n\n{MOVE}", True, "a move is left over"),
        (
            f"{WAITING}**Next, acme/security-team:** approve.",
            False,
            "acme/security-team has no open seat: ''",
        ),
        (
            "**Draft: 1 section to write** · `x.md`\n\n**Next, reviewers:** x.",
            False,
            "reviewers is to write?",
        ),
        (
            "**bob holds the merge** · `x.md`\n\n**Next, @alice:** x.",
            False,
            "@alice is to lift what bob has set",
        ),
        (
            "**acme/a to sign again: 4.2 changed** · `x.md`\n\n**Next, acme/b:** x.",
            False,
            "acme/a is to sign, not acme/b",
        ),
    ],
)
def test_a_comment_that_leaves_a_reader_guessing_is_found(comment: str, fault: str, *, passed: bool) -> None:
    (block,) = blocks(comment)

    assert fault_of(block, passed=passed) == fault


def test_each_design_of_a_comment_is_read_by_itself() -> None:
    assert [one.done for one in blocks(f"{WAITING}{MOVE}\n\n---\n\n✔ **Approved** · `y.md`")] == [False, True]
