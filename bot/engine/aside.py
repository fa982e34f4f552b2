"""Judging happens beside the event loop: however long a document takes, webhooks are answered meanwhile."""

import asyncio
from collections.abc import Callable
from typing import Final, TypeVar, TypeVarTuple

_T = TypeVar("_T")
_Ts = TypeVarTuple("_Ts")

DEADLINE: Final = 60.0
"""Seconds. Within the caps on documents a judgement takes a few at worst; a busy machine takes longer."""


class OverdueError(Exception):
    """Judging has taken too long; nothing was written meanwhile."""


async def aside(work: Callable[[*_Ts], _T], *args: *_Ts, deadline: float = DEADLINE) -> _T:
    """Run pure work in a thread; it shares the processor with the loop, which stays able to answer.

    Raises:
        OverdueError: it has not come to its end. Nobody can stop it: its thread ends when it does.
    """
    try:
        async with asyncio.timeout(deadline):
            return await asyncio.to_thread(work, *args)
    except TimeoutError:
        raise OverdueError(f"judging has taken over {deadline:g} seconds") from None
