"""Of several processes one does what comes round; killed while it does, another takes its place."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

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
        # Slow enough that the first one is seen at its second request of several.
        bot.sandbox.faults.latency_ms = 500
        first = await crew.start(*WORKER)
        await _until(lambda: bool(_asked(bot)))
        bot.sandbox.faults.latency_ms = 60_000
        await asyncio.sleep(1)
        # Those under way stay as they are; what comes is answered at once.
        bot.sandbox.faults.latency_ms = 0
        # Not stored yet, so that whoever goes on asks for them once more.
        twice = _asked(bot)
        await crew.start(*WORKER)
        await asyncio.sleep(2)
        assert _looks(bot) == 1
        await first.kill()

        # Long before its lease would have ended: a process that does not beat has no turn.
        await _until(lambda: len(_asked(bot) - twice) == failed)

        # A third one starts and looks as well: what was asked for is remembered by all.
        before = _looks(bot)
        await crew.start(*WORKER)
        await _until(lambda: _looks(bot) > before)
        await asyncio.sleep(1)

    assert 0 < len(twice) < failed
    assert _asked(bot) - twice == Counter(dict.fromkeys(_asked(bot), 1))
