"""A repository with old designs: what would be blocked is listed, and a baseline that shrinks lets it be."""

import os
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.app import app
from bot.core.document import MAX_BYTES
from bot.core.model import Configuration, Mode
from bot.core.policy.configuration import read_configuration
from bot.core.policy.kinds import for_document
from tests.builders import design
from tests.cli.conftest import forget
from tests.cli.repository import Repository

CONFIGURATION = ".github/tdd-bot.yml"
OLD = "# TDD: Old\n\n**Status:** Approved\n\nSome words.\n"
UNKNOWN = design().replace("In-Review", "Implemented")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    made = Repository(tmp_path / "shop")
    monkeypatch.chdir(made.root)
    return made


def _run(*arguments: str) -> Result:
    forget()
    return CliRunner().invoke(app, arguments)


def _adopt(*arguments: str, code: int = 0) -> str:
    done = _run("setup", "--adopt", *arguments)
    assert done.exit_code == code, done.output
    return done.stdout if code < 2 else done.stderr


def _written(repository: Repository) -> Configuration:
    made = read_configuration((repository.root / CONFIGURATION).read_text("utf-8"), CONFIGURATION)
    assert isinstance(made, Configuration)
    return made


def test_two_hundred_designs_are_listed_and_those_with_faults_let_be(repository: Repository) -> None:
    for number in range(1, 201):
        old = number <= 30
        repository.put(f"docs/tdd/{number:04}-{'old' if old else 'good'}.md", OLD if old else design())
    repository.put("docs/tdd/README.md", "# Designs\n")
    repository.commit()

    began = time.process_time()
    told = _adopt()
    seconds = time.process_time() - began

    lines = told.splitlines()
    assert lines[0] == "30 of 200 designs would be blocked today."
    assert lines[3].split()[:2] == ["30", "TDD101"]
    assert sum(line.startswith("docs/tdd/") and line.count(":") == 1 for line in lines) == 30
    assert "doctor OWNER/REPO" in told
    assert _written(repository).mode is Mode.ADVISE
    assert _run("check").exit_code == 0
    assert seconds < 10


def test_where_most_lack_sections_the_template_is_asked_about_first(repository: Repository) -> None:
    """Once for all of them, and not where only some do."""
    for number in range(1, 4):
        repository.put(f"docs/tdd/{number:04}-x.md", design(without=("4.2", "7")))
    repository.commit()
    assert _adopt().count("written from another one") == 1

    (repository.root / CONFIGURATION).unlink()
    for number in range(4, 8):
        repository.put(f"docs/tdd/{number:04}-x.md", design())
    repository.commit()
    assert "another one" not in _adopt()


def test_one_on_the_baseline_keeps_its_reviewers_and_a_new_one_is_judged(
    repository: Repository,
) -> None:
    repository.put("docs/tdd/0001-old.md", OLD)
    _adopt()

    made = _written(repository)
    old = for_document(made, "docs/tdd/0001-old.md")
    assert old.mode is Mode.ADVISE
    assert "TDD101" in old.rules
    assert not for_document(made, "docs/tdd/0002-new.md").rules
    repository.put("docs/tdd/0002-new.md", OLD)
    assert _run("check").exit_code == 1


@pytest.mark.parametrize(
    "name", ["[x] {y,z}.md", "what? *all*.md", "why????????????.md", "ünïcode — ü.md", "!a #b: 'c'.md"]
)
def test_a_name_with_wildcards_means_that_file(repository: Repository, name: str) -> None:
    repository.put(f"docs/tdd/{name}", OLD)
    repository.put(f"docs/tdd/sub/{name}", UNKNOWN)
    repository.put("docs/tdd/other.md", OLD.replace("Old", "Other"))
    _adopt()

    assert _run("check").exit_code == 0
    repository.put("docs/tdd/xx.md", OLD)
    assert _run("check").exit_code == 1


@pytest.mark.parametrize("name", ["a\\b.md", "line\nbreak.md", f"{'x' * 195}.md"])
def test_a_name_that_no_configuration_can_hold_is_told(repository: Repository, name: str) -> None:
    repository.put(f"docs/tdd/{name}", OLD)

    assert "a plainer name" in _adopt(code=2)
    assert not (repository.root / CONFIGURATION).exists()


def test_a_document_of_no_known_state_is_not_judged_and_that_is_said(repository: Repository) -> None:
    repository.put("docs/tdd/0001-done.md", UNKNOWN)
    repository.put("docs/tdd/0002-huge.md", design() + "x" * MAX_BYTES)
    (repository.root / "docs/tdd/0003-link.md").symlink_to("/etc/hostname")
    (repository.root / "docs/tdd/0004-bytes.md").write_bytes(b"\xff\xfe# TDD: \xff")

    told = _adopt()

    assert told.startswith("4 of 4 designs")
    listed = told.partition("not judged at all, since their state cannot be told:\n")[2]
    assert [line.strip()[9:13] for line in listed.splitlines()[:4]] == ["0001", "0002", "0003", "0004"]
    assert for_document(_written(repository), "docs/tdd/0001-done.md").mode is Mode.OFF
    repository.put("docs/tdd/0005-good.md", design())
    done = _run("check")
    assert (done.exit_code, "1 document" in done.stdout or "0 error" in done.stdout) == (0, True), done.output


