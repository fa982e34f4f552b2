"""What no webhook has told is found: installations, repositories, pull requests that changed unheard."""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa

from bot.engine.discovery import Discovery
from bot.engine.reconcile import Reconcile
from bot.engine.schedule import Turn
from bot.engine.sweep import Sweep
from bot.ports import BulkJob
from bot.sandbox import Failure, PullRequest
from bot.sandbox.acts.installing import choose, set_suspended, uninstall
from bot.store import tables
from bot.store.bulk import DatabaseBulk
from bot.store.holdings import DatabaseHoldings
from bot.store.journal import DatabaseJournal
from bot.store.removal import Removal
from tests.builders import design
from tests.engine.chores import OneChore
from tests.scenarios.deeds import DESIGN, Play, approves, comments
from tests.scenarios.stage import PATH, Cost, Stage

THREE = "Waiting for acme/eng-lead and 2 more"


@dataclass
class Caretaker:
    """Discovery and sweep over a stage, and the runs that follow from them."""

    stage: Stage
    chores: OneChore = field(default_factory=OneChore)

    def __post_init__(self) -> None:
        self.holdings = DatabaseHoldings(self.stage.database, self.time)
        self.bulk = DatabaseBulk(self.stage.database, self.time)

    def time(self) -> float:
        """Return GitHub's time: the bot's clock is right."""
        return self.stage.clock.present.timestamp()

    def turn(self) -> Turn:
        """Begin a turn where the last one ended."""
        return Turn(self.chores, "chore", "here", self.chores.cursor)

    async def discover(self) -> str:
        """Look where the app is installed; return what people are told."""
        hasten = partial(self.chores.hasten, "sweep")
        await Discovery(self.stage.adapter.estate, self.holdings, hasten)(self.turn())
        return self.chores.note

    async def sweep(self) -> list[BulkJob]:
        """Sweep once; return what is to be judged because of it."""
        now = self.stage.clock.now
        await Sweep(self.stage.adapter.estate, self.holdings, self.bulk, clock=now)(self.turn())
        return list(await self.bulk.take(1_000))

    async def judge(self, jobs: list[BulkJob]) -> None:
        """Run what the sweep has found, as the engine would."""
        for job in jobs:
            await self.stage.reconciler(job.pull_request, checks_only=job.checks_only)
        await self.stage.database.write(lambda connection: connection.execute(sa.delete(tables.bulk)))
        await self.stage.sandbox.settled()
        self.stage.queue.jobs.clear()


@pytest.fixture
def caretaker(stage: Stage) -> Caretaker:
    made = Caretaker(stage)
    # The store's clock is GitHub's here too: verdicts are compared with GitHub's times.
    stage.journal = DatabaseJournal(stage.database, made.time)
    stage.reconciler = Reconcile(stage.adapter, stage.journal)
    return made


def deaf(stage: Stage) -> None:
    """Have GitHub lose every webhook from now on."""
    stage.sandbox.hooks.drop(lambda _: True)


def opened(stage: Stage, number: int) -> PullRequest:
    """Open a pull request of its own branch and document."""
    path = f"docs/tdd/{number:04}-x.md"
    return stage.scene.open_pull({path: design()}, branch=f"change-{number}")


def _emptied(table: sa.Table, connection: sa.Connection) -> None:
    connection.execute(sa.delete(table))


async def test_a_new_repository_is_backfilled_with_checks_and_nothing_else(
    stage: Stage, caretaker: Caretaker
) -> None:
    deaf(stage)
    pulls = [opened(stage, number) for number in range(3)]

    assert await caretaker.discover() == "1 installation, 1 repository, 1 of them new"
    assert caretaker.chores.hastened == ["sweep"]
    jobs = await caretaker.sweep()
    await caretaker.judge(jobs)

    assert {(job.reason, job.checks_only) for job in jobs} == {("backfill", True)}
    assert [stage.check(pull).title for pull in pulls] == [THREE] * 3
    assert not any(pull.comments or pull.requests for pull in pulls)


