"""``explain`` and ``simulate`` on recordings, and how they complain."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bot.cli.why import Wanted, explained, simulated
from bot.core.decide import decide
from bot.core.model.recording import record
from bot.core.render.why import to_text, why
from tests.builders import BOB, change, design, review, snapshot
from tests.keys import rsa_pem

ROOT = Path(__file__).parents[2]
SEEN = snapshot(change(design("Approved")), reviews=(review(BOB),))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "seven.json"
    path.write_text(record(SEEN), "utf-8")
    return path


def test_a_recording_is_explained(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert explained(Wanted(None, replay=file), {}) == 0
    said = capsys.readouterr().out
    assert said.startswith(to_text(why(SEEN, decide(SEEN)), color=False))
    assert said.splitlines()[-1].startswith("Left for the bot to do: write the check (action_required); ")


def test_a_recording_is_simulated_on(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "c.yml"
    config.write_text("land: [In-Review]\nreviewers: ['@acme/nobody']\n")
    wanted = Wanted(None, replay=file, config=config, wishes=("approve:dana", "approve:carol"))
    assert simulated(wanted, {}) == 0
    said = capsys.readouterr()
    assert said.out.splitlines()[1] == "Then: waiting: Waiting for acme/nobody"
    assert "names that its own configuration led to" in said.err


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "cannot be replayed: it is not JSON"),
        (b"\xff", "cannot be read: 'utf-8' codec"),
        (b"{}", "cannot be replayed: it is no recording of a pull request"),
        (json.dumps({"kind": "tdd-bot snapshot", "version": 0}).encode(), "recorded in form 0"),
        (
            record(replace(SEEN, template="# x\n" * 200_000)).encode(),
            "its template is larger than one may be",
        ),
    ],
)
def test_a_file_that_is_no_recording_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, complaint: str
) -> None:
    (tmp_path / "x.json").write_bytes(content)
    for run in (explained, lambda one, environ: simulated(replace(one, wishes=("ignore:bob",)), environ)):
        assert run(Wanted(None, replay=tmp_path / "x.json"), {}) == 2
        said = capsys.readouterr()
        assert complaint in said.err
        assert said.out == ""


def test_a_file_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert explained(Wanted(None, replay=tmp_path / "none.json"), {}) == 2
    assert "none.json cannot be read: no such file or directory" in capsys.readouterr().err


def test_a_recording_beyond_the_cap_is_not_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (tmp_path / "big.json").open("wb") as big:
        big.truncate(65 * 1024 * 1024)
    assert explained(Wanted(None, replay=tmp_path / "big.json"), {}) == 2
    assert "has more than 64 MiB" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("wanted", "complaint"),
    [
        (Wanted(None), "name a pull request as OWNER/REPO#N"),
        (Wanted("acme/shop"), "acme/shop is no pull request: write OWNER/REPO#N"),
        (Wanted("acme/shop#0"), "acme/shop#0 is no pull request"),
        (Wanted("../../etc#1"), "is no pull request"),
        (Wanted("acme/shop#1", replay=Path("x")), "--replay takes the place of a pull request"),
        (Wanted(None, record=Path("y"), replay=Path("x")), "is a recording already"),
        (Wanted("acme/shop#1"), "APP_ID: is missing; CLIENT_ID would do as well"),
    ],
)
def test_a_call_that_cannot_be_is_refused_before_anything_is_asked(
    capsys: pytest.CaptureFixture[str], wanted: Wanted, complaint: str
) -> None:
    assert explained(wanted, {}) == 2
    assert complaint in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "wishes", "complaint"),
    [
        (None, (), "say what is to be different: --config FILE, or --as-if approve:LOGIN"),
        (None, ("praise:bob",), "--as-if: 'praise:bob' is none of approve:LOGIN"),
        (None, ("approve:nobody",), "nobody has nothing to do with this pull request"),
        ("mode: loud\nreviwers: []\n", (), "line 2: unknown key `reviwers`, did you mean `reviewers`?"),
    ],
)
def test_what_cannot_be_supposed_is_refused(
    file: Path, capsys: pytest.CaptureFixture[str], text: str | None, wishes: tuple[str, ...], complaint: str
) -> None:
    config = file.with_name("c.yml") if text else None
    if config and text:
        config.write_text(text)
    assert simulated(Wanted(None, replay=file, config=config, wishes=wishes), {}) == 2
    said = capsys.readouterr()
    assert complaint in said.err
    assert said.out == ""


def test_a_github_that_is_not_there_is_named(tmp_path: Path) -> None:
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "APP_ID": "1", "PRIVATE_KEY": rsa_pem()}
    nowhere = {"GITHUB_API_URL": "http://127.0.0.1:9", "TDD_BOT_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "bot", "explain", "acme/shop#1"],
        env={**environ, **nowhere},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 2
    assert "tdd-bot: No connection to GitHub" in done.stderr
    assert "Traceback" not in done.stderr
