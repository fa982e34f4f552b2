"""The bot without its engine: real webhooks, real intake, real reconciling, the real adapter over HTTP.

What the engine adds (durability, one run at a time) has its own suite; here each batch of webhooks leads to
one run for each pull request named, which is what the engine makes of them.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import aiohttp
import sqlalchemy as sa
from aiohttp import web

from bot.builtin import template
from bot.core.model import (
    App,
    ForgetTeams,
    ForgetToken,
    Job,
    Press,
    Pressed,
    PullRequestRef,
    Reconcile,
    ReconcileCommit,
    ReconcileLeaning,
)
from bot.engine.reconcile import Reconcile as Reconciler
from bot.github import GitHubAccess, GitHubAdapter
from bot.sandbox import Access, CheckRun, PullRequest, RequestRecord, Sandbox, Scene, Team
from bot.sandbox.state.check import Conclusion
from bot.store.cache import DatabaseCache
from bot.store.database import Database
from bot.store.journal import DatabaseJournal
from bot.store.tables import metadata
from bot.web.app import Parts, create_app
from tests.scenarios.moves import blocks, fault_of

PATH = "docs/tdd/0007-price-cache.md"
HOOK = "/api/github/webhooks"


class Clock:
    """GitHub's clock: every event has a second of its own; the bot's own looks at it move nothing."""

    def __init__(self, start: datetime) -> None:
        self.present = start.replace(microsecond=0)

    def now(self) -> datetime:
        """Return the present second and move on to the next."""
        self.present += timedelta(seconds=1)
        return self.present


@dataclass(frozen=True)
class Wall:
    """The same time, for whoever only looks."""

    clock: Clock

    def now(self) -> datetime:
        """Return the present second."""
        return self.clock.present

    def seconds(self) -> float:
        """Return it as the bot's stores count it: since 1970, UTC."""
        return self.clock.present.timestamp()


@dataclass
class Queue:
    """``ports.Inbox``: keeps the jobs until they are run."""

    jobs: list[Job] = field(default_factory=list)
    deliveries: dict[Job, str] = field(default_factory=dict)
    """Of the newest webhook that led to a job."""

    async def accept(self, jobs: Sequence[Job], delivery: str) -> None:
        """Keep them."""
        assert delivery
        self.deliveries |= dict.fromkeys(jobs, delivery)
        self.jobs += jobs


@dataclass(frozen=True, slots=True)
class Cost:
    """What some steps took of GitHub."""

    tokens: int
    reads: int
    writes: int


