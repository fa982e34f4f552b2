"""Variables from files: which wins, what is refused, and that nothing of them is shown."""

from pathlib import Path

import pytest

from bot.cli.environment import EnvironmentFileError, environment_of

KEY = "-----BEGIN RSA PRIVATE KEY-----\nline $HOME\n-----END RSA PRIVATE KEY-----\n"


def test_the_environment_wins_over_the_folder_and_that_over_the_home(tmp_path: Path) -> None:
    home, here = tmp_path / "home", tmp_path / "here"
    home.mkdir()
    here.mkdir()
    (home / "tdd-bot.env").write_text("APP_ID=1\nPORT=1\nLOG_LEVEL=error\n", "utf-8")
    (here / ".env").write_text(f"TDD_BOT_HOME={home}\nPORT=2\nHOST=10.0.0.1\n", "utf-8")

    found = environment_of({"HOST": "127.0.0.1"}, here)

    assert found == {
        "TDD_BOT_HOME": str(home),
        "APP_ID": "1",
        "PORT": "2",
        "HOST": "127.0.0.1",
        "LOG_LEVEL": "error",
    }


def test_a_key_of_many_lines_is_read_as_it_stands(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f'PRIVATE_KEY="{KEY}"\nWEBHOOK_SECRET=$a$b\n', "utf-8")

    found = environment_of({"TDD_BOT_HOME": str(tmp_path)}, tmp_path)

    assert (found["PRIVATE_KEY"], found["WEBHOOK_SECRET"]) == (KEY, "$a$b")


def test_without_files_there_is_the_environment_alone(tmp_path: Path) -> None:
    given = {"TDD_BOT_HOME": str(tmp_path / "not-there"), "APP_ID": "7"}

    assert environment_of(given, tmp_path) == given


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"APP_ID=\xff", "is not UTF-8"), (b"A=" + b"x" * 65_536, "is larger than 65536 bytes")],
)
def test_a_file_that_cannot_be_read_is_told_and_not_quoted(content: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(content)

    with pytest.raises(EnvironmentFileError) as caught:
        environment_of({"TDD_BOT_HOME": str(tmp_path)}, tmp_path)

    assert str(caught.value) == f"{tmp_path / '.env'} {said}"


def test_a_folder_in_the_place_of_the_file_is_told(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()

    with pytest.raises(EnvironmentFileError, match="cannot be read: Is a directory"):
        environment_of({"TDD_BOT_HOME": str(tmp_path)}, tmp_path)
