"""What is known of where the app is installed, on both databases."""

import asyncio
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.core.model import PullRequestRef, Sha, Verdict
from bot.ports import Holding, Installed, ListedPull, Look, Pause, Seen
from bot.store.bulk import DatabaseBulk
from bot.store.database import Database
from bot.store.holdings import DatabaseHoldings
from bot.store.journal import DatabaseJournal
from bot.store.pacing import DatabasePauses
from bot.store.runs import DatabaseGenerations

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
HEAD, OTHER = Sha("1" * 40), Sha("2" * 40)
ACME, APEX = Installed(11, "acme", suspended=False), Installed(12, "apex", suspended=False)
SHOP, BANK = Holding(11, 22, "acme", "shop"), Holding(11, 23, "acme", "bank")
STORE = Holding(12, 24, "apex", "store")


@pytest.fixture
async def holdings(database: Database) -> DatabaseHoldings:
    """Two installations, three repositories, none of them swept."""
    made = DatabaseHoldings(database, NOW.timestamp)
    await made.settle([ACME, APEX])
    assert await made.hold(11, [SHOP, BANK]) == 2
    assert await made.hold(12, [STORE]) == 1
    return made


async def names(holdings: DatabaseHoldings, begun: datetime = NOW) -> list[str]:
    return [look.holding.name for look in await holdings.unswept(begun, 10)]


async def test_repositories_are_swept_by_installation_and_each_once(holdings: DatabaseHoldings) -> None:
    first = await holdings.unswept(NOW, 10)
    assert [(look.holding, look.since, look.page) for look in first] == [(SHOP, None, ""), (BANK, None, "")]

    await holdings.swept([Seen(look, (), "") for look in first], NOW)
    second = await holdings.unswept(NOW, 10)
    assert [look.holding for look in second] == [STORE]
    await holdings.swept([Seen(look, (), "") for look in second], NOW)

    assert await holdings.unswept(NOW, 10) == []
    assert await holdings.counts() == (3, 0)


async def test_the_next_sweep_goes_back_a_little_behind_the_last(holdings: DatabaseHoldings) -> None:
    await holdings.swept([Seen(Look(SHOP, None), (), "")], NOW)

    later = await holdings.unswept(NOW + timedelta(hours=1), 10)

    assert [(look.holding.name, look.since) for look in later] == [
        ("bank", None),
        ("shop", NOW - timedelta(minutes=10)),
    ]


async def test_a_page_that_leads_on_is_where_the_sweep_goes_on(holdings: DatabaseHoldings) -> None:
    await holdings.swept([Seen(Look(SHOP, None), (), "Y3Vyc29y")], NOW)

    assert [(look.holding.name, look.page) for look in await holdings.unswept(NOW, 10)] == [
        ("shop", "Y3Vyc29y"),
        ("bank", ""),
    ]


async def test_what_was_skipped_waits_for_the_next_sweep_with_its_old_mark(
    holdings: DatabaseHoldings,
) -> None:
    await holdings.skipped([Look(SHOP, None)], NOW)

    assert await names(holdings) == ["bank"]
    assert await holdings.unswept(NOW + timedelta(hours=1), 1) == [Look(BANK, None)]
    assert "shop" in await names(holdings, NOW + timedelta(hours=1))


async def test_what_is_gone_is_not_swept_and_what_comes_back_is_new(holdings: DatabaseHoldings) -> None:
    await holdings.swept([Seen(Look(one, None), (), "") for one in (SHOP, BANK, STORE)], NOW)
    later = NOW + timedelta(hours=1)
    assert await holdings.hold(11, [BANK]) == 0
    assert await names(holdings, later) == ["bank"]

    assert await holdings.hold(11, [SHOP, BANK]) == 1
    assert (await holdings.unswept(later, 1))[0] == Look(SHOP, None)

    await holdings.settle([APEX])
    assert await names(holdings, later) == ["store"]
    assert await holdings.counts() == (1, 0)


async def test_what_comes_back_is_looked_at_again_although_it_has_a_verdict(
    database: Database, holdings: DatabaseHoldings
) -> None:
    ref = PullRequestRef(11, 22, "acme", "shop", 1)
    seen = Seen(Look(SHOP, None), (ListedPull(1, HEAD, NOW - timedelta(hours=1)),), "")
    await DatabaseJournal(database, NOW.timestamp).settle(ref, HEAD, Verdict.WAITING, ())
    assert await holdings.missed(seen) == []

    later = DatabaseHoldings(database, (NOW + timedelta(minutes=5)).timestamp)
    await later.hold(11, [BANK])
    await later.hold(11, [SHOP, BANK])

    assert [one.ref for one in await later.missed(seen)] == [ref]


