"""What an operator relies on: a backup is made under load and put back, a pause outlives a crash."""

import asyncio
import re
import sys
import time
from pathlib import Path

import pytest

from bot.sandbox import Failure, PullRequest
from tests.builders import design
from tests.whole.server import PATIENCE, ROOT, Bot, until

PAGE = (ROOT / "docs" / "operations.md").read_text("utf-8")
THREE = "Waiting for acme/eng-lead and 2 more"
ASKED_AGAIN = 20
"""Seconds: longer than a process takes to be killed and started."""


def _commands(heading: str) -> list[str]:
    """Return the commands under a heading of the runbook, without what is said beside them."""
    block = re.search(rf"\n## {heading}\n.*?```sh\n(.*?)```", PAGE, re.DOTALL)
    assert block
    return [line.split("  #")[0] for line in block[1].splitlines()]


async def _run(bot: Bot, command: str) -> None:
    """Run a command of the page in a shell, as the server's user does; ``/backups`` is the test's own."""
    bin_folder = bot.home / "bin"
    bin_folder.mkdir(exist_ok=True)
    program = bin_folder / "tdd-bot"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m bot "$@"\n', "utf-8")
    program.chmod(0o700)
    process = await asyncio.create_subprocess_shell(
        command.replace("/backups/", f"{bot.home}/backups/"),
        cwd=bot.home,
        env={**bot.environ(), "PATH": f"{bin_folder}:{bot.environ()['PATH']}"},
    )
    assert await asyncio.wait_for(process.wait(), PATIENCE) == 0


def _open(bot: Bot, name: str) -> PullRequest:
    return bot.scene.open_pull({f"docs/tdd/{name}.md": design()}, branch=name)


async def _is_judged(bot: Bot, pull: PullRequest) -> bool:
    return bot.run(pull) is not None


def _lose(home: Path) -> None:
    lost = list(home.glob("tdd-bot.sqlite*"))
    assert lost
    for file in lost:
        file.unlink()


async def test_a_backup_made_under_load_is_put_back_and_what_came_after_it_is_found(bot: Bot) -> None:
    back_up, restore = _commands("Back up and restore")
    (bot.home / "backups").mkdir()
    bot.changes["SWEEP_SECONDS"] = "60"
    bot.sandbox.faults.latency_ms = 50
    await bot.start()
    pulls = [_open(bot, f"design-{number}") for number in range(8)]
    await until(lambda: _is_judged(bot, pulls[0]))

    await _run(bot, back_up)

    pulls.append(_open(bot, "after"))
    await asyncio.gather(*(bot.says(pull, THREE) for pull in pulls))
    await bot.kill()
    _lose(bot.home)
    pulls.append(_open(bot, "meanwhile"))
    (copy,) = (bot.home / "backups").iterdir()
    await _run(bot, re.sub(r"tdd-bot-[\d-]+\.sqlite", copy.name, restore))
    await bot.start()

    await asyncio.gather(*(bot.says(pull, THREE) for pull in pulls))
    assert await bot.terminate() == 0
    for pull in pulls:
        assert len(pull.comments) <= 1
        assert len([one for one in pull.timeline if one.kind.name == "REVIEW_REQUESTED"]) <= 3


@pytest.mark.long
async def test_what_github_told_to_wait_is_not_asked_by_the_next_process_either(bot: Bot) -> None:
    def read() -> int:
        return sum(one.operation == "Snapshot" for one in bot.sandbox.log)

    async def read_again() -> bool:
        return read() > before

    limited = Failure(
        status=403,
        headers={"Retry-After": str(ASKED_AGAIN)},
        body={"message": "You have exceeded a secondary rate limit."},
        path="Snapshot",
    )
    bot.sandbox.faults.fail_next(limited)
    await bot.start()
    before, pulls = 0, [_open(bot, "first")]
    await until(read_again)
    told = time.monotonic()
    before = read()
    # The row of the pause is written; so is the job that is to come, or the run is cut and begins anew.
    await asyncio.sleep(1)
    await bot.kill()
    await bot.start()
    pulls.append(_open(bot, "second"))

    await until(read_again)

    assert time.monotonic() - told > ASKED_AGAIN - 1
    await asyncio.gather(*(bot.says(pull, THREE) for pull in pulls))
