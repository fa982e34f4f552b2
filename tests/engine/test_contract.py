"""What the engine relies on in its library beyond the documentation: an upgrade that breaks it fails here."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa
from dbos import DBOS

from bot.core.model import PullRequestRef
from bot.engine.entrance import QUEUE
from bot.engine.letters import CUTS
from bot.engine.library import VERSION
from bot.ports import DeadLetter, Executor
from tests.engine.stage import PATIENCE, Bench, held, pull_request

pytestmark = pytest.mark.asyncio(loop_scope="module")


def _runs(engine: Bench) -> sa.TableClause:
    schema = "dbos" if engine.database.url.get_backend_name() == "postgresql" else None
    names = ("workflow_uuid", "executor_id", "serialization")
    return sa.table("workflow_status", *(sa.column(name) for name in names), schema=schema)


async def test_each_start_has_an_executor_id_of_its_own_that_its_runs_carry(engine: Bench) -> None:
    ref, gate = pull_request(1), asyncio.Event()
    engine.stage.acts[ref.key] = [held(gate)]
    await engine.jobs.submit(ref)
    await engine.stage.until(engine.stage.began, ref, 1)

    [run] = await DBOS.list_workflows_async(workflow_ids=[f"{ref.key}@0"])
    gate.set()

    assert run.executor_id == DBOS.executor_id
    assert str(run.executor_id).count(":") == 2
    assert await engine.executors.beat(DBOS.executor_id)


async def test_the_version_of_the_code_is_fixed(engine: Bench) -> None:
    ref = pull_request(2)
    await engine.jobs.submit(ref)
    await engine.stage.until(engine.stage.ended, ref, 1)

    [run] = await DBOS.list_workflows_async(workflow_ids=[f"{ref.key}@0"])

    assert (DBOS.application_version, run.app_version) == (VERSION, VERSION)


async def test_arguments_are_stored_as_json_not_as_pickle(engine: Bench) -> None:
    ref = pull_request(3)
    await engine.jobs.submit(ref)
    await engine.stage.until(engine.stage.ended, ref, 1)

    runs = _runs(engine)
    kept = sa.select(runs.c.serialization).where(runs.c.workflow_uuid == f"{ref.key}@0")
    [run] = await DBOS.list_workflows_async(workflow_ids=[f"{ref.key}@0"])

    found = await engine.database.read(lambda connection: connection.execute(kept).scalar_one())
    assert found == "portable_json"
    assert run.input == {"args": (ref.key, 0, 1, "", False, 0.0), "kwargs": {}}


async def test_sqlite_keeps_the_journal_that_the_store_chose(engine: Bench) -> None:
    if engine.database.url.get_backend_name() != "sqlite":
        return
    mode = await engine.database.read(
        lambda connection: connection.exec_driver_sql("PRAGMA journal_mode").scalar()
    )

    assert mode == "wal"


async def test_the_queue_lets_one_run_of_a_pull_request_and_sixteen_in_all(engine: Bench) -> None:
    assert engine.jobs.started
    queue = await DBOS.retrieve_queue_async(QUEUE)
    assert queue is not None

    assert await queue.get_partition_concurrency_async() == 1
    assert await queue.get_worker_concurrency_async() == 16


async def test_only_runs_of_the_named_executor_are_recovered(engine: Bench) -> None:
    ref, gate = pull_request(4), asyncio.Event()
    engine.stage.acts[ref.key] = [held(gate)]
    await engine.jobs.submit(ref)
    await engine.stage.until(engine.stage.began, ref, 1)

    recovered = await asyncio.to_thread(DBOS._recover_pending_workflows, ["somebody else"])

    [run] = await DBOS.list_workflows_async(workflow_ids=[f"{ref.key}@0"])
    gate.set()
    assert recovered == []
    assert run.status == "PENDING"


async def _steal(engine: Bench, workflow_id: str, executor_id: str) -> None:
    """Make a run look as if it belonged to a process that has ended."""
    runs = _runs(engine)
    stolen = sa.update(runs).where(runs.c.workflow_uuid == workflow_id).values(executor_id=executor_id)
    await engine.database.write(lambda connection: connection.execute(stolen))
    await engine.executors.enlist(Executor(executor_id, "elsewhere", 1, "0"))
    await engine.executors.condemn([executor_id])


async def _cut(engine: Bench) -> None:
    """Cancel all runs: their rows stay as a process leaves them that dies, are found astray and run again."""
    tasks = list(engine.jobs.running)
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


async def _letters(engine: Bench, ref: PullRequestRef) -> list[DeadLetter]:
    return [letter for letter in await engine.jobs.dead_letters() if letter.pull_request == ref]


async def test_a_run_that_is_cut_for_the_third_time_is_a_dead_letter(engine: Bench) -> None:
    ref, gate = pull_request(6), asyncio.Event()
    engine.stage.acts[ref.key] = [held(gate)] * 3
    await engine.jobs.submit(ref)
    for cut in range(1, 4):
        await engine.stage.until(engine.stage.began, ref, cut)
        await _cut(engine)

    async with asyncio.timeout(PATIENCE):
        while not (letters := await _letters(engine, ref)):  # noqa: ASYNC110 - only the database tells
            await asyncio.sleep(0.05)
    gate.set()
    assert engine.stage.began[ref.key] == 3
    assert letters[0].error == "Its process ended 3 times while it ran."
    assert engine.stage.told[ref.key] == ["It could not be judged: the server ended while it tried."]


async def test_a_run_that_only_waits_to_be_alone_has_no_part_in_the_death_of_its_process(
    engine: Bench,
) -> None:
    refs, gate = [pull_request(16), pull_request(17)], asyncio.Event()
    for ref in refs:
        engine.stage.acts[ref.key] = [held(gate)] * 3
        await engine.jobs.submit(ref)
    for cut in (1, 2):
        for ref in refs:
            await engine.stage.until(engine.stage.began, ref, cut)
        await _cut(engine)
    async with engine.stage.changed:
        await engine.stage.changed.wait_for(lambda: any(engine.stage.began[ref.key] == 3 for ref in refs))
    [alone] = [ref for ref in refs if engine.stage.began[ref.key] == 3]
    [waiting] = [ref for ref in refs if ref is not alone]
    async with asyncio.timeout(PATIENCE):
        while (waiting.key, CUTS - 1) not in engine.gates.blamed:  # noqa: ASYNC110 - the other one is alone
            await asyncio.sleep(0.05)

    await _cut(engine)

    await engine.stage.until(engine.stage.began, waiting, 3)
    gate.set()
    await engine.stage.until(engine.stage.ended, waiting, 3)
    assert await _letters(engine, waiting) == []
    async with asyncio.timeout(PATIENCE):
        while len(await _letters(engine, alone)) < 1:  # noqa: ASYNC110 - only the database tells
            await asyncio.sleep(0.05)


async def test_a_run_of_a_dead_executor_is_taken_over_and_runs_again(engine: Bench) -> None:
    ref, gate = pull_request(5), asyncio.Event()
    engine.stage.acts[ref.key] = [held(gate)]
    await engine.jobs.submit(ref)
    await engine.stage.until(engine.stage.began, ref, 1)

    await _steal(engine, f"{ref.key}@0", "dead")

    await engine.stage.until(engine.stage.began, ref, 2)
    gate.set()
    await engine.stage.until(engine.stage.ended, ref, 2)
    assert "dead" not in await engine.executors.condemned(timedelta(hours=1))


async def test_a_run_whose_end_could_not_be_stored_begins_again_under_a_living_process(engine: Bench) -> None:
    ref, gate = pull_request(7), asyncio.Event()
    engine.stage.acts[ref.key] = [held(gate)]
    await engine.jobs.submit(ref)
    await engine.stage.until(engine.stage.began, ref, 1)

    # A run that is cancelled stores no end, as one does while the database is away.
    for task in engine.jobs.running:
        task.cancel()

    await engine.stage.until(engine.stage.ended, ref, 2)
    gate.set()
    assert engine.stage.began[ref.key] == 2


async def test_a_run_under_way_is_left_alone_however_long_it_takes(engine: Bench) -> None:
    ref, gate = pull_request(8), asyncio.Event()
    engine.stage.acts[ref.key] = [held(gate)]
    await engine.jobs.submit(ref)
    await engine.stage.until(engine.stage.began, ref, 1)

    # Twenty beats.
    await asyncio.sleep(2)
    gate.set()
    await engine.stage.until(engine.stage.ended, ref, 1)

    assert engine.stage.began[ref.key] == 1
