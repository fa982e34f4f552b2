"""Where little is left of an installation's hourly limit, it is kept for what people do."""

import asyncio
import json
from pathlib import Path

from tests.builders import design
from tests.whole.server import Bot

THREE = "Waiting for acme/eng-lead and 2 more"


async def test_a_backfill_waits_for_the_next_hour_and_people_do_not(bot: Bot, tmp_path: Path) -> None:
    bot.changes["SWEEP_SECONDS"] = "3600"
    bot.sandbox.hooks.drop(lambda _: True)
    old = [
        bot.scene.open_pull({f"docs/tdd/{number}.md": design()}, branch=f"design-{number}")
        for number in range(6)
    ]
    bot.sandbox.hooks.drop(None)
    bucket = bot.sandbox.limits.bucket(f"installation {bot.scene.installation.id}", "core")
    bucket.used = bucket.limit * 9 // 10

    with (tmp_path / "log.jsonl").open("wb") as log:
        bot.log = log.fileno()
        await bot.start()
        new = bot.scene.open_pull({"docs/tdd/new.md": design()}, branch="new")
        await bot.says(new, THREE)
        # Twice as long as the bulk queue is left alone where nothing is due.
        await asyncio.sleep(2)
        assert [bot.run(pull) for pull in old] == [None] * 6

        bucket.used = 0
        newer = bot.scene.open_pull({"docs/tdd/newer.md": design()}, branch="newer")
        await asyncio.gather(*(bot.says(pull, THREE) for pull in (newer, *old)))

    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    (low,) = [line for line in lines if line["event"].startswith("limit runs low")]
    assert (low["installation"], low["resource"], low["limit"]) == (bot.scene.installation.id, "core", 5_000)
    assert not any(pull.comments for pull in old)