@dataclass
class Stage:
    """A sandbox with the standard scene, and the bot's pieces joined to it."""

    sandbox: Sandbox
    scene: Scene
    clock: Clock
    adapter: GitHubAdapter
    journal: DatabaseJournal
    cache: DatabaseCache
    database: Database
    reconciler: Reconciler
    queue: Queue
    runs: list[str] = field(default_factory=list)
    """Keys of the pull requests judged, in order."""
    mark: int = 0
    undescribed: str = ""
    """Why the traffic of a test may depart from GitHub's descriptions."""

    @classmethod
    async def of(
        cls,
        sandbox: Sandbox,
        clock: Clock,
        database: Database,
        session: aiohttp.ClientSession,
        kind: type[GitHubAdapter] = GitHubAdapter,
    ) -> "Stage":
        """Join everything; the app is known, nothing is cached."""
        scene = sandbox.seed_acme()
        access = GitHubAccess(
            api_url=sandbox.url,
            graphql_url=sandbox.graphql_url,
            private_key=scene.app.private_key,
            template=template(),
            app_id=scene.app.id,
        )
        cache = DatabaseCache(database, Wall(clock).seconds)
        journal = DatabaseJournal(database)
        adapter = kind(session, access, cache, Wall(clock).now)
        await adapter.identify()
        stage = cls(
            sandbox, scene, clock, adapter, journal, cache, database, Reconciler(adapter, journal), Queue()
        )
        stage.count()
        return stage

    def application(self) -> web.Application:
        """Return the web application that receives the sandbox's webhooks."""
        known = App(self.scene.app.id, self.scene.app.slug)

        async def ready() -> str:
            return ""

        secrets = (self.scene.app.webhook_secret or "",)
        return create_app(Parts(self.queue, secrets, HOOK, lambda: known, ready))

    async def run(self) -> None:
        """Deliver what happened and judge until nothing is left."""
        await self.sandbox.settled()
        while self.queue.jobs:
            jobs, self.queue.jobs = self.queue.jobs, []
            for ref in await self._pull_requests(jobs):
                self.runs.append(ref.key)
                others = await self.reconciler(ref)
                self.queue.jobs += [Reconcile(one) for one in others]
            await self.sandbox.settled()
        self.assert_moves_are_told()

    def assert_moves_are_told(self) -> None:
        """Hold every open pull request's comment to what its readers need at any step: whose move it is."""
        for pull in self.scene.repository.pulls.values():
            said = [one.body for one in pull.comments if one.author is self.scene.app.bot]
            checklists = [one for one in said if one.startswith("<!-- tdd-bot:checklist -->")]
            runs = self.checks_on(pull, pull.head_sha)
            if pull.open and checklists and runs:
                passed = runs[-1].conclusion is Conclusion.SUCCESS
                for block in blocks(checklists[0]):
                    fault = fault_of(block, passed=passed)
                    assert not fault, f"{fault}\n\n{block.body}"

    async def _pull_requests(self, jobs: Sequence[Job]) -> Sequence[PullRequestRef]:
        found: dict[str, PullRequestRef] = {}
        for job in jobs:
            match job:
                case Reconcile(ref):
                    found[ref.key] = ref
                case Pressed(ref):
                    found[ref.key] = ref
                    press = Press(
                        self.queue.deliveries[job], job.command, job.actor_id, job.actor, self.clock.present
                    )
                    await self.journal.remember(ref, [press])
                case ReconcileCommit():
                    found |= {
                        one.key: one for one in await self.journal.on_commit(job.repository_id, job.head)
                    }
                case ReconcileLeaning(installation_id, repository_id, topics):
                    leaning = await self.journal.leaning(installation_id, repository_id, topics)
                    found |= {one.key: one for one in leaning}
                case ForgetTeams(owner):
                    await self.cache.drop(f"team/{owner.lower()}/")
                case ForgetToken(installation_id):
                    await self.adapter.forget_token(installation_id)
        return list(found.values())

    async def forget(self) -> None:
        """Lose everything that the bot has stored."""

        def work(connection: sa.Connection) -> None:
            for table in metadata.sorted_tables:
                connection.execute(sa.delete(table))

        await self.database.write(work)

    def count(self) -> Cost:
        """Return what the bot has asked of GitHub since the last count."""
        seen = self.requests()[self.mark :]
        self.mark = len(self.requests())
        tokens = sum("access_tokens" in one.path for one in seen)
        writes = sum(one.access is Access.WRITE for one in seen) - tokens
        return Cost(tokens, len(seen) - writes - tokens, writes)

    def requests(self) -> list[RequestRecord]:
        """Return every request of the bot's, oldest first."""
        return list(self.sandbox.log)

    def check(self, pull: PullRequest) -> CheckRun:
        """Return the bot's run on the head that counts."""
        return self.checks_on(pull, pull.head_sha)[-1]

    def checks_on(self, pull: PullRequest, commit: str) -> list[CheckRun]:
        """Return the bot's runs on a commit, oldest first: a second one only where the lines differ."""
        runs = [
            run
            for suite in pull.repository.suites_on(commit)
            for run in suite.runs
            if run.name == "tdd/review" and suite.app is self.scene.app
        ]
        assert all(one.annotations != other.annotations for one, other in pairwise(runs)), "a run is doubled"
        return runs

    def comment(self, pull: PullRequest) -> str:
        """Return the bot's only checklist comment."""
        (body,) = [
            one.body
            for one in pull.comments
            if one.author is self.scene.app.bot and "tdd-bot:checklist" in one.body
        ]
        return body

    def replies(self, pull: PullRequest) -> list[str]:
        """Return the bot's answers to commands."""
        return [
            one.body
            for one in pull.comments
            if one.author is self.scene.app.bot and "tdd-bot:reply" in one.body
        ]

    def asked(self, pull: PullRequest) -> set[str]:
        """Return which teams and people are asked now."""
        return {
            one.reviewer.slug if isinstance(one.reviewer, Team) else one.reviewer.login
            for one in pull.requests
        }


@asynccontextmanager
async def staged(
    folder: Path, kind: type[GitHubAdapter] = GitHubAdapter, *, url: str = ""
) -> AsyncIterator[Stage]:
    """Build a sandbox that delivers to the bot; without ``url`` its database is put into the folder."""
    clock = Clock(datetime.now(UTC))
    database = await Database.open(url or f"sqlite:///{folder / 'bot.sqlite'}")
    try:
        async with Sandbox(clock=clock, wall=Wall(clock)) as sandbox, aiohttp.ClientSession() as session:
            made = await Stage.of(sandbox, clock, database, session, kind)
            runner = web.AppRunner(made.application(), access_log=None)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            made.scene.app.webhook_url = f"http://127.0.0.1:{runner.addresses[0][1]}{HOOK}"
            try:
                yield made
            finally:
                await runner.cleanup()
    finally:
        await database.close()
