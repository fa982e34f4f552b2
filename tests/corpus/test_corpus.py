"""How often the reader agrees with people: on a set of our own, on any other by ``bench/labels.py``."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bench.labels import TARGETS, LabelError, Tally, labels_of, measured, missed

ROOT = Path(__file__).parents[2]
OWN = Path(__file__).parent / "own"
OTHER = os.environ.get("LABELLED_DOCUMENTS")
"""A folder with a labelled set that is no part of the project."""


@pytest.fixture(scope="module")
def tallies() -> Mapping[str, Tally]:
    return measured(OWN)


@pytest.mark.parametrize("measure", TARGETS)
def test_the_reader_agrees_with_people_on_our_own_set(measure: str, tallies: Mapping[str, Tally]) -> None:
    assert tallies[measure].misses == []
    assert tallies[measure].total > 1


def test_the_reader_reaches_the_targets_on_another_set() -> None:
    found = measured(Path(OTHER) if OTHER else OWN)
    assert missed(found) == []
    assert len(found) >= len(TARGETS)


def _set(folder: Path, **changed: object) -> Path:
    """Return a set of one document whose label is bent."""
    shutil.copytree(OWN / "docs", folder / "docs")
    label = next(one for one in labels_of(OWN) if one["id"] == "half-written")
    (folder / "labels.jsonl").write_text(json.dumps({**label, **changed}) + "\n", "utf-8")
    return folder


def _sections(**changed: object) -> list[Mapping[str, Any]]:
    """Return that document's labelled headings, its third one bent."""
    label = next(one for one in labels_of(OWN) if one["id"] == "half-written")
    return [{**one, **changed} if at == 2 else one for at, one in enumerate(label["sections"])]


@pytest.mark.parametrize(
    ("changed", "measure"),
    [
        ({"title": "Another"}, "header.title"),
        ({"status_normalized": "Draft"}, "header.status"),
        ({"status_raw": "Draft"}, "header.status_raw"),
        ({"date_raw": None}, "header.date_raw"),
        ({"author": ["Somebody"]}, "header.authors"),
        ({"reviewers": ["acme/mail"]}, "header.reviewers.named"),
        ({"reviewers": None}, "header.reviewers.none"),
        ({"sections": _sections(line=10)}, "headings.found"),
        ({"sections": _sections()[:-1]}, "headings.real"),
        ({"sections": _sections(state="empty")}, "states"),
        ({"sections": _sections(state="na")}, "states.not-filled"),
        ({"sections": _sections(state="placeholder", why="prompt")}, "states.own-template"),
        ({"template_map": {"1": "missing"}}, "template.present"),
    ],
)
def test_every_measure_can_fail(changed: dict[str, object], measure: str, tmp_path: Path) -> None:
    tally = measured(_set(tmp_path, **changed))[measure]
    assert tally.right < tally.total
    assert tally.misses[0].startswith("half-written: ")


def _run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "bench/labels.py", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)


def test_the_command_prints_every_measure_and_ends_with_1_below_a_target(tmp_path: Path) -> None:
    good = _run(OWN, "--need")
    assert good.returncode == 0
    assert all(measure in good.stdout for measure in TARGETS)
    bent = _set(tmp_path, sections=_sections(line=10))
    assert _run(bent).returncode == 0
    bad = _run(bent, "--need", "--show", 1)
    assert bad.returncode == 1
    assert "MISSED" in bad.stdout
    assert "line 10: 2. Context & Requirements" in bad.stdout


def test_a_document_without_an_answer_is_counted(tmp_path: Path) -> None:
    folder = _set(tmp_path)
    (folder / "docs/half-written.md").unlink()
    (folder / "docs/half-written.md").mkdir()
    with pytest.raises(LabelError, match="is not there"):
        measured(folder)


@pytest.mark.parametrize("text", ["", "{}\n", "no JSON\n", '{"id": "gone", "sections": []}\n'])
def test_a_set_that_is_none_ends_with_2(text: str, tmp_path: Path) -> None:
    assert _run(tmp_path).returncode == 2
    (tmp_path / "labels.jsonl").write_text(text, "utf-8")
    done = _run(tmp_path, "--need")
    assert done.returncode == 2
    assert "labels.jsonl" in done.stderr
