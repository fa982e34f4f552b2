"""What a scrape shows after a real review, and who may scrape."""

import re

import aiohttp

from bot.wiring.adapters import REAL
from tests.builders import design
from tests.whole.server import Bot, until
from tests.whole.test_engine import served

PATH = "docs/tdd/0007-price-cache.md"
THREE = "Waiting for acme/eng-lead and 2 more"
TOKEN = "a-token-of-sixteen-or-more"


def value(page: str, name: str, *labels: str) -> float:
    """Return the sum of a metric's samples that have all these labels."""
    lines = [line for line in page.splitlines() if re.match(rf"{name}(\{{|\s)", line)]
    assert lines, f"no {name}"
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if all(label in line for label in labels))


async def scraped(url: str, token: str = "") -> tuple[int, str]:
    """Ask as Prometheus does."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{url}/metrics", headers=headers) as answer,
    ):
        return answer.status, await answer.text()


async def test_a_review_is_counted_from_the_webhook_to_the_verdict(bot: Bot) -> None:
    async with served(bot, REAL) as (server, url):
        pull = bot.scene.open_pull({PATH: design(bodies={"4.2": "TBD"})})
        bot.scene.person("alice").commit(pull.repository, "change", {PATH: design()})
        await bot.says(pull, THREE)
        await until(server.idle)
        status, page = await scraped(url)

    assert status == 200
    assert value(page, "tdd_bot_webhooks_total", 'event="pull_request"', 'outcome="accepted"') >= 2
    assert value(page, "tdd_bot_github_requests_total") == len(bot.sandbox.log)
    assert value(page, "tdd_bot_verdicts_total", 'verdict="waiting"') >= 1
    assert value(page, "tdd_bot_jobs_total", 'ending="done"') >= 1
    assert value(page, "tdd_bot_inbox_jobs") == 0
    assert value(page, "tdd_bot_database_up") == 1
    assert value(page, "tdd_bot_github_rate_limit_remaining") > 0


async def test_with_a_token_only_its_bearer_sees_the_page(bot: Bot) -> None:
    bot.changes["METRICS_TOKEN"] = TOKEN
    async with served(bot, REAL) as (_, url):
        assert (await scraped(url))[0] == 401
        assert (await scraped(url, "another-token-of-that-length"))[0] == 401
        assert (await scraped(url, TOKEN))[0] == 200
