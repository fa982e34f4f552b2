"""The operator's commands, on both databases, beside an engine that has run on them."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from bot.cli.app import app
from bot.cli.audit import moment
from bot.cli.operating import RefusedError
from bot.core.model import DocumentsSeen, Reconcile, Sha, Verdict
from bot.ports import Deed, DeniedError, Pause
from bot.store import tables
from bot.store.audit import DatabaseAudit
from bot.store.cache import DatabaseCache
from bot.store.database import Database
from bot.store.inbox import DatabaseInbox
from bot.store.journal import DatabaseJournal
from bot.store.migrations import LATEST
from bot.store.pacing import DatabasePauses
from tests.engine.stage import bench, failing, held, pull_request
from tests.store.databases import new_postgresql_database, new_sqlite_database

HEAD = Sha("1" * 40)
SEVEN, EIGHT = pull_request(7), pull_request(8)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database that the commands find in the environment."""
    if request.param == "sqlite":
        made = new_sqlite_database(tmp_path)
    else:
        made = new_postgresql_database(request.getfixturevalue("postgresql"))
    monkeypatch.setenv("DATABASE_URL", made)
    return made


def tdd_bot(*arguments: str) -> Result:
    """Run a command as a shell would."""
    return CliRunner().invoke(app, arguments)


def on(url: str, work: Callable[[Database], Awaitable[object]]) -> None:
    """Do something with the database."""

    async def opened() -> None:
        database = await Database.open(url)
        try:
            await work(database)
        finally:
            await database.close()

    asyncio.run(opened())


def with_a_dead_letter(url: str) -> None:
    """Leave the database as a server does that has given a job up and was stopped while another one ran."""

    async def run() -> None:
        async with bench(url) as made:
            made.stage.acts[SEVEN.key] = [failing(DeniedError("may not write checks", "checks=write"))]
            made.stage.acts[EIGHT.key] = [held(asyncio.Event())]
            await made.jobs.submit(SEVEN)
            await made.stage.until(made.stage.ended, SEVEN, 1)
            await made.jobs.submit(EIGHT)
            await made.stage.until(made.stage.began, EIGHT, 1)

    asyncio.run(run())


def test_a_database_on_which_no_server_has_run_has_no_jobs(url: str) -> None:
    said = tdd_bot("jobs")
    assert (said.exit_code, "no server has run on this database yet" in said.output) == (1, True)
    if url.startswith("sqlite:///"):
        assert not Path(url.removeprefix("sqlite:///")).exists()

    async def nothing(_: Database) -> None:
        """The tables are made, and no engine has run."""

    on(url, nothing)
    assert tdd_bot("jobs").output == "Nothing waits, runs or was given up.\n"
    assert "there are no jobs" in tdd_bot("jobs", "show", "2/7@0").output


def test_jobs_are_listed_shown_and_replayed(url: str) -> None:
    with_a_dead_letter(url)

    listed = json.loads(tdd_bot("jobs", "--format", "json").output)["jobs"]
    assert {(one["id"], one["state"], one["pull_request"]) for one in listed} == {
        ("2/7@0", "dead", "acme/shop#7"),
        ("2/8@0", "running", "acme/shop#8"),
    }
    assert "may not write checks" in tdd_bot("jobs", "--state", "dead").output
    assert "2/8@0" not in tdd_bot("jobs", "--state", "dead").output
    assert "error: DeniedError: may not write checks\n" in tdd_bot("jobs", "show", "2/7@0").output

    replayed = tdd_bot("jobs", "replay", "--all")

    assert (replayed.exit_code, replayed.output) == (0, "acme/shop#7 will be judged again\n")
    assert tdd_bot("jobs", "replay", "--all").output == "there are no dead letters\n"
    assert "2/7@0" not in tdd_bot("jobs").output

    async def accepted(database: Database) -> None:
        (row,) = await DatabaseInbox(database).waiting(10)
        assert row.job == Reconcile(SEVEN)
        (told,) = [one async for one in DatabaseAudit(database).rows(datetime.now(UTC) - timedelta(hours=1))]
        assert (told.deed.what, told.deed.why, told.place) == ("replay", "2/7@0", "acme/shop#7")

    on(url, accepted)


