"""``tdd-bot new``: the next design, with what is known filled in, and nothing overwritten."""

import tomllib
from datetime import date, datetime
from pathlib import Path

import pytest
import yaml

from bot.builtin import template
from bot.cli.house import Wanted
from bot.cli.new import Facts, kebab, run, written
from bot.core.document import read_document, schema_of
from tests.cli.repository import Repository

FACTS = Facts("R&D: 50% \\1 “x”", "0042", "Alice Example (@alice)", date(2026, 11, 24))
ADR = """# ADR-NNNN: [short title]

Status: Proposed | Accepted | Deprecated
Date: YYYY-MM-DD
Deciders: [names]

## Context

What is the issue?
"""
KEP = """---
title: KEP Template
authors:
  - "@jane.doe"
status: provisional|implementable|implemented
creation-date: yyyy-mm-dd
---

# KEP-NNNN: Your short, descriptive title

## Summary
"""


def _new(title: str, *, folder: Path | None = None, only_print: bool = False) -> int:
    return run(title, folder=folder, wanted=Wanted(), only_print=only_print)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """Return an empty repository, which is the working directory."""
    made = Repository(tmp_path / "shop")
    monkeypatch.chdir(made.root)
    return made


def test_the_first_design_is_number_one(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    repository.git("config", "user.name", "Alice Example")
    repository.git("config", "github.user", "alice")
    assert _new("Price Cache: 2nd try") == 0
    shown = capsys.readouterr()
    assert shown.out == "docs/tdd/0001-price-cache-2nd-try.md\n"
    assert "Next: answer its sections" in shown.err
    text = Path(shown.out.strip()).read_text("utf-8")
    document = read_document("a.md", text, schema_of(template()))
    assert document.title == "TDD: Price Cache: 2nd try"
    assert document.header.authors == ("Alice Example (@alice)",)
    assert document.header.status == "Draft"
    assert document.header.date == datetime.now().astimezone().date()
    assert text.splitlines()[6:] == template().splitlines()[6:]


def test_the_number_follows_the_highest_as_wide_as_the_others(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("007-a.md", "019-b.md", "notes.md", "999-picture.png", "README.md"):
        repository.put(f"design/{name}", "# A\n")
    assert _new("Next", folder=Path("design")) == 0
    assert capsys.readouterr().out == "design/020-next.md\n"


@pytest.mark.parametrize("place", ["docs/design", "tdd"])
def test_it_goes_where_the_others_are(
    repository: Repository, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.put(f"{place}/0003-a.md", "# A\n")
    repository.put("src/x.py", "")
    monkeypatch.chdir(repository.root / "src")
    assert _new("B") == 0
    assert (repository.root / place / "0004-b.md").exists()


def test_the_template_of_the_repository_is_used(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.put(".github/TDD_TEMPLATE.md", ADR)
    assert _new("Use SQLite", only_print=True) == 0
    assert capsys.readouterr().out.startswith("# ADR-0001: Use SQLite\n\nStatus: Proposed\n")
    assert not (repository.root / "docs").exists()


def test_nothing_is_overwritten(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Somebody else's new document appears between the look at the folder and the writing.
    there = repository.put("docs/tdd/0001-a.md", "mine")
    monkeypatch.setattr(Path, "iterdir", lambda _: iter(()))
    assert _new("A") == 2
    assert "is there already" in capsys.readouterr().err
    assert there.read_text("utf-8") == "mine"


@pytest.mark.parametrize("title", ["", " \n", "!!!", "x" * 251, "—"])
def test_a_title_says_something(
    repository: Repository, title: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _new(title) == 2
    assert "a title has a letter" in capsys.readouterr().err
    assert not (repository.root / "docs").exists()


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Price Cache", "price-cache"),
        ("  ../../etc/passwd\0 ", "etc-passwd"),
        ("Größe & naïve_Façade", "große-naive-facade".replace("ß", "ss")),
        ("价格缓存 v2", "价格缓存-v2"),
        ("x" * 100, "x" * 80),
    ],
)
def test_a_name_is_lower_case_with_hyphens(title: str, name: str) -> None:
    assert kebab(title) == name


def test_a_title_is_never_a_pattern() -> None:
    assert written(template(), FACTS).splitlines()[0] == f"# TDD: {FACTS.title}"


def test_a_number_in_the_title_and_another_house_s_fields_are_filled() -> None:
    assert written(ADR, FACTS).splitlines()[:5] == [
        f"# ADR-0042: {FACTS.title}",
        "",
        "Status: Proposed",
        "Date: 2026-11-24",
        "Deciders: [names]",
    ]


def test_front_matter_stays_what_can_be_read() -> None:
    text = written(KEP, FACTS)
    assert yaml.safe_load(text.split("---")[1]) == {
        "title": FACTS.title,
        "authors": [FACTS.author],
        "status": "provisional",
        "creation-date": FACTS.date,
    }
    document = read_document("a.md", text, schema_of(KEP))
    assert document.header.status == "provisional"
    assert document.header.date == date(2026, 11, 24)
    assert document.header.authors == ("Alice Example (@alice)",)
    assert document.title == f"KEP-0042: {FACTS.title}"


@pytest.mark.parametrize("written_as", ["T", '"T"', "'T'"])
@pytest.mark.parametrize("title", ['a "b"', "it's", "- a", "@a", "a: b", "a #b", "yes", "plain words", "\\"])
def test_front_matter_says_the_title_whatever_is_in_it(title: str, written_as: str) -> None:
    template = f"---\ntitle: {written_as}\nstatus: draft\n---\n\n## Summary\n"
    text = written(template, Facts(title, "0001", None, date(2026, 11, 24)))
    assert yaml.safe_load(text.split("---")[1])["title"] == title


TOML = '+++\ntitle = {0}\nauthor = {0}\nstatus = "[Draft / In-Review]"\ndate = 2026-01-01\n+++\n\n# [Title]\n'


@pytest.mark.parametrize("written_as", ['""', "''", '"[T]"', "'[T]'"])
@pytest.mark.parametrize("title", ['a "b"', "- a", "a = b", "a #b", "yes", "\\"])
def test_toml_front_matter_says_the_title_whatever_is_in_it(title: str, written_as: str) -> None:
    text = written(TOML.format(written_as), Facts(title, "0001", "Ann", date(2026, 11, 24)))
    said = tomllib.loads(text.split("+++\n")[1])
    assert said == {"title": title, "author": "Ann", "status": "Draft", "date": date(2026, 11, 24)}


def test_an_apostrophe_does_not_end_a_literal_text_of_toml() -> None:
    text = written(TOML.format("'[T]'"), Facts("it's", "0001", None, date(2026, 11, 24)))
    assert tomllib.loads(text.split("+++\n")[1])["title"] == "it’s"


@pytest.mark.parametrize(
    ("empty", "filled"),
    [
        ("# T\n\n**Author:**\n**Status:** Draft\n", "\n**Author:** Ann Lee\n"),
        ("# T\n\n- Author:\n- Status: Draft\n", "\n- Author: Ann Lee\n"),
        ("# T\n\nAuthor:\nStatus: Draft\n", "\nAuthor: Ann Lee\n"),
        ("---\nauthor:\nstatus: Draft\n---\n\n# T\n", '\nauthor: "Ann Lee"\n'),
        ("---\nauthor: ''\nstatus: Draft\n---\n\n# T\n", '\nauthor: "Ann Lee"\n'),
    ],
)
def test_a_field_that_the_template_leaves_empty_is_filled_behind_its_colon(empty: str, filled: str) -> None:
    assert filled in written(empty, Facts("A title", "0001", "Ann Lee", date(2026, 11, 24)))


def test_without_an_author_the_template_s_words_stay() -> None:
    facts = Facts("A", "0001", None, date(2026, 11, 24))
    assert "**Author:** [Your Name]\n" in written(template(), facts)


def test_line_ends_of_the_template_stay() -> None:
    text = written(template().replace("\n", "\r\n"), FACTS)
    assert text.count("\n") == text.count("\r\n")


def test_a_template_that_cannot_be_used_is_said(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    (repository.root / ".github").mkdir()
    (repository.root / ".github/TDD_TEMPLATE.md").write_bytes(b"\xff")
    assert _new("A") == 2
    assert "TDD_TEMPLATE.md: it cannot be used" in capsys.readouterr().err
