"""Two installations on one repository, such as production and staging: neither touches what the other has."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from bot.builtin import template
from bot.core.model import PullRequestRef
from bot.engine.reconcile import Reconcile
from bot.github import GitHubAccess, GitHubAdapter
from bot.sandbox import Access, Happened, PullRequest, Refused, RequiredCheck
from bot.sandbox.scene import EVENTS, PERMISSIONS
from bot.sandbox.state.accounts import App
from bot.store.cache import DatabaseCache
from bot.store.database import Database
from bot.store.journal import DatabaseJournal
from tests.builders import design
from tests.scenarios.stage import PATH, Stage, Wall

STAGING = "tdd-bot-staging"
WAITS = "Waiting for acme/security-team and acme/infrastructure"


@dataclass(frozen=True)
class Second:
    """An app of its own beside the stage's, with a database of its own."""

    app: App
    adapter: GitHubAdapter
    reconcile: Reconcile

    async def judge(self, pull: PullRequest) -> PullRequestRef:
        """Judge as a webhook of this app's would have it."""
        ref = await self.adapter.find("acme", "shop", pull.number)
        await self.reconcile(ref)
        return ref


@asynccontextmanager
async def second(stage: Stage, folder: Path, *, name: str, app: App | None = None) -> AsyncIterator[Second]:
    """Run another app on the stage's organisation, under a name (``APP_SLUG``)."""
    world = stage.sandbox.world
    if app is None:
        permissions = dict(PERMISSIONS)
        app = world.add_app(stage.scene.organization, STAGING, permissions=permissions, events=EVENTS)
        world.install(app, stage.scene.organization)
    database = await Database.open(f"sqlite:///{folder / f'{name}.sqlite'}")
    access = GitHubAccess(
        api_url=stage.sandbox.url,
        graphql_url=stage.sandbox.graphql_url,
        private_key=app.private_key,
        template=template(),
        app_id=app.id,
        name=name,
    )
    async with aiohttp.ClientSession() as session:
        adapter = GitHubAdapter(session, access, DatabaseCache(database), Wall(stage.clock).now)
        yield Second(app, adapter, Reconcile(adapter, DatabaseJournal(database)))
    await database.close()


def runs(pull: PullRequest) -> dict[tuple[str, str], str | None]:
    """Return what each app's check of each name says of the head."""
    return {
        (suite.app.slug, run.name): run.title
        for suite in pull.repository.suites_on(pull.head_sha)
        for run in suite.runs
    }


def comments(pull: PullRequest) -> dict[str, str]:
    """Return the comment of each author; nobody has two."""
    assert len({one.author.login for one in pull.comments}) == len(pull.comments)
    return {one.author.login: one.body for one in pull.comments}


async def test_two_apps_do_not_fight(stage: Stage, tmp_path: Path) -> None:
    """Not even where both are called as usual: author and app tell them apart."""
    pull = stage.scene.open_pull({PATH: design()})
    await stage.run()
    async with second(stage, tmp_path, name="tdd-bot") as staging:
        await staging.judge(pull)
        stage.scene.person("bob").approve(pull)
        await stage.run()
        ref = await staging.judge(pull)
        await stage.run()

        said = comments(pull)
        assert said["tdd-bot[bot]"] == said["tdd-bot-staging[bot]"]
        assert runs(pull) == {("tdd-bot", "tdd/review"): WAITS, (STAGING, "tdd/review"): WAITS}
        # Each seat was asked by whoever came first, and by nobody again.
        assert sum(one.kind is Happened.REVIEW_REQUESTED for one in pull.timeline) == 3

        before = len(stage.sandbox.log)
        await staging.reconcile(ref)
        await stage.reconciler(await stage.adapter.find("acme", "shop", pull.number))
        later = list(stage.sandbox.log)[before:]
        assert [one.path for one in later if one.access is Access.WRITE and "tokens" not in one.path] == []


async def test_an_app_with_a_name_has_its_own_check_and_marks_and_answers_once(
    stage: Stage, tmp_path: Path
) -> None:
    pull = stage.scene.open_pull({PATH: design()})
    await stage.run()
    async with second(stage, tmp_path, name=STAGING) as staging:
        await staging.judge(pull)
        assert runs(pull) == {
            ("tdd-bot", "tdd/review"): "Waiting for acme/eng-lead and 2 more",
            (STAGING, "tdd/review (tdd-bot-staging)"): "Waiting for acme/eng-lead and 2 more",
        }
        said = comments(pull)
        assert said["tdd-bot[bot]"].startswith("<!-- tdd-bot:checklist -->\n")
        assert said["tdd-bot-staging[bot]"].startswith("<!-- tdd-bot-staging:checklist -->\n")

        given = stage.scene.person("alice").comment(pull, "/tdd approve")
        await staging.judge(pull)
        await staging.judge(pull)
        replies = [one.body for one in pull.comments if one.body.startswith(f"<!-- {STAGING}:reply ")]
        assert replies == [
            f"<!-- {STAGING}:reply thread {given.id} -->\n\n`/tdd approve` by alice is refused: who opened "
            "the pull request cannot sign it."
        ]


async def test_a_ruleset_holds_the_merge_by_the_check_of_one_app_alone(stage: Stage, tmp_path: Path) -> None:
    async with second(stage, tmp_path, name=STAGING) as staging:
        required = RequiredCheck(f"tdd/review ({STAGING})", staging.app.id)
        stage.scene.rule.required_checks = [required]
        pull = stage.scene.open_pull({PATH: design(status="Approved")})
        for login in ("bob", "carol", "dana"):
            stage.scene.person(login).approve(pull)
        await stage.run()

        # What production says lets nothing merge.
        assert stage.check(pull).title == "Approved and signed by bob, dana and carol"
        erin = stage.scene.person("erin")
        with pytest.raises(Refused, match=r'"tdd/review \(tdd-bot-staging\)" is expected'):
            erin.merge(pull)

        await staging.judge(pull)
        erin.merge(pull)
        assert pull.merged


async def test_an_app_that_is_given_a_name_later_goes_on_in_its_old_comment(
    stage: Stage, tmp_path: Path
) -> None:
    pull = stage.scene.open_pull({PATH: design()})
    await stage.run()
    (before,) = pull.comments
    async with second(stage, tmp_path, name="designs", app=stage.scene.app) as renamed:
        await renamed.judge(pull)

        (after,) = pull.comments
        assert after.id == before.id
        assert after.body.startswith("<!-- designs:checklist -->\n")
        # The old check stays as it was: whoever changes the name changes the ruleset.
        assert set(runs(pull)) == {("tdd-bot", "tdd/review"), ("tdd-bot", "tdd/review (designs)")}
