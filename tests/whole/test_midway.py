"""What is taken away in the middle of a run: the run says so or goes on, and nothing is done twice."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from structlog.testing import capture_logs

from bot.sandbox import PullRequest, RequestRecord
from bot.sandbox.acts.installing import grant, set_suspended
from bot.sandbox.acts.repositories import set_archived
from bot.sandbox.http.faults import Silence
from bot.wiring.adapters import REAL
from bot.wiring.running import Running
from tests.builders import design
from tests.whole.server import Bot, until
from tests.whole.test_engine import THREE, served

WRITES = ("/check-runs", "/requested_reviewers", "/comments")
"""Of the first run of a design, in this order."""


@asynccontextmanager
async def midway(bot: Bot, path: str, number: int) -> AsyncIterator[PullRequest]:
    """Open a design, and stop its run just before it writes there until the block ends."""
    # To one path alone: runs of others have no part in it.
    silence = bot.sandbox.faults.silence = Silence(path=path)

    async def met() -> bool:
        return silence.met > 0

    pull = bot.scene.open_pull({f"docs/tdd/{number}.md": design()}, branch=f"design-{number}")
    await until(met)
    yield pull
    silence.end()


def asked(bot: Bot, since: int) -> Counter[str]:
    """Count the requests by what they ask for; ``since`` so many are of earlier."""
    return Counter(_what(record) for record in list(bot.sandbox.log)[since:])


def _what(record: RequestRecord) -> str:
    return f"{record.method} {record.operation or record.route} {record.status}"


def whole(bot: Bot, pull: PullRequest) -> tuple[str | None, int, int]:
    """Return the check's title, and how many comments and standing requests there are."""
    run = bot.run(pull)
    return (run.title if run else None), len(pull.comments), len(pull.requests)


@pytest.mark.parametrize("path", WRITES)
async def test_a_token_revoked_midway_is_made_anew_once_and_the_run_goes_on(bot: Bot, path: str) -> None:
    async with served(bot, REAL) as (server, _):
        for number in (1, 2):
            # The first one fills the caches.
            calm = len(bot.sandbox.log)
            async with midway(bot, path, number):
                pass
            await until(server.idle)
        usual = asked(bot, calm)

        before = len(bot.sandbox.log)
        async with midway(bot, path, 3) as pull:
            for token in bot.sandbox.gatekeeper.tokens.values():
                token.revoked = True
        await until(server.idle)

        assert whole(bot, pull) == (THREE, 1, 3)
        [refused] = [one for one in list(bot.sandbox.log)[before:] if one.status == 401]
        assert path in refused.path
        minted = "POST /app/installations/{id}/access_tokens 201"
        assert asked(bot, before) - usual == Counter({_what(refused): 1, minted: 1})
        assert not usual - asked(bot, before)


async def test_archived_midway_its_run_ends_and_goes_on_once_it_is_writable_again(bot: Bot) -> None:
    bot.changes["SWEEP_SECONDS"] = "3600"
    scene = bot.scene
    erin = scene.person("erin").account
    async with served(bot, REAL) as (server, _):
        with capture_logs() as lines:
            async with midway(bot, "/comments", 1) as pull:
                set_archived(scene.world, scene.repository, erin, archived=True)
            await until(server.idle)
        assert whole(bot, pull) == (THREE, 0, 3)
        dropped = {one["reason"] for one in lines if one["event"] == "job dropped"}
        assert dropped == {"ReadOnlyError: GitHub answered 403: Repository was archived so is read-only."}
        assert await server.jobs.dead_letters() == []
        assert await server.bulk.left() == []
        before = len(bot.sandbox.log)

        set_archived(scene.world, scene.repository, erin, archived=False)
        await until(lambda: _judged_again(bot, before))
        await until(server.idle)
        # A sweep says nothing new to people; the next event does.
        scene.person("mallory").comment(pull, "And now?")
        await until(lambda: _is(bot, pull, (THREE, 2, 3)))
        await until(server.idle)
        assert whole(bot, pull) == (THREE, 2, 3)


async def _judged_again(bot: Bot, before: int) -> bool:
    return asked(bot, before)["POST Snapshot 200"] > 0


async def _is(bot: Bot, pull: PullRequest, wanted: tuple[str | None, int, int]) -> bool:
    return whole(bot, pull) == wanted


async def test_suspended_midway_it_is_parked_and_taken_up_where_it_was(bot: Bot) -> None:
    scene = bot.scene
    async with served(bot, REAL) as (server, _):
        async with midway(bot, "/comments", 1) as pull:
            set_suspended(scene.world, scene.installation, scene.app.bot, suspended=True)
        await until(server.idle)
        assert whole(bot, pull) == (THREE, 0, 3)
        assert [(one.reason, one.number) for one in await server.bulk.left()] == [("parked", 1)]
        before = len(bot.sandbox.log)

        set_suspended(scene.world, scene.installation, scene.app.bot, suspended=False)
        await until(lambda: _is(bot, pull, (THREE, 1, 3)))
        await until(server.idle)

        found = asked(bot, before)
        assert not [what for what in found if "check-runs" in what or "requested_reviewers" in what]
        assert [
            number for what, number in found.items() if what.startswith("POST") and "/comments" in what
        ] == [1]
        assert await server.bulk.left() == []
        assert await server.jobs.dead_letters() == []


async def _given_up(server: Running) -> bool:
    return bool(await server.jobs.dead_letters())


async def test_a_permission_taken_away_midway_is_named_and_once_it_is_back_the_rest_follows(bot: Bot) -> None:
    scene = bot.scene
    erin, all_of_them = scene.person("erin").account, dict(scene.installation.permissions)
    async with served(bot, REAL) as (server, _):
        async with midway(bot, "/requested_reviewers", 1) as pull:
            scene.installation.permissions = {**all_of_them, "pull_requests": "read"}
        await until(lambda: _given_up(server))

        lacks = "This app lacks the permission pull_requests=write: an owner has to grant it in its settings."
        assert whole(bot, pull) == (f"Could not be judged: {lacks}", 0, 0)
        [letter] = await server.jobs.dead_letters()
        assert "needs pull_requests=write" in letter.error

        grant(scene.world, scene.installation, all_of_them, erin)
        await until(lambda: _is(bot, pull, (THREE, 1, 3)))
        await until(server.idle)
        assert await server.jobs.dead_letters() == []
