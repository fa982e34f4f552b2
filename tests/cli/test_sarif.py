"""What ``check --format sarif`` offers as fixes does what it says, each by itself."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.cli.app import app
from tests.builders import design

FAULTY = (
    design(without=("4.2",), reviewers="@acme/security")
    .replace("2026-11-20", "20 Nov 2026")
    .replace("**Author:**", "**Author**")
    .replace("## 7. Risks & Unknowns", "## 7. Risks & Unknown")
)


def _results(path: Path) -> list[dict[str, Any]]:
    done = CliRunner().invoke(app, ["check", "--format", "sarif", str(path)])
    assert done.exit_code == 1
    results = json.loads(done.stdout)["runs"][0]["results"]
    assert isinstance(results, list)
    return results


def _applied(lines: list[str], fix: dict[str, Any]) -> str:
    """Make a fix as an editor does: by lines and columns, the last one first."""
    text = list(lines)
    (change,) = fix["artifactChanges"]
    for one in reversed(change["replacements"]):
        at = one["deletedRegion"]
        first, last = at["startLine"] - 1, at["endLine"] - 1
        head, tail = text[first][: at["startColumn"] - 1], text[last][at["endColumn"] - 1 :]
        text[first : last + 1] = [head + one.get("insertedContent", {}).get("text", "") + tail]
    return "".join(text)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_each_fix_alone_mends_its_result(tmp_path: Path, end: str) -> None:
    path = tmp_path / "a.md"
    path.write_text(FAULTY, "utf-8", newline=end)
    source = path.read_bytes().decode("utf-8").splitlines(keepends=True)
    fixable = [one for one in _results(path) if "fixes" in one]
    assert {one["ruleId"] for one in fixable} >= {"TDD111", "TDD113", "TDD201"}
    for result in fixable:
        path.write_bytes(_applied(source, result["fixes"][0]).encode("utf-8"))
        left = [(one["ruleId"], one["message"]["text"]) for one in _results(path)]
        assert (result["ruleId"], result["message"]["text"]) not in left
        path.write_bytes("".join(source).encode("utf-8"))
