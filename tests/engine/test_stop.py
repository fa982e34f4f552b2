"""The end of an engine: what runs may finish, what is cut runs again, and who was declared dead leaves."""

import asyncio
from datetime import timedelta
from pathlib import Path

from bot.engine.heart import Heart
from bot.engine.process import this_process
from bot.store.database import Database
from bot.store.runs import DatabaseExecutors
from tests.engine.stage import PATIENCE, bench, held, leading_to, pull_request
from tests.store.databases import new_sqlite_database


async def test_a_stop_lets_a_run_finish_cuts_what_takes_longer_and_the_next_start_runs_it_again(
    tmp_path: Path,
) -> None:
    quick, slow, follow_up = pull_request(1), pull_request(2), pull_request(3)
    gate, never = asyncio.Event(), asyncio.Event()
    async with bench(new_sqlite_database(tmp_path)) as engine:
        stage = engine.stage
        stage.acts[quick.key], stage.acts[slow.key] = [leading_to(follow_up, gate)], [held(never)]
        for ref in (quick, slow):
            await engine.jobs.submit(ref)
            await stage.until(stage.began, ref, 1)

        stopping = asyncio.create_task(engine.jobs.stop(timedelta(seconds=0.5)))
        gate.set()
        await stopping
        assert not engine.jobs.started
        assert (stage.ended[quick.key], stage.ended[slow.key]) == (1, 1)
        # The loop's own pool is back in its place.
        assert await asyncio.to_thread(lambda: "works") == "works"

        engine.jobs = engine.engine(engine.gates)
        await engine.jobs.start()
        await stage.until(stage.ended, slow, 2)
        await stage.until(stage.ended, follow_up, 1)
        assert stage.ended[quick.key] == 1
        assert await engine.jobs.dead_letters() == []


async def test_who_was_declared_dead_ends_itself(tmp_path: Path) -> None:
    database = await Database.open(new_sqlite_database(tmp_path))
    executors, executor, fenced = DatabaseExecutors(database), this_process(), asyncio.Event()
    await executors.enlist(executor)
    heart = Heart(executor, executors, timedelta(seconds=0.01), fenced.set)
    heart.start()

    await executors.condemn([executor.id])

    async with asyncio.timeout(PATIENCE):
        await fenced.wait()
    await heart.stop()
    await database.close()


async def test_a_heart_outlives_a_database_that_does_not_answer(tmp_path: Path) -> None:
    database = await Database.open(new_sqlite_database(tmp_path))
    executors, executor = DatabaseExecutors(database), this_process()
    await executors.enlist(executor)
    failures, recovered = 3, asyncio.Event()

    class Shaky(DatabaseExecutors):
        async def beat(self, executor_id: str) -> bool:
            nonlocal failures
            failures -= 1
            if failures >= 0:
                raise OSError("disk I/O error")
            recovered.set()
            return await super().beat(executor_id)

    heart = Heart(executor, Shaky(database), timedelta(seconds=0.01), lambda: None)
    heart.start()

    async with asyncio.timeout(PATIENCE):
        await recovered.wait()
    await heart.stop()
    await database.close()
