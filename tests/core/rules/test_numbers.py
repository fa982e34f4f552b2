"""A design's number is compared with those of its neighbours, where they are known."""

import pytest

from bot.builtin import template
from bot.core.document import read_document, schema_of
from bot.core.model import Finding, Severity
from bot.core.rules import RuleContext, judge
from tests.builders import design

SCHEMA = schema_of(template())


def _findings(path: str, *beside: str) -> list[Finding]:
    document = read_document(path, design(), SCHEMA)
    context = RuleContext(beside=tuple(f"docs/{name}" for name in beside))
    return [one for one in judge(document, SCHEMA, context) if one.rule == "TDD506"]


@pytest.mark.parametrize("other", ["0007-stock.md", "007_stock.md", "7 stock.md"])
def test_a_number_that_is_taken_is_told_with_the_next_free_one(other: str) -> None:
    (found,) = _findings("docs/0007-prices.md", other, "0011-x.md", "README.md")

    assert found.severity is Severity.ERROR
    assert found.message == f"number 0007 is taken by docs/{other}"
    assert found.help == "Rename this file; the next free number is 0012."


@pytest.mark.parametrize(
    ("path", "other"),
    [
        ("docs/0007-prices.md", "0008-stock.md"),
        ("docs/0007-prices.md", "0007-stock.png"),
        ("docs/0007-prices.md", "70007-stock.md"),
        ("docs/2026-11-24-prices.md", "2026-11-24-stock.md"),
        ("docs/20261124-prices.md", "20261124-stock.md"),
        ("docs/prices.md", "stock.md"),
    ],
)
def test_what_is_no_number_collides_with_nothing(path: str, other: str) -> None:
    assert _findings(path, other) == []
