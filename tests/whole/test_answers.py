"""Webhooks are answered at once, whatever is judged meanwhile."""

import asyncio
import time

import aiohttp

from tests.builders import design
from tests.web.sender import body_of, headers_of
from tests.whole.server import PATIENCE, Bot

MOST = 1.0
"""Seconds to an answer. GitHub waits for ten."""
SHARE = 0.125
"""Instead, where that is more: of all the time in which is judged."""
_ENTRY = "- [a](b) `c` **d** e,\n\n"


def _heavy() -> str:
    """Return a design with a section of nearly as many blocks as a document may have."""
    return design().replace("### 2.2", _ENTRY * 3_000 + "### 2.2", 1)


async def test_webhooks_are_answered_while_documents_are_judged_that_take_long(bot: Bot) -> None:
    await bot.start()
    pull = bot.scene.open_pull({f"docs/tdd/{number:04}-x.md": _heavy() for number in range(1, 11)})
    began = time.perf_counter()
    secret = bot.scene.app.webhook_secret or ""
    answers: list[float] = []
    # Of an installation that does not exist: accepted, stored, and no part of what is judged.
    body = body_of(1)
    async with aiohttp.ClientSession() as http, asyncio.timeout(PATIENCE):
        while bot.run(pull) is None:
            sent = time.perf_counter()
            headers = headers_of(body, secret=secret)
            async with http.post(bot.scene.app.webhook_url or "", data=body, headers=headers) as answer:
                assert answer.status == 202
            answers.append(time.perf_counter() - sent)
            await asyncio.sleep(0.01)
    took = time.perf_counter() - began
    # A busy machine stretches both alike. On the loop it was two fifths of the time without an answer.
    assert max(answers) < max(MOST, took * SHARE)
    assert took > 2 * MOST, "too little to judge: this would pass on the loop as well"
