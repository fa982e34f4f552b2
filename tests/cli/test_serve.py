"""What ``serve`` says and returns when it cannot start."""

import os
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli.serve import run
from tests.keys import rsa_pem

ROOT = Path(__file__).parents[2]


def _serve(folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "APP_ID": "1", "WEBHOOK_SECRET": "s"}
    # Nobody listens there: the server starts without GitHub.
    github = {"GITHUB_API_URL": "http://127.0.0.1:9", "PRIVATE_KEY": rsa_pem(), "TDD_BOT_HOME": str(folder)}
    return subprocess.run(
        [sys.executable, "-m", "bot", "serve"],
        env={**environ, **github, **variables},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_wrong_settings_are_all_listed_and_nothing_starts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run({"PORT": "http", "TDD_BOT_HOME": str(tmp_path)}) == 2

    told = capsys.readouterr().err
    assert told.startswith("tdd-bot cannot start, its settings are wrong:\n")
    for variable in ("APP_ID", "PRIVATE_KEY", "WEBHOOK_SECRET", "PORT"):
        assert f"\n  {variable}: " in told
    assert f"`tdd-bot setup` registers one, and writes these into {tmp_path}." in told


def test_who_has_an_app_is_not_sent_to_register_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run({"APP_ID": "7", "TDD_BOT_HOME": str(tmp_path)}) == 2

    told = capsys.readouterr().err
    assert "PRIVATE_KEY: is missing" in told
    assert "tdd-bot setup" not in told


def test_an_address_in_use_is_told_plainly(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = _serve(tmp_path, PORT=str(taken.getsockname()[1]))

    assert result.returncode == 1
    assert "tdd-bot cannot start: " in result.stderr
    assert "address already in use" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_database_of_a_newer_release_is_told_plainly(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "tdd-bot.sqlite")
    connection.executescript("CREATE TABLE schema_step (number INTEGER); INSERT INTO schema_step VALUES (99)")
    connection.close()

    result = _serve(tmp_path, PORT="0")

    assert result.returncode == 1
    assert "The database has shape 99" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_file_of_variables_that_cannot_be_read_is_told_plainly(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"SECRET=\xff")

    result = _serve(tmp_path, PORT="0")

    assert result.returncode == 2
    assert result.stderr == f"tdd-bot cannot start: {tmp_path / '.env'} is not UTF-8\n"
