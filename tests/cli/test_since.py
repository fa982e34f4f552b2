"""``tdd-bot check --since``: only what changed, judged against what it was."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.cli.check import Options, run
from bot.core.document import MAX_BYTES
from bot.core.render.formats import Format
from tests.builders import design
from tests.cli.repository import Repository

OLD = "docs/tdd/0001-old.md"
PATH = "docs/tdd/0007-price-cache.md"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """Return a repository with two designs on main, on a branch that has not changed anything."""
    made = Repository(tmp_path / "shop")
    made.put(OLD, design("Approved"))
    made.put(PATH, design("Approved", without=("4.2",)))
    made.put("README.md", "# Shop\n")
    made.commit()
    made.git("switch", "--quiet", "--create", "branch")
    monkeypatch.chdir(made.root)
    return made


def _since(
    capsys: pytest.CaptureFixture[str], *paths: str, revision: str = "main"
) -> tuple[int, dict[str, list[dict[str, Any]]]]:
    code = run(paths, Options(form=Format.JSON, since=revision))
    found = json.loads(capsys.readouterr().out)
    return code, {one["path"]: one["findings"] for one in found["documents"]}


def test_nothing_changed_is_nothing_to_judge(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _since(capsys, revision="HEAD") == (0, {})
    assert _since(capsys, str(repository.root / "docs")) == (0, {})


def test_changes_count_committed_or_not_and_new_files_with_them(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.put(OLD, design("Approved", bodies={"1": "Another summary."}))
    repository.commit()
    repository.put("docs/tdd/0008-new.md", design("Draft"))
    assert set(_since(capsys)[1]) == {OLD, "docs/tdd/0008-new.md"}


def test_documents_are_known_by_place_or_title(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.put("notes/plan.md", "# TDD: Elsewhere\n")
    repository.put("notes/other.md", "# Elsewhere\n")
    repository.put("docs/tdd/README.md", "# Designs\n")
    assert set(_since(capsys)[1]) == {"notes/plan.md"}


def test_an_old_fault_is_a_note_and_a_new_one_an_error(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.put(PATH, design("Approved", without=("4.2", "7"), bodies={"1": "Another summary."}))
    code, found = _since(capsys)
    severities = {one["message"]: one["severity"] for one in found[PATH] if one["rule"] == "TDD201"}
    assert code == 1
    assert severities == {
        "section 4.2 Security & Privacy is missing": "note",
        "section 7 Risks & Unknowns is missing": "error",
    }


def test_a_move_that_there_is_not_is_found(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.put(OLD, design("Draft"))
    assert "TDD301" in {one["rule"] for one in _since(capsys)[1][OLD]}


def test_a_renamed_document_is_judged_against_what_it_was(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.git("mv", OLD, "docs/tdd/0002-moved.md")
    repository.put("docs/tdd/0002-moved.md", design("Draft"))
    repository.git("add", "--all")
    assert "TDD301" in {one["rule"] for one in _since(capsys)[1]["docs/tdd/0002-moved.md"]}


def test_a_deleted_document_is_no_problem_even_when_named(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    (repository.root / OLD).unlink()
    assert _since(capsys) == (0, {})
    assert _since(capsys, OLD) == (0, {})


def test_the_branch_is_compared_with_where_it_began(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.git("switch", "--quiet", "main")
    repository.put(OLD, design("Approved", bodies={"1": "Changed on main alone."}))
    repository.commit()
    repository.git("switch", "--quiet", "branch")
    assert _since(capsys) == (0, {})


def test_names_of_any_characters_are_found(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    name = 'docs/tdd/0009 "ä"\n\t--x.md'
    repository.put(name, design("Draft"))
    repository.commit()
    assert set(_since(capsys)[1]) == {name}


def test_what_was_no_document_has_no_old_text(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    (repository.root / OLD).unlink()
    (repository.root / OLD).symlink_to("0007-price-cache.md")
    repository.put(PATH, "x" * (MAX_BYTES + 1))
    base = repository.commit()
    (repository.root / OLD).unlink()
    repository.put(OLD, design("Draft"))
    repository.put(PATH, design("Draft"))
    code, found = _since(capsys, revision=base)
    assert code == 0
    assert "TDD301" not in {one["rule"] for findings in found.values() for one in findings}


@pytest.mark.parametrize("revision", ["nowhere", "--output=stolen", "main..branch", "HEAD^{tree}", ""])
def test_an_unknown_revision_is_said(
    repository: Repository, revision: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run((), Options(since=revision)) == 2
    assert f"git knows no revision {revision!r}" in capsys.readouterr().err
    assert not (repository.root / "stolen").exists()


def test_without_a_common_commit_more_has_to_be_fetched(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.git("switch", "--quiet", "--orphan", "other")
    repository.commit()
    assert run((), Options(since="main")) == 2
    assert "fetch-depth: 0" in capsys.readouterr().err


def test_outside_of_a_repository_there_is_no_revision(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run((), Options(since="main")) == 2
    assert "needs a git repository" in capsys.readouterr().err


def test_without_git_it_is_said(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(repository.root))
    assert run((), Options(since="main")) == 2
    assert "git is not installed" in capsys.readouterr().err


def test_a_new_design_with_the_number_of_another_is_told_so(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.put("docs/tdd/0007-stock.md", design("Draft"))
    repository.put("docs/tdd/0008-prices.md", design("Draft"))
    repository.put("docs/0001-elsewhere/0009-old.md", design("Draft"))
    code, found = _since(capsys)
    taken = {path: [one["message"] for one in of if one["rule"] == "TDD506"] for path, of in found.items()}
    assert code == 1
    assert taken["docs/tdd/0007-stock.md"] == [f"number 0007 is taken by {PATH}"]
    assert taken["docs/tdd/0008-prices.md"] == []
    # One that was there before keeps its number, whoever comes after it.
    repository.put(PATH, design("Approved", bodies={"1": "Another summary."}))
    assert "TDD506" not in {one["rule"] for one in _since(capsys)[1][PATH]}
