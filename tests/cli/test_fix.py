"""``tdd-bot fix`` and ``check --fix``: what is mended, what is said of it, and that nothing else changes."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli.check import Options
from bot.cli.check import run as check
from bot.cli.files import write
from bot.cli.fix import run
from tests.builders import design

HALF = design("in review", without=("4.2", "7")).replace("2026-11-20", "20 Nov 2026")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a half-filled design."""
    path = tmp_path / "0007-price-cache.md"
    path.write_text(HALF, "utf-8")
    return path


def _stdin(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))


def test_missing_sections_and_the_header_are_mended_and_said(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([str(file)], Options()) == 0
    shown = capsys.readouterr()
    text = file.read_text("utf-8")
    assert "### 4.2 Security & Privacy\n\n* How is data encrypted (at rest/in transit)?\n" in text
    assert "**Status:** In-Review\n" in text
    assert "**Date:** 2026-11-20\n" in text
    assert "section 4.2 Security & Privacy is missing (TDD201)" in shown.err
    assert shown.err.endswith("1 document mended.\n")
    assert shown.out == ""


def test_every_line_of_the_author_stays_in_its_order(file: Path) -> None:
    run([str(file)], Options())
    lines = iter(file.read_text("utf-8").splitlines())
    for line in HALF.splitlines():
        if not line.startswith(("**Status", "**Date")):
            assert line in lines, line


def test_a_second_time_there_is_nothing_to_do(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run([str(file)], Options())
    before = file.read_bytes()
    capsys.readouterr()
    assert run([str(file)], Options()) == 0
    assert file.read_bytes() == before
    assert capsys.readouterr().err == "0 documents mended, 1 document as it should be.\n"


def test_line_ends_byte_order_mark_and_mode_stay(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"\xef\xbb\xbf" + HALF.replace("\n", "\r\n").encode())
    path.chmod(0o640)
    run([str(path)], Options())
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf# TDD: Price cache\r\n")
    assert content.count(b"\n") == content.count(b"\r\n")
    assert b"4.2 Security" in content
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_file_gets_what_the_umask_leaves(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write(tmp_path / f"{'é' * 80}.md", "new")
    finally:
        os.umask(before)
    (made,) = tmp_path.iterdir()
    assert (made.read_text("utf-8"), made.stat().st_mode & 0o777) == ("new", 0o640)


def test_a_patch_is_shown_that_applies_and_nothing_is_written(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(file.parent)
    file.write_bytes(HALF.rstrip("\n").encode())
    before = file.read_bytes()
    assert run([file.name], Options(diff=True)) == 1
    patch = capsys.readouterr().out
    assert file.read_bytes() == before
    run([file.name], Options())
    mended = file.read_bytes()
    file.write_bytes(before)
    subprocess.run(
        ["git", "apply", "-"],
        input=patch.encode(),
        check=True,
        capture_output=True,
    )
    assert file.read_bytes() == mended


def test_nothing_to_do_is_an_empty_patch(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.md"
    path.write_text(design(), "utf-8")
    assert run([str(path)], Options(diff=True)) == 0
    assert capsys.readouterr().out == ""


def test_standard_input_goes_mended_to_standard_output(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _stdin(monkeypatch, HALF.encode())
    assert run(["-"], Options()) == 0
    assert "### 4.2 Security & Privacy\n\n* How is data" in capsys.readouterr().out


def test_what_is_no_document_is_said_and_left(
    tmp_path: Path, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "link.md").symlink_to(file)
    (tmp_path / "latin.md").write_bytes(b"\xe4")
    (tmp_path / "many.md").write_text("# a\n" * 10_001, "utf-8")
    before = file.read_text("utf-8")
    names = ["link.md", "latin.md", "many.md", "none.md"]
    assert run([str(tmp_path / name) for name in names], Options()) == 2
    shown = capsys.readouterr().err
    for name in names:
        assert f"{name}: " in shown
    assert file.read_text("utf-8") == before


def test_a_file_that_cannot_be_written_is_said(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert run([str(file)], Options()) == 2
    assert "no space left on device" in capsys.readouterr().err
    assert file.read_text("utf-8") == HALF
    assert list(file.parent.iterdir()) == [file]


def test_check_mends_and_then_judges_what_is_left(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check([str(file)], Options(fix=True)) == 1
    shown = capsys.readouterr()
    assert "mended " in shown.err
    assert "is missing" not in shown.out
    assert "section 4.2 Security & Privacy still holds the template's text" in shown.out


def test_only_the_rules_asked_for_are_mended(file: Path) -> None:
    check([str(file)], Options(fix=True, ignore=("TDD201",)))
    assert "### 4.2 Security & Privacy" not in file.read_text("utf-8")
    check([str(file)], Options(fix=True, select=("tdd2",)))
    assert "### 4.2 Security & Privacy" in file.read_text("utf-8")


def test_check_shows_the_patch_and_judges_what_stands(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check([str(file)], Options(diff=True)) == 1
    shown = capsys.readouterr()
    assert shown.out.startswith("--- a/")
    assert "+### 4.2 Security & Privacy\n" in shown.out
    assert "error[" not in shown.out
    assert "1 document, " in shown.err
    assert file.read_text("utf-8") == HALF


def test_standard_input_is_not_mended_in_place(capsys: pytest.CaptureFixture[str]) -> None:
    assert check(["-"], Options(fix=True)) == 2
    assert "tdd-bot fix -" in capsys.readouterr().err


def test_a_template_is_nobody_s_to_mend(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / ".github/TDD_TEMPLATE.md"
    path.parent.mkdir()
    path.write_text("# T\n\n**Status:** [Draft / Approved]\n\n## Why\n", "utf-8")
    before = path.read_bytes()
    assert run([str(path)], Options()) == 0
    assert path.read_bytes() == before
    assert capsys.readouterr().err == "0 documents mended.\n"
