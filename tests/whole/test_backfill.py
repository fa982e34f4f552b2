"""Installed where pull requests are open already, the bot gives each its check and says nothing else."""

import asyncio

from bot.sandbox.acts.installing import choose
from tests.builders import design
from tests.whole.server import Bot

PATH = "docs/tdd/0007-price-cache.md"
THREE = "Waiting for acme/eng-lead and 2 more"


async def test_what_was_open_before_gets_checks_only_and_goes_on_after_a_kill(bot: Bot) -> None:
    bot.changes["SWEEP_SECONDS"] = "60"
    bot.sandbox.hooks.drop(lambda _: True)
    pulls = [
        bot.scene.open_pull({f"docs/tdd/{number}.md": design()}, branch=f"design-{number}")
        for number in range(12)
    ]
    bot.sandbox.hooks.drop(None)
    bot.sandbox.faults.latency_ms = 50

    await bot.start()
    await bot.says(pulls[0], THREE)
    await bot.kill()
    await bot.start()

    await asyncio.gather(*(bot.says(pull, THREE) for pull in pulls))
    assert not any(pull.comments or pull.requests for pull in pulls)


async def test_a_repository_that_is_added_is_found_at_once(bot: Bot) -> None:
    bot.changes["SWEEP_SECONDS"] = "3600"
    scene = bot.scene
    erin = scene.person("erin").account
    choose(scene.world, scene.installation, [], erin)
    pull = scene.open_pull({PATH: design()})
    await bot.start()
    await asyncio.sleep(1)
    assert bot.run(pull) is None

    choose(scene.world, scene.installation, [scene.repository], erin)

    await bot.says(pull, THREE)
    assert not pull.comments
