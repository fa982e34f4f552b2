"""Of several processes one does what comes round; killed while it does, another takes its place."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from bot.sandbox import Failure, PullRequest, Sandbox, Silence
from bot.sandbox.http.log import Access
from bot.store import tables
from bot.store.chores import DatabaseChores
from bot.store.database import Database
from tests.builders import design
from tests.store.databases import new_postgresql_database
from tests.whole.fleet import WEB, WORKER, Fleet, Member, fleet
from tests.whole.server import Bot, until

NOBODY = "http://127.0.0.1:9/"
THREE = "Waiting for acme/eng-lead and 2 more"
SETTINGS = "reminders:\n  after: 1\n  digest: true\n"
SATURDAY = 5
LATE = 60.0
"""Seconds: longer than any process that waits for the answer is left alive."""


class TenDaysAgo:
    """GitHub's clock: what happens there has been waiting for so long by ours."""

    def now(self) -> datetime:
        """Return the time of an event."""
        return datetime.now(UTC) - timedelta(days=10)


@dataclass
class Shift:
    """Workers on one database, seen from outside."""

    crew: Fleet
    workers: list[Member]
    database: Database

    async def due(self, chore: str) -> None:
        """Have a chore done now, whenever it was done last."""
        await DatabaseChores(self.database).hasten(chore)

    async def relieve(self, query: str) -> None:
        """Kill the worker whose executor the query names, and start another one, as a supervisor does."""

        def pid(connection: sa.Connection) -> int | None:
            mine = sa.select(tables.executor.c.pid).where(sa.text(f"id IN ({query})"))
            return connection.execute(mine).scalar()

        number = await self.database.read(pid)
        [victim] = [one for one in self.workers if one.process.pid == number]
        await victim.kill()
        self.workers.remove(victim)
        self.workers.append(await self.crew.start(*WORKER))


@asynccontextmanager
async def shift(bot: Bot, url: str, workers: int) -> AsyncIterator[Shift]:
    """Start some workers."""
    async with fleet(bot, url) as crew:
        made = [await crew.start(*WORKER) for _ in range(workers)]
        database = await Database.open(url)
        try:
            yield Shift(crew, made, database)
        finally:
            await database.close()


@pytest.fixture
async def patient(tmp_path: Path) -> AsyncIterator[Bot]:
    """The bot in front of a repository that wants reminders and a digest, ten days ago."""
    async with Sandbox(clock=TenDaysAgo()) as sandbox:
        made = Bot(sandbox, sandbox.seed_acme(), tmp_path)
        made.scene.installation.permissions["issues"] = "write"
        erin, repository = made.scene.person("erin"), made.scene.repository
        erin.commit(repository, "main", {".github/tdd-bot.yml": SETTINGS}, message="Remind")
        yield made
        assert not sandbox.log.unknown()


def opened(bot: Bot, number: int) -> list[PullRequest]:
    return [
        bot.scene.open_pull({f"docs/tdd/{one}.md": design()}, branch=f"design-{one}") for one in range(number)
    ]


def _made(bot: Bot, what: str) -> int:
    """Count what was created at addresses that end like this."""
    writes = [one for one in bot.sandbox.log if one.access is Access.WRITE and one.method == "POST"]
    return sum(one.path.endswith(what) for one in writes)


def _asked_for(bot: Bot, operation: str) -> int:
    return sum(one.operation == operation for one in bot.sandbox.log)


def _asked(bot: Bot) -> Counter[str]:
    """Count how often each event was asked for again."""
    events = {str(one.id): one.guid for one in bot.sandbox.deliveries}
    paths = [one.path.split("/") for one in bot.sandbox.log if one.path.endswith("/attempts")]
    return Counter(events[attempt] for *_, attempt, _ in paths)


def _looks(bot: Bot) -> int:
    return sum(one.path == "/app/hook/deliveries" for one in bot.sandbox.log)


async def _until(condition: Callable[[], bool]) -> None:
    async def so() -> bool:
        return condition()

    await until(so)


