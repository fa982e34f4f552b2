"""``tdd-bot check`` as people and programs run it."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.cli.check import Options
from bot.cli.check import run as check
from bot.core.document import MAX_BYTES
from bot.core.render.formats import Format
from tests.builders import design

ROOT = Path(__file__).parents[2]


def run(paths: Sequence[Path], *, as_json: bool, template: Path | None) -> int:
    """Check files, for people or for programs."""
    form = Format.JSON if as_json else Format.TEXT
    return check([str(path) for path in paths], Options(form=form, template=template))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an empty folder."""
    (tmp_path / "docs").mkdir()
    return tmp_path / "docs"


def _put(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def _json(
    capsys: pytest.CaptureFixture[str], *paths: Path, house: Path | None = None
) -> tuple[int, dict[str, Any]]:
    code = run(paths, as_json=True, template=house)
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    return code, found


def test_a_complete_design_passes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([_put(folder / "a.md", design())], as_json=False, template=None) == 0
    assert capsys.readouterr().out.endswith(
        "1 document, nothing wrong. Status In-Review. 16 of 16 sections written.\n"
    )


def test_warnings_of_a_draft_pass(folder: Path) -> None:
    assert run([_put(folder / "a.md", design("Draft", without=("7",)))], as_json=False, template=None) == 0


def test_an_error_fails_and_shows_place_and_way_out(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _put(folder / "a.md", design(bodies={"4.2": "* How is data encrypted (at rest/in transit)?"}))
    assert run([path], as_json=False, template=None) == 1
    out = capsys.readouterr().out
    line = design().splitlines().index("### 4.2 Security & Privacy") + 3
    assert "error[TDD202]: section 4.2 Security & Privacy still holds the template's text\n" in out
    assert f"--> {path.as_posix()}:{line}:1\n" in out
    assert f"{line} | * How is data encrypted (at rest/in transit)?\n" in out
    assert "| ^^^^" in out
    assert "= help: " in out
    assert "1 document, 1 error. Status In-Review. 15 of 16 sections written." in out


def test_the_checklist_says_what_a_missing_section_asks(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(
        [_put(folder / "a.md", design(without=("4.1",), bodies={"5.1": "N/A: new"}))],
        as_json=False,
        template=None,
    )
    out = capsys.readouterr().out
    assert "  ✗ 4.1 Scalability & Performance: missing\n      Expected throughput (RPS).\n" in out
    assert "  – 5.1 Migration & Rollout Strategy: not applicable (new), line " in out
    assert "  ✔ 7 Risks & Unknowns\n" in out


def test_json_has_its_fixed_form(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _put(folder / "a.md", design("In Review", "@acme/eng-lead, Bob (@bob)", without=("7",)))
    code, found = _json(capsys, path)
    assert code == 1
    assert found["version"] == 1
    assert found["summary"] == {"documents": 1, "errors": 1, "warnings": 0}
    (document,) = found["documents"]
    assert list(document) == ["path", "title", "header", "sections", "headings", "findings"]
    assert document["title"] == "TDD: Price cache"
    assert document["header"] == {
        "authors": ["Alice Example (@alice)"],
        "status": "In-Review",
        "status_raw": "In Review",
        "date": "2026-11-20",
        "date_raw": "2026-11-20",
        "reviewers": ["acme/eng-lead", "Bob (@bob)"],
        "syntax": "bold",
    }
    assert document["sections"][-1] == {
        "id": "7",
        "title": "Risks & Unknowns",
        "state": "missing",
        "required": True,
        "line": None,
    }
    assert document["headings"][0] == {"text": "TDD: Price cache", "level": 1, "line": 1, "state": "filled"}
    (finding,) = document["findings"]
    assert finding == {
        "rule": "TDD201",
        "name": "missing-section",
        "severity": "error",
        "line": 1,
        "column": 1,
        "end_line": 1,
        "end_column": 19,
        "message": "section 7 Risks & Unknowns is missing",
        "fixable": True,
    }


def test_a_folder_means_its_documents(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in (
        "a.md",
        "b/c.MD",
        "README.md",
        "b/index.md",
        "TEMPLATE.md",
        ".git/x.md",
        "d.txt",
        "b/Template.md",
    ):
        _put(folder / name, design())
    code, found = _json(capsys, folder)
    assert code == 0
    documents = found["documents"]
    assert [Path(one["path"]).name for one in documents] == ["a.md", "c.MD"]


def test_a_document_named_outright_is_judged_whatever_its_name(folder: Path) -> None:
    assert run([_put(folder / "README.md", "# T\n")], as_json=True, template=None) == 1


def test_what_cannot_be_judged_is_said_and_the_rest_is_judged(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "empty").mkdir()
    good = _put(folder / "a.md", design())
    assert run([folder / "none.md", folder / "empty", good], as_json=False, template=None) == 2
    shown = capsys.readouterr()
    assert "none.md: no such file or directory" in shown.err
    assert "empty: no documents" in shown.err
    assert "1 document, nothing wrong." in shown.out


def test_files_that_the_gate_refuses_are_findings(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _put(folder / "a.md", design())
    (folder / "link.md").symlink_to(folder / "a.md")
    (folder / "latin.md").write_bytes(b"# Pr\xe4ise\n")
    _put(folder / "large.md", "x" * (MAX_BYTES + 1))
    _put(folder / "many.md", "# a\n" * 10_001)
    code, found = _json(capsys, folder)
    assert code == 1
    assert found["summary"] == {"documents": 5, "errors": 4, "warnings": 0}
    documents = found["documents"]
    refused = {Path(one["path"]).name: one["findings"][0]["message"] for one in documents if one["findings"]}
    assert set(refused) == {"link.md", "latin.md", "large.md", "many.md"}
    assert "symbolic link" in refused["link.md"]
    assert "UTF-8" in refused["latin.md"]
    assert f"{MAX_BYTES + 1:,}" in refused["large.md"]


def test_a_pipe_is_not_waited_for(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(folder / "pipe.md")
    assert run([folder / "pipe.md"], as_json=False, template=None) == 2
    assert "pipe.md: not a file" in capsys.readouterr().err


def test_another_template_can_be_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    house = _put(folder / "t.txt", "# T\n\nStatus: Open | Shut\n\n## Why\n")
    code, found = _json(capsys, _put(folder / "a.md", "# A\n\nStatus: open\n\n## Why\n\nSo.\n"), house=house)
    assert (code, found["summary"]) == (0, {"documents": 1, "errors": 0, "warnings": 0})


@pytest.mark.parametrize("text", [None, "no headings", "x" * (MAX_BYTES + 1)])
def test_a_template_that_cannot_be_used_is_said(
    folder: Path, text: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    house = folder / "t.md"
    if text is not None:
        house.write_text(text)
    assert run([_put(folder / "a.md", design())], as_json=False, template=house) == 2
    shown = capsys.readouterr()
    assert shown.err.startswith(f"tdd-bot: template {house}: ")
    assert shown.out == ""


def test_nothing_of_a_document_steers_the_terminal(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evil = "\x1b[2J\x9b31m\u202e\x07\r"
    path = _put(
        folder / f"a{evil[:2]}.md",
        design(f"Al{evil}most", bodies={"7": f"TBD {evil}", "5.1": f"N/A: {evil}x"}),
    )
    run([path, folder / f"none{evil}.md"], as_json=False, template=None)
    shown = capsys.readouterr()
    for text in (shown.out, shown.err):
        assert not set(text) & set("\x1b\x9b\u202e\x07\r")


def _run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", "check", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )


def test_the_command_runs_on_a_plain_terminal_encoding(folder: Path) -> None:
    path = _put(folder / "a.md", design(without=("7",)))
    done = _run(str(path), PYTHONIOENCODING="ascii")
    assert done.returncode == 1
    assert "error[TDD201]" in done.stdout
    assert done.stderr == ""


def test_the_command_prints_json(folder: Path) -> None:
    done = _run("--format", "json", str(_put(folder / "a.md", design())))
    assert done.returncode == 0
    assert json.loads(done.stdout)["summary"]["errors"] == 0
