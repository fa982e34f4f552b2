"""The hook of ``.pre-commit-hooks.yaml``, run by pre-commit itself on a repository that has it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.builders import design
from tests.cli.repository import Repository

ROOT = Path(__file__).parents[2]
# As a project has it, but for the language: an environment of its own would be built from a package index.
_CONFIG = """
repos:
  - repo: {hooks}
    rev: {revision}
    hooks:
      - id: tdd-check
        language: system
"""


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Return a repository with a design, a page that is none, and the hook."""
    pytest.importorskip("pre_commit", reason="pre-commit is not installed")
    hooks = Repository(tmp_path / "hooks")
    hooks.put(".pre-commit-hooks.yaml", (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    revision = hooks.commit()
    made = Repository(tmp_path / "shop")
    made.put(".pre-commit-config.yaml", _CONFIG.format(hooks=hooks.root, revision=revision))
    made.put("docs/tdd/0007-price-cache.md", design())
    made.put("docs/notes.md", "# Notes\n")
    made.put("docs/tdd/README.md", "# Designs\n")
    made.git("add", "--all")
    return made


def _pre_commit(repository: Repository, *arguments: str) -> subprocess.CompletedProcess[str]:
    folder = repository.root.parent / "bin"
    folder.mkdir(exist_ok=True)
    command = folder / "tdd-bot"
    command.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m bot "$@"\n', "utf-8")
    command.chmod(0o755)
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", *arguments],
        cwd=repository.root,
        env={
            **os.environ,
            "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
            "PRE_COMMIT_HOME": str(repository.root.parent / "cache"),
            "PYTHONPATH": "",
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_commit_with_a_complete_design_passes(repository: Repository) -> None:
    done = _pre_commit(repository, "run")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "tdd-bot check" in done.stdout
    assert "Passed" in done.stdout


def test_a_commit_with_a_faulty_design_is_stopped_and_told_why(repository: Repository) -> None:
    repository.put("docs/tdd/0007-price-cache.md", design(without=("7",)))
    repository.git("add", "--all")
    done = _pre_commit(repository, "run")
    assert done.returncode == 1
    assert "error[TDD201]: section 7 Risks & Unknowns is missing" in done.stdout
    assert "1 document, 1 error." in done.stdout


def test_files_that_are_no_designs_are_not_judged(repository: Repository) -> None:
    repository.git("rm", "--quiet", "--cached", "docs/tdd/0007-price-cache.md")
    done = _pre_commit(repository, "run")
    assert done.returncode == 0, done.stdout
    assert "Passed" in done.stdout


def test_the_hook_is_well_formed(repository: Repository) -> None:
    manifest = repository.root.parent / "hooks/.pre-commit-hooks.yaml"
    done = _pre_commit(repository, "validate-manifest", str(manifest))
    assert (done.returncode, done.stdout) == (0, "")


def test_the_commit_itself_is_stopped_once_the_hook_is_installed(repository: Repository) -> None:
    assert _pre_commit(repository, "install").returncode == 0
    repository.put("docs/tdd/0007-price-cache.md", design(without=("7",)))
    repository.git("add", "--all")
    environment = {**os.environ, "PRE_COMMIT_HOME": str(repository.root.parent / "cache")}
    environment["PATH"] = f"{repository.root.parent / 'bin'}{os.pathsep}{os.environ['PATH']}"
    git = shutil.which("git")
    assert git
    done = subprocess.run(
        [git, "commit", "--message=A design"],
        cwd=repository.root,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert "error[TDD201]" in done.stderr
