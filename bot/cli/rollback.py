"""``tdd-bot rollback``: the database goes back to the shape of an older release, and keeps its journal."""

from bot.cli.console import tell
from bot.cli.operating import RefusedError, operate, operator
from bot.ports import Deed
from bot.store.audit import DatabaseAudit
from bot.store.database import Database
from bot.store.migrations import LATEST, current_shape
from bot.store.runs import beating_executors


def run(shape: int, *, agreed: bool) -> int:
    """Take the database back; without agreement, or while a server judges on it, only say so."""

    async def work(database: Database, url: str) -> None:
        del url
        if shape >= LATEST:
            raise RefusedError(f"the database has shape {LATEST}: back is a smaller number")
        if (newer := await database.read(current_shape)) > LATEST:
            raise RefusedError(f"the database has shape {newer}: only the release that knows it leads back")
        if running := await database.read(beating_executors):
            raise RefusedError(f"{running} processes judge on this database: stop every server first")
        if not agreed:
            raise RefusedError(
                f"the database would be taken from shape {LATEST} to {shape}: say --yes to do it"
            )
        told = f"shape {LATEST} to {shape}"
        await DatabaseAudit(database).record("database", Deed("rollback", told, "", operator()))
        await database.take_back(shape)
        tell(f"the database was taken from {told}: start the older release, not this one")

    return operate(work)
