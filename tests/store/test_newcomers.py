"""Repositories that are to be offered a first configuration, on both databases."""

from datetime import timedelta

from bot.ports import Holding, Installed
from bot.store.database import Database
from bot.store.holdings import DatabaseHoldings
from bot.store.newcomers import DatabaseNewcomers
from bot.store.removal import Removal
from tests.store.clock import SetClock

SHOP, BANK = Holding(11, 22, "acme", "shop"), Holding(11, 23, "acme", "bank")


async def found(database: Database, clock: SetClock, *held: Holding, welcomes: bool = True) -> None:
    holdings = DatabaseHoldings(database, clock, welcomes=welcomes)
    await holdings.settle([Installed(11, "acme", suspended=False)])
    await holdings.hold(11, held)


async def test_a_new_repository_waits_once_and_under_its_present_name(
    database: Database, clock: SetClock
) -> None:
    newcomers = DatabaseNewcomers(database, clock)
    await found(database, clock, SHOP, welcomes=False)
    await found(database, clock, SHOP, BANK)
    assert await newcomers.due(9) == [BANK]

    moved = Holding(11, 23, "acme", "vault")
    await found(database, clock, SHOP, moved)
    assert await newcomers.due(9) == [moved]
    await newcomers.settled(moved)
    await found(database, clock, SHOP, moved)
    assert await newcomers.due(9) == []


async def test_what_is_put_off_comes_again_until_a_week_is_over(database: Database, clock: SetClock) -> None:
    newcomers = DatabaseNewcomers(database, clock)
    await found(database, clock, SHOP, BANK)
    assert await newcomers.due(1) == [SHOP]

    await newcomers.put_off(SHOP, timedelta(hours=6))
    assert await newcomers.due(9) == [BANK]
    clock.now += 6 * 3600
    assert await newcomers.due(9) == [BANK, SHOP]
    clock.now += 7 * 86_400
    await newcomers.put_off(SHOP, timedelta(0))
    assert await newcomers.due(9) == [BANK]


async def test_one_that_is_gone_or_purged_is_left_alone(database: Database, clock: SetClock) -> None:
    newcomers = DatabaseNewcomers(database, clock)
    await found(database, clock, SHOP, BANK)

    await found(database, clock, SHOP)
    assert await newcomers.due(9) == [SHOP]
    await Removal(database, clock).repositories([22])
    assert await newcomers.due(9) == []
