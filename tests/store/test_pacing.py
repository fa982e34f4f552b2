"""What an installation may still create, and which installations wait."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.model import Creation, PullRequestRef
from bot.ports import BulkJob, BulkLevel, Pause, Turn, Unpaced
from bot.store.bulk import DatabaseBulk
from bot.store.database import Database
from bot.store.pacing import NEVER, PACED, PARKED, DatabasePacing, DatabasePauses, paused_installations
from bot.store.runs import DatabaseGenerations
from tests.store.clock import NOW, SetClock

ALL = {Creation.REQUEST: 1, Creation.REPLY: 1, Creation.COMMENT: 1}


@pytest.fixture
def pacing(database: Database, clock: SetClock) -> DatabasePacing:
    return DatabasePacing(database, clock)


@pytest.fixture
def pauses(database: Database, clock: SetClock) -> DatabasePauses:
    return DatabasePauses(database, clock)


def of(number: int, installation: int = 1) -> PullRequestRef:
    return PullRequestRef(installation, 100 + installation, "acme", "shop", number)


async def test_comments_get_a_quarter_of_a_minute_requests_all_that_is_left(pacing: DatabasePacing) -> None:
    made = dict.fromkeys(Creation, 0)
    for number in range(100):
        denied = await pacing.claim(of(number), {Creation.COMMENT: 1, Creation.REQUEST: 1})
        for kind in (Creation.COMMENT, Creation.REQUEST):
            made[kind] += kind not in denied

    assert (made[Creation.COMMENT], made[Creation.REQUEST]) == (20, 60)


async def test_reminders_come_last(pacing: DatabasePacing) -> None:
    """Nobody waits for one: the last room of a minute is for what somebody has asked for."""
    assert await pacing.claim(of(1), {Creation.REQUEST: 50}) == frozenset()

    assert await pacing.claim(of(2), {Creation.REMINDER: 1}) == {Creation.REMINDER}
    assert await pacing.claim(of(3), {Creation.COMMENT: 1}) == frozenset()


async def test_a_full_minute_keeps_the_last_room_for_requests(pacing: DatabasePacing) -> None:
    assert await pacing.claim(of(1), {Creation.REQUEST: 65}) == frozenset()

    assert await pacing.claim(of(2), ALL) == {Creation.COMMENT}
    assert await pacing.claim(of(3), {Creation.REPLY: 5}) == {Creation.REPLY}
    assert await pacing.claim(of(4), {Creation.REQUEST: 13}) == frozenset()
    assert await pacing.claim(of(5), {Creation.REQUEST: 1}) == {Creation.REQUEST}


async def test_after_a_minute_there_is_room_and_another_installation_has_its_own(
    pacing: DatabasePacing, clock: SetClock
) -> None:
    await pacing.claim(of(1), {Creation.REQUEST: 80})
    assert await pacing.claim(of(2), ALL) == set(ALL)
    assert await pacing.claim(of(2, installation=2), ALL) == frozenset()

    clock.now += 61

    assert await pacing.claim(of(2), ALL) == frozenset()


async def test_an_hour_holds_five_hundred(pacing: DatabasePacing, clock: SetClock) -> None:
    for _ in range(6):
        await pacing.claim(of(1), {Creation.REQUEST: 80})
        clock.now += 61

    assert await pacing.claim(of(2), ALL) == {Creation.COMMENT, Creation.REPLY}
    assert await pacing.claim(of(3), {Creation.REQUEST: 20}) == {Creation.REQUEST}

    clock.now = NOW + 3_601
    assert await pacing.claim(of(3), ALL) == {Creation.COMMENT}
    clock.now += 61
    assert await pacing.claim(of(3), ALL) == frozenset()


async def test_who_has_to_wait_is_queued_for_when_there_is_room_one_behind_the_other(
    pacing: DatabasePacing, database: Database, clock: SetClock
) -> None:
    bulk = DatabaseBulk(database, clock)
    for number in range(65):
        await pacing.claim(of(number), {Creation.COMMENT: 1})
    assert await bulk.left() == [BulkLevel(1, PACED, number=45, due=0)]

    due = []
    for _ in range(3):
        clock.now += 60
        [level] = await bulk.left()
        due.append(level.due)

    assert due == [20, 40, 45]


async def test_after_a_full_hour_nobody_is_sent_in_vain(
    pacing: DatabasePacing, database: Database, clock: SetClock
) -> None:
    for _ in range(5):
        await pacing.claim(of(1), {Creation.REQUEST: 80})
        clock.now += 61

    assert await pacing.claim(of(2), {Creation.COMMENT: 1}) == {Creation.COMMENT}

    bulk = DatabaseBulk(database, clock)
    clock.now = NOW + 3_599
    assert await bulk.take(9) == []
    clock.now = NOW + 3_601
    assert [job.pull_request for job in await bulk.take(9)] == [of(2)]


async def test_nothing_wanted_is_nothing_denied(pacing: DatabasePacing) -> None:
    assert await pacing.claim(of(1), {}) == frozenset()
    assert await Unpaced().claim(of(1), {Creation.COMMENT: 999}) == frozenset()


async def test_a_paused_installation_is_told_to_every_run_and_its_bulk_work_stays(
    pauses: DatabasePauses, second: Database, clock: SetClock
) -> None:
    generations, bulk = DatabaseGenerations(second, clock), DatabaseBulk(second, clock)
    await generations.current(of(1))
    await bulk.add([of(2), of(3, installation=2)], "backfill")
    until = datetime.fromtimestamp(NOW + 30, UTC)

    await pauses.pause(1, Pause(until, "slow down"))
    await pauses.pause(1, Pause(until - timedelta(seconds=15), "a shorter one"))

    assert await pauses.standing() == {1: Pause(until, "slow down")}
    assert await generations.begin(of(1).key, 0) == Turn(of(1), whole=False, bulk=False, paused=until)
    assert [job.pull_request for job in await bulk.take(9)] == [of(3, installation=2)]

    clock.now += 31
    assert await pauses.standing() == {}
    assert await generations.begin(of(1).key, 1) == Turn(of(1), whole=False, bulk=False)
    assert [job.pull_request for job in await bulk.take(9)] == [of(2)]


async def test_installations_that_wait_for_a_time_are_counted_without_suspended_ones(
    database: Database, pauses: DatabasePauses, clock: SetClock
) -> None:
    await pauses.pause(1, Pause(datetime.fromtimestamp(NOW + 300, UTC), "secondary limit"))
    await pauses.park(of(3, installation=2), "suspended")

    async def counted() -> int:
        return await database.read(lambda connection: paused_installations(connection, clock()))

    assert await counted() == 1
    clock.now += 301
    assert await counted() == 0


async def test_what_is_parked_waits_until_it_is_lifted(
    pauses: DatabasePauses, database: Database, clock: SetClock
) -> None:
    bulk = DatabaseBulk(database, clock)
    await pauses.park(of(1), "suspended")
    await pauses.park(of(2), "suspended")
    clock.now += 40 * 24 * 3_600
    assert await bulk.take(9) == []
    assert (await pauses.standing())[1].until == NEVER

    assert await pauses.lift(1) == 2
    assert await pauses.lift(1) == 2

    jobs = sorted(await bulk.take(9), key=lambda job: job.pull_request.number)
    assert jobs == [BulkJob(of(number), PARKED, checks_only=False) for number in (1, 2)]
    assert await pauses.lift(7) == 0


async def test_a_run_that_is_begun_again_knows_how_often_it_was_cut(database: Database) -> None:
    generations = DatabaseGenerations(database)
    await generations.current(of(1))

    cuts = [await generations.begin(of(1).key, 0) for _ in range(3)]

    assert [turn.cuts for turn in cuts if turn] == [0, 1, 2]
    after = await generations.begin(of(1).key, 1)
    assert after is not None
    assert after.cuts == 0
