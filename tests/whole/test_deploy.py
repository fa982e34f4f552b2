"""Deploys as they happen: by a Procfile's runner, and with a secret that is replaced on the way."""

import asyncio
import socket
import sys
from asyncio.subprocess import DEVNULL, PIPE

from tests.builders import design
from tests.whole.server import PATIENCE, ROOT, Bot

THREE = "Waiting for acme/eng-lead and 2 more"


def _design(number: int) -> dict[str, str]:
    return {f"docs/tdd/{number:04}-x.md": design()}


def _free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return str(free.getsockname()[1])


async def test_a_runner_starts_what_the_procfile_says_and_its_end_drains(bot: Bot) -> None:
    port = _free_port()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "honcho", "start", "-f", ROOT / "Procfile", "-d", ROOT, "web"),
        env={
            **bot.environ(),
            "PATH": f"{sys.prefix}/bin:/usr/bin:/bin",
            "PORT": port,
            "PYTHONUNBUFFERED": "1",
        },
        stdout=PIPE,
        stderr=DEVNULL,
    )
    assert process.stdout is not None
    seen = b""
    async with asyncio.timeout(PATIENCE):
        while b"listens on" not in seen:
            line = await process.stdout.readline()
            assert line, seen
            seen += line
    bot.scene.app.webhook_url = f"http://127.0.0.1:{port}/api/github/webhooks"

    pull = bot.scene.open_pull(_design(1))
    await bot.says(pull, THREE)
    process.terminate()
    rest = await asyncio.wait_for(process.stdout.read(), PATIENCE)
    await process.wait()

    assert f"0.0.0.0:{port}".encode() in seen
    assert b"stopped (rc=0)" in rest


async def test_a_secret_is_replaced_and_no_webhook_is_lost(bot: Bot) -> None:
    # The same address after each restart, and a look for what failed at each start.
    bot.changes.update({"WEBHOOK_SECRET": "old", "PORT": _free_port(), "SWEEP_SECONDS": "60"})
    bot.scene.app.webhook_secret = "old"
    await bot.start()
    pulls = [bot.scene.open_pull(_design(1))]
    await bot.says(pulls[0], THREE)

    # First the server learns the new one; what arrives while it restarts is delivered again at its start.
    assert await bot.terminate() == 0
    pulls.append(bot.scene.open_pull(_design(2), branch="second"))
    bot.changes["WEBHOOK_SECRET"] = "new,old"
    await bot.start()
    pulls.append(bot.scene.open_pull(_design(3), branch="third"))
    # Then GitHub does.
    bot.scene.app.webhook_secret = "new"
    pulls.append(bot.scene.open_pull(_design(4), branch="fourth"))
    for pull in pulls:
        await bot.says(pull, THREE)
    # Then the old one goes.
    assert await bot.terminate() == 0
    bot.changes["WEBHOOK_SECRET"] = "new"
    await bot.start()
    last = bot.scene.open_pull(_design(5), branch="fifth")
    await bot.says(last, THREE)
    assert await bot.terminate() == 0
