"""The commands go by the working tree's configuration: places, template, sections, rules, kinds."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli.app import app
from tests.builders import design
from tests.cli.conftest import forget
from tests.cli.repository import Repository

CONFIGURATION = ".github/tdd-bot.yml"
HOUSE = "# RFC: [Title]\n\nStatus: [Open / Closed]\n\n## Why\n\n*Why now?*\n\n## What\n\n*What changes?*\n"
RFC = "# RFC: Money\n\nStatus: Open\n\n## Why\n\nCents are lost.\n\n## What\n\nDecimals.\n"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """Return an empty repository, which is the working directory."""
    made = Repository(tmp_path / "shop")
    monkeypatch.chdir(made.root)
    return made


def _run(*arguments: str) -> Result:
    forget()
    return CliRunner().invoke(app, arguments)


def _documents(*arguments: str) -> dict[str, Any]:
    """Return what ``check`` says in JSON, by path."""
    done = _run("check", "--format", "json", *arguments)
    assert done.exit_code in {0, 1}, done.stderr
    return {one["path"]: one for one in json.loads(done.stdout)["documents"]}


def _codes(document: dict[str, Any]) -> dict[str, str]:
    return {one["rule"]: one["severity"] for one in document["findings"]}


def test_documents_are_where_the_configuration_says(repository: Repository) -> None:
    repository.put("docs/tdd/0001-a.md", design())
    repository.put("rfcs/0001-b.md", design())
    repository.put("rfcs/old/0000-c.md", design())
    assert set(_documents()) == {"docs/tdd/0001-a.md"}
    repository.put(CONFIGURATION, "paths: ['rfcs/**/*.md']\nexclude: ['rfcs/old/**']\n")
    assert set(_documents("--no-config")) == {"docs/tdd/0001-a.md"}
    assert set(_documents("--config", CONFIGURATION)) == {"rfcs/0001-b.md"}


@pytest.mark.parametrize("argument", [".", "rfcs"])
def test_a_folder_leaves_out_what_is_excluded(repository: Repository, argument: str) -> None:
    repository.put("rfcs/0001-b.md", design())
    repository.put("rfcs/old/0000-c.md", design())
    repository.put(CONFIGURATION, "exclude: ['rfcs/old/**']\n")
    assert set(_documents(argument)) == {"rfcs/0001-b.md"}


def test_only_documents_are_those_of_the_configuration(repository: Repository) -> None:
    repository.put("docs/tdd/0001-a.md", design())
    repository.put("rfcs/0001-b.md", design())
    repository.put(CONFIGURATION, "paths: ['rfcs/*.md']\n")
    named = ("--only-documents", "docs/tdd/0001-a.md", "rfcs/0001-b.md")
    assert set(_documents(*named)) == {"rfcs/0001-b.md"}


def test_since_judges_what_changed_where_the_configuration_says(repository: Repository) -> None:
    repository.put(CONFIGURATION, "paths: ['rfcs/*.md']\n")
    repository.commit()
    repository.put("docs/tdd/0001-a.md", design())
    repository.put("rfcs/0001-b.md", design())
    repository.commit()
    assert set(_documents("--since", "HEAD~1")) == {"rfcs/0001-b.md"}


def test_the_template_is_the_one_that_is_named(repository: Repository) -> None:
    repository.put("house/rfc.md", HOUSE)
    path = repository.put("docs/tdd/0001-money.md", RFC).relative_to(repository.root).as_posix()
    assert "TDD201" in _codes(_documents(path)[path])
    repository.put(CONFIGURATION, "template: house/rfc.md\n")
    found = _run("check", "--format", "json", path)
    document = json.loads(found.stdout)["documents"][0] if found.stdout else {}
    assert found.exit_code == 0, found.stderr
    assert [row["title"] for row in document["sections"]] == ["Why", "What"]
    assert document["header"]["status"] == "Open"


def test_sections_and_rules_weigh_as_configured(repository: Repository) -> None:
    path = "docs/tdd/0001-a.md"
    repository.put(path, design(without=("4.2",), bodies={"7": "N/A", "6": "TBD"}))
    before = _codes(_documents(path)[path])
    assert before["TDD201"] == before["TDD204"] == "error"
    sections = "sections:\n  '4.2': {required: false}\n  Risks & Unknowns: {reason: true}\n"
    repository.put(CONFIGURATION, f"{sections}rules: {{TDD204: off}}\n")
    after = _codes(_documents(path)[path])
    assert after["TDD207"] == "error"
    assert "TDD204" not in after
    assert after.get("TDD201") != "error"


def test_another_heading_is_known_by_the_configurations_alias(repository: Repository) -> None:
    path = "docs/tdd/0001-a.md"
    repository.put(path, design().replace("## 7. Risks & Unknowns", "## What may go wrong"))
    assert "TDD201" in _codes(_documents(path)[path])
    repository.put(CONFIGURATION, "sections:\n  '7': {aliases: [What may go wrong]}\n")
    assert "TDD201" not in _codes(_documents(path)[path])


def test_each_kind_is_judged_by_its_own(repository: Repository) -> None:
    repository.put("house/rfc.md", HOUSE)
    repository.put("rfcs/0001-money.md", RFC)
    repository.put("docs/tdd/0001-a.md", design(without=("4.2",)))
    kind = "kinds:\n  - name: RFC\n    paths: ['rfcs/*.md']\n    template: house/rfc.md\n"
    repository.put(CONFIGURATION, f"{kind}    rules: {{TDD102: off}}\n")
    found = _documents()
    assert set(found) == {"docs/tdd/0001-a.md", "rfcs/0001-money.md"}
    assert len(found["rfcs/0001-money.md"]["sections"]) == 2
    assert "TDD201" in _codes(found["docs/tdd/0001-a.md"])


def test_fix_adds_what_the_named_template_has(repository: Repository) -> None:
    repository.put("house/rfc.md", HOUSE)
    path = repository.put("docs/tdd/0001-money.md", RFC.partition("## What")[0])
    repository.put(CONFIGURATION, "template: house/rfc.md\n")
    assert _run("fix", str(path)).exit_code == 0
    text = path.read_text("utf-8")
    assert text.endswith("## What\n\n*What changes?*\n")
    assert "Executive Summary" not in text


def test_a_rule_that_is_off_mends_nothing(repository: Repository) -> None:
    path = repository.put("docs/tdd/0001-a.md", design().replace("2026-11-20", "20 Nov 2026"))
    repository.put(CONFIGURATION, "rules: {TDD113: off}\n")
    _run("check", "--fix", str(path))
    assert "**Date:** 20 Nov 2026" in path.read_text("utf-8")
    _run("check", "--fix", "--no-config", str(path))
    assert "**Date:** 2026-11-20" in path.read_text("utf-8")


def test_a_new_design_goes_where_the_configuration_says_by_its_template(repository: Repository) -> None:
    repository.put("house/rfc.md", HOUSE)
    repository.put(CONFIGURATION, "paths: ['rfcs/**/*.md']\ntemplate: house/rfc.md\n")
    done = _run("new", "Money")
    assert done.exit_code == 0, done.stderr
    assert done.stdout == "rfcs/0001-money.md\n"
    assert "## Why" in (repository.root / "rfcs/0001-money.md").read_text("utf-8")
    assert _run("index").exit_code == 0
    assert "[0001 RFC: Money](0001-money.md)" in (repository.root / "rfcs/README.md").read_text("utf-8")


BROKEN = {
    "unknown key": (
        "mode: advise\nreviwers: ['@a']\n",
        "2:1: unknown key `reviwers`, did you mean `reviewers`?",
    ),
    "bad value": ("mode: enforced\n", "1:7: `mode` is `enforced`"),
    "no YAML": ("paths: [\n", "tdd-bot.yml:"),
    "no such rule": ("rules: {TDD999: off}\n", "there is no rule `TDD999`"),
    "no such section": ("sections:\n  Riks: {required: false}\n", "2: the template has no section `Riks`"),
    "no such template": ("# ours\ntemplate: house/rfc.md\n", "2: template "),
    "another kind's section": (
        "kinds:\n  - name: RFC\n    paths: ['rfcs/*.md']\n    sections: {Whence: {required: true}}\n",
        "4: the template has no section `Whence`",
    ),
}


@pytest.mark.parametrize(("text", "message"), BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize(
    "command", [("check",), ("check", "-"), ("check", "docs"), ("fix", "docs"), ("new", "T"), ("index",)]
)
def test_a_broken_configuration_stops_every_command_with_its_line(
    repository: Repository, command: tuple[str, ...], text: str, message: str
) -> None:
    repository.put("docs/tdd/0001-a.md", design())
    repository.put(CONFIGURATION, text)
    done = _run(*command)
    assert done.exit_code == 2
    assert f"tdd-bot: {CONFIGURATION}:" in done.stderr
    assert message in done.stderr
    assert done.stdout == ""


def test_all_faults_of_a_configuration_are_told_at_once(repository: Repository) -> None:
    repository.put("docs/tdd/0001-a.md", design())
    repository.put(CONFIGURATION, "mod: advise\nminimum: none\n")
    done = _run("check", "docs")
    assert [line.split(":")[2] for line in done.stderr.splitlines()] == ["1", "2"]


def test_without_a_configuration_a_broken_one_does_not_matter(repository: Repository) -> None:
    repository.put("docs/tdd/0001-a.md", design())
    repository.put(CONFIGURATION, "mode: enforced\n")
    assert _run("check", "--no-config").exit_code == 0


def test_a_named_configuration_has_to_be_there(repository: Repository) -> None:
    repository.put("docs/tdd/0001-a.md", design())
    done = _run("check", "--config", "gone.yml")
    assert (done.exit_code, done.stderr) == (2, "tdd-bot: gone.yml: no such file or directory\n")
    both = _run("check", "--config", "gone.yml", "--no-config")
    assert "exclude each other" in both.stderr


def test_a_configuration_may_be_no_link(repository: Repository) -> None:
    repository.put("docs/tdd/0001-a.md", design())
    repository.put("elsewhere.yml", "mode: advise\n")
    (repository.root / ".github").mkdir()
    (repository.root / CONFIGURATION).symlink_to(repository.root / "elsewhere.yml")
    done = _run("check")
    assert done.exit_code == 2
    assert "symbolic link" in done.stderr
