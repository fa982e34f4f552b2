"""Pull requests with a design in the sandbox, and when the bot's finished checks on them were written."""

import asyncio
import time
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Final

from bot.cli.demo.author import Design
from bot.sandbox import CheckRun, PullRequest, Sandbox, Scene
from bot.sandbox.state.world import Event

_STEP: Final = 0.02
_ACCEPTED: Final = frozenset({202, 204})
_REFUSED: Final = 400


class Checks:
    """Notes when GitHub has each finished check; to be made before anything is opened."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self.written: dict[str, float] = {}
        """By commit, on this process's clock: the first finished check of the bot's."""
        scene.world.listeners.append(self._note)

    def _note(self, event: Event) -> None:
        run = event.subject.get("run")
        if event.name != "check_run" or not isinstance(run, CheckRun) or run.conclusion is None:
            return
        if run.suite.app is self._scene.app:
            self.written.setdefault(run.suite.head_sha, time.perf_counter())

    async def on(self, heads: Sequence[str], patience: float) -> Sequence[str]:
        """Wait for a finished check on each commit; return the commits that have none after some seconds."""
        until = time.perf_counter() + patience
        left = list(heads)
        while left and time.perf_counter() < until:
            left = [sha for sha in left if sha not in self.written]
            if left:
                await asyncio.sleep(_STEP)
        return left


@cache
def design() -> str:
    """Return a complete design of three teams, In-Review: that of the demo."""
    example = files("bot.cli.demo").joinpath("example.md").read_text(encoding="utf-8")
    return Design(example).with_status("In-Review").completed().text


def opened(scene: Scene, count: int, name: str = "design") -> list[PullRequest]:
    """Open pull requests with one design each, as fast as the sandbox can."""
    return [
        scene.open_pull({f"docs/tdd/{name}-{number}.md": design()}, branch=f"{name}-{number}")
        for number in range(count)
    ]


def wrong_answers(sandbox: Sandbox) -> list[str]:
    """Say which webhooks the bot has not accepted, and what the sandbox has refused the bot.

    A webhook that is under way has no status yet; whoever wants to know of each lets them settle before.
    """
    answered = [one for one in sandbox.deliveries if one.status_code]
    refused = [one for one in answered if one.status_code not in _ACCEPTED]
    limited = [one for one in sandbox.log if one.status >= _REFUSED]
    said = {(one.event, one.action, one.status_code) for one in refused}
    wrong = [f"{len(refused)} webhooks were not accepted: {sorted(said, key=str)}"] if refused else []
    said = {(one.method, one.route, one.status) for one in limited}
    return [*wrong, f"{len(limited)} calls were refused: {sorted(said, key=str)}"] if limited else wrong
