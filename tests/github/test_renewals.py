"""What one process hears of an installation outdates the tokens of all, and of no other installation."""

from datetime import timedelta

import pytest

from bot.github.renewals import Renewals
from tests.github.fakes import NOW, Clock, MemoryCache


@pytest.mark.parametrize(
    ("made", "outdated"),
    [
        (timedelta(minutes=-50), True),
        (timedelta(0), True),
        # The clocks of two machines differ.
        (timedelta(seconds=10), True),
        (timedelta(seconds=11), False),
        (timedelta(minutes=5), False),
    ],
)
async def test_a_token_made_before_the_change_is_outdated(made: timedelta, outdated: bool) -> None:
    clock = Clock()
    cache = MemoryCache(clock)
    await Renewals(cache, clock).note(5)

    elsewhere = Renewals(cache, clock)

    assert await elsewhere.outdate(5, NOW + made) is outdated
    assert not await elsewhere.outdate(6, NOW + made)


async def test_after_an_hour_no_token_from_before_is_left() -> None:
    clock = Clock()
    renewals = Renewals(MemoryCache(clock), clock)
    await renewals.note(5)
    assert await renewals.outdate(5, NOW)

    clock.forward(timedelta(hours=1))

    assert not await renewals.outdate(5, NOW)
