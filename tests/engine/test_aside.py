"""Pure work beside the loop: the loop goes on, and nobody waits for it for ever."""

import asyncio
import threading

import pytest

from bot.engine.aside import OverdueError, aside


async def test_the_loop_goes_on_while_something_is_judged() -> None:
    judging = threading.Event()

    def judge(text: str) -> str:
        # Ends only if the loop comes to say so.
        return text.upper() if judging.wait(120) else "the loop has waited"

    asyncio.get_running_loop().call_soon(judging.set)

    assert await aside(judge, "passed") == "PASSED"


async def test_what_takes_too_long_is_not_waited_for() -> None:
    end = threading.Event()
    with pytest.raises(OverdueError, match=r"over 0\.05 seconds"):
        await aside(end.wait, 120, deadline=0.05)
    end.set()


async def test_what_fails_fails_as_it_would_on_the_loop() -> None:
    with pytest.raises(ZeroDivisionError):
        await aside(divmod, 1, 0)
