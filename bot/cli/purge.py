"""``tdd-bot purge``: everything that is kept of an owner's repositories, or of one, is deleted."""

from bot.cli.console import tell
from bot.cli.operating import RefusedError, operate, operator
from bot.engine.listing import Listing, NeverStartedError
from bot.ports import Deed
from bot.store.audit import DatabaseAudit
from bot.store.database import Database
from bot.store.removal import Removal
from bot.store.runs import DatabaseGenerations


def run(place: str, *, with_audit: bool, agreed: bool) -> int:
    """Delete what is kept of ``OWNER`` or ``OWNER/REPO``; without agreement only say how much there is."""
    owner, _, name = place.partition("/")

    async def work(database: Database, url: str) -> None:
        removal = Removal(database)
        ids = await removal.repositories_of(owner, name)
        if not agreed:
            raise RefusedError(f"{len(ids)} repositories of {place} would be forgotten: say --yes to do it")
        # First the runs: while their rows are there, so must be the generation that numbers the next one.
        try:
            runs = await Listing(url, DatabaseGenerations(database)).forget(ids)
        except NeverStartedError:
            runs = 0
        removed = await removal.repositories(ids, with_audit=with_audit)
        if not name:
            await removal.teams_of(owner)
        await DatabaseAudit(database).record(place, Deed("purge", f"{runs} runs, {removed}", "", operator()))
        tell(f"forgotten of {place}: {len(ids)} repositories, {runs} runs, {removed}")

    return operate(work)
