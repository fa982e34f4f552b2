"""Chores come round: at start, when they are due, and again after a failure."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

from bot.engine.schedule import Chore, Schedule, Turn
from bot.ports import UnavailableError
from tests.engine.chores import OneChore
from tests.engine.stage import PATIENCE

HOUR = timedelta(hours=1)


@asynccontextmanager
async def scheduled(chores: OneChore, *what: Chore, renew_every: timedelta = HOUR) -> AsyncIterator[Schedule]:
    tick = timedelta(milliseconds=5)
    schedule = Schedule(chores, what, "here", tick=tick, renew_every=renew_every)
    schedule.start()
    try:
        async with asyncio.timeout(PATIENCE):
            yield schedule
    finally:
        await schedule.stop()


async def until(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110 - the schedule has nothing that could be awaited
        await asyncio.sleep(0.005)


def telling(cursor: str) -> Callable[[Turn], Awaitable[None]]:
    async def work(turn: Turn) -> None:
        await turn.keep(cursor, f"at {cursor}")

    return work


async def test_a_turn_is_made_and_the_next_one_is_due_after_a_while() -> None:
    chores = OneChore()
    async with scheduled(chores, Chore("sweep", HOUR, telling("page 2"))):
        await until(lambda: bool(chores.finished))

    assert chores.cursor == "page 2"
    assert chores.finished == [("sweep", HOUR, "")]
    assert chores.hastened == []


async def test_a_chore_of_every_start_is_hastened() -> None:
    chores = OneChore()
    async with scheduled(chores, Chore("redelivery", HOUR, telling(""), at_start=True)):
        await until(lambda: bool(chores.finished))

    assert chores.hastened == ["redelivery"]


async def test_a_failed_turn_is_made_again_soon_and_says_why() -> None:
    async def work(_: Turn) -> None:
        raise ValueError("no such page")

    chores = OneChore()
    async with scheduled(chores, Chore("sweep", HOUR, work)):
        await until(lambda: bool(chores.finished))

    assert chores.finished == [("sweep", timedelta(minutes=1), "failed: no such page")]


async def test_a_limit_of_githubs_is_waited_out() -> None:
    async def work(_: Turn) -> None:
        raise UnavailableError("slow down", timedelta(minutes=20))

    chores = OneChore()
    async with scheduled(chores, Chore("sweep", HOUR, work)):
        await until(lambda: bool(chores.finished))

    assert chores.finished[0][1] == timedelta(minutes=20)


async def test_a_turn_that_was_lost_is_left_to_its_new_holder() -> None:
    chores, begun = OneChore(lost=True), asyncio.Event()

    async def work(turn: Turn) -> None:
        begun.set()
        await turn.keep("late", "late")

    async with scheduled(chores, Chore("sweep", HOUR, work)):
        await begun.wait()
        await asyncio.sleep(0.02)

    assert chores.finished == []


async def test_a_long_step_is_kept_and_one_that_was_lost_is_cut() -> None:
    chores, begun, cut = OneChore(), asyncio.Event(), asyncio.Event()

    async def work(_: Turn) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cut.set()
            raise

    async with scheduled(chores, Chore("sweep", HOUR, work), renew_every=timedelta(milliseconds=10)):
        await begun.wait()
        await until(lambda: len(chores.renewed) > 1)
        assert not cut.is_set()
        chores.lost = True
        await cut.wait()


async def test_stopping_frees_a_turn_under_way_at_once() -> None:
    chores, begun = OneChore(), asyncio.Event()

    async def work(turn: Turn) -> None:
        await turn.keep("page 3", "3 of 9")
        begun.set()
        await asyncio.Event().wait()

    async with scheduled(chores, Chore("sweep", HOUR, work)):
        await begun.wait()

    assert chores.cursor == "page 3"
    assert chores.finished == [("sweep", timedelta(0), "")]