def test_who_is_asked_nothing_is_listed_until_when_and_why(url: str) -> None:
    limited = datetime(2099, 1, 1, 12, tzinfo=UTC)

    async def fill(database: Database) -> None:
        pauses = DatabasePauses(database)
        await pauses.pause(5, Pause(limited, "GitHub's hourly limit is used up"))
        await pauses.park(pull_request(7), "suspended")

    on(url, fill)
    listed = json.loads(tdd_bot("jobs", "--format", "json").output)["pauses"]
    text = tdd_bot("jobs").output

    assert listed == [
        {"installation": 1, "until": None, "reason": "suspended"},
        {"installation": 5, "until": limited.isoformat(), "reason": "GitHub's hourly limit is used up"},
    ]
    assert "it is resumed" in text
    assert "2099-01-01 12:00:00" in text


def test_only_a_dead_letter_can_be_replayed(url: str) -> None:
    with_a_dead_letter(url)

    refused = tdd_bot("jobs", "replay", "2/8@0")
    assert (refused.exit_code, "is no dead letter" in refused.output) == (1, True)
    unknown = tdd_bot("jobs", "replay", "2/9@0")
    assert (unknown.exit_code, "there is no unfinished or dead job 2/9@0" in unknown.output) == (1, True)
    assert tdd_bot("jobs", "replay").exit_code == 2


def test_the_audit_is_exported_from_a_time_on_and_for_one_place(url: str) -> None:
    async def fill(database: Database) -> None:
        journal = DatabaseJournal(database)
        await journal.audit(SEVEN, [Deed("/tdd approve", "granted: holds acme/eng-lead", HEAD, "bob")])
        await journal.audit(pull_request(77), [Deed("WriteCheck", "success: signed", HEAD)])
        await DatabaseJournal(database, lambda: 5.0).audit(SEVEN, [Deed("old", "", "")])

    on(url, fill)

    rows = [json.loads(line) for line in tdd_bot("audit", "--format", "jsonl").output.splitlines()]
    assert [(row["place"], row["who"], row["what"]) for row in rows] == [
        ("acme/shop#7", "bob", "/tdd approve"),
        ("acme/shop#77", "", "WriteCheck"),
    ]
    only = tdd_bot("audit", "--since", "1970-01-01", "--place", "acme/shop#7").output.splitlines()
    assert [line.partition("acme/shop#7  ")[2] for line in only] == [
        "bob  /tdd approve on 1111111111: granted: holds acme/eng-lead",
        "tdd-bot  old",
    ]
    assert len(tdd_bot("audit", "--place", "acme").output.splitlines()) == 2
    assert tdd_bot("audit", "--place", "ac").output == ""
    wrong = tdd_bot("audit", "--since", "yesterday")
    assert (wrong.exit_code, "'yesterday' is no time" in wrong.output) == (1, True)