def _holder(url: str) -> int:
    """Return the id of the process that does the redeliveries just now; 0 for none."""
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT holder FROM chore WHERE name = 'redelivery'").fetchall()
    # The machine, the process, what tells one boot from the next.
    return next((int(holder.split(":")[1]) for (holder,) in rows if holder), 0)


@pytest.mark.long
async def test_two_processes_ask_once_for_what_failed_though_one_is_killed_over_it(
    bot: Bot, postgresql: str
) -> None:
    url = new_postgresql_database(postgresql)
    bot.changes["SWEEP_SECONDS"] = "3600"
    bot.scene.app.webhook_url = NOBODY
    for number in range(3):
        bot.scene.open_pull({f"docs/tdd/{number}.md": design("Draft")}, branch=f"design-{number}")
    await bot.sandbox.settled()
    # What the checks lead to fails as well, and is asked for beside these.
    failed = {one.guid for one in bot.sandbox.deliveries}

    async with fleet(bot, url) as crew:
        # One webhook is asked for, the next request hangs: so much was done and is not stored yet.
        silence = bot.sandbox.faults.silence = Silence("/attempts", after=1)
        members = [await crew.start(*WORKER), await crew.start(*WORKER)]
        await _until(lambda: silence.met > 0)
        silence.over = True
        twice = _asked(bot)
        # Long enough for the other one to have taken the turn if it could.
        await asyncio.sleep(2)
        assert _looks(bot) == 1
        [first] = [one for one in members if one.process.pid == _holder(url)]
        await first.kill()

        # Long before its lease would have ended: a process that does not beat has no turn.
        await _until(lambda: failed <= set(_asked(bot) - twice))

        # A third one starts and looks as well: what was asked for is remembered by all.
        await _until(lambda: not _holder(url))
        before = _looks(bot)
        await crew.start(*WORKER)
        await _until(lambda: _looks(bot) > before and not _holder(url))

    assert sum(twice.values()) == 1
    assert _asked(bot) - twice == Counter(dict.fromkeys(_asked(bot), 1))


async def test_two_processes_sweep_once_though_one_is_killed_over_it(bot: Bot, postgresql: str) -> None:
    url = new_postgresql_database(postgresql)
    bot.changes["SWEEP_SECONDS"] = "3600"
    bot.sandbox.hooks.drop(lambda _: True)
    # A page and a few: what is on the second one is never heard of by the worker that asks for it.
    pulls = opened(bot, 23)
    first_page = Failure(path="ListedPulls", late=0.001)
    bot.sandbox.faults.fail_next(first_page, Failure(path="ListedPulls", late=LATE))

    async with shift(bot, url, 2) as those:
        await _until(lambda: _asked_for(bot, "ListedPulls") == 2)
        await _until(lambda: sum(bot.run(one) is not None for one in pulls) == 20)
        assert _asked_for(bot, "ListedPulls") == 2
        await those.relieve("SELECT holder FROM chore WHERE name = 'sweep'")

        await _until(lambda: all(bot.run(one) for one in pulls))
        await asyncio.sleep(0.5)

    assert _made(bot, "/check-runs") == len(pulls)
    assert {run.title for one in pulls if (run := bot.run(one))} == {THREE}
    assert not any(one.comments or one.requests for one in pulls)


@pytest.mark.long
async def test_two_processes_write_one_digest_though_one_is_killed_over_it(
    patient: Bot, postgresql: str
) -> None:
    url = new_postgresql_database(postgresql)
    async with shift(patient, url, 2) as those:
        those.crew.send_to(await those.crew.start(*WEB))
        [pull] = opened(patient, 1)
        await patient.says(pull, THREE)
        await _waits_since_long(those.database)
        patient.sandbox.faults.fail_next(Failure(method="POST", path="/issues", late=LATE))

        await those.due("digest")
        await _until(lambda: _made(patient, "/shop/issues") == 1)
        # The other one looks meanwhile, and leaves it alone.
        await asyncio.sleep(1.5)
        await those.relieve("SELECT holder FROM chore WHERE name = 'digest'")
        await until(partial(_is_written, those.database))
        await those.due("digest")
        await asyncio.sleep(1.5)

    [issue] = patient.scene.repository.issues.values()
    assert f"| #{pull.number} | " in (issue.body or "")
    assert _made(patient, "/shop/issues") == 1
    # Whoever went on found what the dead one had opened, and wrote it over; no third time.
    changes = [one for one in patient.sandbox.log if one.method == "PATCH" and "/issues/" in one.path]
    assert len(changes) == 1


