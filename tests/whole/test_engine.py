"""The whole way: webhook, inbox, queue, reconcile, GitHub, in one server process."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from aiohttp import web

from bot.core.model import PullRequestRef
from bot.engine.reconcile import Reconcile
from bot.ports import GitHub, Journal, Meter, Pacing, Reconciler
from bot.sandbox import Failure, PullRequest
from bot.sandbox.acts.installing import set_suspended
from bot.settings import read_settings
from bot.wiring.adapters import REAL, Adapters
from bot.wiring.running import Running, running
from tests.builders import design
from tests.whole.server import Bot, until

PATH = "docs/tdd/0007-price-cache.md"
THREE = "Waiting for acme/eng-lead and 2 more"


@dataclass
class Gate:
    """Lets a test hold runs at their beginning, where a real one would be reading."""

    open: asyncio.Event = field(default_factory=asyncio.Event)
    begun: list[str] = field(default_factory=list)

    def around(self, github: GitHub, journal: Journal, meter: Meter, pacing: Pacing) -> Reconciler:
        """Return the real reconciler, with a gate after its beginning."""
        real = Reconcile(github, journal, meter, pacing)

        async def reconcile(ref: PullRequestRef, *, checks_only: bool = False) -> Sequence[PullRequestRef]:
            self.begun.append(ref.key)
            await self.open.wait()
            return await real(ref, checks_only=checks_only)

        return reconcile


@asynccontextmanager
async def served(bot: Bot, adapters: Adapters) -> AsyncIterator[tuple[Running, str]]:
    """Run the server in this process; yield it with its address."""
    environ = {**bot.environ(), "POLL_SECONDS": "0.1", "LOG_LEVEL": "error"}
    async with running(read_settings(environ), adapters) as server:
        runner = web.AppRunner(server.web, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        bot.scene.app.webhook_url = url + server.settings.webhook_path
        yield server, url
        await runner.cleanup()


async def test_three_pushes_the_last_two_while_a_run_is_held_make_two_runs(bot: Bot) -> None:
    gate = Gate()
    async with served(bot, Adapters(REAL.github, gate.around)) as (server, _):
        pull = bot.scene.open_pull({PATH: design("Draft")})
        await until(lambda: _begun(gate, 1))
        for body in ("Once.", "Twice."):
            bot.scene.person("alice").commit(pull.repository, "change", {PATH: design(bodies={"1": body})})
        await bot.sandbox.settled()
        gate.open.set()

        await bot.says(pull, THREE)
        await until(server.idle)

        assert len(gate.begun) == 2


async def _begun(gate: Gate, number: int) -> bool:
    return len(gate.begun) >= number


async def test_a_github_that_fails_is_asked_again_and_no_verdict_is_made_of_it(bot: Bot) -> None:
    async with served(bot, REAL) as (server, _):
        bot.sandbox.faults.fail_next(Failure(status=502, path="Snapshot"))
        pull = bot.scene.open_pull({PATH: design()})
        await bot.sandbox.settled()
        await bot.says(pull, THREE)
        await until(server.idle)

        assert len([one for one in bot.sandbox.log if one.operation == "Snapshot"]) == 2
        assert await server.jobs.dead_letters() == []


async def test_a_lost_answer_is_made_good_by_the_next_attempt(bot: Bot) -> None:
    async with served(bot, REAL) as (server, _):
        bot.sandbox.faults.fail_next(Failure(status=None, after=True, method="POST", path="/comments"))
        pull = bot.scene.open_pull({PATH: design()})
        await bot.says(pull, THREE)
        await until(server.idle)

        assert len([one for one in pull.comments if "tdd-bot:checklist" in one.body]) == 1


async def test_our_own_synchronize_is_judged_and_our_other_events_lead_to_no_run(bot: Bot) -> None:
    gate = Gate()
    gate.open.set()
    async with served(bot, Adapters(REAL.github, gate.around)) as (server, _):
        pull = bot.scene.open_pull({PATH: design()})
        await bot.says(pull, THREE)
        await bot.sandbox.settled()
        await until(server.idle)
        assert len(gate.begun) == 1

        ours = bot.scene.app.bot
        from bot.sandbox.acts.branches import build_commit, push  # noqa: PLC0415 - a push by the app itself

        made = build_commit(
            bot.scene.world, pull.repository, (pull.head_sha,), {PATH: design("Draft")}, ours, "Ours"
        )
        push(bot.scene.world, pull.repository, "change", made.oid, ours)

        await bot.says(pull, "Draft: all 16 sections written")


async def test_it_is_ready_while_github_is_not_there(bot: Bot, tmp_path: Path) -> None:
    """Webhooks are accepted before this app's identity is known; they are judged once GitHub answers."""
    bot.changes["GITHUB_API_URL"] = "http://127.0.0.1:9"
    bot.changes["TDD_BOT_HOME"] = str(tmp_path / "other")
    async with served(bot, REAL) as (_, url), aiohttp.ClientSession() as session:
        async with session.get(f"{url}/healthz") as answer:
            assert answer.status == 200
        async with session.get(f"{url}/readyz") as answer:
            assert answer.status == 200
        bot.scene.open_pull({PATH: design()})
        await bot.sandbox.settled()

        assert 202 in [one.status_code for one in bot.sandbox.deliveries]