def test_what_is_kept_of_a_repository_is_deleted_and_of_others_nothing(url: str) -> None:
    with_a_dead_letter(url)

    async def fill(database: Database) -> None:
        journal, cache = DatabaseJournal(database), DatabaseCache(database)
        await journal.remember(SEVEN, [DocumentsSeen(("docs/tdd/1.md",))])
        await journal.settle(SEVEN, HEAD, Verdict.PASS, ())
        await journal.audit(SEVEN, [Deed("WriteCheck", "", HEAD)])
        await cache.put({"team/acme/eng": b"x", "team/acme-labs/eng": b"x"}, timedelta(hours=1))

    on(url, fill)
    asked = tdd_bot("purge", "Acme")
    assert (asked.exit_code, "say --yes" in asked.output) == (1, True)

    done = tdd_bot("purge", "Acme", "--yes")

    assert done.exit_code == 0
    assert "1 repositories, 2 runs, 2 pull requests, 1 facts of the journal, 1 verdicts" in done.output

    async def left(database: Database) -> None:
        def count(connection: sa.Connection) -> dict[str, int]:
            return {
                table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
                for table in (tables.fact, tables.verdict, tables.pull_request, tables.cache, tables.audit)
            }

        assert await database.read(count) == {
            "fact": 0,
            "verdict": 0,
            "pull_request": 0,
            "cache": 1,
            "audit": 2,
        }

    on(url, left)
    assert tdd_bot("jobs").output == "Nothing waits, runs or was given up.\n"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2026-11-01", datetime(2026, 11, 1, tzinfo=UTC)),
        ("2026-11-01T10:00:00+02:00", datetime(2026, 11, 1, 8, tzinfo=UTC)),
        ("7d", datetime(2026, 11, 17, 12, tzinfo=UTC)),
        ("90m", datetime(2026, 11, 24, 10, 30, tzinfo=UTC)),
    ],
)
def test_a_time_is_a_day_a_moment_or_so_long_ago(text: str, read: datetime) -> None:
    assert moment(text, datetime(2026, 11, 24, 12, tzinfo=UTC)) == read


@pytest.mark.parametrize("text", ["", "7", "0d", "-1d", "7y", "2026-13-01"])
def test_anything_else_is_no_time(text: str) -> None:
    with pytest.raises(RefusedError, match="is no time"):
        moment(text, datetime.now(UTC))


def test_wrong_settings_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://host/x")

    said = tdd_bot("jobs")
    assert (said.exit_code, "DATABASE_URL: must begin with sqlite:///" in said.output) == (2, True)
    assert tdd_bot("backup", "x").exit_code == 2


def test_a_database_is_taken_back_for_an_older_release_and_forward_again(url: str) -> None:
    async def remember(database: Database) -> None:
        await DatabaseJournal(database).remember(SEVEN, [DocumentsSeen(("docs/tdd/1.md",))])

    on(url, remember)
    asked = tdd_bot("rollback", "3")
    assert (asked.exit_code, f"from shape {LATEST} to 3: say --yes" in asked.output) == (1, True)
    assert tdd_bot("rollback", str(LATEST), "--yes").exit_code == 1
    assert tdd_bot("rollback", "0", "--yes").exit_code == 2

    assert tdd_bot("rollback", "3", "--yes").exit_code == 0

    refused = tdd_bot("audit")
    assert (refused.exit_code, "has shape 3, this release knows" in refused.output) == (1, True)

    async def kept(database: Database) -> None:
        memory = await DatabaseJournal(database).recall(SEVEN)
        assert memory.paths == ("docs/tdd/1.md",)

    on(url, kept)
    assert "rollback" in tdd_bot("audit").output


def test_a_database_of_a_newer_release_can_be_looked_at_and_is_not_taken_back(url: str) -> None:
    async def go_on(database: Database) -> None:
        step = sa.text("INSERT INTO schema_step (number, beside) VALUES (:number, TRUE)")
        await database.write(lambda connection: connection.execute(step, {"number": LATEST + 1}))

    on(url, go_on)

    assert tdd_bot("jobs").exit_code == 0
    refused = tdd_bot("rollback", "3", "--yes")
    assert (refused.exit_code, f"has shape {LATEST + 1}: only the release" in refused.output) == (1, True)


def test_a_database_on_which_a_server_judges_is_not_taken_back(url: str) -> None:
    async def run() -> Result:
        async with bench(url):
            return await asyncio.to_thread(tdd_bot, "rollback", "3", "--yes")

    refused = asyncio.run(run())

    assert (refused.exit_code, "stop every server first" in refused.output) == (1, True)