@pytest.mark.long
async def test_two_processes_remind_once_though_one_is_killed_over_it(patient: Bot, postgresql: str) -> None:
    url = new_postgresql_database(postgresql)
    async with shift(patient, url, 2) as those:
        those.crew.send_to(await those.crew.start(*WEB))
        pulls = opened(patient, 4)
        for one in pulls:
            await patient.says(one, THREE)
        await _until(lambda: all(len(one.comments) == 1 for one in pulls))
        await _are_to_be_reminded(those.database, len(pulls))
        patient.sandbox.faults.fail_next(Failure(method="POST", path="/comments", late=LATE))

        await those.due("waking")
        # On a weekend nobody is reminded: then the turn alone is shared, and anybody may die.
        number = 1 if datetime.now(UTC).weekday() < SATURDAY else 0
        await _until(lambda: sum(map(_reminders, pulls)) == number * len(pulls))
        who = (
            "executor_id FROM dbos.workflow_status WHERE status = 'PENDING'"
            if number
            else "min(id) FROM executor"
        )
        await those.relieve(f"SELECT {who}")
        await until(partial(_is_quiet, those.database))
        await those.due("waking")
        await asyncio.sleep(1.5)
        await until(partial(_is_quiet, those.database))

    assert [_reminders(one) for one in pulls] == [number] * len(pulls)
    assert [len(one.comments) for one in pulls] == [1 + number] * len(pulls)


def _reminders(pull: PullRequest) -> int:
    return sum("tdd-bot:reminder" in one.body for one in pull.comments)


async def _waits_since_long(database: Database) -> None:
    """Wait until a design is listed, and let it have been for ten days."""

    def work(connection: sa.Connection) -> bool:
        older = sa.update(tables.design).values(since=tables.design.c.since - 10 * 86_400)
        wanted = connection.execute(sa.select(tables.digest.c.repository)).all()
        return bool(wanted) and connection.execute(older).rowcount == 1

    await until(lambda: database.write(work))


async def _is_written(database: Database) -> bool:
    written = sa.select(tables.digest.c.written)
    return bool(await database.read(lambda connection: connection.execute(written).scalar_one()))


async def _are_to_be_reminded(database: Database, number: int) -> None:
    """Wait until so many have a time set; let it have come, and age what they were asked."""
    asked = sa.select(tables.fact.c.id, tables.fact.c.body).where(tables.fact.c.kind == "asked")

    def work(connection: sa.Connection) -> bool:
        if connection.execute(sa.select(sa.func.count()).select_from(tables.wake)).scalar_one() != number:
            return False
        connection.execute(sa.update(tables.wake).values(due=1.0))
        for row in connection.execute(asked).all():
            body = json.loads(row.body)
            body["at"] = (datetime.fromisoformat(body["at"]) - timedelta(days=10)).isoformat()
            mine = sa.update(tables.fact).where(tables.fact.c.id == row.id)
            connection.execute(mine.values(body=json.dumps(body)))
        return True

    await until(lambda: database.write(work))


async def _is_quiet(database: Database) -> bool:
    """Tell whether nothing waits in the bulk queue, and no run is under way."""
    unfinished = (
        "SELECT count(*) FROM dbos.workflow_status WHERE status IN ('PENDING', 'ENQUEUED', 'DELAYED')"
    )

    def work(connection: sa.Connection) -> int:
        bulk = connection.execute(sa.select(sa.func.count()).select_from(tables.bulk)).scalar_one()
        return int(bulk + connection.execute(sa.text(unfinished)).scalar_one())

    return await database.read(work) == 0
