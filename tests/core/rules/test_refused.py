"""Files that are not read as documents."""

import pytest

from bot.core.document import MAX_BLOCKS, MAX_BYTES
from bot.core.model import FileProblem, Severity
from bot.core.rules import refused


@pytest.mark.parametrize("problem", list(FileProblem))
def test_a_refused_file_is_an_error_that_says_why_and_what_to_do(problem: FileProblem) -> None:
    found = refused("docs/tdd/0007-price-cache.md", problem, 300_000)
    assert (found.rule, found.severity) == ("TDD501", Severity.ERROR)
    assert found.message.startswith("not read: ")
    assert found.help


def test_a_file_that_is_too_large_is_told_its_size_and_the_cap() -> None:
    found = refused("a.md", FileProblem.TOO_LARGE, 300_000)
    assert "300,000" in found.message
    assert f"{MAX_BYTES:,}" in f"{found.message} {found.help}"


def test_a_small_file_can_only_have_too_many_blocks() -> None:
    found = refused("a.md", FileProblem.TOO_LARGE, 30_000)
    assert f"{MAX_BLOCKS:,}" in f"{found.message} {found.help}"
