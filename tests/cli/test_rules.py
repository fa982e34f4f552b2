"""``tdd-bot rules`` and the pages under docs/rules."""

import json
from pathlib import Path

import pytest

from bot.cli.rules import pages, run, table
from bot.core.rules import RULES

DOCS = Path(__file__).parents[2] / "docs/rules"


def test_every_rule_is_a_line_of_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(as_json=False, folder=None) == 0
    lines = capsys.readouterr().out.splitlines()
    for rule in RULES:
        (line,) = (line for line in lines if line.startswith(rule.code))
        assert line.split()[1] == rule.name
    assert all(len(line) <= 100 for line in lines)


def test_programs_get_all_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(as_json=True, folder=None) == 0
    found = {one["code"]: one for one in json.loads(capsys.readouterr().out)}
    assert list(found) == [rule.code for rule in RULES]
    missing = found["TDD201"]
    assert missing["severity"]["In-Review"] == "error"
    assert missing["severity"]["Draft"] == "warning"
    assert set(missing) == {
        *("code", "name", "family", "summary", "why", "severity", "severity_otherwise"),
        *("help", "good", "bad"),
    }


def test_the_pages_under_docs_are_those_of_the_rules() -> None:
    there = {path.name: path.read_text("utf-8") for path in DOCS.glob("*.md")}
    assert there == pages(), "run: tdd-bot rules --write docs/rules"


def test_a_page_of_a_rule_that_is_no_more_goes_and_other_files_stay(tmp_path: Path) -> None:
    for name in ("TDD999.md", "notes.md", "TDD101.md"):
        (tmp_path / name).write_text("old", "utf-8")
    assert run(as_json=False, folder=tmp_path) == 0
    assert not (tmp_path / "TDD999.md").exists()
    assert (tmp_path / "notes.md").read_text("utf-8") == "old"
    assert (tmp_path / "TDD101.md").read_text("utf-8") == pages()["TDD101.md"]


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    assert run(as_json=False, folder=tmp_path / "file") == 2
    assert "file" in capsys.readouterr().err


def test_the_table_has_no_line_without_an_end() -> None:
    assert table().endswith("\n")
