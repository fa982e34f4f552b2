"""How often the reader agrees with people on real documents, where a labelled set is at hand.

The documents are others' and no part of this project: without the set nothing is measured, and that is said.
"""

import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CORPUS = ROOT.parent / "shared" / "corpus"
SCORE = CORPUS / "score.py"

# Measure -> the least share of agreement, in per cent.
LEAST = {
    "answered": 100,
    "headings.found": 100,
    "headings.real": 100,
    "header.title": 97,
    "header.status": 97,
    "header.status_raw": 94,
    "header.date_raw": 94,
    "header.authors": 91,
    "header.reviewers.named": 100,
    "header.reviewers.none": 96,
    "states": 98,
    "states.not-filled": 95,
    "template.present": 90,
}


@cache
def _measured() -> dict[str, float]:
    command = f"{sys.executable} -m bot check --format json"
    done = subprocess.run(
        [sys.executable, str(SCORE), "--command", command],
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    return {
        name: float(share)
        for name, share in re.findall(r"^(\S+) +\d+/\d+ +([\d.]+) %", done.stdout, re.MULTILINE)
    }


@pytest.mark.skipif(not SCORE.exists(), reason="no set of labelled documents beside the checkout")
@pytest.mark.parametrize("measure", LEAST)
def test_the_reader_agrees_with_people(measure: str) -> None:
    assert _measured()[measure] >= LEAST[measure]
