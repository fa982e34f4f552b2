"""The parts one sandbox is made of, handed to whoever answers."""

from __future__ import annotations

from dataclasses import dataclass

from bot.sandbox.hooks.delivery import Hooks
from bot.sandbox.http.actor import Gatekeeper
from bot.sandbox.http.faults import Faults
from bot.sandbox.http.limits import Limits
from bot.sandbox.http.log import RequestLog
from bot.sandbox.http.oauth import OAuth
from bot.sandbox.http.registration import Registration
from bot.sandbox.state.world import World


@dataclass(frozen=True, slots=True)
class Services:
    """One of each."""

    world: World
    gatekeeper: Gatekeeper
    hooks: Hooks
    log: RequestLog
    faults: Faults
    limits: Limits
    registration: Registration
    oauth: OAuth
    enterprise: bool = False
    """Whether it plays an older GitHub Enterprise Server instead of github.com."""
