"""Killed with -9 at the worst moments, the bot ends where an undisturbed one ends."""

import asyncio

import pytest

from bot.sandbox import Access, Silence
from tests.builders import design
from tests.whole.server import Bot, until

PATH = "docs/tdd/0007-price-cache.md"
THREE = "Waiting for acme/eng-lead and 2 more"
CHECKLIST = "tdd-bot:checklist"


async def accepted(bot: Bot) -> None:
    """Return once the bot has accepted the webhook about the pull request; the push comes first."""

    async def answered() -> bool:
        seen = bot.sandbox.deliveries
        return any(one.event == "pull_request" and one.status_code == 202 for one in seen)

    await until(answered)


async def test_killed_between_the_answer_and_the_check(bot: Bot) -> None:
    bot.changes["POLL_SECONDS"] = "2"
    await bot.start()
    bot.sandbox.faults.silence = Silence("/check-runs")
    pull = bot.scene.open_pull({PATH: design()})
    await accepted(bot)
    await bot.kill()
    assert bot.run(pull) is None

    bot.changes.clear()
    bot.sandbox.faults.silence.over = True
    await bot.start()

    await bot.says(pull, THREE)


@pytest.mark.parametrize("writes", [1, 2, 3])
async def test_killed_right_after_a_write(bot: Bot, writes: int) -> None:
    """After the check, after the requests, after the comment: nothing is missing and nothing doubled."""
    bot.sandbox.faults.latency_ms = 60
    await bot.start()
    pull = bot.scene.open_pull({PATH: design()})

    async def written() -> bool:
        done = [one for one in bot.sandbox.log if one.access is Access.WRITE]
        return len([one for one in done if "access_tokens" not in one.path]) >= writes

    await until(written)
    await bot.kill()
    await bot.start()

    async def complete() -> bool:
        comments = [one for one in pull.comments if CHECKLIST in one.body]
        return bot.run(pull) is not None and len(comments) == 1 and len(pull.requests) == 3

    await until(complete)
    await bot.says(pull, THREE)
    asked = [one for one in pull.timeline if one.kind.name == "REVIEW_REQUESTED"]
    assert len(asked) == 3


async def test_a_deploy_drains_and_loses_nothing(bot: Bot) -> None:
    bot.sandbox.faults.latency_ms = 100
    await bot.start()
    pulls = [
        bot.scene.open_pull({f"docs/tdd/{number}.md": design()}, branch=f"design-{number}")
        for number in range(6)
    ]
    await bot.sandbox.settled()

    assert await bot.terminate() == 0
    await bot.start()

    await asyncio.gather(*(bot.says(pull, THREE) for pull in pulls))

    async def all_told() -> bool:
        return all(any(CHECKLIST in one.body for one in pull.comments) for pull in pulls)

    await until(all_told)
    for pull in pulls:
        assert len([one for one in pull.comments if CHECKLIST in one.body]) == 1


async def test_webhooks_missed_while_it_was_down_are_mended_by_the_next_event(bot: Bot) -> None:
    await bot.start()
    pull = bot.scene.open_pull({PATH: design("Draft")})
    await bot.says(pull, "Draft: all 16 sections written")
    await bot.kill()
    bot.scene.person("alice").commit(pull.repository, "change", {PATH: design(bodies={"4.2": "TBD"})})
    await bot.sandbox.settled()

    await bot.start()
    bot.scene.person("mallory").comment(pull, "What is the state?")

    await bot.says(pull, "1 section to write before approval")