async def test_what_changed_unheard_is_found_and_told_whole(stage: Stage, caretaker: Caretaker) -> None:
    pull = stage.scene.open_pull({PATH: DESIGN})
    await stage.run()
    await caretaker.discover()
    await caretaker.judge(await caretaker.sweep())
    stage.clock.present += timedelta(minutes=20)
    deaf(stage)
    for login in ("bob", "carol", "dana"):
        approves(login)(Play(stage, pull))

    jobs = await caretaker.sweep()
    await caretaker.judge(jobs)

    assert [(job.reason, job.checks_only) for job in jobs] == [("sweep", False)]
    assert stage.check(pull).title == "All three seats have signed: set Status to Approved"
    assert "bob" in stage.comment(pull)


async def test_a_merge_past_the_gate_that_no_webhook_told_is_recorded(
    stage: Stage, caretaker: Caretaker
) -> None:
    pull = stage.scene.open_pull({PATH: DESIGN})
    other = opened(stage, 1)
    await stage.run()
    await caretaker.discover()
    await caretaker.judge(await caretaker.sweep())
    stage.clock.present += timedelta(minutes=20)
    deaf(stage)
    stage.scene.rule.required_checks.clear()
    stage.scene.person("alice").merge(pull)
    stage.scene.person("alice").close(other)

    jobs = await caretaker.sweep()
    await caretaker.judge(jobs)

    assert {job.pull_request.number for job in jobs} == {pull.number, other.number}
    assert any("tdd-bot:merged" in one.body for one in pull.comments)
    assert await caretaker.sweep() == []


async def test_an_idle_repository_costs_one_request_with_nineteen_others(
    stage: Stage, caretaker: Caretaker
) -> None:
    """And the list of a repository is not read on once it reaches what is known."""
    for number in range(30):
        opened(stage, number)
    for number in range(39):
        stage.scene.world.add_repository(stage.scene.organization, f"repository-{number}")
    await stage.run()
    stage.clock.present += timedelta(minutes=20)
    await caretaker.discover()
    await caretaker.judge(await caretaker.sweep())
    stage.clock.present += timedelta(minutes=20)
    stage.count()

    assert await caretaker.sweep() == []

    assert stage.count() == Cost(tokens=0, reads=2, writes=0)


async def test_a_backfill_of_many_pull_requests_reads_pages_of_a_hundred(
    stage: Stage, caretaker: Caretaker
) -> None:
    deaf(stage)
    numbers = {opened(stage, number).number for number in range(125)}
    await caretaker.discover()
    stage.count()

    jobs = await caretaker.sweep()

    assert stage.count().reads == 3  # twenty, a hundred, five
    assert {job.pull_request.number for job in jobs} == numbers


async def test_a_backfill_that_was_cut_goes_on_at_its_page(stage: Stage, caretaker: Caretaker) -> None:
    deaf(stage)
    numbers = {opened(stage, number).number for number in range(45)}
    await caretaker.discover()
    real = stage.adapter.estate.pulls
    pages = 0

    async def cut(looks: object) -> object:
        nonlocal pages
        pages += 1
        if pages == 2:
            raise KeyboardInterrupt
        return await real(looks)  # type: ignore[arg-type] # passed on

    stage.adapter.estate.pulls = cut  # type: ignore[assignment,method-assign] # the process dies there
    with pytest.raises(KeyboardInterrupt):
        await caretaker.sweep()
    first = {job.pull_request.number for job in await caretaker.bulk.take(1_000)}
    stage.adapter.estate.pulls = real  # type: ignore[method-assign] # and starts again
    second = {job.pull_request.number for job in await caretaker.sweep()}

    assert (len(first), len(second)) == (20, 25)
    assert first | second == numbers


async def test_a_sweep_before_the_backfill_is_through_makes_no_more_of_it(
    stage: Stage, caretaker: Caretaker
) -> None:
    deaf(stage)
    pulls = [opened(stage, number) for number in range(2)]
    stage.clock.now()
    await caretaker.discover()
    assert len(await caretaker.sweep()) == 2
    # Both are under way by now, and one changes meanwhile; the server is started again.
    await stage.database.write(partial(_emptied, tables.bulk))
    comments("bob", "Read it.")(Play(stage, pulls[1]))
    await stage.sandbox.settled()

    jobs = await caretaker.sweep()

    assert {(job.pull_request.number, job.checks_only) for job in jobs} == {
        (pulls[0].number, True),
        (pulls[1].number, False),
    }


