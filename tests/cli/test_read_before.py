"""A configuration that was read once is there at the next start, and never instead of another one."""

import os
from pathlib import Path

import pytest

from bot.cli.house import House, HouseError, Wanted, house_of
from bot.cli.read_before import MOST, read_before
from bot.core.model import Configuration, Mode, Severity
from tests.cli.conftest import forget
from tests.cli.repository import Repository

CONFIGURATION = ".github/tdd-bot.yml"
TEXT = """
mode: advise
reviewers: ['@acme/security']
rules: {TDD204: {Draft: off}, TDD205: error}
away: {alice: 2026-12-24}
reminders: {after: 2, escalate: '@acme/leads'}
sections: {'4.2': {owners: ['@acme/ops'], reason: true}}
kinds: [{name: RFC, paths: ['rfcs/**'], approvals: 2}]
"""


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Return a repository with a configuration that says a lot."""
    made = Repository(tmp_path / "shop")
    made.put(CONFIGURATION, TEXT)
    return made


def _house(repository: Repository) -> House:
    """Return the house as a new process sees it."""
    forget()
    return house_of(repository.root, Wanted())


def _kept() -> list[Path]:
    return sorted((Path(os.environ["XDG_CACHE_HOME"]) / "tdd-bot" / "configurations").glob("*"))


def test_what_was_read_before_is_the_same_to_the_last_value(repository: Repository) -> None:
    first = _house(repository).configuration
    (kept,) = _kept()
    before = kept.stat()
    again = _house(repository).configuration
    assert again == first
    assert again.lines == first.lines
    assert again.rules == {("TDD204", "Draft"): Severity.OFF, "TDD205": Severity.ERROR}
    assert kept.stat().st_ino == before.st_ino
    assert kept.parent.stat().st_mode & 0o077 == 0


def test_another_text_is_read_for_itself(repository: Repository) -> None:
    assert _house(repository).configuration.mode is Mode.ADVISE
    repository.put(CONFIGURATION, "mode: enforce\n")
    assert _house(repository).configuration == Configuration(given=frozenset({"mode"}))


@pytest.mark.parametrize("spoiled", ["", "{", "[]", '{"mode": "loud"}', "\x00", '{"mode": 3}', "[" * 10**6])
def test_a_spoiled_file_is_read_anew_and_mended(repository: Repository, spoiled: str) -> None:
    first = _house(repository).configuration
    (kept,) = _kept()
    kept.write_text(spoiled, "utf-8")
    assert _house(repository).configuration == first
    assert kept.read_text("utf-8") != spoiled


def test_a_faulty_configuration_is_never_kept(repository: Repository) -> None:
    repository.put(CONFIGURATION, "mode: loud\n")
    for _ in range(2):
        with pytest.raises(HouseError, match="`mode` is `loud`"):
            _house(repository)
    assert _kept() == []


def test_where_nothing_can_be_kept_it_is_read_each_time(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert _house(repository).configuration == _house(repository).configuration


def test_no_more_are_kept_than_there_is_use_for() -> None:
    for number in range(MOST + 3):
        read_before(f"minimum: {number}", CONFIGURATION, (), lambda: Configuration(minimum=1))
    assert len(_kept()) == MOST