async def test_a_backfill_posts_checks_and_the_next_event_brings_the_rest(bot: Bot) -> None:
    async with served(bot, REAL) as (server, url):
        # What was opened before the app was there sent it no webhook.
        bot.scene.app.webhook_url = None
        pulls = [
            bot.scene.open_pull({f"docs/tdd/{number}.md": design()}, branch=f"design-{number}")
            for number in range(5)
        ]
        bot.scene.app.webhook_url = url + server.settings.webhook_path
        refs = [_ref(bot, pull) for pull in pulls]

        await server.bulk.add(refs, "backfill", checks_only=True)

        for pull in pulls:
            await bot.says(pull, THREE)
        await until(server.idle)
        assert not any(pull.comments or pull.requests for pull in pulls)
        run = bot.run(pulls[0])
        assert run is not None
        assert "To come when something happens on this pull request" in (run.summary or "")

        bot.scene.person("mallory").comment(pulls[0], "What is the state?")
        await until(lambda: _has_comments(pulls[0], 2))
        await until(server.idle)
        assert len(pulls[0].requests) == 3
        assert not any(pull.comments or pull.requests for pull in pulls[1:])


def _ref(bot: Bot, pull: PullRequest) -> PullRequestRef:
    repository = pull.repository
    [installation] = bot.scene.world.installations.values()
    return PullRequestRef(
        installation.id, repository.id, repository.owner.login, repository.name, pull.number
    )


async def _has_comments(pull: PullRequest, number: int) -> bool:
    return len(pull.comments) == number


async def test_what_github_would_not_let_us_create_waits_and_the_check_says_so(bot: Bot) -> None:
    bot.sandbox.limits.creation = True
    async with served(bot, REAL) as (server, _):
        pulls = [
            bot.scene.open_pull({f"docs/tdd/{number}.md": design()}, branch=f"design-{number}")
            for number in range(25)
        ]
        for pull in pulls:
            await bot.says(pull, THREE)
        await until(server.idle)

        commented = [pull for pull in pulls if pull.comments]
        assert len(commented) == 20
        assert all(len(pull.requests) == 3 for pull in pulls)
        for pull in pulls:
            run = bot.run(pull)
            assert run is not None
            assert ("To come: the checklist comment" in (run.summary or "")) is (pull not in commented)
        assert [(level.reason, level.number) for level in await server.bulk.left()] == [("paced", 5)]
        assert not [one for one in bot.sandbox.log if one.status == 403]


async def test_while_the_queries_fail_the_check_says_so_and_never_rejects_or_passes(bot: Bot) -> None:
    async with served(bot, REAL) as (server, _):
        bot.sandbox.faults.fail_next(*(Failure(status=502, path="Snapshot") for _ in range(3)))
        pull = bot.scene.open_pull({PATH: design(bodies={"4.2": "TBD"})})

        await bot.says(
            pull,
            "Could not be judged: GitHub does not answer as it should; it is asked again until it does.",
        )
        run = bot.run(pull)
        assert run is not None
        assert run.conclusion is not None
        assert run.conclusion.value == "action_required"

        bot.scene.person("mallory").comment(pull, "And now?")
        await bot.says(pull, "1 section to write before approval")
        await until(server.idle)
        # On the same run: it had nothing on its lines that would have to go.
        assert bot.run(pull) is run
        assert [one.path for one in run.annotations] == [PATH]
        assert await server.jobs.dead_letters() == []


async def test_a_suspended_installation_loses_nothing(bot: Bot) -> None:
    async with served(bot, REAL) as (server, _):
        pull = bot.scene.open_pull({PATH: design("Draft")})
        await bot.says(pull, "Draft: all 16 sections written")
        await until(server.idle)
        bot.scene.person("alice").commit(pull.repository, "change", {PATH: design()})
        set_suspended(bot.scene.world, bot.scene.installation, bot.scene.app.bot, suspended=True)
        await bot.sandbox.settled()
        await until(server.idle)

        set_suspended(bot.scene.world, bot.scene.installation, bot.scene.app.bot, suspended=False)

        await bot.says(pull, THREE)
        assert await server.jobs.dead_letters() == []