async def test_a_verdict_made_after_the_last_change_is_not_made_again(
    stage: Stage, caretaker: Caretaker
) -> None:
    stage.scene.open_pull({PATH: DESIGN})
    await stage.run()
    await caretaker.discover()
    stage.clock.present += timedelta(minutes=2)
    jobs = await caretaker.sweep()
    assert len(jobs) == 1  # new to the sweep, and our own comment has moved it on
    await caretaker.judge(jobs)

    stage.clock.present += timedelta(minutes=2)
    assert await caretaker.sweep() == []


async def test_with_the_store_lost_every_verdict_is_rebuilt_from_github(
    stage: Stage, caretaker: Caretaker
) -> None:
    """What stays lost is the journal: here that a concern was raised whose comment is gone by now."""
    pulls = [opened(stage, number) for number in range(3)]
    await stage.run()
    approves("bob")(Play(stage, pulls[0]))
    comments("dana", "/tdd concern auth who may call it?")(Play(stage, pulls[1]))
    await stage.run()
    before = [(stage.check(pull).title, stage.check(pull).conclusion) for pull in pulls]
    said = [[one.body for one in pull.comments] for pull in pulls]
    for table in reversed(tables.metadata.sorted_tables):
        await stage.database.write(partial(_emptied, table))

    await caretaker.discover()
    await caretaker.judge(await caretaker.sweep())

    assert [(stage.check(pull).title, stage.check(pull).conclusion) for pull in pulls] == before
    assert [[one.body for one in pull.comments] for pull in pulls] == said


async def test_a_repository_taken_away_is_swept_no_more_and_forgotten_after_thirty_days(
    stage: Stage, caretaker: Caretaker
) -> None:
    stage.scene.open_pull({PATH: DESIGN})
    await stage.run()
    await caretaker.discover()
    choose(stage.scene.world, stage.scene.installation, [], stage.scene.person("erin").account)
    await stage.run()

    assert await caretaker.discover() == "1 installation, 0 repositories, 0 of them new"
    assert await caretaker.sweep() == []
    assert (await Removal(stage.database, lambda: caretaker.time() + 29 * 86_400).uninstalled()).facts == 0
    removed = await Removal(stage.database, lambda: caretaker.time() + 31 * 86_400).uninstalled()
    assert removed.facts > 0
    assert removed.verdicts == removed.pull_requests + 1 == 1


async def test_uninstalled_and_installed_again_it_is_backfilled_anew(
    stage: Stage, caretaker: Caretaker
) -> None:
    stage.scene.open_pull({PATH: DESIGN})
    await caretaker.discover()
    await caretaker.judge(await caretaker.sweep())
    uninstall(stage.scene.world, stage.scene.installation, stage.scene.person("erin").account)
    assert await caretaker.discover() == "0 installations, 0 repositories, 0 of them new"
    stage.scene.world.install(stage.scene.app, stage.scene.organization)

    assert await caretaker.discover() == "1 installation, 1 repository, 1 of them new"


async def test_a_suspended_installation_is_left_alone_and_swept_once_it_is_back(
    stage: Stage, caretaker: Caretaker
) -> None:
    await caretaker.discover()
    await caretaker.sweep()
    erin = stage.scene.person("erin").account
    set_suspended(stage.scene.world, stage.scene.installation, erin, suspended=True)
    await caretaker.discover()
    stage.clock.present += timedelta(minutes=20)
    deaf(stage)
    pull = stage.scene.open_pull({PATH: DESIGN})
    stage.count()
    assert await caretaker.sweep() == []
    assert stage.count().reads == 0

    set_suspended(stage.scene.world, stage.scene.installation, erin, suspended=False)
    await caretaker.discover()
    assert [job.pull_request.number for job in await caretaker.sweep()] == [pull.number]


async def test_one_installation_that_fails_does_not_stop_the_others(
    stage: Stage, caretaker: Caretaker
) -> None:
    deaf(stage)
    await caretaker.discover()
    pull = stage.scene.open_pull({PATH: DESIGN})
    stage.sandbox.faults.fail_next(Failure(status=502, path="ListedPulls"))

    assert await caretaker.sweep() == []
    assert [job.pull_request.number for job in await caretaker.sweep()] == [pull.number]
