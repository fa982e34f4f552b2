"""A backup is one sound file of one moment, and nothing is ever overwritten."""

import asyncio
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.app import app
from bot.core.model import DocumentsSeen
from bot.store.database import Database
from bot.store.journal import DatabaseJournal
from tests.engine.stage import bench, pull_request
from tests.store.databases import new_sqlite_database

REF = pull_request(7)


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    made = new_sqlite_database(tmp_path)
    monkeypatch.setenv("DATABASE_URL", made)
    return made


def tdd_bot(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


def test_it_is_made_while_the_engine_runs_and_holds_its_tables_too(url: str, tmp_path: Path) -> None:
    copy = tmp_path / "backup.sqlite"

    async def run() -> Result:
        async with bench(url) as made:
            await DatabaseJournal(made.database).remember(REF, [DocumentsSeen(("a.md",))])
            await made.jobs.submit(REF)
            await made.stage.until(made.stage.ended, REF, 1)
            return await asyncio.to_thread(tdd_bot, "backup", copy)

    done = asyncio.run(run())

    assert (done.exit_code, done.output.startswith(f"wrote {copy}, ")) == (0, True)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert sorted(one.name for one in tmp_path.iterdir() if "backup" in one.name) == ["backup.sqlite"]
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT count(*) FROM fact").fetchone() == (1,)
        assert connection.execute("SELECT count(*) FROM workflow_status").fetchone() == (1,)


def test_what_is_restored_is_what_was_backed_up(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def remember(seen: str) -> None:
        database = await Database.open(url)
        await DatabaseJournal(database).remember(REF, [DocumentsSeen((seen,))])
        await database.close()

    asyncio.run(remember("before.md"))
    tdd_bot("backup", tmp_path / "backup.sqlite")
    asyncio.run(remember("after.md"))
    elsewhere = new_sqlite_database(tmp_path / "new")
    monkeypatch.setenv("DATABASE_URL", elsewhere)

    done = tdd_bot("restore", tmp_path / "backup.sqlite")

    assert done.exit_code == 0, done.output

    async def recalled() -> tuple[str, ...]:
        database = await Database.open(elsewhere)
        memory = await DatabaseJournal(database).recall(REF)
        await database.close()
        return memory.paths

    assert asyncio.run(recalled()) == ("before.md",)


def test_nothing_is_overwritten(url: str, tmp_path: Path) -> None:
    async def made() -> None:
        await (await Database.open(url)).close()

    asyncio.run(made())
    taken = tmp_path / "taken"
    taken.write_text("mine")

    refused = tdd_bot("backup", taken)
    assert (refused.exit_code, "it is not overwritten" in refused.output) == (1, True)
    assert taken.read_text() == "mine"
    assert tdd_bot("backup", tmp_path / "good").exit_code == 0
    refused = tdd_bot("restore", tmp_path / "good")
    assert (refused.exit_code, "stop the server and move it away first" in refused.output) == (1, True)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "there is no file"),
        (b"", "is no backup of tdd-bot"),
        (b"not a database at all, but long enough to look like one" * 20, "is no backup of tdd-bot"),
    ],
)
def test_only_a_backup_is_restored(url: str, tmp_path: Path, content: bytes | None, why: str) -> None:
    file = tmp_path / "some"
    if content is not None:
        file.write_bytes(content)

    refused = tdd_bot("restore", file)

    assert (refused.exit_code, why in refused.output) == (1, True)
    assert not Path(url.removeprefix("sqlite:///")).exists()


def test_a_backup_of_a_newer_release_is_refused(url: str, tmp_path: Path) -> None:
    file = tmp_path / "newer"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(
            "CREATE TABLE schema_step (number INTEGER); INSERT INTO schema_step VALUES (99)"
        )

    refused = tdd_bot("restore", file)

    assert (refused.exit_code, "has shape 99" in refused.output) == (1, True)
    assert not Path(url.removeprefix("sqlite:///")).exists()


def test_a_server_has_tools_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://host/x")

    assert "use pg_dump" in tdd_bot("backup", tmp_path / "x").output


def test_without_a_database_there_is_nothing_to_back_up(url: str, tmp_path: Path) -> None:
    assert url
    assert "there is no database at" in tdd_bot("backup", tmp_path / "x").output
