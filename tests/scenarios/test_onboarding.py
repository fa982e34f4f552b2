"""A repository that gets the app is offered a first configuration: one pull request, and nothing else."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.builtin import template
from bot.core.model import Creation
from bot.core.render.onboarding import ONBOARDING_BRANCH, ONBOARDING_TITLE
from bot.engine.discovery import Discovery
from bot.engine.onboarding import Welcome
from bot.engine.schedule import Turn
from bot.ports import Pause
from bot.sandbox import Failure, PullRequest
from bot.sandbox.acts.repositories import rename, set_archived
from bot.sandbox.state.check import Conclusion
from bot.sandbox.state.repository import Repository
from bot.store.holdings import DatabaseHoldings
from bot.store.newcomers import DatabaseNewcomers
from bot.store.pacing import DatabasePacing, DatabasePauses
from bot.store.tables import audit, repository
from tests.engine.chores import OneChore
from tests.scenarios.deeds import DESIGN
from tests.scenarios.stage import PATH, Stage, staged
from tests.store.databases import new_postgresql_database

FILE = ".github/tdd-bot.yml"


@pytest.fixture(params=["sqlite", "postgresql"])
async def stage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stage]:
    """The stage, with each of the databases: who was offered what is theirs to remember."""
    server = request.param == "postgresql"
    url = new_postgresql_database(request.getfixturevalue("postgresql")) if server else ""
    async with staged(tmp_path, url=url) as made:
        yield made
        assert not made.sandbox.log.unknown()


def _seconds(stage: Stage) -> float:
    return stage.clock.present.timestamp()


async def _nothing() -> None:
    """Nobody sweeps here."""


async def discovered(stage: Stage, *, welcomes: bool = True) -> None:
    """Let the app find its repositories."""
    clock = partial(_seconds, stage)
    holdings = DatabaseHoldings(stage.database, clock, welcomes=welcomes)
    await Discovery(stage.adapter.estate, holdings, _nothing)(Turn(OneChore(), "discovery", "here", ""))


async def welcomed(stage: Stage) -> str:
    """Let the chore have a turn; return what people are told of it."""
    clock = partial(_seconds, stage)
    pacing = DatabasePacing(stage.database, clock)

    async def may_create(installation_id: int) -> bool:
        return await pacing.one_more(installation_id, Creation.ONBOARDING)

    newcomers = DatabaseNewcomers(stage.database, clock)
    chores = OneChore()
    await Welcome(newcomers, stage.adapter.onboarding, may_create, stage.journal.audit)(
        Turn(chores, "onboarding", "here", "")
    )
    return chores.note


def offered(where: Repository) -> Sequence[PullRequest]:
    return [one for one in where.pulls.values() if one.head_ref == ONBOARDING_BRANCH]


@pytest.fixture
async def found(stage: Stage) -> Repository:
    """The scene's repository, just installed on, by an app that may write contents."""
    stage.scene.installation.permissions["contents"] = "write"
    await discovered(stage)
    return stage.scene.repository


async def test_one_pull_request_adds_configuration_and_template(stage: Stage, found: Repository) -> None:
    before = dict(found.branches)

    assert (await welcomed(stage)).endswith(" 1 pull requests opened")

    (pull,) = offered(found)
    assert (pull.title, pull.author, pull.base_ref) == (ONBOARDING_TITLE, stage.scene.app.bot, "main")
    assert not pull.draft
    assert "it is opened once, and never again" in (pull.body or "")
    assert found.branches == {**before, ONBOARDING_BRANCH: pull.head_sha}
    made, base = found.git.files(pull.head_sha), found.git.files(before["main"])
    assert made.keys() - base.keys() == {FILE, "docs/tdd/TEMPLATE.md"}
    assert {path: made[path] for path in base} == base
    assert found.git.blobs[made["docs/tdd/TEMPLATE.md"].oid].decode() == template()
    rows = await stage.database.read(lambda connection: connection.execute(sa.select(audit)).all())
    assert [(row.what, row.number) for row in rows] == [("OpenPullRequest", pull.number)]


async def test_its_own_pull_request_passes_and_merged_it_gives_advice(
    stage: Stage, found: Repository
) -> None:
    await welcomed(stage)
    (pull,) = offered(found)
    await stage.run()

    check = stage.check(pull)
    assert check.conclusion is Conclusion.SUCCESS
    assert "`.github/tdd-bot.yml`" in (check.summary or "")
    assert not pull.comments
    assert not pull.requests
    stage.scene.person("erin").merge(pull)
    design = stage.scene.open_pull({PATH: DESIGN})
    await stage.run()
    assert stage.check(design).conclusion is Conclusion.NEUTRAL


