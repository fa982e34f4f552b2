"""A server that is told to stop in the middle of its work ends in time, and the next one does the rest."""

import asyncio
import time

from bot.sandbox import PullRequest, Silence
from tests.builders import design
from tests.whole.server import Bot, until

THREE = "Waiting for acme/eng-lead and 2 more"
PULLS = 48
"""Three times as many as there are slots: some run, some wait in the queue, some in the inbox."""
MOST = 25.0
"""Seconds: running jobs have twelve of them before they are cut, and platforms kill after thirty."""
JUDGED = 8
"""Pull requests that have their check before the server is told to stop."""


def _open(bot: Bot, name: str) -> PullRequest:
    return bot.scene.open_pull({f"docs/tdd/{name}.md": design()}, branch=name)


async def _terminated(bot: Bot) -> float:
    """Tell it to stop; return how many seconds that took."""
    began = time.perf_counter()
    assert await bot.terminate() == 0
    return time.perf_counter() - began


async def _is_met(silence: Silence, number: int) -> bool:
    return silence.met >= number


async def _all_judged(bot: Bot, pulls: list[PullRequest]) -> None:
    """Return once every pull request has its check; comments and requests follow as the budget allows."""

    async def judged() -> bool:
        runs = [bot.run(pull) for pull in pulls]
        return all(run is not None and run.conclusion is not None for run in runs)

    await until(judged)


def _assert_nothing_doubled(pulls: list[PullRequest]) -> None:
    for pull in pulls:
        assert len(pull.comments) <= 1
        asked = [one for one in pull.timeline if one.kind.name == "REVIEW_REQUESTED"]
        assert len(asked) <= 3


async def test_a_server_that_is_stopped_under_load_ends_in_time_and_loses_nothing(bot: Bot) -> None:
    bot.sandbox.limits.creation = False
    bot.sandbox.faults.latency_ms = 200
    silence = bot.sandbox.faults.silence = Silence("/check-runs", after=JUDGED)
    await bot.start()
    pulls = [_open(bot, f"design-{number}") for number in range(PULLS)]
    # Every webhook has its answer, and most of the work is still to be done.
    await bot.sandbox.settled()
    await until(lambda: _is_met(silence, 1))
    assert sum(bot.run(pull) is not None for pull in pulls) <= JUDGED

    stopping = asyncio.create_task(_terminated(bot))
    await asyncio.sleep(0)
    # What is under way may end; what has not begun may not begin any more.
    silence.end()
    assert await stopping < MOST

    left = sum(bot.run(pull) is None for pull in pulls)
    assert left, "all was done before it ended: nothing could have been lost"
    await bot.start()
    bot.sandbox.faults.latency_ms = 0
    await _all_judged(bot, pulls)
    _assert_nothing_doubled(pulls)


async def test_runs_that_github_keeps_waiting_are_cut_in_time_and_made_again(bot: Bot) -> None:
    bot.sandbox.limits.creation = False
    await bot.start()
    first = _open(bot, "warm")
    await bot.says(first, THREE)
    await bot.sandbox.settled()
    silence = bot.sandbox.faults.silence = Silence()
    pulls = [_open(bot, f"design-{number}") for number in range(4)]
    await bot.sandbox.settled()
    await until(lambda: _is_met(silence, len(pulls)))

    assert await _terminated(bot) < MOST

    assert not any(bot.run(pull) for pull in pulls)
    silence.over = True
    await bot.start()
    await _all_judged(bot, [first, *pulls])
    _assert_nothing_doubled([first, *pulls])
