"""The rule of generations, retries and dead letters, on the real queue."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from dbos import DBOS, WorkflowStatus

from bot.core.model import PullRequestRef
from bot.ports import (
    BulkLevel,
    DeniedError,
    GoneError,
    LimitedError,
    SuspendedError,
    UnavailableError,
)
from bot.store.bulk import DatabaseBulk
from bot.wiring.levels import read_levels
from tests.engine.stage import PATIENCE, Act, Bench, failing, held, leading_to, pull_request

pytestmark = pytest.mark.asyncio(loop_scope="module")

AT_ONCE = timedelta(0)


async def _status(workflow_id: str) -> WorkflowStatus:
    found = await DBOS.list_workflows_async(workflow_ids=[workflow_id])
    return found[0]


async def _until(workflow_id: str, *states: str) -> WorkflowStatus:
    async with asyncio.timeout(PATIENCE):
        while True:
            found = await DBOS.list_workflows_async(workflow_ids=[workflow_id])
            if found and found[0].status in states:
                return found[0]
            await asyncio.sleep(0.05)


def _overtaken_while_failing(engine: Bench) -> Act:
    """An act during which an event arrives, and which then fails."""

    async def act(ref: PullRequestRef) -> Sequence[PullRequestRef]:
        await engine.jobs.submit(ref)
        raise RuntimeError("a mistake")

    return act


async def test_a_submitted_pull_request_is_run_once(engine: Bench) -> None:
    ref = pull_request(1)

    await engine.jobs.submit(ref)

    await _until(f"{ref.key}@0", "SUCCESS")
    assert engine.stage.ended[ref.key] == 1


async def test_three_events_during_a_run_lead_to_one_more(engine: Bench) -> None:
    ref, gate = pull_request(2), asyncio.Event()
    engine.stage.acts[ref.key] = [held(gate)]
    await engine.jobs.submit(ref)
    await engine.stage.until(engine.stage.began, ref, 1)

    for _ in range(3):
        await engine.jobs.submit(ref)
    gate.set()

    await _until(f"{ref.key}@1", "SUCCESS")
    assert engine.stage.ended[ref.key] == 2
    assert await DBOS.list_workflows_async(workflow_ids=[f"{ref.key}@2"]) == []
    assert engine.stage.overlaps == 0


async def test_follow_ups_are_submitted(engine: Bench) -> None:
    ref, other = pull_request(3), pull_request(4)

    engine.stage.acts[ref.key] = [leading_to(other)]
    await engine.jobs.submit(ref)

    await engine.stage.until(engine.stage.ended, other, 1)


async def test_a_failure_is_tried_again_when_github_asked(engine: Bench) -> None:
    ref = pull_request(5)
    engine.stage.acts[ref.key] = [failing(UnavailableError("busy", AT_ONCE))]

    await engine.jobs.submit(ref)

    await _until(f"{ref.key}@1", "SUCCESS")
    assert engine.stage.ended[ref.key] == 2
    assert (await _status(f"{ref.key}@0")).status == "SUCCESS"


async def test_the_fifth_failure_is_a_dead_letter_until_it_is_replayed(engine: Bench) -> None:
    ref = pull_request(6)
    engine.stage.acts[ref.key] = [failing(RuntimeError("a mistake")) for _ in range(5)]
    await engine.jobs.submit(ref)
    for generation in range(4):
        await _until(f"{ref.key}@{generation}", "SUCCESS")
        # An event cuts the wait short; it stays the same job, whose attempts are counted on.
        await engine.jobs.submit(ref)
    await _until(f"{ref.key}@4", "ERROR")

    letters = {letter.pull_request: letter for letter in await engine.jobs.dead_letters()}
    assert letters[ref].error == "RuntimeError: a mistake (5 attempts)"
    await engine.jobs.replay(letters[ref].id)

    await _until(f"{ref.key}@5", "SUCCESS")
    assert engine.stage.ended[ref.key] == 6
    assert ref not in {letter.pull_request for letter in await engine.jobs.dead_letters()}


async def test_events_during_failing_runs_do_not_start_the_count_of_attempts_anew(engine: Bench) -> None:
    ref = pull_request(12)
    # The event during each run queues its successor: the retry that follows finds the id taken.
    engine.stage.acts[ref.key] = [_overtaken_while_failing(engine) for _ in range(8)]

    await engine.jobs.submit(ref)

    letter = await _until(f"{ref.key}@4", "ERROR")
    assert "(5 attempts)" in str(letter.error)
    # The event of the last attempt has all its own before it: it may have brought the remedy.
    engine.stage.acts[ref.key].clear()
    await _until(f"{ref.key}@5", "SUCCESS")


async def test_an_attempt_that_succeeds_ends_the_row_of_failed_ones(engine: Bench) -> None:
    ref = pull_request(13)
    busy = UnavailableError("busy", AT_ONCE)
    engine.stage.acts[ref.key] = [failing(busy), failing(busy)]
    await engine.jobs.submit(ref)
    await _until(f"{ref.key}@2", "SUCCESS")
    engine.stage.acts[ref.key] = [failing(RuntimeError("a mistake")) for _ in range(4)]

    await engine.jobs.submit(ref)
    for generation in range(3, 7):
        await _until(f"{ref.key}@{generation}", "SUCCESS")
        await engine.jobs.submit(ref)

    await _until(f"{ref.key}@7", "SUCCESS")
    assert ref not in {letter.pull_request for letter in await engine.jobs.dead_letters()}


async def test_replaying_an_unknown_letter_is_a_key_error(engine: Bench) -> None:
    with pytest.raises(KeyError):
        await engine.jobs.replay("2/999@0")


async def test_what_is_gone_is_dropped_and_what_is_denied_is_kept(engine: Bench) -> None:
    gone, denied = pull_request(7), pull_request(8)
    engine.stage.acts[gone.key] = [failing(GoneError("no such repository"))]
    engine.stage.acts[denied.key] = [failing(DeniedError("checks", "checks=write"))]
    await engine.jobs.submit(gone)
    await engine.jobs.submit(denied)

    await _until(f"{gone.key}@0", "SUCCESS")
    await _until(f"{denied.key}@0", "ERROR")
    letters = {letter.pull_request for letter in await engine.jobs.dead_letters()}
    assert denied in letters
    assert gone not in letters
    assert (engine.stage.ended[gone.key], engine.stage.ended[denied.key]) == (1, 1)


async def test_an_event_cuts_a_wait_of_our_own_short(engine: Bench) -> None:
    ref = pull_request(9)
    engine.stage.acts[ref.key] = [failing(RuntimeError("a mistake"))]
    await engine.jobs.submit(ref)
    waiting = await _until(f"{ref.key}@1", "DELAYED")

    await engine.jobs.submit(ref)

    cut = await _status(f"{ref.key}@1")
    assert cut.status != "DELAYED" or (cut.delay_until_epoch_ms or 0) < (waiting.delay_until_epoch_ms or 0)
    await _until(f"{ref.key}@1", "SUCCESS")


async def test_an_event_does_not_cut_the_time_that_github_asked_for(engine: Bench) -> None:
    ref = pull_request(10)
    engine.stage.acts[ref.key] = [failing(UnavailableError("limit", timedelta(hours=1)))]
    await engine.jobs.submit(ref)
    waiting = await _until(f"{ref.key}@1", "DELAYED")

    await engine.jobs.submit(ref)

    assert (await _status(f"{ref.key}@1")).delay_until_epoch_ms == waiting.delay_until_epoch_ms


async def test_an_id_that_was_used_up_without_a_run_does_not_swallow_events(engine: Bench) -> None:
    ref = pull_request(11)
    engine.stage.acts[ref.key] = [failing(UnavailableError("limit", timedelta(hours=1)))]
    await engine.jobs.submit(ref)
    await _until(f"{ref.key}@1", "DELAYED")
    await DBOS.cancel_workflow_async(f"{ref.key}@1")

    await engine.jobs.submit(ref)

    await _until(f"{ref.key}@2", "SUCCESS")
    assert engine.stage.ended[ref.key] == 2


async def test_a_limit_pauses_the_whole_installation_and_nothing_is_asked_meanwhile(engine: Bench) -> None:
    limited = replace(pull_request(20), installation_id=20)
    waiting = replace(pull_request(21), installation_id=20)
    other = replace(pull_request(22), installation_id=22)
    engine.stage.acts[limited.key] = [failing(LimitedError("slow down", timedelta(hours=1)))]
    await engine.jobs.submit(limited)
    await _until(f"{limited.key}@1", "DELAYED")

    for ref in (waiting, other):
        await engine.jobs.submit(ref)

    await _until(f"{other.key}@0", "SUCCESS")
    put_off = await _until(f"{waiting.key}@1", "DELAYED")
    assert engine.stage.began[waiting.key] == 0
    assert put_off.delay_until_epoch_ms is not None
    assert put_off.delay_until_epoch_ms / 1000 > (datetime.now(UTC) + timedelta(minutes=59)).timestamp()
    pauses = await engine.pauses.standing()
    assert (pauses[20].reason, 22 in pauses) == ("slow down", False)


async def test_a_suspended_installation_is_parked_and_resumed(engine: Bench) -> None:
    ref, late = (replace(pull_request(number), installation_id=23) for number in (23, 24))
    engine.stage.acts[ref.key] = [failing(SuspendedError("suspended"))]
    await engine.jobs.submit(ref)
    await _until(f"{ref.key}@0", "SUCCESS")
    await engine.jobs.submit(late)
    await _until(f"{late.key}@0", "SUCCESS")
    assert engine.stage.began[late.key] == 0
    assert late not in {letter.pull_request for letter in await engine.jobs.dead_letters()}

    assert await engine.pauses.lift(23) == 2

    levels = [one for one in await DatabaseBulk(engine.database).left() if one.installation_id == 23]
    assert levels == [BulkLevel(23, "parked", number=2, due=2)]


async def test_what_was_denied_is_told_and_revived_when_the_installation_may_do_more(engine: Bench) -> None:
    ref = replace(pull_request(25), installation_id=25)
    engine.stage.acts[ref.key] = [failing(DeniedError("checks", "checks=write"))]
    await engine.jobs.submit(ref)
    await _until(f"{ref.key}@0", "ERROR")
    assert engine.stage.told[ref.key] == [
        "This app lacks the permission checks=write: an owner has to grant it in its settings."
    ]

    assert await engine.jobs.revive(25) == 1

    await _until(f"{ref.key}@1", "SUCCESS")
    assert await engine.jobs.revive(25) == 0


async def test_an_outage_is_told_on_the_check_from_the_third_failure_on(engine: Bench) -> None:
    ref = pull_request(26)
    engine.stage.acts[ref.key] = [failing(UnavailableError("502", AT_ONCE)) for _ in range(4)]

    await engine.jobs.submit(ref)

    await _until(f"{ref.key}@4", "SUCCESS")
    assert (
        engine.stage.told[ref.key]
        == ["GitHub does not answer as it should; it is asked again until it does."] * 2
    )


async def test_what_fails_again_and_again_is_counted_until_it_is_judged(engine: Bench) -> None:
    async def counted() -> tuple[int, int]:
        levels = await engine.database.read(read_levels)
        return levels.failing, levels.workers

    ref = pull_request(27)
    engine.stage.acts[ref.key] = [failing(UnavailableError("502", AT_ONCE)) for _ in range(4)]
    engine.stage.acts[ref.key].append(failing(UnavailableError("502")))
    before = await counted()

    await engine.jobs.submit(ref)
    await _until(f"{ref.key}@4", "SUCCESS")
    await _until(f"{ref.key}@5", "DELAYED")
    assert await counted() == (before[0] + 1, before[1])

    # An event cuts the wait short.
    await engine.jobs.submit(ref)
    await _until(f"{ref.key}@5", "SUCCESS")
    assert await counted() == before
    assert before[1] >= 1
