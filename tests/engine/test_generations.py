"""No event is lost and none is run twice, whatever another process does at the worst moment."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from dbos import DBOS

from tests.engine.stage import PATIENCE, Bench, pull_request

pytestmark = pytest.mark.asyncio(loop_scope="module")
ROOT = Path(__file__).parents[2]


async def _says(peer: Process, word: str) -> None:
    assert peer.stdout is not None
    async with asyncio.timeout(PATIENCE):
        while (line := (await peer.stdout.readline()).decode().strip()) != word:
            assert peer.returncode is None, "the second process has ended"
            assert line, "the second process has closed its output"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def peer(engine: Bench) -> AsyncIterator[Process]:
    command = (sys.executable, "-m", "tests.engine.peer", engine.url)
    process = await asyncio.create_subprocess_exec(
        *command, stdin=PIPE, stdout=PIPE, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    await _says(process, "ready")
    yield process
    assert process.stdin is not None
    process.stdin.close()
    assert await process.wait() == 0


async def _submit_from(peer: Process, number: int) -> None:
    assert peer.stdin is not None
    peer.stdin.write(f"{number}\n".encode())
    await _says(peer, "submitted")


async def _ids(number: int) -> list[str]:
    found = await DBOS.list_workflows_async(workflow_id_prefix=f"2/{number}@")
    return [one.workflow_id for one in found]


async def test_an_event_makes_a_waiting_run_for_the_check_alone_a_whole_one(engine: Bench) -> None:
    ref, gate = pull_request(31), asyncio.Event()
    engine.gates.before[ref.key] = gate
    await engine.jobs.submit(ref, checks_only=True)
    await engine.gates.arrived.get()

    await engine.jobs.submit(ref)
    gate.set()

    await engine.stage.until(engine.stage.ended, ref, 1)
    assert engine.stage.checks_only[ref.key] == [False]
    assert await _ids(31) == ["2/31@0"]


async def test_an_event_after_such_a_run_has_begun_leads_to_a_whole_one(engine: Bench) -> None:
    ref, gate = pull_request(32), asyncio.Event()
    engine.gates.after[ref.key] = gate
    await engine.jobs.submit(ref, checks_only=True)
    await engine.gates.arrived.get()

    await engine.jobs.submit(ref)
    gate.set()

    await engine.stage.until(engine.stage.ended, ref, 2)
    assert engine.stage.checks_only[ref.key] == [True, False]


async def test_bulk_work_adds_nothing_to_an_event_that_waits(engine: Bench) -> None:
    ref, gate = pull_request(33), asyncio.Event()
    engine.gates.before[ref.key] = gate
    await engine.jobs.submit(ref)
    await engine.gates.arrived.get()

    await engine.jobs.submit(ref, checks_only=True)
    gate.set()

    await engine.stage.until(engine.stage.ended, ref, 1)
    assert engine.stage.checks_only[ref.key] == [False]
    assert await _ids(33) == ["2/33@0"]


async def test_three_pushes_in_a_row_are_two_runs(engine: Bench) -> None:
    ref, gate = pull_request(34), asyncio.Event()
    engine.gates.after[ref.key] = gate
    await engine.jobs.submit(ref)
    await engine.gates.arrived.get()

    # The first one is being judged; whatever comes meanwhile is seen by one run after it.
    await engine.jobs.submit(ref)
    await engine.jobs.submit(ref)
    gate.set()

    await engine.stage.until(engine.stage.ended, ref, 2)
    assert await _ids(34) == ["2/34@0", "2/34@1"]
    assert engine.stage.began[ref.key] == 2


async def test_an_event_before_the_bump_is_seen_by_the_run_that_is_held_there(
    engine: Bench, peer: Process
) -> None:
    ref, gate = pull_request(1), asyncio.Event()
    engine.gates.before[ref.key] = gate
    await engine.jobs.submit(ref)
    await engine.gates.arrived.get()

    await _submit_from(peer, 1)
    # The run has read nothing yet: the one that begins now is after the event.
    assert engine.stage.began[ref.key] == 0
    gate.set()

    await engine.stage.until(engine.stage.ended, ref, 1)
    assert await _ids(1) == [f"{ref.key}@0"]


async def test_an_event_after_the_bump_leads_to_exactly_one_more_run(engine: Bench, peer: Process) -> None:
    ref, gate = pull_request(2), asyncio.Event()
    engine.gates.after[ref.key] = gate
    await engine.jobs.submit(ref)
    await engine.gates.arrived.get()

    await _submit_from(peer, 2)
    await _submit_from(peer, 2)
    gate.set()

    await engine.stage.until(engine.stage.ended, ref, 2)
    assert await _ids(2) == [f"{ref.key}@0", f"{ref.key}@1"]
    assert engine.stage.overlaps == 0


async def test_a_process_without_slots_takes_no_jobs(engine: Bench, peer: Process) -> None:
    ref = pull_request(3)

    await _submit_from(peer, 3)

    await engine.stage.until(engine.stage.ended, ref, 1)
    [run] = await DBOS.list_workflows_async(workflow_ids=[f"{ref.key}@0"])
    assert run.executor_id == DBOS.executor_id


async def test_events_from_two_processes_are_never_lost_and_never_overlap(
    engine: Bench, peer: Process
) -> None:
    refs = [pull_request(number) for number in range(10, 14)]
    events = dict.fromkeys((ref.key for ref in refs), 0)
    seen: dict[str, int] = {}

    async def read(ref: object) -> tuple[()]:
        key = getattr(ref, "key", "")
        seen[key] = events[key]
        await asyncio.sleep(0.01)
        return ()

    for ref in refs:
        engine.stage.acts[ref.key] = [read] * 200
    for turn in range(40):
        ref = refs[turn % 4]
        events[ref.key] += 1
        if turn % 3:
            await engine.jobs.submit(ref)
        else:
            await _submit_from(peer, ref.number)

    async with asyncio.timeout(PATIENCE), engine.stage.changed:
        await engine.stage.changed.wait_for(lambda: seen == events)
    assert engine.stage.overlaps == 0
