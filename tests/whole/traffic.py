"""What people do on GitHub while processes are replaced."""

import asyncio

from bot.sandbox import PullRequest
from tests.builders import design
from tests.whole.server import Bot


async def traffic(bot: Bot, pulls: list[PullRequest], over: asyncio.Event, most: int) -> None:
    """Open pull requests, then talk in the first of them, until it is over.

    No more than ``most``: GitHub would not let the app comment on all; where people talk, it comments once.
    """
    while not over.is_set():
        if len(pulls) < most:
            name = f"design-{len(pulls)}"
            pulls.append(bot.scene.open_pull({f"docs/tdd/{name}.md": design()}, branch=name))
        else:
            bot.scene.person("mallory").comment(pulls[0], "What is the state?")
        await asyncio.sleep(0.3)
