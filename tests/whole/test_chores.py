"""Of several processes one does what comes round; killed while it does, another takes its place."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator

import psycopg
import pytest

from bot.sandbox import Silence
from tests.builders import design
from tests.store.databases import new_postgresql_database, running_postgresql
from tests.whole.fleet import WORKER, fleet
from tests.whole.server import Bot, until

NOBODY = "http://127.0.0.1:9/"


@pytest.fixture(scope="module")
def postgresql() -> Iterator[str]:
    with running_postgresql() as socket:
        yield socket


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
