"""What stands behind a server's ports to the outside: the real ones, or a test's."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bot.engine.reconcile import Reconcile
from bot.ports import Cache, Calls, GitHub, Journal, Meter, Pacing, People, Reconciler
from bot.settings import Settings
from bot.wiring.github import RemoteGitHub, github_of, people_of


@dataclass(frozen=True, slots=True)
class Adapters:
    """What a test puts in the place of GitHub and of judging."""

    github: Callable[[Settings, Cache, Calls], RemoteGitHub]
    reconciler: Callable[[GitHub, Journal, Meter, Pacing], Reconciler]
    people: Callable[[Settings], People] = people_of


REAL: Final = Adapters(github_of, Reconcile)
