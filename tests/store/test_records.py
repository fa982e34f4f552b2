"""What the pages read: the last decisions, the designs by who waits longest, and their end."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.core.decide import decide
from bot.core.model import DocumentChange, PullRequestRef, Sha, Snapshot
from bot.core.render.record import Move, Record, record_of
from bot.ports import Deed, Listing, Wanted
from bot.store import tables
from bot.store.database import Database
from bot.store.journal import DatabaseJournal
from bot.store.records import DatabaseRecords
from tests.builders import PATH, change, design, pull_request, snapshot

HEAD = Sha("b" * 40)
START = datetime(2026, 11, 1, tzinfo=UTC)


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now.timestamp()


class Shelf:
    """A journal that writes and the records that are read, on one database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = Clock()
        self.journal = DatabaseJournal(database, self.clock)
        self.records = DatabaseRecords(database)

    async def judged(self, ref: PullRequestRef, *changes: DocumentChange, **fields: object) -> Record:
        """Keep the decision on these documents; return what was kept."""
        given: Snapshot = snapshot(*changes, pull_request=pull_request(number=ref.number, **fields))
        decision = decide(given)
        record = record_of(given, decision)
        await self.journal.settle(ref, HEAD, decision.verdict, [], record)
        return record

    async def listing(self, *repositories: int, wanted: Wanted | None = None) -> Listing:
        """Return the first fifty designs."""
        return await self.records.designs(repositories or (22,), wanted or Wanted(), 0, 50, self.clock.now)

    async def titles(self, **wanted: str) -> list[str]:
        """Return the numbers of the pull requests found."""
        found = await self.listing(wanted=Wanted(**wanted))
        return [f"{one.number}" for one in found.designs]


@pytest.fixture
def shelf(database: Database) -> Shelf:
    return Shelf(database)


@pytest.fixture
def number(ref: PullRequestRef) -> Callable[[int], PullRequestRef]:
    return lambda at: replace(ref, number=at)


async def test_the_last_decision_comes_back_as_it_was(shelf: Shelf, ref: PullRequestRef) -> None:
    await shelf.judged(ref, change(design("Draft")))
    record = await shelf.judged(ref, change(design()))

    kept = await shelf.records.record(22, 7)

    assert kept is not None
    assert (kept.place.owner, kept.place.name, kept.number, kept.merged) == ("acme", "shop", 7, False)
    assert kept.record == record
    assert await shelf.records.record(22, 8) is None
    assert await shelf.records.record(23, 7) is None


async def test_a_record_of_another_shape_counts_as_none(shelf: Shelf, ref: PullRequestRef) -> None:
    await shelf.judged(ref, change(design()))
    await shelf.database.write(
        lambda connection: connection.execute(sa.update(tables.record).values(body='{"from": "elsewhere"}'))
    )

    assert await shelf.records.record(22, 7) is None


async def test_the_longest_waiting_comes_first_then_drafts_then_merged(
    shelf: Shelf, number: Callable[[int], PullRequestRef]
) -> None:
    await shelf.judged(number(1), change(design("Draft"), path="docs/tdd/1.md"))
    await shelf.judged(number(4), change(design("Approved"), path="docs/tdd/4.md"))
    await shelf.journal.release(number(4), HEAD, merged=True)
    shelf.clock.now += timedelta(days=1)
    await shelf.judged(number(2), change(design(), path="docs/tdd/2.md"))
    shelf.clock.now += timedelta(days=1)
    await shelf.judged(number(3), change(design(), path="docs/tdd/3.md"))

    assert await shelf.titles() == ["2", "3", "1", "4"]


async def test_waiting_counts_from_the_last_move_not_from_the_last_run(
    shelf: Shelf, ref: PullRequestRef
) -> None:
    await shelf.judged(ref, change(design("Draft")))
    shelf.clock.now += timedelta(days=2)
    await shelf.judged(ref, change(design()))
    shelf.clock.now += timedelta(days=3)
    await shelf.judged(ref, change(design(bodies={"1": "Other words."})))

    (one,) = (await shelf.listing()).designs

    assert (one.opened, one.since) == (START, START + timedelta(days=2))
    assert (one.move, one.waiting[0]) == (Move.REVIEWERS, "acme/eng-lead")


async def test_designs_are_found_by_repository_status_reviewer_and_words(
    shelf: Shelf, number: Callable[[int], PullRequestRef]
) -> None:
    await shelf.judged(number(1), change(design("Draft"), path="docs/tdd/1.md"))
    await shelf.judged(number(2), change(design(reviewers="@eng-lead"), path="docs/tdd/2%_.md"))
    await shelf.judged(replace(number(3), name="Other"), change(design(), path="docs/tdd/3.md"))

    assert await shelf.titles(repository="acme/other") == ["3"]
    assert await shelf.titles(status="Draft") == ["1"]
    assert await shelf.titles(reviewer="acme/infrastructure") == ["3", "1"]
    assert await shelf.titles(reviewer="acme/infra") == []
    assert await shelf.titles(text="PRICE 2%_") == ["2"]
    assert await shelf.titles(text="100%") == []
    assert await shelf.titles(text="'; DROP TABLE design; --") == []


