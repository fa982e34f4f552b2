"""The queue is looked at often while there is work, and seldom while there is none."""

import asyncio
from dataclasses import replace
from pathlib import Path

from dbos import DBOS

from bot.engine.entrance import QUEUE
from tests.engine.stage import PACE, PATIENCE, bench, held, pull_request
from tests.store.databases import new_sqlite_database


async def _until_interval_is(seconds: float) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            queue = await DBOS.retrieve_queue_async(QUEUE)
            if queue and await queue.get_polling_interval_sec_async() == seconds:
                return
            await asyncio.sleep(0.02)


async def test_an_engine_without_work_looks_seldom_until_something_is_submitted(tmp_path: Path) -> None:
    ref, other, gate = pull_request(1), pull_request(2), asyncio.Event()
    async with bench(new_sqlite_database(tmp_path), replace(PACE, calm=4)) as engine:
        await _until_interval_is(0.2)

        await engine.jobs.submit(ref)
        await _until_interval_is(0.05)

        await engine.stage.until(engine.stage.ended, ref, 1)
        engine.stage.acts[other.key] = [held(gate)]
        await engine.jobs.submit(other)
        await engine.stage.until(engine.stage.began, other, 1)
        # A run under way is no work that waits.
        await _until_interval_is(0.2)
        gate.set()
