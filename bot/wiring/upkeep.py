"""What a server looks after without an event, and how often."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Final

from bot.core.model import Creation
from bot.engine.digest import WeeklyDigest
from bot.engine.discovery import Discovery
from bot.engine.housekeeping import Housekeeping
from bot.engine.onboarding import EVERY as WELCOME_EVERY
from bot.engine.onboarding import ONBOARDING, Welcome
from bot.engine.redelivery import KEPT, KEPT_BY_SERVER, Redelivery
from bot.engine.schedule import Chore, Schedule
from bot.engine.shelving import SHELVES, Shelving
from bot.engine.sweep import SWEEP, Sweep
from bot.engine.waking import Waking
from bot.ports import Bulk, Meter
from bot.settings import Settings
from bot.store.catalogue import DatabaseCatalogue
from bot.store.chores import DatabaseChores
from bot.store.database import Database
from bot.store.digests import DatabaseDigests
from bot.store.holdings import DatabaseHoldings
from bot.store.journal import DatabaseJournal
from bot.store.newcomers import DatabaseNewcomers
from bot.store.pacing import DatabasePacing
from bot.store.removal import Removal
from bot.store.wakes import DatabaseWakes
from bot.wiring.github import RemoteGitHub

_DIGEST: Final = timedelta(hours=1)
_WAKING: Final = timedelta(minutes=5)
DISCOVERY: Final = "discovery"
_DISCOVERY: Final = timedelta(hours=1)
_SHELVES: Final = timedelta(hours=1)
_HOUSEKEEPING: Final = timedelta(hours=1)


def schedule(
    settings: Settings, database: Database, github: RemoteGitHub, bulk: Bulk, meter: Meter, holder: str
) -> Schedule:
    """Return what is looked after without an event; ``holder``: the executor that takes the turns."""
    kept = KEPT_BY_SERVER if settings.enterprise_server else KEPT
    removal = Removal(database)
    housekeeping = Housekeeping(partial(removal.expired, settings.audit_kept))
    chores = [Chore("housekeeping", _HOUSEKEEPING, housekeeping)]
    if settings.sweep:
        redelivery = Redelivery(github.deliveries, kept, meter)
        chores.append(Chore("redelivery", settings.sweep, redelivery, at_start=True))
        holdings = DatabaseHoldings(database, welcomes=settings.onboarding)
        sweep = Sweep(github.estate, holdings, bulk, meter)
        chores.append(Chore(SWEEP, settings.sweep, sweep, at_start=True))
        discovery = Discovery(
            github.estate, holdings, partial(_hasten, database, (SWEEP, SHELVES, ONBOARDING))
        )
        chores.append(Chore(DISCOVERY, _DISCOVERY, discovery, at_start=True))
        if settings.onboarding:
            chores.append(_welcome(settings, database, github))
        if settings.pages_url is not None:
            # Nobody else wants to know.
            shelving = Shelving(github.shelves, DatabaseCatalogue(database))
            chores.append(Chore(SHELVES, _SHELVES, shelving, at_start=True))
    chores.append(Chore("digest", _DIGEST, WeeklyDigest(DatabaseDigests(database), github.boards)))
    chores.append(Chore("waking", _WAKING, Waking(DatabaseWakes(database), bulk)))
    tick = timedelta(seconds=max(0.2, settings.poll_seconds * 10))
    return Schedule(DatabaseChores(database), chores, holder, tick, meter)


def _welcome(settings: Settings, database: Database, github: RemoteGitHub) -> Chore:
    pacing = DatabasePacing(database)

    async def may_create(installation_id: int) -> bool:
        limited = settings.creation_limits
        return not limited or await pacing.one_more(installation_id, Creation.ONBOARDING)

    welcome = Welcome(
        DatabaseNewcomers(database), github.onboarding, may_create, DatabaseJournal(database).audit
    )
    return Chore(ONBOARDING, WELCOME_EVERY, welcome, at_start=True)


async def _hasten(database: Database, names: Sequence[str]) -> None:
    for name in names:
        await DatabaseChores(database).hasten(name)