async def test_only_the_repositories_named_are_listed_and_counted(shelf: Shelf, ref: PullRequestRef) -> None:
    await shelf.judged(ref, change(design()))
    await shelf.judged(replace(ref, repository_id=99, name="secret"), change(design("Draft")))

    found = await shelf.listing(22)

    assert ([one.place.name for one in found.designs], found.found) == (["shop"], 1)
    assert found.statuses == {"In-Review": 1}
    assert found.moves == {Move.REVIEWERS: 1}
    assert await shelf.records.places() != []
    assert (await shelf.listing(1)).designs == ()


async def test_a_list_goes_on_where_the_page_before_ended(
    shelf: Shelf, number: Callable[[int], PullRequestRef]
) -> None:
    for at in range(1, 6):
        await shelf.judged(number(at), change(design(), path=f"docs/tdd/{at}.md"))
        shelf.clock.now += timedelta(hours=1)

    found = await shelf.records.designs([22], Wanted(), 2, 2, shelf.clock.now)

    assert ([one.number for one in found.designs], found.found) == ([3, 4], 5)


async def test_a_closed_pull_request_is_forgotten(shelf: Shelf, ref: PullRequestRef) -> None:
    await shelf.judged(ref, change(design()))
    await shelf.journal.release(ref, HEAD)

    assert (await shelf.listing()).designs == ()
    assert await shelf.records.record(22, 7) is None


async def test_what_is_merged_takes_the_place_of_what_was_merged_before(
    shelf: Shelf, number: Callable[[int], PullRequestRef]
) -> None:
    for at in (1, 2):
        await shelf.judged(number(at), change(design("Approved")))
        await shelf.journal.release(number(at), HEAD, merged=True)

    (one,) = (await shelf.listing()).designs

    assert (one.number, one.path, one.merged) == (2, PATH, START)
    assert await shelf.records.record(22, 1) is None
    kept = await shelf.records.record(22, 2)
    assert kept is not None
    assert kept.merged


async def test_a_merged_removal_takes_the_design_off_the_list(
    shelf: Shelf, number: Callable[[int], PullRequestRef]
) -> None:
    await shelf.judged(number(1), change(design("Approved")))
    await shelf.journal.release(number(1), HEAD, merged=True)
    await shelf.judged(number(2), change(None, design("Approved")))
    await shelf.journal.release(number(2), HEAD, merged=True)

    assert (await shelf.listing()).designs == ()
    assert await shelf.records.record(22, 2) is None


async def test_a_document_that_leaves_the_pull_request_leaves_the_list(
    shelf: Shelf, ref: PullRequestRef
) -> None:
    await shelf.judged(ref, change(design()), change(design(), path="docs/tdd/8.md"))
    await shelf.judged(ref, change(design()))

    assert [one.path for one in (await shelf.listing()).designs] == [PATH]


async def test_paths_that_are_alike_as_far_as_they_are_kept_do_no_harm(
    shelf: Shelf, ref: PullRequestRef
) -> None:
    long = "docs/tdd/" + "x" * 400
    await shelf.judged(ref, change(design(), path=f"{long}a.md"), change(design(), path=f"{long}b.md"))

    assert (await shelf.listing()).found == 1


async def test_weeks_tell_what_was_open_and_what_was_merged(
    shelf: Shelf, number: Callable[[int], PullRequestRef]
) -> None:
    await shelf.judged(number(1), change(design("Approved"), path="docs/tdd/1.md"))
    shelf.clock.now += timedelta(weeks=2)
    await shelf.journal.release(number(1), HEAD, merged=True)
    await shelf.judged(number(2), change(design(), path="docs/tdd/2.md"))

    weeks = (await shelf.listing()).weeks

    assert [(one.open, one.merged) for one in weeks[-4:]] == [(0, 0), (1, 0), (1, 0), (1, 1)]
    assert weeks[-1].end == shelf.clock.now


async def test_what_this_app_did_is_told_newest_first(shelf: Shelf, ref: PullRequestRef) -> None:
    for what in ("WriteCheck", "WriteComment", "RequestReviews"):
        await shelf.journal.audit(ref, [Deed(what, "why", "c")])
    await shelf.journal.audit(replace(ref, number=8), [Deed("WriteCheck", "elsewhere", "c")])

    rows = await shelf.records.audit(22, 7, 2)

    assert [(one.deed.what, one.deed.why) for one in rows] == [
        ("RequestReviews", "why"),
        ("WriteComment", "why"),
    ]
    assert rows[0].at == START
