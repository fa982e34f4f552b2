"""``tdd-bot index``: the table of designs in a README."""

from pathlib import Path

import pytest

from bot.cli.house import Wanted
from bot.cli.index import run
from bot.core.render.index import BEGIN, END
from tests.builders import design
from tests.cli.repository import Repository


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """Return a repository with two designs, which is the working directory."""
    made = Repository(tmp_path / "shop")
    made.put("docs/tdd/0001-first.md", design("Superseded by [0002](0002-second.md)"))
    made.put("docs/tdd/0002-second.md", design("In-Review"))
    monkeypatch.chdir(made.root)
    return made


def _index(folder: Path | None = None, *, readme: Path | None = None, check: bool = False) -> int:
    return run(folder, readme=readme, wanted=Wanted(), check=check)


def test_a_readme_is_begun_and_then_left_alone(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _index() == 0
    text = (repository.root / "docs/tdd/README.md").read_text("utf-8")
    assert "| In-Review | [0002 Price cache](0002-second.md) | 2026-11-20 |" in text
    assert "| Superseded by [0002](0002-second.md) | [0001 Price cache](0001-first.md) |" in text
    assert "-->|superseded by|" in text
    assert _index() == 0
    assert _index(check=True) == 0
    assert "which was up to date" in capsys.readouterr().err


def test_a_stale_index_is_told_with_a_diff_and_left(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _index() == 0
    before = (repository.root / "docs/tdd/README.md").read_text("utf-8")
    repository.put("docs/tdd/0003-third.md", design("Draft"))
    assert _index(check=True) == 1
    shown = capsys.readouterr()
    assert "+| Draft | [0003 Price cache](0003-third.md) |" in shown.out
    assert "is stale" in shown.err
    assert (repository.root / "docs/tdd/README.md").read_text("utf-8") == before


def test_only_what_is_between_the_markers_changes(repository: Repository) -> None:
    page = repository.root / "README.md"
    page.write_bytes(f"# Shop\r\n\r\n{BEGIN}\r\nold\r\n{END}\r\nafter\tit".encode())
    assert _index(readme=Path("README.md")) == 0
    text = page.read_bytes().decode()
    assert text.startswith(f"# Shop\r\n\r\n{BEGIN}\r\n\r\n2 designs: ")
    assert text.endswith(f"\r\n\r\n{END}\r\nafter\tit")
    assert "](docs/tdd/0002-second.md)" in text
    assert text.count("\n") == text.count("\r\n")


@pytest.mark.parametrize(
    "text",
    [
        "# Shop\n",
        f"{BEGIN}\n",
        f"{END}\n{BEGIN}\n",
        f"{BEGIN}\n{END}\n{BEGIN}\n{END}\n",
        f"x {BEGIN}\n{END}\n",
    ],
)
def test_without_one_pair_of_markers_it_is_said_where_to_put_them(
    repository: Repository, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    page = repository.put("docs/tdd/README.md", text)
    assert _index() == 2
    assert BEGIN in capsys.readouterr().err
    assert page.read_text("utf-8") == text


def test_a_link_in_the_readme_s_place_is_not_written_through(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    other = repository.put("other.txt", f"{BEGIN}\n{END}\n")
    (repository.root / "docs/tdd/README.md").symlink_to(other)
    assert _index() == 2
    assert "cannot be written: symlink" in capsys.readouterr().err
    assert other.read_text("utf-8") == f"{BEGIN}\n{END}\n"


def test_what_cannot_be_read_is_left_out_and_said(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    (repository.root / "docs/tdd/0003-latin.md").write_bytes(b"\xe4")
    repository.put("docs/tdd/0004-many.md", "# a\n" * 10_001)
    assert _index() == 0
    shown = capsys.readouterr().err
    assert "0003-latin.md: left out: not-text" in shown
    assert "0004-many.md: left out: 10,001 blocks" in shown
    assert "2 designs in " in shown


@pytest.mark.parametrize("folder", ["none", "empty"])
def test_a_folder_without_designs_is_said(
    repository: Repository, folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (repository.root / "empty").mkdir()
    assert _index(Path(folder)) == 2
    assert capsys.readouterr().err.startswith(f"tdd-bot: {folder}: no ")
