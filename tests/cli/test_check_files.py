"""Which files ``tdd-bot check`` takes, by which template, and how it names them."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.cli.check import Options, run
from bot.cli.console import Progress
from bot.core.document import MAX_BYTES
from bot.core.render.formats import Format
from tests.builders import design
from tests.cli.repository import Repository

HOUSE = "# T\n\nStatus: Open | Shut\n\n## Why\n"
OF_THE_HOUSE = "# A\n\nStatus: Open\n\n## Why\n\nSo.\n"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """Return an empty repository, which is the working directory."""
    made = Repository(tmp_path / "shop")
    monkeypatch.chdir(made.root)
    return made


def _json(capsys: pytest.CaptureFixture[str], *paths: str, **options: object) -> tuple[int, dict[str, Any]]:
    code = run(paths, Options(form=Format.JSON, **options))  # type: ignore[arg-type] # the test names fields of Options
    documents = json.loads(capsys.readouterr().out)["documents"]
    return code, {one["path"]: one for one in documents}


def _stdin(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))


def test_without_paths_the_documents_of_the_repository_are_meant(
    repository: Repository, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in ("docs/tdd/a.md", "docs/designs/b/c.md", "tdd/d.md", "docs/tdd/README.md", "e.md"):
        repository.put(place, design())
    assert set(_json(capsys)[1]) == {"docs/tdd/a.md", "docs/designs/b/c.md", "tdd/d.md"}
    monkeypatch.chdir(repository.root / "tdd")
    assert set(_json(capsys)[1]) == {"../docs/tdd/a.md", "../docs/designs/b/c.md", "d.md"}


def test_a_repository_in_a_folder_of_any_name_has_its_documents(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Repository(tmp_path / "[a]{b,c}*")
    made.put("docs/tdd/a.md", design())
    monkeypatch.chdir(made.root)
    assert set(_json(capsys)[1]) == {"docs/tdd/a.md"}


@pytest.mark.usefixtures("repository")
def test_without_paths_and_without_documents_it_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert run((), Options()) == 2
    shown = capsys.readouterr()
    assert "no documents in docs/tdd" in shown.err
    assert shown.out == ""


def test_a_pattern_means_the_documents_that_it_matches(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    for place in ("a/1.md", "a/b/2.md", "c/3.md", "d/4.md", "a/README.md", "a/5.txt"):
        repository.put(place, design())
    assert set(_json(capsys, "{a,c}/**/*.md")[1]) == {"a/1.md", "a/b/2.md", "c/3.md"}
    assert run(["x/*.md"], Options()) == 2
    assert "x/*.md: no documents match this pattern" in capsys.readouterr().err


def test_a_file_with_the_characters_of_a_pattern_is_that_file(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.put("[a].md", design())
    repository.put("a.md", design())
    assert set(_json(capsys, "[a].md")[1]) == {"[a].md"}


def test_a_file_named_twice_is_judged_once(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.put("docs/a.md", design())
    run(["docs", "docs/a.md", "docs/*.md"], Options(form=Format.JSON))
    assert len(json.loads(capsys.readouterr().out)["documents"]) == 1


def test_only_documents_skips_what_the_gate_would(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    places = ["docs/tdd/a.md", "docs/tdd/README.md", "notes.md", "plan.md", "docs/tdd/latin.md"]
    for place in places:
        repository.put(place, design() if place != "notes.md" else "# Notes\n")
    (repository.root / "docs/tdd/latin.md").write_bytes(b"\xe4")
    (repository.root / "latin.md").write_bytes(b"\xe4")
    code, found = _json(capsys, *places, "latin.md", only_documents=True)
    assert set(found) == {"docs/tdd/a.md", "plan.md", "docs/tdd/latin.md"}
    assert code == 1


@pytest.mark.parametrize("place", ["docs/tdd/TEMPLATE.md", ".github/TDD_TEMPLATE.md"])
def test_the_template_of_the_repository_is_found_from_the_file_upwards(
    repository: Repository, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.put(place, HOUSE)
    path = repository.put("docs/tdd/deep/er/a.md", OF_THE_HOUSE)
    monkeypatch.chdir(tmp_path)
    assert run([str(path)], Options()) == 0


def test_the_nearest_template_is_taken_and_none_from_outside(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    (repository.root.parent / ".github").mkdir()
    (repository.root.parent / ".github/TDD_TEMPLATE.md").write_text("# T\n\n## Outside\n", "utf-8")
    repository.put("docs/tdd/TEMPLATE.md", HOUSE)
    repository.put("part/.github/TDD_TEMPLATE.md", "# T\n\n## Part\n")
    for place in ("part/docs/tdd/a.md", "tdd/a.md"):
        repository.put(place, "# A\n")
    titles = {path: one["sections"][0]["title"] for path, one in _json(capsys, "part", "tdd")[1].items()}
    assert titles == {"part/docs/tdd/a.md": "Part", "tdd/a.md": "Why"}


def test_outside_of_a_repository_no_folder_above_the_working_one_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".github").mkdir()
    (tmp_path / ".github/TDD_TEMPLATE.md").write_text(HOUSE, "utf-8")
    (tmp_path / "work").mkdir()
    (tmp_path / "work/a.md").write_text(OF_THE_HOUSE, "utf-8")
    monkeypatch.chdir(tmp_path / "work")
    assert _json(capsys, "a.md")[0] == 1
    monkeypatch.chdir(tmp_path)
    assert _json(capsys, "work/a.md")[0] == 0


def test_a_template_that_is_found_and_cannot_be_used_is_said_once(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.put("docs/tdd/TEMPLATE.md", "nothing\n")
    for name in "ab":
        repository.put(f"docs/tdd/{name}.md", design())
    assert run(["docs"], Options()) == 2
    assert capsys.readouterr().err.count("it has no headings") == 1


def test_standard_input_is_a_document_at_the_place_that_is_named(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.put("docs/tdd/TEMPLATE.md", HOUSE)
    _stdin(monkeypatch, OF_THE_HOUSE.encode())
    code, found = _json(capsys, "-", stdin_filename="docs/tdd/new.md")
    assert (code, list(found)) == (0, ["docs/tdd/new.md"])


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"\xe4", "UTF-8"), (b"x" * (MAX_BYTES + 1), "larger"), (b"# a\n" * 10_001, "blocks")],
)
def test_standard_input_is_refused_as_a_file_is(
    content: bytes, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _stdin(monkeypatch, content)
    code, found = _json(capsys, "-")
    assert code == 1
    assert said in found["stdin.md"]["findings"][0]["message"]


def test_standard_input_stands_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["-", "a.md"], Options()) == 2
    assert run(["-"], Options(since="main")) == 2
    assert capsys.readouterr().err.count("stands alone") == 2


def test_annotations_and_alerts_name_the_file_in_the_repository(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = repository.put("docs/tdd/a.md", design(without=("7",)))
    monkeypatch.chdir(repository.root / "docs")
    run([str(path)], Options(form=Format.GITHUB))
    run(["tdd/a.md"], Options(form=Format.SARIF))
    shown = capsys.readouterr().out
    assert shown.startswith("::error file=docs/tdd/a.md,")
    assert '"uri": "docs/tdd/a.md"' in shown


def test_rules_are_chosen_by_the_beginnings_of_their_codes(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.put("a.md", design("Someday", "", without=("7",)))

    def rules(**options: tuple[str, ...]) -> set[str]:
        return {one["rule"] for one in _json(capsys, "a.md", **options)[1]["a.md"]["findings"]}

    everything = rules()
    assert {"TDD104", "TDD201"} <= everything
    assert rules(select=("tdd2",)) == {"TDD201"}
    assert rules(select=("TDD201,TDD104",), ignore=("TDD104",)) == {"TDD201"}
    assert rules(ignore=("TDD1", "TDD2")) == {one for one in everything if one[3] not in "12"}


@pytest.mark.parametrize("option", ["select", "ignore"])
def test_a_code_that_no_rule_has_is_said(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["a.md"], Options(**{option: ("TDD201,TDD8",)})) == 2  # type: ignore[arg-type] # by name
    assert "no rule has a code like TDD8" in capsys.readouterr().err


def test_many_files_are_judged_in_order_on_all_cores(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [f"docs/{number:03}.md" for number in range(230)]
    for number, name in enumerate(names):
        repository.put(name, f"# Number {number}\n")
    (repository.root / "docs/100.md").unlink()
    (repository.root / "docs/100.md").symlink_to("nowhere")
    code, found = _json(capsys, "docs")
    assert code == 1
    assert list(found) == names
    assert found["docs/229.md"]["title"] == "Number 229"
    assert found["docs/100.md"]["findings"][0]["rule"] == "TDD501"


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("stream", "shown"), [(_Terminal(), True), (io.StringIO(), False)])
def test_progress_is_for_terminals_and_leaves_nothing_behind(stream: io.StringIO, shown: bool) -> None:
    with Progress(1_000, stream) as progress:
        progress.step()
        assert ("1 of 1,000 files" in stream.getvalue()) is shown
    assert stream.getvalue().endswith("\r\x1b[K") is shown


def test_a_short_run_shows_no_progress() -> None:
    stream = _Terminal()
    with Progress(3, stream) as progress:
        progress.step()
    assert stream.getvalue() == ""


def test_a_template_is_judged_as_one(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    repository.put("docs/tdd/TEMPLATE.md", "# T\n\n**Author:** [Your Name]\n\n## Why\n")
    assert run(["docs/tdd/TEMPLATE.md"], Options()) == 1
    shown = capsys.readouterr().out
    assert "error[TDD901]: the template has no Status line\n" in shown
    assert "1 | # T\n" in shown
    assert run(["docs/tdd/TEMPLATE.md"], Options(only_documents=True, form=Format.MARKDOWN)) == 1
    assert "\nA template.\n" in capsys.readouterr().out


def test_a_template_that_changed_is_judged_against_what_it_was(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.put("docs/tdd/TEMPLATE.md", f"{HOUSE}\n**Reviewers:** @acme/security\n")
    base = repository.commit()
    repository.put("docs/tdd/TEMPLATE.md", HOUSE)
    _, found = _json(capsys, since=base)
    assert "TDD901" in {one["rule"] for one in found["docs/tdd/TEMPLATE.md"]["findings"]}


def test_links_are_followed_from_the_file_whatever_the_working_directory(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    body = "See [a](../flow.svg), [b](/docs/ignored.svg), [c](../gone.svg) and [d](../new.svg)."
    repository.put(".gitignore", "ignored.svg\n")
    for place in ("docs/flow.svg", "docs/gone.svg", "docs/ignored.svg"):
        repository.put(place, "")
    repository.put("docs/tdd/0001-a.md", design(bodies={"1": body}))
    repository.commit()
    (repository.root / "docs/gone.svg").unlink()
    repository.put("docs/new.svg", "")
    monkeypatch.chdir(repository.root / "docs")
    _, found = _json(capsys, "tdd/0001-a.md")
    broken = {one["message"] for one in found["tdd/0001-a.md"]["findings"] if one["rule"] == "TDD503"}
    assert broken == {
        "`/docs/ignored.svg` is no file of this repository",
        "`../gone.svg` is no file of this repository",
    }


def test_a_successor_is_looked_up_in_the_repository(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.put("docs/tdd/0001-a.md", design("Superseded by [new](0002-b.md)"))
    repository.put("docs/tdd/0002-b.md", design("Draft"))
    repository.put("docs/tdd/0003-c.md", design("Superseded by [new](0009-d.md)"))
    _, found = _json(capsys)
    rules = {path[9:13]: {one["rule"] for one in told["findings"]} for path, told in found.items()}
    assert "TDD308" in rules["0001"]
    assert "TDD305" in rules["0003"]


def test_what_is_no_document_is_no_successor(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.put("docs/tdd/0001-a.md", design("Superseded by [new](0002-b.md)"))
    (repository.root / "docs/tdd/0002-b.md").symlink_to("0001-a.md")
    _, found = _json(capsys, "docs/tdd/0001-a.md")
    assert "TDD305" in {one["rule"] for one in found["docs/tdd/0001-a.md"]["findings"]}


def test_what_a_comment_allows_is_told_and_does_not_count(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    allowed = '<!-- tdd: allow TDD204 reason="decided in May" -->\n\nTBD'
    repository.put("a.md", design(bodies={"7": allowed}))
    assert run(["a.md"], Options()) == 0
    shown = capsys.readouterr().out
    assert "allowed[TDD204]: a.md:" in shown
    assert ": decided in May (line " in shown
    run(["a.md"], Options(form=Format.MARKDOWN))
    assert "- Allowed in line " in capsys.readouterr().out
    assert run(["a.md"], Options(ignore=("TDD2",))) == 0
    assert "allowed[" not in capsys.readouterr().out


def test_where_git_cannot_tell_what_is_there_the_rules_that_need_it_rest(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.put("a.md", design(bodies={"1": "See [a](gone.svg)."}))
    monkeypatch.setenv("PATH", str(repository.root))
    _, found = _json(capsys, "a.md")
    assert "TDD503" not in {one["rule"] for one in found["a.md"]["findings"]}
