"""A repository that is given to another account, or renamed: what is kept of it follows by its number."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.core.model import PullRequestRef
from bot.engine.reconcile import Reconcile
from bot.sandbox import PullRequest
from bot.sandbox.scene import TEAMS
from bot.sandbox.state.accounts import Organization, OrgRole, Role
from bot.store.journal import DatabaseJournal
from bot.store.relocation import TRANSFERRED
from bot.store.tables import metadata
from tests.scenarios.deeds import DESIGN, Play, approves
from tests.scenarios.stage import PATH, Stage
from tests.scenarios.test_sweep import Caretaker, deaf

SETTINGS = "reminders:\n  after: 3\n  digest: true\n"
SIGNERS = {"eng-lead": "frank", "infrastructure": "grace", "security-team": "heidi"}
"""Who is of which team at beta."""


@pytest.fixture
def caretaker(stage: Stage) -> Caretaker:
    made = Caretaker(stage)
    stage.journal = DatabaseJournal(stage.database, made.time)
    stage.reconciler = Reconcile(stage.adapter, stage.journal)
    return made


@pytest.fixture
async def pull(stage: Stage, caretaker: Caretaker) -> PullRequest:
    """A design at acme that bob has signed, in a repository that is known and swept."""
    erin = stage.scene.person("erin")
    erin.commit(stage.scene.repository, "main", {".github/tdd-bot.yml": SETTINGS}, message="Remind")
    made = stage.scene.open_pull({PATH: DESIGN})
    await stage.run()
    approves("bob")(Play(stage, made))
    await stage.run()
    await caretaker.discover()
    await caretaker.judge(await caretaker.sweep())
    stage.clock.present += timedelta(minutes=20)
    return made


def beta(stage: Stage, *, installed: bool = True) -> Organization:
    """Make another organisation with teams of the same names and other people."""
    world = stage.scene.world
    made = world.add_organization("beta")
    for name in TEAMS:
        person = world.add_user(SIGNERS[name])
        world.add_member(made, person, OrgRole.MEMBER)
        world.add_team(made, name).members[person.id] = "member"
    if installed:
        world.install(stage.scene.app, made)
    return made


def give(stage: Stage, to: Organization) -> None:
    """Transfer the repository, and give the new teams access, as its new owner does."""
    stage.scene.person("erin").transfer_repository(stage.scene.repository, to)
    for team in to.teams.values():
        team.repositories[stage.scene.repository.id] = Role.WRITE


async def places(stage: Stage) -> dict[str, set[tuple[int, str, str]]]:
    """Return by table which installation, owner and name the repository's rows hold."""
    found = {}
    for table in metadata.sorted_tables:
        if set(table.c.keys()) >= {"installation", "repository", "owner", "name"}:
            columns = sa.select(table.c.installation, table.c.owner, table.c.name)
            query = columns.where(table.c.repository == stage.scene.repository.id)
            rows = await stage.database.read(lambda connection, query=query: connection.execute(query).all())  # type: ignore[misc] # a lambda with a default
            found[table.name] = {(row.installation, row.owner, row.name) for row in rows}
    return found


@pytest.mark.parametrize("told", [True, False])
async def test_its_designs_are_judged_by_the_new_owners_teams(
    stage: Stage, caretaker: Caretaker, pull: PullRequest, *, told: bool
) -> None:
    assert stage.check(pull).title == "Waiting for acme/security-team and acme/infrastructure"
    owner = beta(stage)
    if not told:
        deaf(stage)
    give(stage, owner)
    await stage.run()

    assert await caretaker.discover() == "2 installations, 1 repository, 1 of them new"
    jobs = await caretaker.bulk.take(10)
    await caretaker.judge(list(jobs))

    assert [(job.reason, job.checks_only, job.pull_request.owner) for job in jobs] == [
        (TRANSFERRED, False, "beta")
    ]
    assert stage.check(pull).title == "Waiting for beta/eng-lead and 2 more"
    assert "acme/" not in stage.comment(pull)
    assert {team.reviewer for team in pull.requests} == set(owner.teams.values())

    for login in SIGNERS.values():
        approves(login)(Play(stage, pull))
    [installation] = [one for one in stage.scene.world.installations.values() if one.account is owner]
    await stage.reconciler(
        PullRequestRef(installation.id, stage.scene.repository.id, "beta", "shop", pull.number)
    )
    assert stage.check(pull).title == "All three seats have signed: set Status to Approved"


@pytest.mark.parametrize("away", ["renamed", "transferred"])
async def test_every_row_follows(stage: Stage, caretaker: Caretaker, pull: PullRequest, away: str) -> None:
    assert pull.open
    before = await places(stage)
    assert {"digest", "verdict", "record", "leaning", "wake"} <= {
        name for name, rows in before.items() if rows
    }
    installation, owner, name = stage.scene.installation.id, "acme", "store"
    if away == "renamed":
        stage.scene.person("erin").rename_repository(stage.scene.repository, name)
    else:
        to = beta(stage)
        give(stage, to)
        [installation] = [one.id for one in stage.scene.world.installations.values() if one.account is to]
        owner, name = "beta", "shop"
    await stage.run()

    await caretaker.discover()

    after = await places(stage)
    assert {rows for each in after.values() for rows in each} == {(installation, owner, name)}
    waiting = [job.pull_request.number for job in await caretaker.bulk.take(10)]
    # Under another name nothing is to be judged anew.
    assert waiting == ([pull.number] if away == "transferred" else [])


async def test_given_to_an_account_without_the_app_it_is_left_alone(
    stage: Stage, caretaker: Caretaker, pull: PullRequest
) -> None:
    assert pull.open
    give(stage, beta(stage, installed=False))
    await stage.run()

    assert await caretaker.discover() == "1 installation, 0 repositories, 0 of them new"
    assert await caretaker.bulk.take(10) == []


async def test_installed_anew_on_the_same_account_it_is_no_transfer(
    stage: Stage, caretaker: Caretaker, pull: PullRequest
) -> None:
    assert pull.open
    erin = stage.scene.person("erin")
    erin.uninstall(stage.scene.installation)
    await caretaker.discover()
    made = erin.install(stage.scene.app, stage.scene.organization)

    await caretaker.discover()

    assert await caretaker.bulk.take(10) == []
    assert {row for rows in (await places(stage)).values() for row in rows} == {(made.id, "acme", "shop")}
