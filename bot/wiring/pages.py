"""What the pages show and know. Imported only where there are any: most servers have none."""

from contextlib import AsyncExitStack
from datetime import UTC, datetime
from functools import partial

from bot.engine.listing import Listing, NeverStartedError
from bot.ports import Deed
from bot.settings import Settings
from bot.store.audit import DatabaseAudit
from bot.store.cache import DatabaseCache
from bot.store.chores import DatabaseChores
from bot.store.database import Database
from bot.store.inbox import DatabaseInbox
from bot.store.pacing import DatabasePauses
from bot.store.records import DatabaseRecords
from bot.store.runs import DatabaseGenerations
from bot.web.metrics import Metrics
from bot.web.pages.health import Health, Limit, Upkeep
from bot.web.pages.pages import PageParts
from bot.wiring.adapters import Adapters
from bot.wiring.levels import read_levels


def page_parts(
    stack: AsyncExitStack,
    settings: Settings,
    public_url: str,
    database: Database,
    metrics: Metrics,
    adapters: Adapters,
) -> PageParts:
    """Return what the pages need; the stack closes what has to be closed."""
    people = adapters.people(settings)
    stack.push_async_callback(people.close)
    chores = DatabaseChores(database)
    listing = Listing(settings.database_url, DatabaseGenerations(database))

    async def health() -> Health:
        said = metrics.allowances()
        limits = [Limit(number, one, datetime.fromtimestamp(at, UTC)) for number, one, at in said]
        return Health(
            levels=await database.read(read_levels),
            letters=await listing.dead_letters(),
            chores=await chores.states(),
            limits=limits,
            webhooks=metrics.answered(),
            pauses=await DatabasePauses(database).standing(),
        )

    return PageParts(
        public_url=public_url,
        records=DatabaseRecords(database),
        people=people,
        told=DatabaseCache(database),
        session_secrets=settings.session_secrets,
        operators=settings.operators,
        server_url=settings.server_url,
        upkeep=Upkeep(health, partial(_replay, database, listing)),
        meter=metrics,
    )


async def _replay(database: Database, listing: Listing, job_id: str, login: str) -> bool:
    """Have a dead letter judged again, as ``tdd-bot jobs replay`` does."""
    try:
        letter = await listing.find(job_id)
        await listing.replay(letter, DatabaseInbox(database))
    except (KeyError, NeverStartedError):
        return False
    await DatabaseAudit(database).record(str(letter.pull_request or ""), Deed("replay", letter.id, "", login))
    return True
