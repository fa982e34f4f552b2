"""The steps of ``action.yml``, run by hand as GitHub's runner would."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.builders import design
from tests.cli.repository import Repository

ROOT = Path(__file__).parents[2]
PATH = "docs/tdd/0007-price-cache.md"


@pytest.fixture(scope="module")
def action() -> dict[str, Any]:
    """Return the action as a runner reads it."""
    found = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    assert isinstance(found, dict)
    return found


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Return a checked out pull request that breaks a design."""
    made = Repository(tmp_path / "work")
    made.put(PATH, design("Approved"))
    made.put("docs/tdd/0001-old.md", design(without=("1",)))
    made.commit()
    made.git("switch", "--quiet", "--create", "branch")
    made.put(PATH, design("Approved", without=("7",)))
    made.commit()
    return made


def _step(action: dict[str, Any], name: str) -> dict[str, Any]:
    (step,) = (one for one in action["runs"]["steps"] if one.get("name") == name)
    assert isinstance(step, dict)
    return step


def _check(
    action: dict[str, Any], repository: Repository, **inputs: str
) -> tuple[subprocess.CompletedProcess[str], str]:
    """Run the checking step with the variables that the action documents; return the job's summary too."""
    temporary = repository.root.parent / "temp"
    (temporary / "tdd-bot/bin").mkdir(parents=True)
    python = temporary / "tdd-bot/bin/python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n', "utf-8")
    python.chmod(0o755)
    summary = temporary / "summary.md"
    step = _step(action, "Check")
    names = {name: str(value).strip("${ }").removeprefix("inputs.") for name, value in step["env"].items()}
    script = temporary / "step.sh"
    script.write_text(step["run"], "utf-8")
    done = subprocess.run(
        # https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#defaultsrunshell
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
        cwd=repository.root,
        env={
            **os.environ,
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_STEP_SUMMARY": str(summary),
            "RUNNER_TEMP": str(temporary),
            **{name: inputs.get(told, "") for name, told in names.items()},
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done, summary.read_text("utf-8")


def test_what_a_pull_request_changes_is_annotated_and_summed_up(
    action: dict[str, Any], repository: Repository
) -> None:
    done, summary = _check(action, repository, since="main")
    assert done.returncode == 1
    assert done.stdout.startswith(f"::error file={PATH},line=1,")
    assert "0001-old.md" not in done.stdout
    assert summary.startswith("### tdd-bot: 1 document, 1 error")
    assert f"#### `{PATH}`" in summary


def test_paths_and_a_template_can_be_named(action: dict[str, Any], repository: Repository) -> None:
    repository.put("house.md", "# T\n\n**Status:** Draft | Approved\n\n## 1. Executive Summary\n")
    repository.put("a b.md", "# T\n\n**Status:** Approved\n\n## 1. Executive Summary\n\nSo it is.\n")
    done, summary = _check(action, repository, paths="a b.md\ndocs/tdd/0001*.md\n", template="house.md")
    assert done.returncode == 1
    assert "::error file=docs/tdd/0001-old.md" in done.stdout
    assert "✔ `a b.md`" in summary


def test_a_hostile_input_is_a_name_and_no_command(action: dict[str, Any], repository: Repository) -> None:
    done, _ = _check(action, repository, since="$(touch stolen);`touch stolen`", paths="--help\n-x")
    assert done.returncode == 2
    assert done.stdout.startswith("::error title=tdd-bot::git knows no revision ")
    assert not (repository.root / "stolen").exists()


def test_a_shallow_checkout_is_told_what_is_missing(action: dict[str, Any], repository: Repository) -> None:
    done, _ = _check(action, repository, since="0" * 40)
    assert done.returncode == 2
    assert "fetch-depth: 0" in done.stdout


def test_nothing_of_an_input_is_pasted_into_a_script(action: dict[str, Any]) -> None:
    for step in action["runs"]["steps"]:
        assert "${{" not in step.get("run", "")
        assert step.get("shell", "bash") == "bash"


def test_what_is_installed_is_known_by_its_hash(action: dict[str, Any]) -> None:
    script = _step(action, "Install")["run"]
    assert '--require-hashes -r "$GITHUB_ACTION_PATH/requirements.txt"' in script
    assert "--hash=sha256:" in (ROOT / "requirements.txt").read_text("utf-8")
