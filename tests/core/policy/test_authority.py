"""What an approving comment signs."""

from datetime import UTC, datetime, timedelta

from bot.core.model import Commit, Sha
from bot.core.policy.authority import signed_commit

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def head(letter: str, at: datetime | None) -> Commit:
    return Commit(Sha(letter * 40), author_id=1, committer_id=1, parents=1, suite_at=at)


def test_it_is_the_newest_head_that_was_there_before() -> None:
    commits = [
        head("a", NOON - 2 * SECOND),
        head("b", None),
        head("c", NOON - SECOND),
        head("d", NOON + SECOND),
    ]
    assert signed_commit(commits, NOON, "") == "c" * 40


def test_a_head_of_the_same_second_leaves_open_what_is_signed() -> None:
    """The push may have come first or second: neither it nor the head before it is what was surely read."""
    commits = [head("a", NOON - SECOND), head("b", NOON)]
    assert signed_commit(commits, NOON, "") is None
    assert signed_commit(commits, NOON, "b" * 7) == "b" * 40
    assert signed_commit(commits, NOON + SECOND, "") == "b" * 40


def test_the_only_head_there_was_is_signed_in_its_very_second() -> None:
    assert signed_commit([head("a", NOON), head("b", None)], NOON, "") == "a" * 40
    assert signed_commit([head("a", NOON), head("b", NOON)], NOON, "") is None


def test_a_head_that_came_later_is_not_signed() -> None:
    assert signed_commit([head("a", NOON + SECOND)], NOON, "") is None
