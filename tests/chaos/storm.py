"""A storm: deeds in quick succession while webhooks, calls, processes and the database fail."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from tests.chaos.deeds import Deed, Stage, deeds
from tests.whole.fleet import WEB, WORKER, EndedError, Fleet, Member

LATENCY_MS: Final = 100
FAILING: Final = 0.02
"""The share of the calls to GitHub that fail."""
LOST: Final = 0.05
"""The share of the webhooks that GitHub never sends."""
BETWEEN_KILLS: Final = (2.0, 4.0)
"""Seconds, and more where the machine is slow."""
_ASKED_BETWEEN: Final = 150
"""Requests to GitHub from one kill to the next, at least.

A run makes ten or so. Killed before they get anywhere, all of them would be taken for what kills processes.
"""
_LEAST_KILLS: Final = 3
_PACE: Final = 0.4
"""Seconds between two deeds, at most: shuffled webhooks wait for a few of them."""
_STARTS: Final = 10
"""Times that a process is started before it counts as one that cannot start."""


@dataclass
class Storm:
    """What happens to one repository, drawn from a seed."""

    seed: int
    crew: Fleet
    stage: Stage
    apart: bool
    """Two web and two worker processes; else one that is both."""
    restart: Callable[[], None] | None
    """Restarts the database."""
    done: list[Deed] = field(default_factory=list)
    kills: int = 0
    restarts: int = 0
    webs: list[Member] = field(default_factory=list)
    workers: list[Member] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.dice = random.Random(-self.seed)  # noqa: S311 - repeatable on purpose
        self.sandbox = self.crew.bot.sandbox

    @property
    def webhooks(self) -> int:
        """How many GitHub has sent, tried to send or lost so far."""
        hooks = self.sandbox.hooks
        return len(hooks.deliveries) + len(hooks.waiting) + len(hooks.dropped)

    async def rage(self, webhooks: int, pulls: int) -> None:
        """Play it until so many webhooks have been made, over so many pull requests."""
        await self._begin()
        over = asyncio.Event()
        killing = asyncio.create_task(self._kill_now_and_then(over))
        source = deeds(self.seed, pulls)
        while self.webhooks < webhooks or len(self.stage.pulls) < pulls or self.kills < _LEAST_KILLS:
            if killing.done():
                # It ends before only by a fault, which is raised here; without it the storm would never end.
                await killing
            deed = next(source)
            self.stage.do(deed)
            self.done.append(deed)
            self._rearrange()
            if self.restart and not self.restarts and self.webhooks > webhooks // 2:
                self.restarts = 1
                await asyncio.to_thread(self.restart)
            await asyncio.sleep(_PACE * self.dice.random())
        over.set()
        await killing
        self._calm()

    async def close(self) -> list[int]:
        """Stop every process as a deploy does; return their exit codes."""
        members = self.webs if self.webs is self.workers else [*self.webs, *self.workers]
        return [await member.terminate() for member in members]

    async def _begin(self) -> None:
        if self.apart:
            self.webs = [await self.crew.start(*WEB) for _ in range(2)]
            self.workers = [await self.crew.start(*WORKER) for _ in range(2)]
        else:
            self.webs = self.workers = [await self.crew.start("serve")]
        self.crew.send_to(self.webs[0])
        faults, hooks = self.sandbox.faults, self.sandbox.hooks
        faults.seed(self.seed)
        faults.latency_ms, faults.rate = LATENCY_MS, FAILING
        hooks.double = True
        hooks.drop(lambda _: self.dice.random() < LOST)

    def _rearrange(self) -> None:
        """Hold webhooks back, let them go in another order, send them to the other process."""
        hooks = self.sandbox.hooks
        if self.webs:
            self.crew.send_to(self.dice.choice(self.webs))
        if hooks.held and self.dice.random() < 0.4:
            hooks.release(shuffle_seed=self.dice.randrange(1_000))
        elif self.dice.random() < 0.4:
            hooks.hold()

    async def _kill_now_and_then(self, over: asyncio.Event) -> None:
        while not over.is_set():
            before = len(self.sandbox.log)
            await asyncio.sleep(self.dice.uniform(*BETWEEN_KILLS))
            while len(self.sandbox.log) < before + _ASKED_BETWEEN and not over.is_set():  # noqa: ASYNC110 - asked from other processes
                await asyncio.sleep(0.05)
            team: list[Member] = self.webs
            command: tuple[str, ...] = ("serve",)
            if self.apart:
                team, command = self.dice.choice([(self.webs, WEB), (self.workers, WORKER)])
            victim = team.pop(self.dice.randrange(len(team)))
            await victim.kill()
            self.kills += 1
            team.append(await self._supervised(command))

    async def _supervised(self, command: tuple[str, ...]) -> Member:
        """Start another one in its place, again if it ends at once: the database may be away just then."""
        for _ in range(_STARTS):
            try:
                return await self.crew.start(*command)
            except EndedError:
                await asyncio.sleep(1)
        raise EndedError(f"{command} has ended {_STARTS} times at its start")

    def _calm(self) -> None:
        """Let GitHub behave again. Nobody does anything more: what was lost has to be found."""
        faults, hooks = self.sandbox.faults, self.sandbox.hooks
        faults.rate = faults.latency_ms = 0.0
        hooks.drop(None)
        hooks.double = False
        hooks.release()
        self.crew.send_to(self.webs[0])
