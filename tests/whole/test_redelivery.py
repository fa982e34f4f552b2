"""Webhooks that could not arrive while the bot was down arrive once it is up again."""

from bot.wiring.adapters import REAL
from tests.builders import design
from tests.whole.server import Bot, until
from tests.whole.test_engine import served

PATH = "docs/tdd/0007-price-cache.md"
THREE = "Waiting for acme/eng-lead and 2 more"


async def test_what_failed_while_it_was_down_is_asked_for_at_the_next_start(bot: Bot) -> None:
    bot.changes["SWEEP_SECONDS"] = "60"
    bot.scene.app.webhook_url = "http://127.0.0.1:9/"
    pull = bot.scene.open_pull({PATH: design()})
    await bot.sandbox.settled()
    assert {one.status for one in bot.sandbox.deliveries} == {"failed to connect to host"}

    async with served(bot, REAL) as (server, _):
        await bot.says(pull, THREE)
        await bot.sandbox.settled()
        await until(server.idle)

    failed = {one.guid for one in bot.sandbox.deliveries if one.status != "OK"}
    again = [one.guid for one in bot.sandbox.deliveries if one.redelivery]
    assert set(again) == failed
    assert len(again) == len(failed)