@pytest.mark.parametrize("end", ["open", "closed", "merged", "deleted"])
async def test_it_is_never_opened_twice(stage: Stage, found: Repository, end: str) -> None:
    await welcomed(stage)
    (pull,) = offered(found)
    erin = stage.scene.person("erin")
    if end == "merged":
        await stage.run()
        erin.merge(pull)
        erin.commit(found, "main", {FILE: None}, message="Without")
    elif end != "open":
        erin.close(pull)
    if end == "deleted":
        erin.delete_branch(found, ONBOARDING_BRANCH)
    await stage.database.write(lambda connection: connection.execute(sa.delete(repository)))

    await discovered(stage)
    stage.clock.present += timedelta(minutes=5)
    assert (await welcomed(stage)).endswith(" 0 pull requests opened")
    assert len(offered(found)) == 1


@pytest.mark.parametrize("why", ["configured", "shared", "archived", "fork", "empty", "account", "branch"])
async def test_where_none_belongs_nothing_is_written(stage: Stage, found: Repository, why: str) -> None:
    scene, erin = stage.scene, stage.scene.person("erin")
    match why:
        case "configured":
            erin.commit(found, "main", {FILE: "mode: off\n"}, message="Ours")
        case "shared":
            shared = scene.world.add_repository(found.owner, ".github")
            erin.commit(shared, "main", {FILE: "mode: advise\n"}, message="All of ours")
        case "archived":
            set_archived(scene.world, found, erin.account, archived=True)
        case "fork":
            found.parent = found
        case "empty":
            found.branches.clear()
        case "account":
            rename(scene.world, found, ".github", erin.account)
            await discovered(stage)
        case _:
            erin.commit(found, ONBOARDING_BRANCH, {"notes.txt": "mine"}, message="Mine")
    before = dict(found.branches)

    await welcomed(stage)

    assert not offered(found)
    assert found.branches == before
    assert await DatabaseNewcomers(stage.database, partial(_seconds, stage)).due(9) == []


async def test_a_template_of_the_repositorys_own_stays(stage: Stage, found: Repository) -> None:
    stage.scene.person("erin").commit(found, "main", {".github/TDD_TEMPLATE.md": "# T\n"}, message="Ours")

    await welcomed(stage)

    (pull,) = offered(found)
    made = found.git.files(pull.head_sha)
    assert FILE in made
    assert "docs/tdd/TEMPLATE.md" not in made
    assert "is used as it is" in (pull.body or "")


@pytest.mark.parametrize("path", ["/git/trees", "/git/commits", "/git/refs", "/pulls"])
@pytest.mark.parametrize("after", [False, True])
async def test_an_answer_that_is_lost_makes_no_second_one(
    stage: Stage, found: Repository, path: str, *, after: bool
) -> None:
    stage.sandbox.faults.fail_next(Failure(status=None, after=after, method="POST", path=path))
    await welcomed(stage)
    stage.clock.present += timedelta(minutes=20)
    await welcomed(stage)

    assert len(offered(found)) == 1


async def test_without_the_permission_it_is_tried_again_and_given_up_after_a_week(
    stage: Stage, found: Repository
) -> None:
    stage.scene.installation.permissions["contents"] = "read"
    newcomers = DatabaseNewcomers(stage.database, partial(_seconds, stage))
    await welcomed(stage)
    assert not offered(found)
    assert await newcomers.due(9) == []
    stage.clock.present += timedelta(hours=6)
    assert len(await newcomers.due(9)) == 1
    stage.clock.present += timedelta(days=7)
    await welcomed(stage)
    stage.clock.present += timedelta(days=7)
    assert await newcomers.due(9) == []
    assert list(found.branches) == ["main"]


async def test_switched_off_nobody_is_offered_anything_not_even_later(stage: Stage) -> None:
    await discovered(stage, welcomes=False)
    await discovered(stage)

    assert await DatabaseNewcomers(stage.database, partial(_seconds, stage)).due(9) == []


async def test_many_repositories_are_offered_it_a_few_a_minute_and_none_while_paused(stage: Stage) -> None:
    scene = stage.scene
    scene.installation.permissions["contents"] = "write"
    made = []
    for number in range(7):
        shop = scene.world.add_repository(scene.repository.owner, f"shop-{number}")
        scene.person("erin").commit(shop, "main", {"README.md": "# Shop\n"}, message="Begin")
        made.append(shop)
    await discovered(stage)
    counts = []
    for _ in range(3):
        await welcomed(stage)
        await welcomed(stage)
        counts.append(sum(len(offered(one)) for one in scene.world.repositories.values()))
        stage.clock.present += timedelta(minutes=2)
    assert counts[0] <= 3
    assert counts[1] <= 6
    assert counts == sorted(counts)

    pause = Pause(stage.clock.present + timedelta(hours=1), "GitHub says so")
    await DatabasePauses(stage.database, partial(_seconds, stage)).pause(scene.installation.id, pause)
    assert await DatabaseNewcomers(stage.database, partial(_seconds, stage)).due(9) == []
