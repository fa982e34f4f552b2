"""The documentation says what is: its reference pages come from code, and the tests that it names exist."""

import ast
import re
import runpy
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"


def test_the_reference_pages_are_what_the_code_says() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / ".ci" / "reference.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("page", ["commands.md", "command-line.md"])
def test_a_stale_reference_page_is_told(page: str) -> None:
    generator = runpy.run_path(str(ROOT / ".ci" / "reference.py"), run_name="reference")
    written = {"commands.md": generator["commands"](), "command-line.md": generator["command_line"]()}

    assert (DOCS / "reference" / page).read_text(encoding="utf-8") == written[page]
    assert "/tdd approve" in written["commands.md"]
    assert "## tdd-bot check" in written["command-line.md"]


def test_every_test_that_the_threat_model_names_is_there() -> None:
    named = re.findall(
        r"`(tests/[\w/]+\.py)::(test_\w+)`", (DOCS / "SECURITY.md").read_text(encoding="utf-8")
    )

    missing = [
        f"{file}::{test}"
        for file, test in named
        if not re.search(
            rf"^(?:async )?def {test}\(", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE
        )
    ]

    assert len(named) > 20
    assert missing == []


def _names_in(file: Path) -> set[str]:
    """Return what a module defines, methods as ``Class.method``."""
    made = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    top = [one for one in ast.parse(file.read_text(encoding="utf-8")).body if isinstance(one, made)]
    inner = [
        f"{one.name}.{method.name}"
        for one in top
        if isinstance(one, ast.ClassDef)
        for method in one.body
        if isinstance(method, made)
    ]
    return {one.name for one in top} | set(inner)


@pytest.mark.parametrize("page", ["explanation/one-webhook.md", "CONTRIBUTING.md"])
def test_what_a_page_for_readers_of_the_code_names_is_there(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    named = re.findall(r"`((?:bot|tests|bench|\.ci)/[\w/.]+)(?:::([\w.]+))?`", text)

    gone = [file for file, _ in named if not (ROOT / file).exists()]
    missing = [f"{file}::{name}" for file, name in named if name and name not in _names_in(ROOT / file)]

    assert len(named) > 10
    assert (gone, missing) == ([], [])


def test_the_projects_own_design_passes_its_own_check() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "check", "docs/tdd"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, "16 of 16 sections written" in done.stdout) == (0, True)


def test_the_page_on_asking_why_shows_what_is_printed() -> None:
    page = (DOCS / "how-to" / "ask-why.md").read_text(encoding="utf-8")
    [(command, shown)] = re.findall(r"```sh\ntdd-bot ([^\n]*)\n```\n\n```\n([^`]*)```", page)
    done = subprocess.run(
        [sys.executable, "-m", "bot", *shlex.split(command)],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )

    assert (done.returncode, done.stdout.decode("utf-8").rstrip()) == (0, shown.rstrip())
    assert "Then: waiting: acme/infrastructure to sign again" in shown
