"""Which repositories want a weekly overview, on both databases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.core.model import PullRequestRef
from bot.ports import Digest, Holding
from bot.store.database import Database
from bot.store.digests import DatabaseDigests

NOW = datetime(2026, 11, 30, 6, tzinfo=UTC)
SHOP = Holding(11, 22, "acme", "shop")


async def test_who_wants_it_is_due_until_it_is_written(database: Database, ref: PullRequestRef) -> None:
    digests = DatabaseDigests(database)
    await digests.want(ref, 3)
    await digests.want(replace(ref, number=8), 3)
    assert await digests.due(NOW) == [Digest(SHOP, 3, None)]

    await digests.written(22, 5, NOW)

    assert await digests.due(NOW) == []
    assert await digests.due(NOW + timedelta(days=7)) == [Digest(SHOP, 3, 5)]


async def test_other_days_change_what_is_in_it_and_nothing_else(
    database: Database, ref: PullRequestRef
) -> None:
    digests = DatabaseDigests(database)
    await digests.want(ref, 3)
    await digests.written(22, 5, NOW)

    await digests.want(replace(ref, name="store"), 10)

    (due,) = await digests.due(NOW + timedelta(days=7))
    assert (due.place, due.days, due.issue) == ("acme/store", 10, 5)


async def test_who_wants_it_no_more_gets_none(database: Database, ref: PullRequestRef) -> None:
    digests = DatabaseDigests(database)
    await digests.want(ref, None)
    await digests.want(ref, 3)
    await digests.want(ref, None)

    assert await digests.due(NOW) == []
