"""After any storm everything is as after a calm: nothing is lost, nothing is doubled.

``--seed 7`` plays one storm again, ``--seed 1-10`` ten of them, ``--storm 10000/500`` larger ones.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path

import pytest

from bot.sandbox import Sandbox
from bot.wiring.adapters import REAL
from bot.wiring.running import Running
from tests.chaos.conftest import bot_of
from tests.chaos.deeds import Deed, Stage
from tests.chaos.outcome import Outcome, asked, doubled, outcome
from tests.chaos.storm import Storm
from tests.store.databases import new_postgresql_database, restart_postgresql
from tests.whole.fleet import Fleet, fleet
from tests.whole.server import Bot
from tests.whole.test_engine import served

_AFTERWARDS = 120.0
"""Seconds after the storm in which all has to be well, and one more for each pull request."""


@pytest.fixture(
    params=[pytest.param("one process, embedded", marks=pytest.mark.long), "two and two, postgresql"]
)
async def crew(bot: Bot, request: pytest.FixtureRequest) -> AsyncIterator[tuple[Fleet, bool]]:
    apart = request.param.endswith("postgresql")
    url = new_postgresql_database(request.getfixturevalue("postgresql")) if apart else ""
    bot.changes["SWEEP_SECONDS"] = "5"
    with (bot.home / "log").open("wb") as log:
        bot.log = log.fileno()
        async with fleet(bot, url) as made:
            yield made, apart


async def test_after_any_storm_all_is_as_after_a_calm(
    bot: Bot, crew: tuple[Fleet, bool], seed: int, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    webhooks, _, pulls = str(request.config.getoption("--storm")).partition("/")
    members, apart = crew
    restart: Callable[[], None] | None = None
    if apart:
        restart = partial(restart_postgresql, request.getfixturevalue("postgresql"))
    storm = Storm(seed, members, Stage(bot.scene), apart, restart)

    await storm.rage(int(webhooks), int(pulls))
    wanted = await calm(storm.done, tmp_path / "calm")
    await settled(storm, wanted)

    # Named before it is asserted: pytest would spell out both worlds to explain a failure, at gigabytes.
    found = differences(storm.stage, wanted)
    assert not found, "\n".join(found)
    assert set(await storm.close()) == {0}
    # Nothing was under way that would have changed it again.
    found = differences(storm.stage, wanted)
    assert not found, "\n".join(found)
    assert storm.kills > 0
    assert storm.restarts == apart
    said = f"{storm.webhooks} webhooks, {len(bot.sandbox.hooks.dropped)} lost; {storm.kills} killed"
    print(f"seed {seed}: {len(storm.done)} deeds to {pulls} pull requests, {said}")  # noqa: T201 - what `-rP` shows of one that has passed


@dataclass(frozen=True, slots=True)
class Calm:
    """How one pull request ends where nothing fails."""

    outcome: Outcome
    asked: frozenset[str]


async def calm(done: Sequence[Deed], home: Path) -> dict[int, Calm]:
    """Do the same deeds in another world, tell an undisturbed bot of them, and see what it makes of it."""
    home.mkdir()  # noqa: ASYNC240 - once
    async with Sandbox(enterprise=True) as sandbox:
        bot = bot_of(sandbox, home)
        stage = Stage(bot.scene)
        async with served(bot, REAL) as (server, _):
            sandbox.hooks.hold()
            for deed in done:
                stage.do(deed)
            sandbox.hooks.release()
            for _ in range(2):
                # The second time for what its own writes have led to.
                await sandbox.settled()
                await _idle(server, _AFTERWARDS + len(stage.pulls))
        app = bot.scene.app
        return {number: Calm(outcome(app, pull), asked(pull)) for number, pull in stage.pulls.items()}


async def _idle(server: Running, patience: float) -> None:
    async with asyncio.timeout(patience):
        while not await server.idle():  # noqa: ASYNC110 - what is waited for is in the database
            await asyncio.sleep(0.1)


def differences(stage: Stage, wanted: dict[int, Calm]) -> list[str]:
    """Say where it is not as after a calm."""
    found = []
    for number, pull in sorted(stage.pulls.items()):
        is_so, calm = outcome(stage.scene.app, pull), wanted[number]
        for name in fields(Outcome):
            ours, theirs = getattr(is_so, name.name), getattr(calm.outcome, name.name)
            if ours != theirs:
                found.append(f"{number}: {name.name} {ours!r} instead of {theirs!r}")
        if missing := calm.asked - asked(pull):
            found.append(f"{number}: {sorted(missing)} not asked")
        found += [f"{number}: {twice}" for twice in doubled(stage.scene.app, pull)]
    return found


async def settled(storm: Storm, wanted: dict[int, Calm]) -> None:
    """Return once all is well, or after long enough."""
    end = asyncio.get_running_loop().time() + _AFTERWARDS + len(wanted)
    while differences(storm.stage, wanted) and asyncio.get_running_loop().time() < end:  # noqa: ASYNC110 - what is waited for is in other processes
        # GitHub is in this process too: five hundred pull requests compared all the time would slow it down.
        await asyncio.sleep(1)