def test_the_baseline_shrinks_and_never_grows(repository: Repository) -> None:
    for number in (1, 2, 3):
        repository.put(f"docs/tdd/000{number}-old.md", OLD)
    _adopt()
    repository.put("docs/tdd/0001-old.md", design())
    (repository.root / "docs/tdd/0002-old.md").unlink()
    repository.put("docs/tdd/0004-new.md", OLD)

    told = _adopt(code=1)
    assert "mended: they can be taken out:\n  docs/tdd/0001-old.md\n" in told
    assert "gone: they can be taken out:\n  docs/tdd/0002-old.md\n" in told
    assert "not on the baseline, which only shrinks: mend them:\n  docs/tdd/0004-new.md\n" in told
    assert "-      - docs/tdd/0001-old.md\n" in told

    _adopt("--force")
    (kind,) = _written(repository).kinds
    assert kind.configuration.paths == ("docs/tdd/0003-old.md",)
    repository.put("docs/tdd/0003-old.md", design())
    _adopt("--force")
    assert _written(repository).kinds == ()
    assert "# The gate says" in (repository.root / CONFIGURATION).read_text("utf-8")


HOUSE = """\
# Ours.
paths: ['docs/**/*.md', 'rfcs/*.md']  # and no others
kinds:
- name: RFC
  paths: ['rfcs/*.md']
"""


def test_a_configuration_that_is_there_is_shown_the_change_and_keeps_the_rest(repository: Repository) -> None:
    repository.put(CONFIGURATION, HOUSE)
    repository.put("docs/tdd/0001-old.md", OLD)
    repository.put("rfcs/0001-old.md", OLD)

    told = _adopt(code=1)
    assert "Nothing is written" in told
    assert "+- name: before tdd-bot" in told
    assert not [line for line in told.splitlines() if line.startswith("-") and not line.startswith("---")]
    assert (repository.root / CONFIGURATION).read_text("utf-8") == HOUSE

    told = _adopt("--force")
    text = (repository.root / CONFIGURATION).read_text("utf-8")
    assert text.startswith(HOUSE)
    assert "Of a kind of yours, and not let be" in told
    assert "rfcs" not in text.removeprefix(HOUSE)
    assert _written(repository).mode is Mode.ENFORCE


@pytest.mark.parametrize(
    "text", ["# Only words.\n", "{mode: enforce}\n", "mode: enforce", "mode: enforce\nkinds: []\n"]
)
def test_any_form_of_a_configuration_takes_the_baseline(repository: Repository, text: str) -> None:
    repository.put(CONFIGURATION, text)
    repository.put("docs/tdd/0001-old.md", OLD)

    _adopt("--force")

    assert _written(repository).mode is Mode.ENFORCE
    assert _run("check").exit_code == 0


def test_where_all_is_well_nothing_is_let_be(repository: Repository) -> None:
    repository.put("docs/tdd/0001-good.md", design())

    assert _adopt().startswith("0 of 1 designs")
    assert _written(repository).kinds == ()
    assert "stays as it is" in _adopt()


def test_more_than_a_hundred_go_on_in_another_kind(repository: Repository) -> None:
    for number in range(1, 102):
        repository.put(f"docs/tdd/{number:04}-old.md", OLD)

    _adopt()

    assert [one.name for one in _written(repository).kinds] == ["before tdd-bot", "before tdd-bot 2"]
    assert _run("check").exit_code == 0
    assert "stays as it is" in _adopt()


def test_a_design_that_is_known_by_its_title_counts(repository: Repository) -> None:
    repository.put("notes/old.md", OLD)
    repository.put("notes/other.md", "# Words\n")

    assert "1 of 1 designs" in _adopt()
    assert _run("check", "--only-documents", "notes/old.md", "notes/other.md").exit_code == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mdoe: advise\n", "line 1: unknown key `mdoe`"),
        ("kinds: [\n", "tdd-bot.yml"),
        ("- a\n", "has to hold keys and values"),
        ("paths: 3\n", "`paths`"),
    ],
)
def test_a_broken_configuration_is_told_and_left(repository: Repository, text: str, said: str) -> None:
    repository.put(CONFIGURATION, text)
    repository.put("docs/tdd/0001-old.md", OLD)

    assert said.replace("line 1: ", "") in _adopt("--force", code=2)
    assert (repository.root / CONFIGURATION).read_text("utf-8") == text


def test_a_file_that_cannot_be_read_is_told_and_nothing_is_written(repository: Repository) -> None:
    design_file = repository.put("docs/tdd/0001-old.md", OLD)
    repository.commit()
    design_file.unlink()
    os.mkfifo(design_file)

    assert "docs/tdd/0001-old.md: not a file" in _adopt(code=2)
    assert not (repository.root / CONFIGURATION).exists()


def test_nothing_is_written_through_a_link(repository: Repository, tmp_path: Path) -> None:
    repository.put("docs/tdd/0001-old.md", OLD)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (repository.root / ".github").symlink_to(elsewhere)

    assert "is a link to elsewhere" in _adopt(code=2)
    assert not list(elsewhere.iterdir())
    (repository.root / ".github").unlink()
    repository.put(".github/x", "")
    (repository.root / CONFIGURATION).symlink_to(elsewhere / "made.yml")
    assert "link" in _adopt("--force", code=2)
    assert not list(elsewhere.iterdir())


def test_without_designs_or_without_git_it_says_what_to_do(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.put("README.md", "# Shop\n")
    assert "tdd-bot new TITLE" in _adopt(code=2)
    monkeypatch.chdir(tmp_path)
    assert "no git checkout" in _adopt(code=2)


def test_force_alone_is_refused() -> None:
    assert "--force goes with --adopt" in _run("setup", "--force").stderr
