"""What is kept of designs on default branches, on both databases."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.core.model import Sha
from bot.ports import Design, Holding, Installed, Pause, Settled, Shelf, Wanted
from bot.store.catalogue import DatabaseCatalogue
from bot.store.database import Database
from bot.store.holdings import DatabaseHoldings
from bot.store.pacing import DatabasePauses
from bot.store.records import DatabaseRecords

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TIP, NEXT = Sha("1" * 40), Sha("2" * 40)
SHOP, BANK = Holding(11, 22, "acme", "shop"), Holding(11, 23, "acme", "bank")
STORE = Holding(12, 24, "apex", "store")


@pytest.fixture
async def catalogue(database: Database) -> DatabaseCatalogue:
    """Two installations, three repositories, none of them read."""
    holdings = DatabaseHoldings(database, NOW.timestamp)
    await holdings.settle([Installed(11, "acme", suspended=False), Installed(12, "apex", suspended=False)])
    await holdings.hold(11, [SHOP, BANK])
    await holdings.hold(12, [STORE])
    return DatabaseCatalogue(database, NOW.timestamp)


def settled(path: str, edition: str = "a/1", status: str = "Approved", on: date | None = None) -> Settled:
    return Settled(path, edition, f"TDD: {path}", ("Alice", "Bob"), status, on)


def shelf(*read: Settled, tip: Sha = TIP, kept: tuple[str, ...] = ()) -> Shelf:
    editions = {one.path: one.edition for one in read} | dict.fromkeys(kept, "a/1")
    return Shelf(tip, editions, read)


async def listed(database: Database, repository: int = 22) -> list[Design]:
    found = await DatabaseRecords(database).designs([repository], Wanted(), 0, 2_000, NOW)
    return list(found.designs)


async def test_repositories_come_by_installation_each_once(catalogue: DatabaseCatalogue) -> None:
    assert await catalogue.following((0, 0), 9) == [SHOP, BANK]
    assert await catalogue.following((0, 0), 1) == [SHOP]
    assert await catalogue.following((11, 22), 9) == [BANK]
    assert await catalogue.following((11, 23), 9) == [STORE]
    assert await catalogue.following((12, 24), 9) == []


async def test_an_installation_that_is_paused_is_passed_over(
    catalogue: DatabaseCatalogue, database: Database
) -> None:
    pauses = DatabasePauses(database, NOW.timestamp)
    await pauses.pause(11, Pause(NOW + timedelta(hours=1), "limited"))

    assert await catalogue.following((0, 0), 9) == [STORE]


async def test_what_was_read_at_a_commit_is_not_read_there_again(catalogue: DatabaseCatalogue) -> None:
    assert await catalogue.outdated({22: TIP, 23: TIP}) == [22, 23]
    await catalogue.put(SHOP, shelf())

    assert await catalogue.outdated({22: TIP, 23: TIP}) == [23]
    assert await catalogue.outdated({22: NEXT}) == [22]
    assert await catalogue.outdated({}) == []


async def test_designs_are_listed_as_merged_on_their_date(
    catalogue: DatabaseCatalogue, database: Database
) -> None:
    dated = settled("docs/tdd/1.md", on=date(2026, 3, 1))
    future = settled("docs/tdd/2.md", on=date(2990, 1, 1))
    await catalogue.put(SHOP, shelf(dated, future, settled("docs/tdd/3.md")))

    found = {one.path: one for one in await listed(database)}

    assert [found[f"docs/tdd/{number}.md"].merged for number in (1, 2, 3)] == [
        datetime(2026, 3, 1, tzinfo=UTC),
        NOW,
        NOW,
    ]
    assert {(one.number, one.author, one.status) for one in found.values()} == {(0, "Alice, Bob", "Approved")}


async def test_of_the_next_reading_only_what_has_changed_is_written(
    catalogue: DatabaseCatalogue, database: Database
) -> None:
    await catalogue.put(SHOP, shelf(settled("1.md"), settled("2.md"), settled("3.md")))
    assert await catalogue.editions(22) == dict.fromkeys(("1.md", "2.md", "3.md"), "a/1")
    assert await catalogue.editions(23) == {}

    changed = settled("2.md", "b/1", "Superseded", date(2026, 1, 2))
    await catalogue.put(SHOP, shelf(changed, tip=NEXT, kept=("1.md",)))

    assert await catalogue.editions(22) == {"1.md": "a/1", "2.md": "b/1"}
    assert {one.path: one.status for one in await listed(database)} == {
        "1.md": "Approved",
        "2.md": "Superseded",
    }


async def test_a_thousand_designs_come_and_go(catalogue: DatabaseCatalogue, database: Database) -> None:
    await catalogue.put(SHOP, shelf(*(settled(f"{number:04}.md") for number in range(1_200))))
    await catalogue.put(BANK, shelf(settled("0001.md")))
    assert len(await listed(database)) == 1_200

    await catalogue.put(SHOP, shelf(tip=NEXT, kept=("0007.md",)))

    assert [one.path for one in await listed(database)] == ["0007.md"]
    assert len(await listed(database, 23)) == 1
