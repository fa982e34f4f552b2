"""Two releases on one database: forward to the next one and back again, while webhooks come in."""

import asyncio
import sys
from collections.abc import AsyncIterator

import pytest

from bot.sandbox import PullRequest
from bot.store.database import Database
from bot.store.migrations import LATEST, current_shape
from tests.store.databases import new_postgresql_database
from tests.whole.fleet import WEB, WORKER, Fleet, Member, fleet
from tests.whole.front import Front, front
from tests.whole.server import PATIENCE, Bot, until
from tests.whole.traffic import traffic

NEWER = "tests.whole.newer"
THREE = "Waiting for acme/eng-lead and 2 more"
JUDGED = 12


@pytest.fixture(params=[pytest.param("sqlite", marks=pytest.mark.long), "postgresql"])
async def crew(bot: Bot, request: pytest.FixtureRequest) -> AsyncIterator[Fleet]:
    """Without members yet; on either database."""
    url = f"sqlite:///{bot.home}/tdd-bot.sqlite"
    if request.param == "postgresql":
        url = new_postgresql_database(request.getfixturevalue("postgresql"))
    async with fleet(bot, url) as made:
        yield made


async def _shape(bot: Bot) -> int:
    database = await Database.open(bot.changes["DATABASE_URL"])
    try:
        return await database.read(current_shape)
    finally:
        await database.close()


async def _put(crew: Fleet, balancer: Front, gone: list[Member], release: str) -> list[Member]:
    """Put a web and a worker process of a release in the place of others."""
    web = await crew.start(*WEB, release=release)
    balancer.members.append(web)

    async def known() -> bool:
        return web in balancer.ready

    await until(known)
    worker = await crew.start(*WORKER, release=release)
    for one in gone:
        assert await one.terminate() == 0
        if one in balancer.members:
            balancer.members.remove(one)
    return [web, worker]


async def _rollback(crew: Fleet, *, to: int) -> int:
    bot = crew.bot
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", NEWER, "rollback", str(to), "--yes"),
        cwd=bot.home,
        env=bot.environ(),
        stderr=bot.log,
    )
    return await asyncio.wait_for(process.wait(), PATIENCE)


async def test_a_release_is_put_in_place_and_taken_back_without_an_error_for_the_sender(
    bot: Bot, crew: Fleet
) -> None:
    pulls, over = list[PullRequest](), asyncio.Event()
    async with front() as balancer:
        bot.scene.app.webhook_url = balancer.url
        old = await _put(crew, balancer, [], "bot")
        loading = asyncio.create_task(traffic(bot, pulls, over, JUDGED))

        newer = await _put(crew, balancer, old, NEWER)
        assert await _shape(bot) == LATEST + 1
        # It has not gone well: back to where one was, one after the other, on the shape that it has now.
        web, worker = await _put(crew, balancer, newer, "bot")
        assert await _shape(bot) == LATEST + 1
        # What is there of the newer one goes while webhooks come in; only who judges has to wait.
        assert await _rollback(crew, to=LATEST) == 1
        assert await worker.terminate() == 0
        assert await _rollback(crew, to=LATEST) == 0
        assert await _shape(bot) == LATEST
        await crew.start(*WORKER)

        over.set()
        await loading
        await asyncio.gather(*(bot.says(pull, THREE) for pull in pulls))
        assert await web.terminate() == 0

    assert len(pulls) == JUDGED
    assert {one.status_code for one in bot.sandbox.deliveries} <= {202, 204}
    for pull in pulls:
        assert len([one for one in pull.timeline if one.kind.name == "REVIEW_REQUESTED"]) == 3
