"""Two installations on one repository, such as production and staging: neither touches what the other has."""

from pathlib import Path

import aiohttp

from bot.builtin import template
from bot.engine.reconcile import Reconcile
from bot.github import GitHubAccess, GitHubAdapter
from bot.sandbox import Access, Happened
from bot.sandbox.scene import EVENTS, PERMISSIONS
from bot.store.cache import DatabaseCache
from bot.store.database import Database
from bot.store.journal import DatabaseJournal
from tests.builders import design
from tests.scenarios.stage import PATH, Stage, Wall


async def test_two_apps_do_not_fight(stage: Stage, tmp_path: Path) -> None:
    pull = stage.scene.open_pull({PATH: design()})
    await stage.run()
    world = stage.sandbox.world
    other = world.add_app(
        stage.scene.organization, "tdd-bot-staging", permissions=dict(PERMISSIONS), events=EVENTS
    )
    installation = world.install(other, stage.scene.organization)
    database = await Database.open(f"sqlite:///{tmp_path / 'staging.sqlite'}")
    access = GitHubAccess(
        api_url=stage.sandbox.url,
        graphql_url=stage.sandbox.graphql_url,
        private_key=other.private_key,
        template=template(),
        app_id=other.id,
    )
    async with aiohttp.ClientSession() as session:
        adapter = GitHubAdapter(session, access, DatabaseCache(database), Wall(stage.clock).now)
        staging = Reconcile(adapter, DatabaseJournal(database))
        ref = await adapter.find("acme", "shop", pull.number)
        assert ref.installation_id == installation.id

        await staging(ref)
        stage.scene.person("bob").approve(pull)
        await stage.run()
        await staging(ref)
        await stage.run()

        comments = {one.author.login: one.body for one in pull.comments}
        runs = {
            run.suite.app.slug: (run.name, run.title)
            for suite in pull.repository.suites_on(pull.head_sha)
            for run in suite.runs
        }
        assert len(pull.comments) == 2
        assert comments["tdd-bot[bot]"] == comments["tdd-bot-staging[bot]"]
        said = ("tdd/review", "Waiting for acme/security-team and acme/infrastructure")
        assert runs == {"tdd-bot": said, "tdd-bot-staging": said}
        # Each seat was asked by whoever came first, and by nobody again.
        assert sum(one.kind is Happened.REVIEW_REQUESTED for one in pull.timeline) == 3

        before = len(stage.sandbox.log)
        await staging(ref)
        await stage.reconciler(await stage.adapter.find("acme", "shop", pull.number))
        later = list(stage.sandbox.log)[before:]
        assert [one.path for one in later if one.access is Access.WRITE and "tokens" not in one.path] == []
    await database.close()
