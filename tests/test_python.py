"""What the oldest Python that is claimed does otherwise than the one that the suite mostly runs on."""

import ast
from pathlib import Path

import pytest

import bot

SOURCES = sorted(Path(bot.__file__).parent.rglob("*.py"))


def groups_again(tree: ast.AST) -> list[int]:
    """Return the lines of every ``except*`` that raises something of its own."""
    return [
        handler.lineno
        for one in ast.walk(tree)
        if isinstance(one, ast.TryStar)
        for handler in one.handlers
        if any(isinstance(inner, ast.Raise) and inner.exc for inner in ast.walk(handler))
    ]


def test_nothing_is_raised_within_except_star() -> None:
    """Before Python 3.11.4 it arrives inside a group, and who waits for the error itself does not see it."""
    found = {str(path): groups_again(ast.parse(path.read_text(encoding="utf-8"))) for path in SOURCES}

    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    ("handler", "lines"),
    [("raise errors.exceptions[0] from None", [3]), ("raise", []), ("print(errors)", [])],
)
def test_the_rule_sees_what_it_is_about(handler: str, lines: list[int]) -> None:
    assert groups_again(ast.parse(f"try:\n    x()\nexcept* OSError as errors:\n    {handler}\n")) == lines
