"""One run alone, the others together."""

import asyncio

import pytest

from bot.engine.solitude import Solitude
from tests.engine.stage import PATIENCE


class Hall:
    """Notes who is inside."""

    def __init__(self) -> None:
        self.solitude = Solitude()
        self.inside: list[str] = []
        self.crowds: list[tuple[str, ...]] = []

    async def visit(self, name: str, *, alone: bool = False) -> None:
        async with self.solitude.alone() if alone else self.solitude.together():
            self.inside.append(name)
            for _ in range(5):
                self.crowds.append(tuple(sorted(self.inside)))
                await asyncio.sleep(0)
            self.inside.remove(name)


@pytest.mark.parametrize(
    "order", [("a", "b", "LONER", "c"), ("LONER", "a", "b"), ("a", "LONER", "OTHER", "b")]
)
async def test_who_has_to_be_alone_is_alone_and_everybody_gets_in(order: tuple[str, ...]) -> None:
    hall = Hall()

    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*(hall.visit(name, alone=name.isupper()) for name in order))

    for crowd in hall.crowds:
        assert len(crowd) == 1 or not any(name.isupper() for name in crowd)
    assert {name for crowd in hall.crowds for name in crowd} == set(order)


async def test_the_others_are_together() -> None:
    hall = Hall()

    await asyncio.gather(hall.visit("a"), hall.visit("b"))

    assert ("a", "b") in hall.crowds


async def test_who_gives_up_waiting_keeps_nobody_out() -> None:
    hall, gate = Hall(), asyncio.Event()

    async def stay() -> None:
        async with hall.solitude.together():
            await gate.wait()

    staying = asyncio.create_task(stay())
    await asyncio.sleep(0)
    loner = asyncio.create_task(hall.visit("LONER", alone=True))
    await asyncio.sleep(0)
    newcomer = asyncio.create_task(hall.visit("b"))
    await asyncio.sleep(0)

    loner.cancel()

    async with asyncio.timeout(PATIENCE):
        await newcomer
    gate.set()
    await staying
    assert hall.crowds[0] == ("b",)
