"""Web and worker processes apart, several of each: though one is killed, they end where one ends."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.sandbox import PullRequest
from tests.builders import design
from tests.store.databases import new_postgresql_database
from tests.whole.fleet import WEB, WORKER, Fleet, fleet
from tests.whole.server import Bot, until

THREE = "Waiting for acme/eng-lead and 2 more"


@pytest.fixture
async def crew(bot: Bot, postgresql: str) -> AsyncIterator[Fleet]:
    async with fleet(bot, new_postgresql_database(postgresql)) as made:
        yield made


def opened(bot: Bot, number: int) -> PullRequest:
    return bot.scene.open_pull({f"docs/tdd/{number}.md": design()}, branch=f"design-{number}")


async def complete(bot: Bot, pulls: list[PullRequest]) -> None:
    """Return once each has its check, its requests and one comment, and nothing is doubled."""
    await asyncio.gather(*(bot.says(pull, THREE) for pull in pulls))

    async def told() -> bool:
        return all(pull.comments and len(pull.requests) == 3 for pull in pulls)

    await until(told)
    for pull in pulls:
        assert len(pull.comments) == 1
        assert len([one for one in pull.timeline if one.kind.name == "REVIEW_REQUESTED"]) == 3


async def test_two_of_each_judge_everything_once_though_one_is_killed(bot: Bot, crew: Fleet) -> None:
    bot.sandbox.faults.latency_ms = 30
    webs = [await crew.start(*WEB), await crew.start(*WEB)]
    workers = [await crew.start(*WORKER), await crew.start(*WORKER)]
    pulls = []
    for number in range(12):
        crew.send_to(webs[number % 2])
        pulls.append(opened(bot, number))
        await bot.sandbox.settled()

    async def some_are_judged() -> bool:
        return sum(bot.run(pull) is not None for pull in pulls) >= 3

    await until(some_are_judged)
    await workers[0].kill()
    # As whatever supervises it does.
    await crew.start(*WORKER)

    await complete(bot, pulls)
    assert await workers[1].terminate() == 0
    assert await webs[0].terminate() == 0


async def test_each_says_how_it_is_and_only_the_web_takes_webhooks(bot: Bot, crew: Fleet) -> None:
    assert crew.bot is bot
    web = await crew.start(*WEB)
    root = web.url.removesuffix("/api/github/webhooks")
    async with aiohttp.ClientSession() as session:
        # No worker has ever been there, so the engine's tables are not either.
        async with session.get(f"{root}/readyz") as answer:
            assert answer.status == 200
        async with session.get(f"{root}/metrics") as answer:
            page = await answer.text()
        assert {"tdd_bot_database_up 1.0", "tdd_bot_workers 0.0"} <= set(page.splitlines())
        worker = await crew.start(*WORKER)
        async with session.get(f"{root}/metrics") as answer:
            assert "tdd_bot_workers 1.0" in await answer.text()
        async with session.get(worker.url) as answer:
            assert (answer.status, worker.url.rpartition("/")[2]) == (200, "readyz")
        async with session.post(worker.url.replace("/readyz", "/api/github/webhooks")) as answer:
            assert answer.status == 404