async def test_a_suspended_installation_is_not_looked_into(holdings: DatabaseHoldings) -> None:
    asleep = Installed(11, "acme", suspended=True)

    assert await holdings.settle([asleep, APEX]) == [APEX]
    assert await names(holdings) == ["store"]


async def test_an_installation_that_waits_for_its_limit_is_left_alone(
    database: Database, holdings: DatabaseHoldings
) -> None:
    await DatabasePauses(database, NOW.timestamp).pause(11, Pause(NOW + timedelta(minutes=5), "limit"))

    assert await names(holdings) == ["store"]
    later = DatabaseHoldings(database, (NOW + timedelta(minutes=6)).timestamp)
    assert await names(later) == ["shop", "bank"]


async def test_a_run_that_begins_while_its_repository_is_renamed_waits_in_no_circle(
    holdings: DatabaseHoldings, database: Database, second: Database
) -> None:
    ref, generations = PullRequestRef(11, 22, "acme", "shop", 7), DatabaseGenerations(second)
    await generations.current(ref)
    await DatabaseBulk(database).add([ref], "sweep")
    between, go_on = threading.Event(), threading.Event()
    failures: list[object] = []
    failed = failures.append

    def pause(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("DELETE FROM bulk"):
            between.set()
            go_on.wait(60)

    sa.event.listen(sa.Engine, "before_cursor_execute", pause)
    sa.event.listen(sa.Engine, "handle_error", failed)
    try:
        beginning = asyncio.create_task(generations.begin(ref.key, 0))
        await asyncio.to_thread(between.wait, 60)
        renaming = asyncio.create_task(holdings.hold(11, [replace(SHOP, name="store"), BANK]))
        await _waiting_for_a_row(database)
        go_on.set()
        turn, _ = await asyncio.gather(beginning, renaming)
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", pause)
        sa.event.remove(sa.Engine, "handle_error", failed)

    assert not failures
    assert turn is not None
    assert turn.pull_request == ref
    assert await generations.find([ref.key]) == {ref.key: replace(ref, name="store")}


async def _waiting_for_a_row(database: Database) -> None:
    """Return once a transaction waits for another one's; on SQLite they wait in other ways, unseen."""
    if database.url.get_backend_name() == "sqlite":
        return
    waiting = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    async with asyncio.timeout(60):
        while not await database.read(lambda connection: connection.execute(waiting).scalar()):  # noqa: ASYNC110 - it is another server's
            await asyncio.sleep(0.02)


async def test_a_renamed_repository_keeps_its_mark(holdings: DatabaseHoldings) -> None:
    await holdings.swept([Seen(Look(SHOP, None), (), "")], NOW)

    await holdings.hold(11, [Holding(11, 22, "acme", "market"), BANK])

    later = await holdings.unswept(NOW + timedelta(hours=1), 10)
    assert [(look.holding.name, look.since is None) for look in later] == [("bank", True), ("market", False)]


async def test_missed_is_what_has_no_verdict_or_one_that_is_older(
    database: Database, holdings: DatabaseHoldings
) -> None:
    journal = DatabaseJournal(database, NOW.timestamp)
    for number, head in ((1, HEAD), (2, HEAD), (3, OTHER)):
        await journal.settle(PullRequestRef(11, 22, "acme", "shop", number), head, Verdict.WAITING, ())
    earlier, same = NOW - timedelta(minutes=2), NOW
    pulls = (
        ListedPull(1, HEAD, earlier),  # judged since
        ListedPull(2, HEAD, same),  # changed while it was judged, as far as can be told
        ListedPull(3, HEAD, earlier),  # judged at another head
        ListedPull(4, HEAD, earlier),  # never judged
        ListedPull(1, HEAD, earlier, open=False),  # closed, and not known to be
        ListedPull(5, HEAD, earlier, open=False),  # closed long ago
    )

    missed = await holdings.missed(Seen(Look(SHOP, None), pulls, ""))

    assert [(one.ref.number, one.older) for one in missed] == [
        (2, False),
        (3, True),
        (4, True),
        (1, True),
    ]
    assert missed[0].ref == PullRequestRef(11, 22, "acme", "shop", 2)
