"""Of several processes one does what comes round; killed while it does, another takes its place."""

import asyncio
from collections import Counter
from collections.abc import Iterator

import psycopg
import pytest

from tests.builders import design
from tests.store.databases import new_postgresql_database, running_postgresql
from tests.whole.fleet import WORKER, Member, fleet
from tests.whole.server import Bot, until

NOBODY = "http://127.0.0.1:9/"


@pytest.fixture(scope="module")
def postgresql() -> Iterator[str]:
    with running_postgresql() as socket:
        yield socket


def _asked(bot: Bot) -> Counter[str]:
    """Count how often each delivery was asked for again."""
    return Counter(one.path for one in bot.sandbox.log if one.path.endswith("/attempts"))


def _looks(bot: Bot) -> int:
    return sum(one.path == "/app/hook/deliveries" for one in bot.sandbox.log)


def _holder(url: str) -> int | None:
    """Return the process id of whoever has the turn."""
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute("SELECT holder FROM chore WHERE name = 'redelivery'").fetchone()
    return int(row[0].split(":")[1]) if row and row[0] else None


def _end_lease(url: str) -> None:
    """Let the minute be over after which a silent holder has lost its turn."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("UPDATE chore SET until = 0 WHERE name = 'redelivery'")


async def test_two_processes_ask_once_for_what_failed_though_one_is_killed_over_it(
    bot: Bot, postgresql: str
) -> None:
    url = new_postgresql_database(postgresql)
    bot.changes["SWEEP_SECONDS"] = "3600"
    bot.scene.app.webhook_url = NOBODY
    for number in range(3):
        bot.scene.open_pull({f"docs/tdd/{number}.md": design("Draft")}, branch=f"design-{number}")
    await bot.sandbox.settled()
    failed = len(bot.sandbox.deliveries)

    async with fleet(bot, url) as crew:
        # The list of deliveries takes as long as it takes to be killed over it.
        bot.sandbox.faults.latency_ms = 5_000
        both = await asyncio.gather(crew.start(*WORKER), crew.start(*WORKER))
        members: dict[int | None, Member] = {one.process.pid: one for one in both}

        async def held() -> bool:
            return await asyncio.to_thread(_holder, url) in members

        await until(held)
        await members[await asyncio.to_thread(_holder, url)].kill()
        # None, unless this machine was so slow that the list was there already.
        twice = _asked(bot)
        bot.sandbox.faults.latency_ms = 0
        _end_lease(url)

        async def all_asked() -> bool:
            return len(_asked(bot)) == failed

        await until(all_asked)
        # A third one starts and looks as well: what was asked for is remembered by all.
        before = _looks(bot)
        await crew.start(*WORKER)

        async def looked() -> bool:
            return _looks(bot) > before and await asyncio.to_thread(_holder, url) is None

        await until(looked)

    assert failed > 0
    assert _asked(bot) - twice == Counter(dict.fromkeys(_asked(bot), 1))
