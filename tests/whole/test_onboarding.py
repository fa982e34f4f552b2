"""With the setting, the server offers a first configuration where the app is installed; without it, never."""

import asyncio

from bot.core.render.onboarding import ONBOARDING_BRANCH
from bot.sandbox import PullRequest
from bot.sandbox.acts.installing import choose
from bot.sandbox.state.check import Conclusion
from tests.whole.server import Bot, until


def _offered(bot: Bot) -> list[PullRequest]:
    return [one for one in bot.scene.repository.pulls.values() if one.head_ref == ONBOARDING_BRANCH]


async def _added(bot: Bot) -> None:
    """Start the server while the app is installed nowhere, then add the repository."""
    bot.changes["SWEEP_SECONDS"] = "3600"
    scene = bot.scene
    scene.installation.permissions["contents"] = "write"
    erin = scene.person("erin").account
    choose(scene.world, scene.installation, [], erin)
    await bot.start()
    await asyncio.sleep(1)
    choose(scene.world, scene.installation, [scene.repository], erin)


async def test_a_repository_that_is_added_is_offered_one_and_its_check_is_green(bot: Bot) -> None:
    bot.changes["ONBOARDING"] = "true"
    await _added(bot)

    async def opened() -> bool:
        return bool(_offered(bot))

    await until(opened)
    (pull,) = _offered(bot)

    async def judged() -> bool:
        run = bot.run(pull)
        return run is not None and run.conclusion is Conclusion.SUCCESS

    await until(judged)
    await bot.kill()
    await bot.start()
    await asyncio.sleep(2)
    assert len(_offered(bot)) == 1
    assert not pull.comments


async def test_without_the_setting_nothing_is_written(bot: Bot) -> None:
    await _added(bot)
    await asyncio.sleep(2)

    assert list(bot.scene.repository.branches) == ["main"]
